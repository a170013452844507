/**
 * Two projects with equal names, in folders of one name: no command of one of them shows, changes or waits
 * for anything of the other without --everywhere. Every command is called; a new one is called by the
 * examples in its help.
 */

import { assert, assertEquals } from "@std/assert";
import { pathOf, verbsBelow } from "../../../src/cli/base/command_tree.ts";
import { examplesOf } from "../../../src/cli/base/examples.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { call, machineWith, PROJECT, type Said, STATE, USER_STATE } from "../../support/cli.ts";
import { FIRST_COMMIT, withGit } from "../../support/fake_git.ts";
import { withGh } from "../../support/fake_gh.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const OTHER = "/srv/project";
const TOML = `
default = "sample"
[jobs.sample]
command = ["say"]
concurrency = "refuse"
inputs = ["README.md"]
[tasks.sample_task]
command = ["make-output"]
outputs = ["out.txt"]
documents = ["README.md"]
repo = "octo/REPOSITORY"
acceptance = [{ id = "ac1", text = "it is there", check = ["say"] }, { id = "ac2", text = "it reads well" }]
`;
const DAY_MS = 86_400_000;
/** A call that has not ended by then is waiting for somebody. */
const BOUND_MS = 5000;

/**
 * Facts that only the first project has: its root, its folder of records, the times of its runs, and their
 * output.
 */
const MARKS = [
  PROJECT,
  STATE.slice(USER_STATE.length),
  "~/project",
  "20261122T",
  "said by the first",
  "first-repo",
];

/** In this order, on a project without records; a command that ends only by a signal gets one. */
const WALK = `
status
status sample
runs list
runs list sample
runs show sample
runs why sample
runs accept-unchanged sample --because "x"
runs prune --keep 0
runs prune --keep 0 --dry-run
runs prune --older-than 0s
runs prune --orphaned --dry-run
runs prune --orphaned
runs adopt ../elsewhere
logs sample
recover
recover --leave
plan list
plan status sample_task
plan status sample_task --exit-code
plan accept sample_task ac2
build run sample_task
doc generate sample_task --check
git issue status sample_task
git issue update sample_task
git issue close sample_task
config check
config show
config path
config path --state
config schema
doctor
list
run
run sample --fresh
run sample --watch
run sample
runs why sample
runs accept-unchanged sample --because "x"
runs list
runs show sample
logs sample --timestamps
status
plan create sample_task
build run sample_task
plan accept sample_task ac2
plan list
plan status sample_task
git branch create sample_task
git issue create sample_task
git issue status sample_task
git issue update sample_task
doc generate --all
doc generate --all --check
git issue close sample_task
recover
runs prune --keep 1
runs prune --keep 0
doctor
hash --file README.md
completion bash
man
help
help runs
`.trim().split("\n");
/** A command that replaces the configuration comes last. */
const LAST = ["init --force", "init --force --state-dir .orchastration/state", "status", "runs list"];

const tree = await loadProgram();

/** The walk, and the examples of commands that it does not know. */
function linesOf(): readonly string[] {
  const walked = [...WALK, ...LAST];
  const isWalked = (words: string) => walked.some((line) => line === words || line.startsWith(`${words} `));
  const further = verbsBelow(tree.root)
    .filter((command) => !isWalked(pathOf(command).replace(/^orchastration /, ""))).flatMap(examplesOf)
    .map(({ line }) => line.replace(/^orchastration /, "").replace(/ > .*/, ""))
    .filter((line) => !line.includes("--everywhere"));
  return [...WALK, ...further, ...LAST];
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** Also ends a command that otherwise would not end. */
async function callToItsEnd(host: FakeHost, argv: readonly string[]): Promise<Said> {
  const calling = call(host, argv);
  if (argv.includes("--watch")) {
    await host.clock.advance(1000);
    host.signal("SIGINT");
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), BOUND_MS));
  const said = await Promise.race([calling, bound]);
  clearTimeout(timer);
  if (said !== "late") return said;
  host.signal("SIGINT");
  await calling;
  throw new Error(`It waits for somebody: orchastration ${argv.join(" ")}`);
}

async function need(host: FakeHost, line: string): Promise<void> {
  const said = await call(host, wordsOf(line));
  assertEquals([line, said.code, said.code === 0 ? "" : said.stderr], [line, 0, ""]);
}

const READINGS = [
  ...["status", "runs list", "runs show sample", "runs why sample", "logs sample", "plan list"],
  ...["plan status sample_task", "doc generate sample_task --check", "git issue status sample_task"],
];

