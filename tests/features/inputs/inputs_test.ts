/** Inputs of jobs: the messages, unknown inputs, and results that must not be reused. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { withGit } from "../../support/fake_git.ts";

const QUIET = ["--log-format", "pretty"];

const GLOB_JOB = '[jobs.make]\ncommand = ["make"]\ninputs = ["src/*"]\n';

function jobWith(keys: string): FakeHost {
  const host = machineWith(`[jobs.make]\ncommand = ["make"]\n${keys}\n`, {
    files: { [`${PROJECT}/src/a`]: "a" },
  });
  host.program("make", (p) => p.stdout("making\n"));
  return host;
}

async function run(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(5000);
  return await call(host.another(), argv.length === 0 ? ["run", "make", ...QUIET] : argv);
}

async function record(host: FakeHost, ...more: readonly string[]) {
  const said = await run(host, "run", "make", "--json", ...more);
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout);
}

Deno.test("inputs: the reason is printed before the start, and a run that is not needed is reported as up to date", async () => {
  const host = jobWith('inputs = ["src", "none/**"]');
  const first = await run(host);
  assertEquals(first.stdout.split("\n")[0], "runs: never succeeded  nothing matches none/**");
  const again = await run(host);
  assert(/^up to date {2}make\/\S+ {2}same as make\/\S+\n$/.test(again.stdout), again.stdout);
  assertEquals([again.code, again.stderr], [0, ""]);
  host.disk.write(`${PROJECT}/src/a`, "b");
  host.disk.write(`${PROJECT}/src/c`, "c");
  const third = await run(host);
  assert(/^runs: src\/a changed \(\+1 more\) since make\/\S+ {2}nothing/.test(third.stdout), third.stdout);
});

Deno.test("inputs: a path that looks like a glob is taken as written if it exists", async () => {
  const files = ["src/*.txt", "src/a.txt", "src/[slug]/page", "src/s/page"];
  const host = machineWith(
    '[jobs.make]\ncommand = ["make"]\ninputs = ["src/*.txt", "src/[slug]", "src/[s]/*"]\n',
    { files: Object.fromEntries(files.map((path) => [`${PROJECT}/${path}`, path])) },
  );
  host.program("make", () => 0);
  assertEquals((await record(host)).inputs.files, 3);
  for (const path of ["src/a.txt", "src/b.txt"]) host.disk.write(`${PROJECT}/${path}`, "new");
  assertEquals((await record(host)).status, "up_to_date");
  host.disk.remove(`${PROJECT}/src/*.txt`);
  const again = await record(host);
  assertEquals([again.status, again.inputs.files], ["succeeded", 4]);
});

Deno.test("inputs: a glob that exists as written and is left out adds nothing, and is not reported as unmatched", async () => {
  const host = jobWith('inputs = ["src/*.txt", "!src/[*].txt"]');
  for (const name of ["a.txt", "*.txt"]) host.disk.write(`${PROJECT}/src/${name}`, name);
  const { files, unmatched } = (await record(host)).inputs;
  assertEquals([files, unmatched], [0, undefined]);
  host.disk.remove(`${PROJECT}/src/*.txt`);
  assertEquals((await record(host)).inputs.files, 1);
});

Deno.test("inputs: a glob goes into all folders but .git, and those that are left out or are links", async () => {
  const host = jobWith(
    'inputs = ["src/**/*.txt", "none/*.txt", "src/a/*.txt", "!src/out"]\noutputs = ["src/made"]',
  );
  const files = [
    "b.txt",
    "deep/c.txt",
    "deep/d.md",
    ".git/e.txt",
    "deep/.git/f.txt",
    "out/g.txt",
    "made/h.txt",
    ".i/j.txt",
  ];
  for (const path of files) host.disk.write(`${PROJECT}/src/${path}`, path);
  host.disk.link(`${PROJECT}/src/to`, `${PROJECT}/src/deep`);
  host.program("make", (p) => p.writeFile("src/made", ""));
  host.disk.remove(`${PROJECT}/src/made/h.txt`);
  const { inputs } = await record(host);
  assertEquals([inputs.files, inputs.unmatched], [3, ["none/*.txt", "src/a/*.txt"]]);
});

Deno.test("inputs: the state folder does not count, and a folder of the same name in another working directory does count", async () => {
  const host = machineWith(
    '[jobs.top]\ncommand = ["make"]\ninputs = ["**"]\noutputs = []\n' +
      '[jobs.sub]\ncommand = ["make"]\ninputs = ["**"]\noutputs = []\nworking_dir = "sub"\n',
    { files: { [`${PROJECT}/sub/state/a`]: "a" } },
  );
  host.program("make", () => 0);
  const look = async () => {
    const said = await run(host, "run", "top", "sub", "--state-dir", "state", "--json");
    assertEquals(said.code, 0, said.stderr);
    const { nodes } = JSON.parse(said.stdout).graph;
    return nodes.map(({ name, status }: Record<string, string>) => [name, status]);
  };
  assertEquals(await look(), [["sub", "succeeded"], ["top", "succeeded"]]);
  assertEquals(await look(), [["sub", "up_to_date"], ["top", "up_to_date"]]);
  host.disk.write(`${PROJECT}/sub/state/a`, "b");
  assertEquals(await look(), [["sub", "succeeded"], ["top", "succeeded"]]);
});

Deno.test("inputs: a job without inputs is always run", async () => {
  const host = jobWith("");
  for (const _ of [1, 2]) assertEquals((await record(host)).status, "succeeded");
  assertEquals(
    (await run(host, "run", "make", "--dry-run")).stdout,
    "make  would run  it has no inputs, so it always runs\n",
  );
});

Deno.test("inputs: a run whose inputs change meanwhile keeps its status and is never a baseline", async () => {
  const host = jobWith('inputs = ["src"]');
  host.program("make", (p) => p.writeFile("src/a", `${host.clock.nowMs()}`));
  const first = await record(host);
  assertEquals([first.status, first.inputs_changed], ["succeeded", ["src/a"]]);
  host.program("make", () => 0);
  const second = await record(host);
  assertEquals([second.status, second.inputs_changed], ["succeeded", undefined]);
  assertEquals((await record(host)).status, "up_to_date");
});

Deno.test("inputs: a failed job is run again, even if an older run with the same inputs succeeded", async () => {
  const host = jobWith('inputs = ["src"]\noutputs = []');
  await record(host);
  host.program("make", () => 3);
  assertEquals((await run(host, "run", "make", "--fresh", ...QUIET)).code, 3);
  host.program("make", () => 0);
  const again = await record(host);
  assertEquals([again.status, again.inputs.causes], ["succeeded", [{
    kind: "no_baseline",
    detail: "last_not_succeeded",
  }]]);
});

Deno.test("inputs: a job stays up to date with the same run, and runs again when the record of that run is gone", async () => {
  const host = jobWith('inputs = ["src"]\noutputs = []');
  const { id } = await record(host);
  for (let count = 0; count < 3; count++) {
    const again = await record(host);
    assertEquals([again.status, again.same_as.run], ["up_to_date", id]);
  }
  host.disk.remove(`${STATE}/runs/${id}.json`);
  const last = await record(host);
  assertEquals([last.status, last.inputs.causes[0].kind], ["succeeded", "no_baseline"]);
});

Deno.test("inputs: only the newest record and the run that it names are read for a job that is up to date again", async () => {
  const host = jobWith('inputs = ["src"]\noutputs = []');
  const { id } = await record(host);
  const second = await record(host);
  host.disk.write(`${STATE}/runs/${second.id}.json`, "damaged");
  const third = await record(host);
  const fourth = await record(host);
  assertEquals([third.same_as.run, fourth.same_as.run], [id, id]);
  host.disk.write(`${STATE}/runs/${third.id}.json`, "damaged");
  host.faults.failWhen({ op: "list", path: `${STATE}/runs/make`, problem: "permission_denied" });
  assertEquals((await record(host)).same_as.run, id);
});

Deno.test("inputs: without outputs, a change and its reversal lead to a run, because the results are unknown", async () => {
  for (const [keys, status] of [["", "succeeded"], ["\noutputs = []", "up_to_date"]] as const) {
    const host = jobWith(`inputs = ["src"]${keys}`);
    await record(host);
    host.disk.write(`${PROJECT}/src/a`, "other");
    await record(host);
    host.disk.write(`${PROJECT}/src/a`, "a");
    assertEquals((await record(host)).status, status, keys);
  }
});

Deno.test("inputs: a run whose output is missing afterwards fails, as in a build", async () => {
  const host = jobWith('inputs = ["src"]\noutputs = ["dist/a"]');
  const said = await run(host);
  assertEquals(said.code, 1);
  assert(said.stderr.includes("its output is missing: dist/a"), said.stderr);
});

Deno.test('inputs: "@git" without a repository is an error with the next step, and nothing is run', async () => {
  const host = jobWith('inputs = ["@git"]');
  assertEquals(await run(host), {
    code: 78,
    stdout: "",
    stderr:
      'error: Cannot determine the inputs of job "make": "@git" needs a git repository, and there is none here\n' +
      '  try: make the folder a git repository, or list paths and globs instead of "@git"\n',
  });
  assertEquals(host.spawned.length, 0);
});

Deno.test('inputs: "@git" is what git lists, without what is not there any more', async () => {
  const host = jobWith('inputs = ["@git"]');
  const repository = withGit(host, PROJECT);
  repository.before = async (p, words) => {
    if (words[0] !== "ls-files") return undefined;
    await p.stdout(["orchastration.toml", "src/a", "src/removed"].map((name) => `${name}\0`).join(""));
    return 0;
  };
  assertEquals((await record(host)).inputs.files, 2);
  host.disk.write(`${PROJECT}/ignored`, "x");
  assertEquals((await record(host)).status, "up_to_date");
});

/** Causes of unknown inputs: the job runs each time, and the record says why. */
for (
  const [what, prepare, problem] of [
    [
      "a link to a folder elsewhere",
      (host: FakeHost) => {
        host.disk.write("/elsewhere/b", "b");
        host.disk.link(`${PROJECT}/src/link`, "/elsewhere");
      },
      "src/link: it is a link to a folder outside working_dir, whose files cannot be followed; exclude it with !",
    ],
    [
      "a folder that cannot be read",
      (host: FakeHost) => {
        host.disk.write(`${PROJECT}/src/deep/b`, "b");
        host.disk.setAccess(`${PROJECT}/src/deep`, { readable: false });
      },
      "src/deep: permission denied",
    ],
    [
      "the folder of a glob that cannot be read",
      (host: FakeHost) => {
        host.disk.write(PROJECT + "/orchastration.toml", GLOB_JOB);
        host.disk.setAccess(`${PROJECT}/src`, { readable: false });
      },
      "src: permission denied",
    ],
    [
      "a file that cannot be read",
      (host: FakeHost) => host.disk.setAccess(`${PROJECT}/src/a`, { readable: false }),
      "src/a: permission denied",
    ],
  ] as const
) {
  Deno.test(`inputs: the job runs if the inputs cannot be determined: ${what}`, async () => {
    const host = jobWith('inputs = ["src"]');
    prepare(host);
    for (const _ of [1, 2]) {
      const { status, inputs } = await record(host);
      assertEquals([status, inputs.sha256, inputs.problem], ["succeeded", null, problem]);
    }
  });
}

