/** `plan accept`: a person's confirmation of a criterion, for one build. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import { withGh } from "../../support/fake_gh.ts";
import { withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const CONFIG = `[tasks.site]
command = ["make"]
acceptance = [
  { id = "ac1", text = "the links work", check = ["links"] },
  { id = "ac2", text = "it reads well" },
  { id = "ac3", text = "it looks well" },
]
`;
const BUILD = "site/20261122T063450.123Z";
const TASK = `${STATE}/tasks/site.json`;

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  return await call(host.another(), [...argv, "--log-level", "error"]);
}

async function built(config = CONFIG): Promise<FakeHost> {
  const host = machineWith(config);
  host.program("make", () => {});
  host.program("links", () => {});
  await quiet(host, "plan", "create", "site");
  host.clock.pass(1000);
  await quiet(host, "build", "run", "site");
  host.clock.pass(1000);
  return host;
}

function taskOf(host: FakeHost) {
  const { status, reason, confirmations } = readJson(host, TASK);
  return { status, reason, confirmations };
}

Deno.test("each confirmation is recorded with person, time and note; the last one makes the task done", async () => {
  using host = await built();
  assertEquals(taskOf(host), {
    status: "in_progress",
    reason: "built; ac2, ac3 wait to be confirmed by a person",
    confirmations: [],
  });
  assertEquals(await quiet(host, "plan", "accept", "site", "ac3", "--note", "seen on\ttwo screens"), {
    code: 0,
    stdout: `ac3 is confirmed for ${BUILD}\n` +
      "site is in progress: built; ac2 waits to be confirmed by a person\n" +
      "next: orchastration plan accept site ac2\n",
    stderr: "",
  });
  host.clock.pass(1000);
  const next = host.another({ env: { PATH: "/bin", HOME: "/home/ada", CLAUDECODE: "1" } });
  const said = await call(next, ["plan", "accept", "site", "ac2"]);
  assertEquals([said.code, said.stdout.split("\n").slice(-4)], [0, [
    `ac2 is confirmed for ${BUILD}`,
    "site is done: the build succeeded and all 3 criteria are met",
    "next: orchastration doc generate site",
    "",
  ]]);
  assertEquals(logOf(next), [{
    time: "2026-11-22T06:34:52.123Z",
    level: "info",
    msg: "criterion confirmed",
    event: "criterion_confirmed",
    run: BUILD,
    task: "site",
    criterion: "ac2",
    status: "done",
  }]);
  const [first, second] = taskOf(host).confirmations as Record<string, unknown>[];
  assertEquals(first, {
    criterion: "ac3",
    text: "it looks well",
    build: BUILD,
    by: "ada",
    at: "2026-11-22T06:34:51.123Z",
    note: "seen on\ttwo screens",
  });
  assertEquals([second!["criterion"], second!["at"], second!["note"]], [
    "ac2",
    "2026-11-22T06:34:52.123Z",
    null,
  ]);
  assert(/^ada through /.test(String(second!["by"])), String(second!["by"]));
  const { stdout } = await quiet(host, "plan", "status", "site");
  assert(
    stdout.includes(
      "criterion  ac3: confirmed, it looks well (by ada, 2026-11-22T06:34:51.123Z: seen on\\ttwo screens)\n",
    ),
    stdout,
  );
  // The evidence of the build stays as it was.
  assertEquals(readJson(host, `${STATE}/runs/${BUILD}.json`)["status"], "succeeded");
});

Deno.test("--json prints the task's record", async () => {
  using host = await built();
  const said = await quiet(host, "plan", "accept", "site", "ac2", "--json");
  assertEquals([said.code, JSON.parse(said.stdout), said.stderr], [0, readJson(host, TASK), ""]);
});

Deno.test("a confirmation counts for one build: the next build needs it again", async () => {
  using host = await built();
  await quiet(host, "plan", "accept", "site", "ac2");
  await quiet(host, "plan", "accept", "site", "ac3");
  assertEquals(taskOf(host).status, "done");
  await quiet(host, "build", "run", "site");
  const { status, reason, confirmations } = taskOf(host);
  assertEquals([status, reason, (confirmations as unknown[]).length], [
    "in_progress",
    "built; ac2, ac3 wait to be confirmed by a person",
    2,
  ]);
});

async function refused(host: FakeHost, criterion: string, stderr: string): Promise<void> {
  const before = host.disk.read(TASK);
  await expectCall(host.another(), ["plan", "accept", "site", criterion], {
    code: 65,
    stderr: `error: Cannot ${stderr}`,
  });
  assertEquals(host.disk.read(TASK), before);
}

const AGAIN = "  try: orchastration build run site\n";

Deno.test("plan accept is refused for an unknown id, a criterion with a check, and a task without criteria", async () => {
  using host = await built();
  await refused(
    host,
    "ac22",
    'accept "ac22": task site has no criterion of this id; it has ac1, ac2, ac3\n  did you mean "ac2"?\n' +
      "  try: orchastration plan status site\n",
  );
  await refused(
    host,
    "ac1",
    `accept "ac1": a command checks it, and a confirmation does not replace the check\n${AGAIN}`,
  );
  using bare = machineWith('[tasks.site]\ncommand = ["make"]\n');
  await refused(
    bare,
    "ac1",
    'accept "ac1": task site has no acceptance criteria\n  try: orchastration plan status site\n',
  );
});

Deno.test("plan accept is refused without a plan, without a build, and for a failed build", async () => {
  using host = machineWith(CONFIG);
  let code = 3;
  host.program("make", () => code);
  host.program("links", () => {});
  const nothing = `accept "ac2": there is no successful build to confirm\n${AGAIN}`;
  await refused(host, "ac2", nothing);
  await quiet(host, "plan", "create", "site");
  await refused(host, "ac2", nothing);
  await quiet(host, "build", "run", "site");
  await refused(host, "ac2", nothing);
  code = 0;
  await quiet(host, "build", "run", "site");
  host.disk.remove(`${STATE}/runs/${(readJson(host, TASK)["last_build"] as { run: string }).run}.json`);
  await refused(host, "ac2", nothing);
});

Deno.test("plan accept is refused for a build by an earlier plan, because its criteria are open again", async () => {
  using host = await built();
  await quiet(host, "plan", "accept", "site", "ac2");
  await quiet(host, "plan", "create", "site", "--force");
  await refused(host, "ac3", `accept "ac3": the last build followed an earlier plan\n${AGAIN}`);
  const { stdout } = await quiet(host, "plan", "status", "site");
  assertEquals(stdout.split("\n").filter((line) => /^(?:status|build|criterion|next)/.test(line)), [
    "status     planned: not built since the plan",
    `build      ${BUILD}: exited with status 0; it followed an earlier plan`,
    "criterion  ac1: not checked yet, the links work",
    "criterion  ac2: to be confirmed, it reads well",
    "criterion  ac3: to be confirmed, it looks well",
    "next: orchastration build run site",
  ]);
});

Deno.test("plan accept is refused after the definition drifted, so that a planned criterion cannot be evaded by its removal", async () => {
  using host = await built();
  const without = CONFIG.replace('  { id = "ac3", text = "it looks well" },\n', "");
  host.disk.write(`${PROJECT}/orchastration.toml`, without);
  const before = host.disk.read(TASK);
  const said = await quiet(host, "plan", "accept", "site", "ac2");
  assertEquals([said.code, said.stdout, said.stderr.split("\n").slice(0, 3)], [65, "", [
    'error: Cannot accept a criterion of task "site": its definition changed since it was planned',
    "  planned in site/20261122T063449.123Z",
    "  acceptance:",
  ]]);
  assertEquals(host.disk.read(TASK), before);
});

Deno.test("plan accept is refused if the record of the plan was altered", async () => {
  using host = await built();
  const path = `${STATE}/runs/site/20261122T063449.123Z.json`;
  host.disk.write(path, host.disk.read(path)!.replace('"it looks well"', '"it exists"'));
  await refused(
    host,
    "ac2",
    'accept a criterion of task "site": the record of its plan site/20261122T063449.123Z was altered after it was made\n' +
      "  try: orchastration plan create site\n",
  );
});

for (
  const [what, change, words, checked] of [
    [
      "edited words",
      (toml: string) => toml.replace("it reads well", "it reads well aloud"),
      "it reads well aloud",
      "passed, the links work (site/20261122T063450.124Z)",
    ],
    [
      "swapped ids",
      (toml: string) => toml.replace("ac2", "acX").replace("ac3", "ac2").replace("acX", "ac3"),
      "it looks well",
      "passed, the links work (site/20261122T063450.124Z)",
    ],
    [
      "a check that is another one",
      (toml: string) => toml.replace('["links"]', '["true"]').replace("it reads", "it all reads"),
      "it all reads well",
      "not checked yet, the links work (a different check passed in site/20261122T063450.124Z)",
    ],
  ] as const
) {
  Deno.test(`a confirmation, and a check, are shown with the words that they were for: ${what}`, async () => {
    using host = await built();
    await quiet(host, "plan", "accept", "site", "ac2", "--note", "read twice");
    await quiet(host, "plan", "accept", "site", "ac3");
    const before = await quiet(host, "plan", "status", "site");
    assert(before.stdout.includes("criterion  ac2: confirmed, it reads well (by ada, "), before.stdout);
    host.disk.write(`${PROJECT}/orchastration.toml`, change(CONFIG));
    const status = (await quiet(host, "plan", "status", "site")).stdout;
    const line =
      `criterion  ac2: to be confirmed, ${words} (ada confirmed a different wording: it reads well)\n`;
    assert(status.includes(line), status);
    assert(status.includes(`criterion  ac1: ${checked}\n`), status);
    assert(status.includes("stale      the definition changed since the plan: acceptance"), status);
    const document = (await quiet(host, "doc", "generate", "site", "--output", "-")).stdout;
    const drift = "changed since the build: ada confirmed a different wording: it reads well";
    const row = document.split("\n").find((each) => each.startsWith("| `ac2` |"))!;
    assertEquals(
      [row.includes(words), row.includes("**open**"), row.includes(drift)],
      [true, true, true],
      row,
    );
    withGit(host, PROJECT).remotes.set("origin", "git@github.com:octo/hello.git");
    withGh(host);
    const issue = (await quiet(host, "git", "issue", "create", "site", "--dry-run")).stdout;
    assert(issue.includes(`- [ ] \`ac2\` ${words} (a person confirms it; ${drift})\n`), issue);
    // As it was: so is what stands beside it.
    host.disk.write(`${PROJECT}/orchastration.toml`, CONFIG);
    assertEquals(await quiet(host, "plan", "status", "site"), before);
  });
}

Deno.test("on a full disk the confirmation is not recorded, and the exit code is 74", async () => {
  for (const op of ["createNew", "write", "sync", "rename"] as const) {
    using host = await built();
    const before = host.disk.read(TASK);
    const next = host.another();
    next.faults.failWhen({ op, path: /tasks\//, problem: "no_space" });
    const said = await call(next, ["plan", "accept", "site", "ac2", "--log-level", "error"]);
    assertEquals([said.code, said.stdout, said.stderr.split("\n")[0]], [
      74,
      "",
      `error: Cannot write the task record "${TASK}": no space left on the device`,
    ]);
    assertEquals(host.disk.read(TASK), before);
    assertEquals(host.disk.list(`${STATE}/tasks`), ["site.json"]);
  }
});

Deno.test("a task whose only criterion is a person's confirmation waits for it after the build", async () => {
  using host = await built(
    '[tasks.site]\ncommand = ["make"]\nacceptance = [{ id = "ok", text = "it is" }]\n',
  );
  assertEquals(taskOf(host).status, "in_progress");
  const said = await quiet(host, "plan", "accept", "site", "ok");
  assertEquals(said.stdout.split("\n")[1], "site is done: the build succeeded and its criterion is met");
});