/** The answers of the project about itself, from a process that has asked nothing before. */
async function answersOf(host: FakeHost): Promise<readonly (readonly [string, Said])[]> {
  withGit(host, PROJECT);
  const answers: (readonly [string, Said])[] = [];
  for (const line of READINGS) {
    const said = await call(host.another(), wordsOf(line));
    const stdout = said.stdout.replace(/\d+ \w+ ago/g, "some time ago").replace(
      / for \d[\d.]*s,/g,
      " for a while,",
    );
    answers.push([line, { ...said, stdout }]);
  }
  return answers;
}

Deno.test("isolation: no command shows or changes anything of another project with equal names", async () => {
  using host = machineWith(TOML.replace("REPOSITORY", "first-repo"), {
    files: {
      [`${PROJECT}/README.md`]: "read me\n",
      [`${OTHER}/README.md`]: "read me\n",
      [`${OTHER}/orchastration.toml`]: TOML.replace("REPOSITORY", "second-repo"),
    },
  });
  const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>();
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  host.program("say", async (p) => {
    const isFirst = p.cwd === PROJECT;
    await p.stdout(isFirst ? "said by the first\n" : "said by the second\n");
    if (isFirst && p.args[0] === "wait") {
      begin();
      await mayEnd;
    }
  });
  host.program("make-output", (p) => p.writeFile(`${p.cwd}/out.txt`, "made"));
  withGh(host);
  // The first project has been through everything, and a run of it is still going, with its lock held.
  withGit(host, PROJECT).branches.set("origin/main", FIRST_COMMIT);
  for (
    const line of [
      ...["run sample", "plan create sample_task", "build run sample_task", "plan accept sample_task ac2"],
      ...["git branch create sample_task", "git issue create sample_task", "doc generate --all"],
    ]
  ) {
    await need(host, line);
  }
  host.clock.pass(DAY_MS);
  const running = call(host.another(), ["run", "sample", "--", "wait"]);
  await began;
  // Nothing of the second project begins in the same moment.
  await host.clock.advance(1000);
  const before = {
    answers: await answersOf(host),
    records: host.disk.tree(STATE),
    files: host.disk.tree(PROJECT),
  };
  assert(before.answers.every(([, { code }]) => code === 0), JSON.stringify(before.answers));

  const marks = [...MARKS, JSON.parse(before.records[`${STATE}/locks/job-sample.lock`]!).run];
  withGit(host, OTHER).branches.set("origin/main", FIRST_COMMIT);
  const codes = new Map<string, number>();
  for (const line of linesOf()) {
    for (const more of [[], ["--json"]]) {
      const argv = [...more, ...wordsOf(line)];
      const { code, stdout, stderr } = await callToItsEnd(host.another({ cwd: OTHER }), argv);
      codes.set(line, code);
      const shown = `${stdout}${stderr}`;
      for (const mark of marks) assert(!shown.includes(mark), `${line}: ${mark} in ${shown}`);
      assertEquals([line, host.disk.tree(STATE)], [line, before.records]);
      assertEquals([line, host.disk.tree(PROJECT)], [line, before.files]);
    }
  }
  // The walk did its work: the second project has been used, and nothing blocked it.
  const done = [
    "run sample",
    "build run sample_task",
    "git issue close sample_task",
    "doc generate --all --check",
  ];
  assertEquals(done.map((line) => [line, codes.get(line)]), done.map((line) => [line, 0]));
  assertEquals([...codes].filter(([, code]) => code === 75), []);
  const [others] = host.disk.list(`${USER_STATE}/projects`).filter((name) => !STATE.endsWith(name));
  for (const [path, text] of Object.entries(host.disk.tree(`${USER_STATE}/projects/${others}`))) {
    for (const mark of marks) assert(!text.includes(mark), `${path}: ${mark}`);
  }
  assertEquals(await answersOf(host), before.answers);
  letEnd();
  assertEquals((await running).code, 0);
});

Deno.test("isolation: Tab completes runs of this project alone", async () => {
  using host = machineWith(TOML, { files: { [`${OTHER}/orchastration.toml`]: TOML } });
  host.program("say", () => {});
  await need(host, "run sample");
  for (const line of ["logs ", "runs show ", "runs show sample/", "recover ", "runs why "]) {
    const words = line.split(" ");
    const { stdout } = await call(host.another({ cwd: OTHER }), ["__complete", "zsh", ...words]);
    assertEquals([line, stdout.includes("20261122T")], [line, false]);
    const own = await call(host.another(), ["__complete", "zsh", ...words]);
    if (line.includes("/")) assert(own.stdout.includes("20261122T"), own.stdout);
  }
});