Deno.test("inputs: the job runs if one of its files cannot be examined", async () => {
  const host = jobWith('inputs = ["src"]').another();
  host.faults.failWhen({ op: "identify", path: `${PROJECT}/src`, problem: "permission_denied" });
  const said = await call(host, ["run", "make", "--json"]);
  const { status, inputs } = JSON.parse(said.stdout);
  assertEquals([status, inputs.sha256, inputs.problem], ["succeeded", null, "src/a: permission denied"]);
});

Deno.test("inputs: a dangling link counts, a link to a file counts by its content, and a pipe is not opened", async () => {
  const host = jobWith('inputs = ["src"]');
  host.disk.link(`${PROJECT}/src/dangling`, "nowhere");
  host.disk.write(`${PROJECT}/other`, "1");
  host.disk.link(`${PROJECT}/src/link`, "../other");
  host.disk.special(`${PROJECT}/src/pipe`);
  assertEquals((await record(host)).inputs.files, 4);
  assertEquals((await record(host)).status, "up_to_date");
  host.disk.write(`${PROJECT}/other`, "2");
  assertEquals((await record(host)).inputs.causes, [{ kind: "file_changed", path: "src/link" }]);
});

Deno.test("inputs: a path that exists as it is written is that path", async () => {
  const host = jobWith('inputs = ["src/[id]/page"]');
  host.disk.write(`${PROJECT}/src/[id]/page`, "1");
  host.disk.write(`${PROJECT}/src/i/page`, "1");
  assertEquals((await record(host)).inputs.files, 1);
  host.disk.write(`${PROJECT}/src/i/page`, "2");
  assertEquals((await record(host)).status, "up_to_date");
  host.disk.write(`${PROJECT}/src/[id]/page`, "2");
  assertEquals((await record(host)).inputs.causes, [{ kind: "file_changed", path: "src/[id]/page" }]);
});

