/**
 * `confirm`: a job that asks is neither recorded nor started without a yes; and `alias`: further names of a
 * job.
 */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const TOML = `
[jobs.deploy]
command = ["work"]
confirm = "Really \\u001bdeploy?"
alias = ["ship"]
[tasks.base]
command = ["work"]
confirm = "Base?"
[tasks.site]
command = ["work"]
needs = ["base"]
confirm = "Site?"
`;
const NOW = "20261122T063449.123Z";
const QUIET = ["--log-level", "error"];

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" }, ...options });
  host.program("work", (p) => p.stdout("done\n"));
  return host;
}

function confirmedIn(host: FakeHost, id: string): unknown {
  return (readJson(host, `${STATE}/runs/${id}.json`).intent as { confirmed?: unknown }).confirmed;
}

/** The result of an answer at the terminal. */
function answers(typed: string, isYes: boolean): void {
  Deno.test(`confirm: ${JSON.stringify(typed)} at the terminal means ${isYes ? "yes" : "no"}`, async () => {
    using host = machine({ isTerminal: true, stdin: typed });
    const said = await call(host, ["run", "deploy", ...QUIET]);
    const refused = 'error: Cannot run "deploy": confirmation was declined, so nothing was started\n';
    assertEquals([said.code, host.spawned.length], isYes ? [0, 1] : [65, 0]);
    // A terminal shows both outputs as one.
    const shown = said.stdout + said.stderr;
    assertEquals(shown.includes(refused), !isYes);
    assertEquals(shown.startsWith("Really \\u001bdeploy? [y/N] "), true);
    if (isYes) {
      assertEquals(confirmedIn(host, `deploy/${NOW}`), { question: "Really \x1bdeploy?", by: "terminal" });
    } else assertEquals(host.disk.exists(`${STATE}/runs`), false);
  });
}

answers("y\n", true);
answers("YES\n", true);
answers("n\n", false);
answers("\n", false);
answers("yeah\n", false);
answers("", false);

Deno.test("confirm: without a terminal it is refused, and --yes answers yes", async () => {
  using host = machine();
  await expectCall(host, ["run", "ship"], {
    code: 65,
    stderr: `error: Cannot run "deploy": confirmation is required, and stdin is not a terminal
  question: Really \\u001bdeploy?
  try: orchastration run deploy --yes
`,
  });
  assertEquals([host.spawned.length, host.disk.exists(`${STATE}/runs`)], [0, false]);
  await expectCall(host, ["run", "ship", "--yes", ...QUIET], { stdout: "done\n" });
  assertEquals(confirmedIn(host, `deploy/${NOW}`), { question: "Really \x1bdeploy?", by: "yes_flag" });
});

for (
  const [words, step] of [
    [["deploy", "--", "prod"], "the same call with --yes"],
    [["deploy", "--env", "TO=prod"], "the same call with --yes"],
    [["deploy", "--watch"], "the same call with --yes"],
    [["deploy", "base_job"], "the same call with --yes, which answers every question with yes"],
  ] as const
) {
  Deno.test(`confirm: run ${words.join(" ")} without a terminal never names a call that would do something else`, async () => {
    using host = machineWith(
      `[jobs.deploy]\ncommand = ["work"]\nconfirm = "Deploy?"\ninputs = ["*.txt"]\noutputs = []\n` +
        '[jobs.base_job]\ncommand = ["work"]\n',
    );
    host.program("work", (p) => p.stdout("done\n"));
    await expectCall(host, ["run", ...words], {
      code: 65,
      stderr: `error: Cannot run "deploy": confirmation is required, and stdin is not a terminal
  question: Deploy?
  try: ${step}
`,
    });
  });
}

Deno.test("confirm: the supervisor of a detached run says the same, and names no call that would wait for the job", async () => {
  using host = machine({ handedOver: '{"pid":1,"tty":false}' });
  const said = await call(host, ["run", "deploy", "--detach"]);
  assertEquals([said.code, said.stderr.split("\n").at(-2)], [65, "  try: the same call with --yes"]);
});

Deno.test("confirm: with --json no question is asked, even at a terminal", async () => {
  using host = machine({ isTerminal: { stdin: true, stdout: false, stderr: true }, stdin: "y\n" });
  const said = await call(host, ["run", "deploy", "--json"]);
  const { code, exit_code } = JSON.parse(said.stdout);
  assertEquals([said.code, code, exit_code, host.spawned.length], [65, "not_confirmed", 65, 0]);
});

