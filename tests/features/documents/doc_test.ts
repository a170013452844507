/**
 * `doc generate`: documents from records, the generated part of a file, and the result when it cannot be
 * written.
 */

import { assert, assertEquals } from "@std/assert";
import { sha256 as sha256Of } from "../../support/journal.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import {
  call,
  expectCall,
  logOf,
  machineWith,
  PROJECT,
  readJson,
  type Said,
  STATE,
} from "../../support/cli.ts";

// Loaded in advance, as the harness does for modules that it knows.
import "../../../src/app/tasks/build_task.ts";
import "../../../src/app/tasks/create_plan.ts";
import "../../../src/app/documents/document_task.ts";

const SITE = `
[tasks.site]
description = "The pages"
command = ["make", "site"]
outputs = ["dist/index.html"]
documents = ["README.md"]
timeout_seconds = 10

[tasks.later]
command = ["true"]
`;
const PAGE = `${PROJECT}/docs/tasks/site.md`;
const BEGIN =
  "<!-- orchastration:begin, made by orchastration doc generate site; text between the marks is replaced -->";

function machine(toml = SITE): FakeHost {
  const host = machineWith(toml, { files: { [`${PROJECT}/README.md`]: "hi\n" } });
  host.program("make", async (p) => {
    await p.stdout("one\ntwo\n");
    await p.sleep(40);
    p.writeFile("dist/index.html", "<p>\n");
  });
  return host;
}

async function quiet(host: FakeHost, ...argv: string[]): Promise<Said> {
  return await call(host, ["--log-level", "error", ...argv]);
}

async function built(toml?: string): Promise<FakeHost> {
  const host = machine(toml);
  await quiet(host, "plan", "create", "site");
  assertEquals((await quiet(host, "build", "run", "site")).code, 0);
  return host;
}

Deno.test("the document of a built task is written as expected", async () => {
  using host = await built();
  await expectCall(host, ["doc", "generate", "site"], { stdout: "Wrote docs/tasks/site.md\n" });
  assertEquals(
    host.disk.read(PAGE),
    `${BEGIN}
<!-- prettier-ignore-start -->
<!-- deno-fmt-ignore-start -->
# site

**Done:** the build succeeded and its output is present.

The pages

## Plan and build

|   | Planned | Actual |
| --- | --- | --- |
| Command | \`make site\` | as planned |
| Working directory | \`.\` | as planned |
| Ending | exit 0 | exit 0 |
| Timeout | after 10.0s | not reached |
| Duration | — | 40ms |
| When | 2026-11-22 06:34:49 UTC | 2026-11-22 06:34:49 UTC |
| Asked by | ada | ada |
| Git commit | no repository | no repository |
| Record | \`site/20261122T063449.123Z\` | \`site/20261122T063449.124Z\` |

## Deviations

None: the build followed its plan, and its outputs are unchanged.

## Outputs

| Output | By the build | Now | Size | SHA-256 |
| --- | --- | --- | --- | --- |
| \`dist/index.html\` | created | as built | 4 bytes | \`f0a7bdc758e7\` |

The full digests, in the format that \`orchastration hash --check\` reads:

\`\`\`text
f0a7bdc758e7fb65677be011d2768bc62a565abe96b96af63e19b0e13055bd10  dist/index.html
\`\`\`

## Documents

| Document | Since the plan | Size | SHA-256 |
| --- | --- | --- | --- |
| \`README.md\` | unchanged | 3 bytes | \`98ea6e4f216f\` |

The full digests, in the format that \`orchastration hash --check\` reads:

\`\`\`text
98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4  README.md
\`\`\`

## Task and needs

\`\`\`mermaid
flowchart LR
  n0["site<br/>done"]
  f0(["dist/index.html"])
  n0 --> f0
  style n0 stroke-width:3px
\`\`\`

## History

| When | What | Ended | Took | Asked by | Record |
| --- | --- | --- | --- | --- | --- |
| 2026-11-22 06:34:49 UTC | build | exit 0 | 40ms | ada | \`site/20261122T063449.124Z\` |
| 2026-11-22 06:34:49 UTC | plan | succeeded | 0ms | ada | \`site/20261122T063449.123Z\` |

## How to reproduce

In the folder of the project:

\`\`\`sh
orchastration build run site --plan
\`\`\`

The command alone:

\`\`\`sh
make site
\`\`\`

## Log of the build

All of \`stdout\`:

\`\`\`text
one
two
\`\`\`
<!-- deno-fmt-ignore-end -->
<!-- prettier-ignore-end -->
<!-- orchastration:end -->
`,
  );
});

