/** Every example in help does what it says: each is called on a machine where it is meaningful. */

import { privateKeyPem } from "../../../src/model/signing_key.ts";
import { assert, assertEquals } from "@std/assert";
import { commandsBelow } from "../../../src/cli/base/command_tree.ts";
import { examplesOf } from "../../../src/cli/base/examples.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import { withGh } from "../../support/fake_gh.ts";
import { FIRST_COMMIT, withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `
default = "sample"

[jobs.sample]
description = "List current directory"
command = ["list-files"]

[jobs.lint]
command = ["list-files"]
group = "checks"

[jobs.test]
command = ["list-files"]
group = "checks"

[schedules.nightly]
job = "sample"
at = "02:30"

[tasks.sample_task]
description = "Example task definition"
command = ["make-output"]
outputs = ["dist/example.txt"]
acceptance = [{ id = "ac1", text = "it is built", check = ["list-files"] }, { id = "ac2", text = "read" }]
`;

/** The preparation that an example needs, beyond a job and a task that have been run through. */
const BEFORE: Readonly<Record<string, (host: FakeHost) => Promise<void>>> = {
  "orchastration recover sample --kill": dieWhileRunning,
  "orchastration recover": dieWhileRunning,
  "orchastration init": withoutConfiguration,
  "orchastration init --yes": withoutConfiguration,
  "orchastration init --state-dir .orchastration/state": withoutConfiguration,
  "orchastration doctor --assistant codex": async (host) => {
    host.program("orchastration", () => 0);
    assertEquals((await callLine(host, "orchastration init --assistant codex")).code, 0);
  },
  "orchastration git issue close sample_task": acceptLastCriterion,
  "orchastration plan status sample_task --exit-code": acceptLastCriterion,
  "orchastration verify sample_task": acceptLastCriterion,
  "orchastration verify --tree HEAD": acceptLastCriterion,
  "orchastration runs why sample": withInputs,
  "orchastration export graph --format junit --output junit.xml": async (host) => {
    assertEquals((await callLine(host, "orchastration run lint test")).code, 0);
  },
  "orchastration report": withBundler,
  "orchastration report graph --output ci.html": async (host) => {
    await withBundler(host);
    assertEquals((await callLine(host, "orchastration run lint test")).code, 0);
  },
  "orchastration run --again graph": async (host) => {
    host.program("list-files", () => 1);
    assertEquals((await callLine(host, "orchastration run lint test")).code, 1);
    host.program("list-files", () => {});
  },
  'orchastration runs accept-unchanged sample --because "only a comment"': async (host) => {
    await withInputs(host);
    host.disk.write(`${PROJECT}/README.md`, "<!-- a comment --> read me\n");
  },
  "orchastration evidence export sample_task": signed,
  "orchastration evidence trailer sample_task": signed,
  "orchastration evidence export sample_task --output ../handover": signed,
  "orchastration evidence verify sample_task-evidence --key ada.pem": async (host) => {
    await signed(host);
    for (const words of ["plan accept sample_task ac2", "evidence export sample_task"]) {
      assertEquals([words, (await call(host.another(), words.split(" "))).code], [words, 0]);
    }
    const key = host.disk.read(`${PROJECT}/sample_task-evidence/key.pem`);
    host.disk.write(`${PROJECT}/ada.pem`, key!);
  },
  "orchastration sign sample --key release.pem": async (host) => {
    host.disk.write(`${PROJECT}/release.pem`, privateKeyPem(await host.signing.makeKey()));
  },
  "orchastration runs adopt ../old-name": async (host) => {
    const old = "/home/ada/old-name";
    host.disk.write(`${old}/orchastration.toml`, TOML);
    assertEquals((await call(host.another({ cwd: old }), ["run", "sample"])).code, 0);
    host.disk.remove(old);
  },
};

/** Examples that no test can call, and why. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  "orchastration run sample --executor slurm": "it needs a cluster, as in tests/long/slurm_test.ts",
  "orchastration ui": "it serves until Ctrl-C, as in tests/features/views/ui_test.ts",
  "orchastration ui --no-open --port 8137": "it serves until Ctrl-C, as in tests/features/views/ui_test.ts",
  "orchastration status --watch": "it needs a terminal, as in tests/features/jobs/status_watch_test.ts",
  "orchastration trust": "a person answers at a terminal, as in tests/features/jobs/trust_test.ts",
  "orchastration trust test sample_task":
    "a person answers at a terminal, as in tests/features/jobs/trust_test.ts",
  "orchastration hook stop": "a client hands it its input, as in tests/features/tasks/hook_test.ts",
  "orchastration hook post-tool": "a client hands it its input, as in tests/features/tasks/hook_test.ts",
  "orchastration hook session-start": "a client hands it its input, as in tests/features/tasks/hook_test.ts",
  ...Object.fromEntries(
    ["", " --dry-run", " nightly"].map((words) => [
      `orchastration schedule install${words}`,
      "a person would have to trust its job, as in tests/features/schedules/schedule_test.ts",
    ]),
  ),
  "orchastration mcp": "its messages come from a client, as in tests/specs/mcp_test.ts",
  "orchastration git worktree remove sample_task":
    "the fake git has no objects, see tests/long/worktree_remove_test.ts",
  "orchastration git worktree remove sample_task --salvage":
    "the fake git has no objects, see tests/long/worktree_remove_test.ts",
  "orchastration git worktree merge sample_task":
    "the fake git has no objects, see tests/long/worktree_merge_test.ts",
  "orchastration git worktree merge sample_task --into develop --merge-commit":
    "the fake git has no objects, see tests/long/worktree_merge_test.ts",
  "orchastration git worktree restore sample_task":
    "the fake git has no objects, see tests/long/worktree_remove_test.ts",
  "orchastration run --changed-since main":
    "the fake git has no history, as in tests/features/graph/changed_since_test.ts",
  "orchastration evidence verify sample_task-evidence --tree HEAD":
    "the fake git has no trees, as in tests/specs/evidence_export_test.ts",
  "orchastration evidence trailer --tree HEAD":
    "the fake git has no trees, as in tests/specs/trailer_test.ts",
  "orchastration evidence note sample_task": "the fake git has no trees, as in tests/specs/trailer_test.ts",
  "orchastration sign sample --key ssh-agent": "there is no ssh-agent, see tests/specs/signature_test.ts",
  "orchastration service start api": "its supervisor is a real process, as in tests/specs/service_test.ts",
  "orchastration service stop api": "its supervisor is a real process, as in tests/specs/service_test.ts",
  "orchastration service logs api --tail 20":
    "its supervisor is a real process, as in tests/specs/service_test.ts",
  "orchastration run sample --detach": "its supervisor is a real process, as in tests/specs/detach_test.ts",
};

const program = (await loadProgram()).root;
const EXAMPLES = commandsBelow(program).flatMap(examplesOf).map(({ line }) => line);

for (const line of new Set(EXAMPLES)) {
  Deno.test({
    name: `example: ${line}${line in NOT_CALLED ? ` (${NOT_CALLED[line]})` : ""}`,
    ignore: line in NOT_CALLED,
    async fn() {
      using first = await machine();
      await BEFORE[line]?.(first);
      using host = first.another();
      const calling = callLine(host, line);
      const isWatch = line.includes(" --watch");
      if (isWatch) await endWatch(host);
      const said = await calling;
      const problem = said.stderr.match(/^(?:error|warning):.*/m)?.[0];
      assertEquals([line, said.code, problem], [line, isWatch ? 130 : 0, undefined]);
      assert(said.stdout + said.stderr !== "", "it says nothing");
    },
  });
}

