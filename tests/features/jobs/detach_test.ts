/** `run --detach`: what the caller says, and what the supervisor tells it. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";

const TOML = '[jobs.hello]\ncommand = ["hello"]\n[jobs.edit]\ncommand = ["hello"]\ninteractive = true\n' +
  '[jobs.both]\nneeds = ["hello"]\n';
const ID = "hello/20261122T063449.123Z";
const LINE = {
  format: 1,
  kind: "detached_run",
  id: ID,
  subject: "job",
  pid: 4242,
  status: "running",
  reason: "process 5001 is running",
  stdout_path: `${STATE}/runs/hello/20261122T063449.123Z.stdout.log`,
  stderr_path: `${STATE}/runs/hello/20261122T063449.123Z.stderr.log`,
  exit_code: null,
};
const exited = (exit_code: number) => ({ kind: "exited", exit_code }) as const;

Deno.test("detach: the caller passes the requester on, and prints the id of the run", async () => {
  using host = machineWith(TOML);
  host.processes.again = { stdout: `${JSON.stringify(LINE)}\n`, stderr: "", exit: exited(0) };
  await expectCall(host, ["run", "hello", "--detach"], {
    stdout: `detached: ${ID}, supervisor 4242: process 5001 is running\n` +
      `  output: orchastration logs ${ID} --follow\n`,
  });
  const self = { pid: 4242, start_ticks: 100000, boot_id: "fake-boot", pid_namespace: 4026531836 };
  assertEquals(host.processes.handedOver.map((text) => JSON.parse(text)), [{
    pid: 4242,
    tty: false,
    parent: "bash",
    kin: { caller: self, session: null, is_lasting: true },
  }]);
  // Nothing is recorded by the caller itself.
  assertEquals(host.disk.read(`${STATE}/runs/hello/20261122T063449.123Z.json`), undefined);
});

Deno.test("detach: --json prints one document with absolute paths", async () => {
  using host = machineWith(TOML);
  host.processes.again = { stdout: `${JSON.stringify(LINE)}\n`, stderr: "", exit: exited(0) };
  const said = await call(host, ["run", "hello", "--detach", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(JSON.parse(said.stdout), LINE);
});

Deno.test("detach: a run that ended before the call returned is reported with its exit code", async () => {
  using host = machineWith(TOML);
  const ended = { ...LINE, status: "not_started", reason: 'no program "hello"', exit_code: 127 };
  host.processes.again = { stdout: `${JSON.stringify(ended)}\n`, stderr: "", exit: exited(127) };
  await expectCall(host, ["run", "hello", "--detach"], { code: 127, stdout: `${ID}: no program "hello"\n` });
});

Deno.test("detach: if a supervisor ends without having recorded a run, its output and exit code are passed on", async () => {
  using host = machineWith(TOML);
  host.processes.again = { stdout: "", stderr: "error: Cannot go on\n", exit: exited(74) };
  await expectCall(host, ["run", "hello", "--detach"], { code: 74, stderr: "error: Cannot go on\n" });
  host.processes.again = { stdout: "", stderr: "", exit: { kind: "signalled", signal: "SIGKILL" } };
  await expectCall(host, ["run", "hello", "--detach"], {
    code: 65,
    stderr:
      'error: Cannot detach "hello": its supervisor ended by SIGKILL and did not say whether the run began\n' +
      "  try: orchastration runs list\n",
  });
});

Deno.test("detach: a supervisor that cannot be started is a failure with the reason", async () => {
  using host = machineWith(TOML);
  host.faults.failNext({ op: "startAgain", problem: { kind: "other", reason: "too many processes" } });
  await expectCall(host, ["run", "hello", "--detach"], {
    code: 65,
    stderr: 'error: Cannot detach "hello": its supervisor cannot be started: too many processes\n',
  });
});

Deno.test("detach: a job that needs a terminal, or a request from inside a run, is refused before anything happens", async () => {
  using host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada" } });
  // The supervisor says it, and the caller passes it on.
  const supervisor = host.another({ handedOver: '{"pid":4242,"tty":false,"parent":"bash"}' });
  await expectCall(supervisor, ["run", "edit", "--detach"], {
    code: 65,
    stderr: 'error: Cannot detach "edit": it is interactive, and a detached run has no terminal\n' +
      "  try: orchastration run edit\n",
  });
  const inside = host.another({
    env: { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_RUN_ID: "outer/20261122T063449.000Z" },
  });
  await expectCall(inside, ["run", "hello", "--detach"], {
    code: 65,
    stderr: 'error: Cannot detach "hello": run outer/20261122T063449.000Z asks for it, and everything that ' +
      "this run starts ends with it\n",
  });
  assertEquals([host.processes.handedOver, inside.processes.handedOver], [[], []]);
});

Deno.test("detach: --watch and --dry-run are refused beside --detach", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["run", "hello", "--detach", "--dry-run"], {
    code: 64,
    stderr:
      'error: Cannot use "--detach": --dry-run runs nothing\n  try: orchastration run hello --dry-run\n',
  });
  await expectCall(host, ["run", "hello", "--detach", "--watch"], {
    code: 64,
    stderr: 'error: Cannot use "--detach": a watch has many runs, and its terminal ends it\n' +
      "  try: orchastration run hello --watch\n",
  });
});

Deno.test("detach: the supervisor prints one line once the process runs, and records the requester", async () => {
  using host = machineWith(TOML, { handedOver: '{"pid":99,"tty":true,"parent":"zsh"}' });
  host.program("hello", async (p) => {
    await p.stdout("hello\n");
    return 3;
  });
  const said = await call(host, ["run", "hello", "--detach"]);
  assertEquals([said.code, said.stderr], [3, ""]);
  const line = JSON.parse(said.stdout);
  assertEquals([line.kind, line.id, line.pid, line.status], ["detached_run", ID, 4242, "running"]);
  const record = readJson(host, `${STATE}/runs/hello/20261122T063449.123Z.json`);
  assertEquals(record["detached"], true);
  assertEquals(record["requested_by"], {
    user: "ada",
    host: "lab",
    pid: 99,
    tty: true,
    parent: "zsh",
    agent: null,
  });
});

Deno.test("detach: the supervisor of a graph reports the graph's run first, and shows no output", async () => {
  using host = machineWith(TOML, { handedOver: "anything" });
  host.program("hello", () => Promise.resolve());
  const said = await call(host, ["run", "both", "--detach"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const line = JSON.parse(said.stdout);
  assertEquals([line.kind, line.id.split("/")[0], line.subject, line.status], [
    "detached_run",
    "graph",
    "graph",
    "running",
  ]);
  assertEquals(line.stdout_path, null);
});

Deno.test("detach: a job that is named graph and has no process yet has output, unlike a graph", async () => {
  using host = machineWith(TOML);
  const id = "graph/20261122T063449.123Z";
  const job = { ...LINE, id, reason: "it waits for its lock", stdout_path: null, stderr_path: null };
  host.processes.again = { stdout: `${JSON.stringify(job)}\n`, stderr: "", exit: exited(0) };
  await expectCall(host, ["run", "hello", "--detach"], {
    stdout:
      `detached: ${id}, supervisor 4242: it waits for its lock\n  output: orchastration logs ${id} --follow\n`,
  });
});

for (const name of ["graph", "graphs"]) {
  Deno.test(`detach: a graph that is recorded as ${name} has no output of its own, so its caller is told how its nodes are shown`, async () => {
    using host = machineWith(TOML);
    const id = `${name}/20261122T063449.123Z`;
    const graph = { ...LINE, id, subject: "graph", reason: "2 nodes", stdout_path: null, stderr_path: null };
    host.processes.again = { stdout: `${JSON.stringify(graph)}\n`, stderr: "", exit: exited(0) };
    await expectCall(host, ["run", "both", "--detach"], {
      stdout: `detached: ${id}, supervisor 4242: 2 nodes\n  nodes: orchastration runs show ${id}\n`,
    });
  });
}