/** The part of a document below a heading. */
function below(document: string, heading: string): string {
  return document.slice(document.indexOf(`## ${heading}\n`)).split("\n## ")[0]!;
}

Deno.test("each criterion is shown with its check, and with the end of the output if the check failed", async () => {
  using host = machine(`${
    SITE.replace(
      "timeout",
      `acceptance = [
    { id = "links", text = "they work", check = ["links", "--all"] },
    { id = "size", text = "it is small", check = ["size"] },
    { id = "look", text = "it looks right" },
  ]
  timeout`,
    )
  }`);
  host.program("links", () => {});
  host.program("size", async (p) => {
    for (let i = 1; i <= 30; i++) await p.stdout(`line ${i}\n`);
    return 2;
  });
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  const { stdout } = await quiet(host, "doc", "generate", "site", "--output", "-");
  const sha256 = /[0-9a-f]{64}(?= {2}site.* stdout$)/m.exec(stdout)![0];
  const records = ["20261122T063449.163Z", "20261122T063449.164Z"].map((time) => {
    const digest = sha256Of(host.disk.readBytes(`${STATE}/runs/site/${time}.json`)!);
    return { digest, short: digest.slice(0, 12), name: `site/${time} record` };
  });
  const tail = Array.from({ length: 20 }, (_, i) => `line ${i + 11}`).join("\n");
  assertEquals(
    below(stdout, "Acceptance"),
    `## Acceptance

| Criterion | What | State | Check | Evidence |
| --- | --- | --- | --- | --- |
| \`links\` | they work | **passed** | \`links --all\` | \`site/20261122T063449.163Z\` exit 0, record \`${
      records[0]!.short
    }\`, verified |
| \`size\` | it is small | **failed** | \`size\` | \`site/20261122T063449.164Z\` exit 2, stdout \`${
      sha256.slice(0, 12)
    }\`, record \`${records[1]!.short}\`, verified |
| \`look\` | it looks right | **open** | a person confirms it | none yet |

The last 20 lines of \`stdout\` of the check \`size\`:

\`\`\`text
${tail}
\`\`\`

SHA-256 of the checks' output and records:

\`\`\`text
${records[0]!.digest}  ${records[0]!.name}
${sha256}  site/20261122T063449.164Z stdout
${records[1]!.digest}  ${records[1]!.name}
\`\`\`
`,
  );
  // An ending that contradicts itself names the failure.
  assert(stdout.includes("| Ending | exit 0 | exit 0, but acceptance failed: size |\n"), stdout);
  assert(stdout.includes("| build | exit 0, but acceptance failed: size | 40ms |"), stdout);
  assert(!stdout.includes("e3b0c44298fc"), stdout);
  const { acceptance } = JSON.parse(
    (await quiet(host, "doc", "generate", "site", "--output", "-", "--json")).stdout,
  );
  assertEquals(acceptance[1].evidence.log, [{ stream: "stdout", lines: tail.split("\n"), is_cut: true }, {
    stream: "stderr",
    lines: [],
    is_cut: false,
  }]);
});

Deno.test("an unexpected exit status and a timeout are named as the reason", async () => {
  for (
    const [toml, ending] of [
      ["success_exit_codes = [3]", "| Ending | exit 3 | exit 0, expected 3 |"],
      ["timeout_seconds = 0.02", "| Ending | exit 0 | timed out after 20ms, then ended by SIGTERM |"],
      ['outputs = ["other.html"]', "| Ending | exit 0 | exit 0, but its output is missing: other.html |"],
    ] as const
  ) {
    const key = toml.split(" ")[0]!;
    using host = machine(
      SITE.replace(new RegExp(`^${key} = .*\\n|(?=\\n\\[tasks\\.later\\])`, "m"), `${toml}\n`),
    );
    await quiet(host, "plan", "create", "site");
    await quiet(host, "build", "run", "site");
    const { stdout } = await quiet(host, "doc", "generate", "site", "--output", "-");
    assert(stdout.includes(`${ending}\n`), stdout);
  }
});