Deno.test("confirm: a build asks for the task and for its needs before the first process", async () => {
  using host = machine({ isTerminal: true, stdin: "y\nn\n" });
  for (const task of ["base", "site"]) await call(host, ["plan", "create", task]);
  const before = Object.keys(host.disk.tree(STATE)).length;
  const said = await call(host, ["build", "run", "site", "--with-needs", ...QUIET]);
  assertEquals([said.code, host.spawned.length], [65, 0]);
  assertEquals(
    said.stdout + said.stderr,
    'Base? [y/N] Site? [y/N] error: Cannot build task "site": confirmation was declined, so nothing was started\n',
  );
  assertEquals(Object.keys(host.disk.tree(STATE)).length, before);
});

Deno.test("confirm: a build with --yes records it for each task, and the plan holds the question", async () => {
  using host = machine();
  for (const task of ["base", "site"]) await call(host, ["plan", "create", task]);
  const said = await call(host, ["build", "run", "site", "--with-needs", "--yes", "--json"]);
  assertEquals(said.code, 0);
  for (const { run, name } of JSON.parse(said.stdout).graph.nodes) {
    const question = name === "base" ? "Base?" : "Site?";
    const { definition } = readJson(host, `${STATE}/runs/${run}.json`) as { definition: { confirm: string } };
    assertEquals([definition.confirm, confirmedIn(host, run)], [question, { question, by: "yes_flag" }]);
  }
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('confirm = "Site?"', ""));
  const drifted = await call(host, ["build", "run", "site"]);
  assertEquals([drifted.code, drifted.stderr.includes('confirm:\n    - "Site?"\n    + (nothing)')], [
    65,
    true,
  ]);
});

Deno.test("confirm: the next step keeps the plan of a build, and names no other call where several are asked about", async () => {
  using host = machine();
  for (
    const [words, step] of [
      [["build", "run", "base", "--plan"], "orchastration build run base --plan --yes"],
      [
        ["build", "run", "site", "--with-needs", "--plan"],
        "the same call with --yes, which answers every question with yes",
      ],
      [["run", "deploy"], "orchastration run deploy --yes"],
    ] as const
  ) {
    const said = await call(host, words);
    assertEquals([said.code, said.stderr.split("\n").at(-2)], [65, `  try: ${step}`]);
  }
  // What it names works.
  assertEquals((await call(host, ["build", "run", "base", "--plan", "--yes"])).code, 0);
});

Deno.test("confirm: a task without a plan is refused before anybody is asked", async () => {
  using host = machine({ isTerminal: true, stdin: "y\n" });
  const said = await call(host, ["build", "run", "base"]);
  assertEquals([said.code, (said.stdout + said.stderr).includes("[y/N]")], [65, false]);
});

Deno.test("alias: an alias is accepted wherever a job or its run is named; records have the job's own name", async () => {
  using host = machine();
  await call(host, ["run", "ship", "--yes", ...QUIET]);
  assertEquals(host.disk.exists(`${STATE}/runs/deploy/${NOW}.json`), true);
  assertEquals(host.disk.exists(`${STATE}/runs/ship`), false);
  for (
    const [alias, own] of [
      [["status", "ship"], ["status", "deploy"]],
      [["logs", "ship"], ["logs", "deploy"]],
      [["logs", "ship/last"], ["logs", "deploy/last"]],
      [["runs", "list", "ship"], ["runs", "list", "deploy"]],
      [["runs", "show", "ship/2026"], ["runs", "show", "deploy/2026"]],
      [["recover", "ship"], ["recover", "deploy"]],
      [["runs", "prune", "ship", "--keep", "0", "--dry-run"], [
        "runs",
        "prune",
        "deploy",
        "--keep",
        "0",
        "--dry-run",
      ]],
    ] as const
  ) {
    const expected = await call(host, own);
    assertEquals([own, expected.code], [own, 0]);
    assertEquals(await call(host, alias), expected);
  }
});

Deno.test("alias: records can be read whatever the configuration is", async () => {
  using host = machine();
  await call(host, ["run", "ship", "--yes", ...QUIET]);
  host.disk.write(`${PROJECT}/orchastration.toml`, "nonsense");
  await expectCall(host, ["logs", "deploy"], { stdout: "done\n" });
  assertEquals((await call(host, ["logs", "ship"])).code, 66);
});

Deno.test("alias: a mistyped alias is suggested", async () => {
  using host = machineWith('[jobs.integration]\ncommand = ["x"]\nalias = ["itest"]\n');
  const said = await call(host, ["run", "itset"]);
  assertEquals([said.code, said.stderr.includes('did you mean "itest"?')], [66, true]);
});