Deno.test("example: the documentation of examples matches the examples", () => {
  const known = [...Object.keys(BEFORE), ...Object.keys(NOT_CALLED)];
  assertEquals(known.filter((line) => !EXAMPLES.includes(line)), []);
});

async function signed(host: FakeHost): Promise<void> {
  assertEquals((await call(host.another(), ["sign", "sample_task"])).code, 0);
}

/** Examples that end only by Ctrl-C, after the job has run. */
async function endWatch(host: FakeHost): Promise<void> {
  await host.clock.advance(1000);
  host.signal("SIGINT");
}

/** The program can bundle the script of its pages. */
function withBundler(host: FakeHost): Promise<void> {
  host.program("/usr/bin/orchastration", (p) => p.stdout("render();"));
  return Promise.resolve();
}

/** The job has inputs, and has run with them. */
async function withInputs(host: FakeHost): Promise<void> {
  host.disk.write(
    `${PROJECT}/orchastration.toml`,
    TOML.replace("[jobs.lint", 'inputs = ["README.md"]\n\n[jobs.lint'),
  );
  assertEquals((await callLine(host, "orchastration run sample")).code, 0);
}

/** A project in which everything has been done once. */
async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML, {
    files: {
      [`${PROJECT}/README.md`]: "read me\n",
      [`${PROJECT}/src/a.ts`]: "",
      [`${PROJECT}/a.bin`]: "a",
      [`${PROJECT}/b.bin`]: "b",
    },
  });
  const repository = withGit(host, PROJECT);
  repository.branches.set("origin/main", FIRST_COMMIT);
  repository.trees.set(FIRST_COMMIT, "a".repeat(40));
  repository.remotes.set("origin", "git@github.com:octo/hello.git");
  withGh(host);
  host.program("list-files", async (p) => {
    await p.stdout("README.md\n");
    await p.stderr("one file\n");
  });
  host.program("systemctl", () => {});
  host.program("make-output", async (p) => {
    host.disk.write(`${PROJECT}/dist/example.txt`, "made\n");
    await p.stdout("made\n");
  });
  for (
    const words of [
      "run sample",
      "plan create sample_task",
      "build run sample_task",
      "git issue create sample_task",
      "doc generate --all",
      "hash --file a.bin --file b.bin > SUMS",
    ]
  ) {
    assertEquals([words, (await callLine(host, `orchastration ${words}`)).code], [words, 0]);
  }
  return host;
}

/** Calls a line as a person types it: words, words in double quotes, and at the end a file for the output. */
async function callLine(host: FakeHost, line: string) {
  const [command, file, ...others] = line.split(" > ");
  assertEquals(others, []);
  const [program, ...argv] = [...command!.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  assertEquals(program, "orchastration");
  const said = await call(host, argv);
  if (file !== undefined) host.disk.write(`${PROJECT}/${file}`, said.stdout);
  return said;
}

async function acceptLastCriterion(host: FakeHost): Promise<void> {
  assertEquals((await callLine(host, "orchastration plan accept sample_task ac2")).code, 0);
}

function withoutConfiguration(host: FakeHost): Promise<void> {
  host.disk.remove(`${PROJECT}/orchastration.toml`);
  return Promise.resolve();
}

/** A run without an end: we are killed while it is running. */
async function dieWhileRunning(host: FakeHost): Promise<void> {
  host.program("list-files", (p) => p.forever());
  const doomed = host.another();
  const died = call(doomed, ["run", "sample"]);
  await doomed.whenListening();
  doomed.die();
  await Promise.race([died, doomed.died]);
}