Deno.test("reproduction: needs come first, each with its arguments and variables, and unknown facts are remarked on", async () => {
  using host = machine(`
[tasks.lib]
command = ["make"]
acceptance = [{ id = "look", text = "it looks right" }]

[tasks.site]
needs = ["lib"]
command = ["make"]
secrets = ["TOKEN"]
env_file = [".env"]
`);
  host.program("make", () => {});
  host.disk.write(`${PROJECT}/.env`, "A=1\n");
  await quiet(host, "build", "run", "lib", "--plan", "--env", "LEVEL=2");
  await quiet(host, "plan", "accept", "lib", "look");
  await quiet(
    host,
    "build",
    "run",
    "site",
    "--plan",
    "--env",
    "TOKEN=hunter22",
    "--env",
    "MODE=a b",
    "--",
    "-x",
  );
  const { stdout } = await quiet(host, "doc", "generate", "site", "--output", "-");
  assertEquals(
    below(stdout, "How to reproduce"),
    `## How to reproduce

In the folder of the project:

\`\`\`sh
orchastration build run lib --plan --env LEVEL=2
orchastration plan accept lib look
orchastration build run site --plan --env 'MODE=a b' --env TOKEN="$TOKEN" -- -x
\`\`\`

- Before \`plan accept lib\`, a person checks whether this is true.
- Secret values are not recorded; set these first: \`TOKEN\`.
- Variables were read from \`.env\`, which git may not have.

The command alone:

\`\`\`sh
env 'MODE=a b' TOKEN="$TOKEN" make -x
\`\`\`
<!-- deno-fmt-ignore-end -->
<!-- prettier-ignore-end -->
<!-- orchastration:end -->
`,
  );
});

Deno.test("in HTML the diagram is a picture, a digest is abbreviated with the full one beside it, and there is no script", async () => {
  using host = await built();
  const { stdout } = await quiet(host, "doc", "generate", "site", "--output", "-", "--format", "html");
  assertEquals(
    [...stdout.matchAll(/<svg class="(right|down)" role="img" aria-label="([^"]*)"/g)].map(([, ...of]) => of),
    [
      ["right", "site leaves dist/index.html"],
      ["down", "site leaves dist/index.html"],
    ],
  );
  assertEquals([stdout.includes("flowchart"), stdout.includes("<script")], [false, false]);
  const whole = "f0a7bdc758e7fb65677be011d2768bc62a565abe96b96af63e19b0e13055bd10";
  const digest = `<details><summary><code>${
    whole.slice(0, 12)
  }</code></summary><code>${whole}</code></details>`;
  assert(stdout.includes(digest), stdout);
  assertEquals(stdout.split(whole).length, 2);
});

Deno.test("generating a document is recorded as a run, and the task's record refers to the document", async () => {
  using host = await built();
  await quiet(host, "doc", "generate", "site");
  const record = readJson(host, `${STATE}/tasks/site.json`);
  const documented = record["documented"] as Record<string, unknown>;
  assertEquals([documented["path"], documented["run"]], ["docs/tasks/site.md", record["last_run"]]);
  const { stdout } = await quiet(host, "hash", PAGE);
  assertEquals(stdout.split(" ")[0], documented["sha256"]);
  const run = readJson(host, `${STATE}/runs/${record["last_run"]}.json`);
  assertEquals(
    [run["action"], run["subject"], run["status"], run["reason"], run["process"]],
    ["doc.generate", "task", "succeeded", "docs/tasks/site.md was written", null],
  );
  assertEquals(record["status"], "done");
});

