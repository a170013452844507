/** `terminal = true`: a job with a terminal of its own, which is captured, follows ours, and is given what is typed. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHostOptions } from "../../support/fake_host.ts";

const TOML = '[jobs.job]\ncommand = ["work"]\nterminal = true\n';
const QUIET = ["--log-level", "error"];

function machine(toml = TOML, options: FakeHostOptions = {}) {
  return machineWith(toml, { isTerminal: true, columns: 100, rows: 30, ...options });
}

function intentOf(host: ReturnType<typeof machine>): Record<string, unknown> {
  return readJson(host, `${STATE}/runs/job/last.json`)["intent"] as Record<string, unknown>;
}

Deno.test("terminal: it has the size of our terminal, both streams are one in order, and no variable is added", async () => {
  using host = machine();
  host.program("work", async (p) => {
    await p.stdout(`${p.terminal?.size.columns}x${p.terminal?.size.rows}\n`);
    await p.stderr("an error\n");
    await p.stdout("\rprogress 1\rprogress 2\n");
    assertEquals([p.env.FORCE_COLOR, p.env.COLUMNS, p.stdin], [undefined, undefined, ""]);
  });
  const said = await call(host, ["run", "job", ...QUIET]);
  assertEquals([said.code, said.stdout, said.stderr], [
    0,
    "100x30\nan error\n\rprogress 1\rprogress 2\n",
    "",
  ]);
  const record = readJson(host, `${STATE}/runs/job/last.json`);
  assertEquals([record["stdout_bytes"], record["stderr_bytes"]], [39, 0]);
  assertEquals([intentOf(host)["terminal"], "color_env" in intentOf(host)], [true, false]);
});

Deno.test("terminal: it has 80 columns and 24 lines if we have no terminal", async () => {
  using host = machine(TOML, { isTerminal: false });
  host.program("work", (p) => p.stdout(`${p.terminal?.size.columns}x${p.terminal?.size.rows}\n`));
  await expectCall(host, ["run", "job", ...QUIET], { stdout: "80x24\n" });
});

Deno.test("terminal: it follows the size of our window until the job ends", async () => {
  using host = machine();
  const sizes: string[] = [];
  host.program("work", async (p) => {
    const { terminal } = p;
    for (let times = 0; times < 2; times++) {
      await p.sleep(100);
      sizes.push(`${terminal?.size.columns}x${terminal?.size.rows}`);
    }
  });
  const ran = call(host, ["run", "job", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(150);
  host.terminal.resize(50, 10);
  await host.clock.advance(1000);
  assertEquals([(await ran).code, sizes], [0, ["100x30", "50x10"]]);
  host.terminal.resize(60, 10);
});

Deno.test("terminal: keys go to a job with stdin inherit, the end of input as Ctrl-D, and our terminal is restored", async () => {
  using host = machine(`${TOML}stdin = "inherit"\n`, { stdin: "hello\n" });
  host.program("work", async (p) => {
    while (!p.terminal!.typed.endsWith("\x04")) await p.terminal!.whenChanged();
    await p.stdout(JSON.stringify(p.terminal!.typed));
  });
  const said = await call(host, ["run", "job", ...QUIET]);
  assertEquals([said.code, said.stdout], [0, '"hello\\n\\u0004"']);
  assertEquals(host.terminal.keys, ["taken", "given back"]);
});

Deno.test("terminal: without stdin inherit no key goes to the job", async () => {
  using host = machine(TOML, { stdin: "hello\n" });
  host.program("work", async (p) => {
    await p.sleep(100);
    assertEquals(p.terminal!.typed, "");
  });
  assertEquals((await call(host, ["run", "job", ...QUIET])).code, 0);
  assertEquals(host.terminal.keys, []);
});

Deno.test("terminal: Ctrl-C stops the tree as usual, and our terminal is restored", async () => {
  using host = machine(`${TOML}stdin = "inherit"\n`);
  host.program("work", (p) => p.sleep(60_000));
  const ran = call(host, ["run", "job", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(100);
  host.signal("SIGINT");
  const said = await ran;
  assertEquals([said.code, host.livingProcesses(), host.terminal.keys], [130, [], ["taken", "given back"]]);
});

Deno.test("terminal: if the system provides none, output goes through pipes, and a message says so", async () => {
  using host = machine(TOML, { givesTerminals: false });
  host.program("work", (p) => void assertEquals(p.terminal, undefined));
  const said = await call(host, ["run", "job", "--no-color", ...QUIET]);
  assertEquals([said.code, said.stdout + said.stderr], [
    0,
    'warning: job "job" gets no terminal of its own, because this system provides none; its output goes through pipes\n',
  ]);
  assert(!("terminal" in intentOf(host)));
});

Deno.test("terminal: [defaults] gives every job one, except interactive jobs and jobs that leave processes running", async () => {
  const toml = '[defaults]\nterminal = true\n[jobs.job]\ncommand = ["work"]\n' +
    '[jobs.own]\ncommand = ["work"]\ninteractive = true\n[jobs.leaves]\ncommand = ["work"]\nleave_running = true\n' +
    '[tasks.task]\ncommand = ["work"]\n';
  using host = machine(toml);
  const seen: boolean[] = [];
  host.program("work", (p) => void seen.push(p.terminal !== undefined));
  for (const name of ["job", "own", "leaves"]) assertEquals((await call(host, ["run", name])).code, 0);
  assertEquals((await call(host, ["build", "run", "task", "--plan"])).code, 0);
  assertEquals(seen, [true, false, false, false]);
});

Deno.test("terminal: a key that contradicts it is a configuration problem", async () => {
  const toml =
    `${TOML}interactive = true\n[jobs.b]\ncommand = ["b"]\nterminal = true\nleave_running = true\n`;
  using host = machine(toml, { isTerminal: false });
  const said = await call(host, ["config", "check"]);
  assertEquals(said.code, 1);
  for (
    const words of [
      "jobs.job.terminal: an interactive job has our own terminal, which is not captured",
      "jobs.b.terminal: processes that the job leaves running would be hung up with its terminal",
    ]
  ) assert((said.stdout + said.stderr).includes(words), said.stdout + said.stderr);
});

Deno.test("terminal: setting the key changes no input, so an up-to-date job stays up to date", async () => {
  const toml = '[jobs.job]\ncommand = ["work"]\ninputs = []\noutputs = []\n';
  using host = machine(toml);
  host.program("work", () => 0);
  assertEquals((await call(host, ["run", "job"])).code, 0);
  host.disk.write("/home/ada/project/orchastration.toml", `${toml}terminal = true\n`);
  host.clock.pass(1000);
  assertEquals((await call(host.another(), ["run", "job", "--dry-run"])).stdout.includes("up to date"), true);
});