Deno.test("inputs: a secret variable that is an input is in no manifest, and its change is noticed", async () => {
  const host = jobWith('inputs = ["src"]\ninput_env = ["TOKEN"]\nsecrets = ["TOKEN"]');
  host.disk.write(`${PROJECT}/src/secret-value-1`, "x");
  const withToken = async (value: string) => {
    host.clock.pass(5000);
    const next = host.another({ env: { ...host.environment.all(), TOKEN: value } });
    const said = await call(next, ["run", "make", "--json"]);
    return JSON.parse(said.stdout);
  };
  await withToken("secret-value-1");
  assertEquals((await withToken("secret-value-1")).status, "up_to_date");
  const kept = Object.entries(host.disk.tree("/home/ada/.cache")).filter(([path]) => path.endsWith(".json"));
  assert(kept.length > 2);
  for (const [path, text] of kept) assert(!text.includes("secret-value-1"), path);
  const changed = await withToken("secret-value-2");
  assert(
    changed.inputs.causes.some(({ kind, name }: Record<string, string>) =>
      kind === "env" && name === "TOKEN"
    ),
  );
});

Deno.test("runs why: all reasons are given, from the records", async () => {
  const host = jobWith('inputs = ["src"]');
  await record(host);
  for (let n = 0; n < 30; n++) host.disk.write(`${PROJECT}/src/n${String(n).padStart(2, "0")}`, "n");
  await record(host);
  host.disk.remove(`${PROJECT}/src/n00`);
  const said = JSON.parse((await run(host, "runs", "why", "make", "--json")).stdout);
  assertEquals([said.causes.length, said.more_causes, said.causes[29].path], [30, 0, "src/n29"]);
  const text = (await run(host, "runs", "why", "make")).stdout.split("\n");
  assert(text[0]!.startsWith("make/") && text[0]!.includes(" ran, because since make/"), text[0]);
  assertEquals(text[1], "  src/n00 is new");
});