Deno.test("the same records give the same bytes, and --check succeeds", async () => {
  using host = await built();
  await quiet(host, "doc", "generate", "site");
  const first = host.disk.read(PAGE);
  await expectCall(host, ["doc", "generate", "site", "--check"], {
    stdout: "docs/tasks/site.md is up to date\n",
  });
  await expectCall(host, ["doc", "generate", "site"], { stdout: "docs/tasks/site.md is up to date\n" });
  assertEquals(host.disk.read(PAGE), first);
  host.disk.remove(PAGE);
  await quiet(host, "doc", "generate", "site");
  assertEquals(host.disk.read(PAGE), first);
});

Deno.test("--check writes nothing and names missing and outdated documents", async () => {
  using host = await built();
  const runs = host.disk.list(`${STATE}/runs/site`);
  await expectCall(host, ["doc", "generate", "site", "--check"], {
    code: 1,
    stderr: 'error: Cannot confirm document "docs/tasks/site.md": it is missing\n' +
      "  try: orchastration doc generate site\n",
  });
  assertEquals([host.disk.exists(`${PROJECT}/docs`), host.disk.list(`${STATE}/runs/site`)], [false, runs]);
  await quiet(host, "doc", "generate", "--all");
  host.disk.write(`${PROJECT}/dist/index.html`, "changed\n");
  await expectCall(host, ["doc", "generate", "--all", "--check"], {
    code: 1,
    stdout: "docs/tasks/later.md is up to date\n",
    stderr: "error: Cannot confirm 2 documents: they differ from what the records give\n" +
      "  docs/tasks/site.md is out of date\n  docs/tasks/index.md is out of date\n" +
      "  try: orchastration doc generate --all\n",
  });
});

Deno.test("layout changes by git, an editor or a formatter are not changes", async () => {
  using host = await built();
  for (
    const [format, path] of [["markdown", PAGE], ["html", `${PROJECT}/docs/tasks/site.html`], [
      "json",
      `${PROJECT}/docs/tasks/site.json`,
    ]] as const
  ) {
    await quiet(host, "doc", "generate", "site", "--format", format);
    const page = host.disk.read(path)!;
    const name = path.slice(PROJECT.length + 1);
    for (
      const left of [
        page.replaceAll("\n", "\r\n"),
        page.trimEnd(),
        `\ufeff${page}`,
        `${page}\n`,
        page.replace(/\n/, "  \n"),
        ...(format === "json" ? [JSON.stringify(JSON.parse(page))] : []),
      ]
    ) {
      host.disk.write(path, left);
      for (const flags of [["--check"], []]) {
        await expectCall(host, ["doc", "generate", "site", "--format", format, ...flags], {
          stdout: `${name} is up to date\n`,
        });
      }
      assertEquals(host.disk.readBytes(path), new TextEncoder().encode(left));
    }
    host.disk.write(path, `\ufeff${page.replace(/succeeded/g, "was good").replaceAll("\n", "\r\n")}`);
    assertEquals((await quiet(host, "doc", "generate", "site", "--format", format, "--check")).code, 1);
  }
});

Deno.test("text around the managed part is preserved", async () => {
  using host = await built();
  await quiet(host, "doc", "generate", "site");
  const page = host.disk.read(PAGE)!;
  host.disk.write(PAGE, `# My notes\n\n${page.replace("**Done:**", "**Perfect:**")}\nAnd more.`);
  await quiet(host, "doc", "generate", "site");
  assertEquals(host.disk.read(PAGE), `# My notes\n\n${page}\nAnd more.`);
});

Deno.test("a file without marks is not changed, unless --force adds the managed part", async () => {
  using host = await built();
  host.disk.write(PAGE, "# Mine\n");
  await expectCall(host, ["doc", "generate", "site"], {
    code: 65,
    stderr: `error: Cannot update document "${PAGE}": it was not made by doc generate\n` +
      "  try: move it away, choose another path with --output <path>, or add to it with --force\n",
  });
  assertEquals(host.disk.read(PAGE), "# Mine\n");
  await expectCall(host, ["doc", "generate", "site", "--force"], { stdout: "Wrote docs/tasks/site.md\n" });
  assert(host.disk.read(PAGE)!.startsWith(`# Mine\n\n${BEGIN}\n<!-- prettier`));
  for (const [format, file] of [["html", "site.html"], ["json", "site.json"]] as const) {
    host.disk.write(`${PROJECT}/docs/tasks/${file}`, "mine");
    assertEquals((await quiet(host, "doc", "generate", "site", "--format", format)).code, 65);
    assertEquals(host.disk.read(`${PROJECT}/docs/tasks/${file}`), "mine");
    assertEquals((await quiet(host, "doc", "generate", "site", "--format", format, "--force")).code, 0);
    assertEquals((await quiet(host, "doc", "generate", "site", "--format", format, "--check")).code, 0);
  }
});

Deno.test("damaged marks are refused with the reason", async () => {
  using host = await built();
  host.disk.write(PAGE, `mine\n${BEGIN}\nhalf\n`);
  await expectCall(host, ["doc", "generate", "site"], {
    code: 65,
    stderr: `error: Cannot update document "${PAGE}": the mark orchastration:end is missing, ` +
      "so the generated part cannot be told from what a person wrote\n" +
      "  try: repair the marks, or move the file away\n",
  });
  host.disk.write(PAGE, new Uint8Array([0xff, 0xfe, 0x00]));
  assertEquals((await quiet(host, "doc", "generate", "site")).code, 74);
});

Deno.test("--all writes a document for every task, even without records, and a board", async () => {
  using host = await built();
  await expectCall(host, ["doc", "generate", "--all"], {
    stdout: "Wrote docs/tasks/later.md\nWrote docs/tasks/site.md\nWrote docs/tasks/index.md\n",
  });
  assertEquals(
    host.disk.read(`${PROJECT}/docs/tasks/index.md`)!.split("\n").slice(3, -4),
    [
      "# Tasks",
      "",
      "**1 of 2 done.**",
      "",
      "| Task | Status | Why | Last build | What it is |",
      "| --- | --- | --- | --- | --- |",
      "| [later](later.md) | **Not planned yet** | nothing is recorded for it yet | — | — |",
      "| [site](site.md) | **Done** | the build succeeded and its output is present | 2026-11-22 06:34:49 UTC | The pages |",
    ],
  );
  const later = host.disk.read(`${PROJECT}/docs/tasks/later.md`)!;
  assert(
    later.includes(
      "**Not planned yet:** nothing is recorded for it yet.\n\n- Next: `orchastration plan create later`",
    ),
  );
  assertEquals(host.disk.exists(`${STATE}/tasks/later.json`), false);
  await expectCall(host, ["doc", "generate", "--all", "--check"], {
    stdout: ["later", "site", "index"].map((name) => `docs/tasks/${name}.md is up to date\n`).join(""),
  });
});

Deno.test("a task named index keeps its document", async () => {
  using host = machine('[tasks.index]\ncommand = ["true"]\n');
  await expectCall(host, ["doc", "generate", "--all"], {
    stdout: "Wrote docs/tasks/index.md\nWrote docs/tasks/_index.md\n",
  });
});

Deno.test("a damaged record is reported, and the other tasks are documented", async () => {
  using host = await built();
  host.disk.write(`${STATE}/tasks/site.json`, "{");
  const said = await quiet(host, "doc", "generate", "--all");
  assertEquals([said.code, said.stdout], [74, "Wrote docs/tasks/later.md\nWrote docs/tasks/index.md\n"]);
  assert(
    said.stderr.startsWith(`error: Cannot read the task record "${STATE}/tasks/site.json"`),
    said.stderr,
  );
  assert(
    host.disk.read(`${PROJECT}/docs/tasks/index.md`)!.includes(
      "| **Not known** | its record cannot be read |",
    ),
  );
});

Deno.test("a record of a newer version is reported, and not changed", async () => {
  using host = await built();
  const path = `${STATE}/tasks/site.json`;
  const newer = host.disk.read(path)!.replace('"format": 1', '"format": 2');
  host.disk.write(path, newer);
  await expectCall(host, ["doc", "generate", "site"], { stdout: "Wrote docs/tasks/site.md\n" });
  assertEquals(host.disk.read(path), newer);
});