Deno.test("runs accept-unchanged: a statement without a reason is refused", async () => {
  const host = jobWith('inputs = ["src"]');
  await record(host);
  host.disk.write(`${PROJECT}/src/a`, "a // comment");
  for (const reason of ["", "  "]) {
    const said = await run(host, "runs", "accept-unchanged", "make", "--because", reason);
    assertEquals([said.code, said.stdout, said.stderr.split("\n")[0]], [
      64,
      "",
      `error: Cannot use --because "${reason}": expected some words, found nothing`,
    ]);
  }
});

Deno.test("runs accept-unchanged: a person's statement is recorded with the difference, and nothing is run", async () => {
  const host = jobWith('inputs = ["src"]');
  const first = await record(host);
  const word = ["runs", "accept-unchanged", "make", "--because", "only a comment"];
  assertEquals((await run(host, ...word)).code, 65);
  host.disk.write(`${PROJECT}/src/a`, "a // comment");
  const said = await run(host, ...word);
  assertEquals([said.code, said.stdout], [
    0,
    `make counts as unchanged since ${first.id}, although:\n  src/a changed\n`,
  ]);
  const after = await record(host);
  assertEquals([after.status, after.same_as.run], ["up_to_date", first.id]);
  const list = JSON.parse((await run(host, "runs", "list", "make", "--json")).stdout);
  assertEquals(list.runs.map(({ action }: Record<string, string>) => action), [
    "job.run",
    "runs.accept_unchanged",
    "job.run",
  ]);
  host.disk.write(`${PROJECT}/src/a`, "a // comment, and more");
  assertEquals((await record(host)).inputs.causes, [{ kind: "file_changed", path: "src/a" }]);
});

Deno.test("runs prune: the run whose result is still valid stays, and so does the base of its manifest", async () => {
  const host = jobWith('inputs = ["src"]');
  for (let n = 0; n < 20; n++) host.disk.write(`${PROJECT}/src/n${n}`, "n");
  await record(host);
  host.disk.write(`${PROJECT}/src/a`, "b");
  const second = await record(host);
  await record(host);
  await record(host);
  assertEquals((await run(host, "runs", "prune", "--keep", "1")).code, 0);
  const again = await record(host);
  assertEquals([again.status, again.same_as.run], ["up_to_date", second.id]);
  const manifests = Object.keys(host.disk.tree("/home/ada/.cache")).filter((path) =>
    path.endsWith(".inputs.json")
  );
  assertEquals(manifests.length, 2);
});

Deno.test("dry run: nothing is started or recorded, and the answer is the same twice", async () => {
  const host = jobWith('inputs = ["src"]');
  await record(host);
  host.disk.write(`${PROJECT}/src/a`, "b");
  const before = host.spawned.length;
  const [one, two] = [
    await run(host, "run", "make", "--dry-run", "--json"),
    await run(host, "run", "make", "--dry-run", "--json"),
  ];
  assertEquals(one, two);
  assertEquals(host.spawned.length, before);
  assertEquals(JSON.parse(one.stdout).nodes[0].causes, [{ kind: "file_changed", path: "src/a" }]);
});