Deno.test("a missing working directory is not created, and the document can be written elsewhere", async () => {
  using host = machine('[tasks.site]\ncommand = ["make"]\nworking_dir = "web"\n');
  await expectCall(host, ["doc", "generate", "site"], {
    code: 74,
    stderr: `error: Cannot write "${PROJECT}/web/docs/tasks/site.md": working_dir ${PROJECT}/web: ` +
      "no such file or directory\n  try: orchastration doc generate site --output <path>\n",
  });
  assertEquals(host.disk.exists(`${PROJECT}/web`), false);
  await expectCall(host, ["doc", "generate", "site", "--output", "report.md"], {
    stdout: "Wrote report.md\n",
  });
});

Deno.test("a task that another process is working on is busy", async () => {
  using host = await built();
  const free = host.disk.lockElsewhere(`${STATE}/locks/job-site.lock`);
  assertEquals((await quiet(host, "doc", "generate", "site")).code, 75);
  assertEquals(host.disk.exists(PAGE), false);
  free();
});

Deno.test("a full disk leaves the old document complete, and a run that records the failure", async () => {
  using host = await built();
  await quiet(host, "doc", "generate", "site");
  const before = host.disk.read(PAGE)!.replace("The pages", "The old pages");
  host.disk.write(PAGE, before);
  host.faults.failWhen({ op: "write", path: /site\.md/, problem: "no_space" });
  const said = await quiet(host, "doc", "generate", "site");
  assertEquals([said.code, host.disk.read(PAGE)], [74, before]);
  const [last] = host.disk.list(`${STATE}/runs/site`).filter((name) => /^\d.*\.json$/.test(name)).reverse();
  assertEquals(readJson(host, `${STATE}/runs/site/${last}`)["status"], "failed");
});

Deno.test("on standard output only the document is printed, and nothing is recorded", async () => {
  using host = await built();
  await quiet(host, "doc", "generate", "site");
  const runs = host.disk.list(`${STATE}/runs/site`);
  await expectCall(host, ["doc", "generate", "site", "--output", "-"], { stdout: host.disk.read(PAGE)! });
  const json = await call(host, ["doc", "generate", "site", "--output", "-", "--json"]);
  const facts = JSON.parse(json.stdout);
  assertEquals([facts.format, facts.kind, facts.status], [1, "task_document", "done"]);
  const html = await call(host, ["doc", "generate", "site", "--output", "-", "--format", "html"]);
  assert(/^<!-- .* -->\n<!doctype html>/.test(html.stdout));
  assertEquals(host.disk.list(`${STATE}/runs/site`), runs);
});

Deno.test("with --json the written files are reported in one document", async () => {
  using host = await built();
  const said = await call(host, ["doc", "generate", "site", "--json"]);
  const { last_run } = readJson(host, `${STATE}/tasks/site.json`);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "documents",
    check: false,
    documents: [{ task: "site", path: PAGE, state: "written", run: last_run, problem: null }],
    exit_code: 0,
  });
});

Deno.test("extra arguments, a drifted definition and a changed output are shown as deviations", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site", "--", "--fast");
  host.disk.write(`${PROJECT}/dist/index.html`, "changed\n");
  host.disk.write(`${PROJECT}/orchastration.toml`, SITE.replace('"make", "site"', '"make", "all"'));
  await quiet(host, "doc", "generate", "site");
  const page = host.disk.read(PAGE)!;
  assert(page.includes("**Done, but stale:** the build succeeded and its output is present."), page);
  assertEquals(page.split("## Deviations\n\n")[1]!.split("\n\n## ")[0]!.split("\n"), [
    "- The build was given extra arguments: `--fast`",
    "- Stale: the definition changed since the plan: command\\[1\\].",
    "- Stale: dist/index.html changed since the build.",
    "",
    "| Field | Planned | Now |",
    "| --- | --- | --- |",
    '| `command[1]` | `"site"` | `"all"` |',
  ]);
});

Deno.test("an interrupted build is still interrupted after it has been documented", async () => {
  using host = machine();
  host.program("make", (p) => p.forever());
  await quiet(host, "plan", "create", "site");
  const building = call(host, ["build", "run", "site"]);
  await host.whenListening();
  while (host.livingProcesses().length === 0) await host.clock.after(10).elapsed;
  using next = host.reviveAfterDeath({ processes: "gone" });
  void building;
  for (let i = 0; i < 2; i++) {
    assertEquals((await quiet(next, "doc", "generate", "site")).code, 0);
    assert(next.disk.read(PAGE)!.includes("**Interrupted:**"), next.disk.read(PAGE)!);
  }
});

Deno.test("a secret in the name of the folder is in no record, log or index, and an unset secret is reported", async () => {
  using host = machineWith(
    '[tasks.site]\ncommand = ["make"]\nworking_dir = "for-${env:KEY}"\nsecrets = ["KEY"]\n' +
      '[tasks.lost]\ncommand = ["make"]\nworking_dir = "${env:NOT_SET}"\n',
    { env: { PATH: "/bin", HOME: "/home/ada", KEY: "hunter2" } },
  );
  host.disk.makeFolder(`${PROJECT}/for-hunter2`);
  await call(host, ["plan", "create", "site"]);
  assertEquals((await call(host, ["doc", "generate", "site"])).code, 0);
  assertEquals(host.disk.exists(`${PROJECT}/for-hunter2/docs/tasks/site.md`), true);
  const all = await call(host, ["doc", "generate", "--all", "--json", "--log-level", "debug"]);
  assertEquals([all.code, all.stderr.includes("tasks.lost.working_dir: ")], [78, true]);
  const kept = JSON.stringify(host.disk.tree(STATE)) + all.stderr +
    host.disk.read(`${PROJECT}/docs/tasks/index.md`);
  assertEquals([kept.includes("hunter2"), kept.includes("for-***/docs/tasks/site.md")], [false, true]);
  // A broken link counts as missing.
  assertEquals(kept.includes("](../"), false);
  const lost = await call(host, ["doc", "generate", "lost"]);
  assertEquals([lost.code, lost.stderr.includes("tasks.lost.working_dir: the variable NOT_SET is not set")], [
    78,
    true,
  ]);
  host.disk.remove(`${PROJECT}/for-hunter2`);
  const gone = await call(host, ["doc", "generate", "site"]);
  assertEquals([gone.code === 0, (gone.stdout + gone.stderr).includes("hunter2")], [false, false]);
});

Deno.test("values of secrets are in no document", async () => {
  using host = machineWith(
    '[tasks.site]\ncommand = ["make", "hunter2"]\ndescription = "with hunter2"\nsecrets = ["KEY"]\nenv = { KEY = "hunter2" }\n',
  );
  host.program("make", async (p) => await p.stdout("hunter2\n"));
  for (const step of [["doc", "generate"], ["plan", "create"], ["build", "run"], ["doc", "generate"]]) {
    assertEquals((await quiet(host, ...step, "site")).code, 0);
  }
  for (const format of ["markdown", "html", "json"]) {
    const { stdout } = await quiet(host, "doc", "generate", "site", "--output", "-", "--format", format);
    assertEquals([stdout.includes("hunter2"), stdout.includes("with ***") || stdout.includes("with \\*")], [
      false,
      true,
    ]);
  }
  assertEquals(JSON.stringify(logOf(host)).includes("hunter2"), false);
});

Deno.test("flags that contradict each other are refused before anything is done", async () => {
  const cases: readonly (readonly [argv: readonly string[], fact: string])[] = [
    [[], "no task was named"],
    [["site", "--all"], "a task and --all cannot be combined"],
    [["--all", "--output", "x"], "--output is for one document, but --all writes several"],
    [["site", "--output", "-", "--check"], "there is nothing to check on standard output"],
    [
      ["site", "--output", "-", "--json", "--format", "html"],
      "--json prints JSON, but --format asks for html",
    ],
  ];
  for (const [argv, fact] of cases) {
    using host = machine();
    const said = await call(host, ["doc", "generate", ...argv]);
    assertEquals([said.code, said.stderr.split("\n")[0]], [64, `error: Cannot generate documents: ${fact}`]);
  }
  using host = machine();
  assertEquals((await quiet(host, "doc", "generate", "sit")).code, 66);
});
