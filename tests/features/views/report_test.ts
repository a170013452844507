/** `report`: one file that needs nothing else, whatever its records contain. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { ReportData } from "../../../src/web/page_data.ts";
import "../../../src/web/report.ts";

const HOSTILE = '</script><script>alert(1)</script><!-- \u2028 & "';
const TOML = `
[jobs.one]
description = '${HOSTILE.replace("\u2028", "")}'
command = ["talk"]
[jobs.two]
command = ["talk"]
needs = ["one"]
[jobs.secret]
command = ["tell"]
env = { TOKEN = "hunter2hunter2" }
secrets = ["TOKEN"]
[tasks.thing]
command = ["talk"]
acceptance = [{ id = "ac1", text = "it talks", check = ["talk"] }]
`;
const SCRIPT = 'const text = "</script><!--";\nrender();\n';

function machine(): FakeHost {
  const host = machineWith(TOML);
  host.program("/usr/bin/orchastration", async (p) => {
    await p.stdout(SCRIPT);
  });
  host.program("talk", async (p) => {
    await p.stdout(`${HOSTILE}\n`);
  });
  host.program("tell", async (p) => {
    await p.stdout("hunter2hunter2\n");
  });
  return host;
}

async function reportOf(
  host: FakeHost,
  ...argv: readonly string[]
): Promise<{ data: ReportData; text: string }> {
  const said = await call(host.another(), ["report", ...argv]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const text = host.disk.read(`${PROJECT}/report.html`)!;
  const [, json] = /<script type="application\/json" id="report">([^<]*)<\/script>/.exec(text)!;
  return { data: JSON.parse(json!), text };
}

function viewsIn({ answers }: ReportData): readonly string[] {
  return Object.keys(answers).map((address) =>
    decodeURIComponent(address).replace(/\d{8}T\d{6}\.\d{3}Z/, "*")
  );
}

Deno.test("report: everything has the rows, the tasks, each run and its output; hostile texts end no element", async () => {
  using host = machine();
  await call(host, ["run", "two", "-q"]);
  await call(host.another(), ["build", "run", "thing", "--plan", "-q"]);
  const { data, text } = await reportOf(host);
  assertEquals(data.start, "#/");
  assertEquals(
    viewsIn(data).toSorted(),
    [
      "board",
      "home",
      "log?run=graph/*",
      "log?run=one/*",
      "log?run=thing/*",
      "log?run=thing/*",
      "log?run=two/*",
      "run?run=graph/*",
      "run?run=one/*",
      "run?run=thing/*",
      "run?run=thing/*",
      "run?run=thing/*",
      "run?run=two/*",
      "task?task=thing",
    ].filter((each) => each !== "log?run=graph/*"),
  );
  assertEquals(text.match(/<script\b/g)?.length, 2);
  assertEquals(text.match(/<\/script>/g)?.length, 2);
  assertEquals(text.includes("\u2028"), false);
  assert(JSON.stringify(data).includes("alert(1)"));
});

Deno.test("report: the policy allows exactly the script and the style that are in the file", async () => {
  using host = machine();
  await call(host, ["run", "one", "-q"]);
  const { text } = await reportOf(host, "one");
  const sha256 = async (content: string) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
    return `'sha256-${new Uint8Array(digest).toBase64()}'`;
  };
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)!;
  const [, style] = /<style>([^<]*)<\/style>/.exec(text)!;
  const [, script] = /<script type="module">([^]*?)<\/script>/.exec(text)!;
  assertEquals(policy!.split("; ").slice(0, 3), [
    "default-src 'none'",
    `script-src ${await sha256(script!)}`,
    `style-src ${await sha256(style!)}`,
  ]);
  assertMatch(script!, /^const text = "<\\\/script><\\!--";\nrender\(\);\n$/);
  // Nothing is loaded from elsewhere.
  assertEquals(text.match(/\b(?:src|href)="/g), null);
});

Deno.test("report: a run, a graph or a task is reported with what belongs to it, at the beginning", async () => {
  using host = machine();
  await call(host, ["run", "two", "-q"]);
  await call(host.another(), ["build", "run", "thing", "--plan", "-q"]);
  await call(host.another(), ["run", "secret", "-q"]);
  const graph = (await reportOf(host, "graph")).data;
  assertMatch(graph.start, /^#\/run\/graph\//);
  assertEquals(viewsIn(graph), [
    "run?run=graph/*",
    "run?run=one/*",
    "log?run=one/*",
    "run?run=two/*",
    "log?run=two/*",
  ]);
  const task = (await reportOf(host, "thing")).data;
  assertEquals(task.start, "#/task/thing");
  assertEquals(viewsIn(task).filter((each) => !each.includes("thing")), []);
});

Deno.test("report: the values of secrets are masked", async () => {
  using host = machine();
  await call(host, ["run", "secret", "-q"]);
  const { text, data } = await reportOf(host, "secret");
  assertEquals(text.includes("hunter2"), false);
  assert(JSON.stringify(data).includes("***"));
});

Deno.test("report: output beyond 8 MiB is left out, and the number of runs without their output is said", async () => {
  using host = machineWith('[jobs.long]\ncommand = ["long"]\n');
  host.program("/usr/bin/orchastration", async (p) => {
    await p.stdout(SCRIPT);
  });
  host.program("long", async (p) => {
    // Each of these characters needs six in the text of the report.
    await p.stdout("\u0001".repeat(100) + "\n" + `${"\u0001".repeat(1000)}\n`.repeat(130));
  });
  for (let run = 0; run < 14; run++) await call(host.another(), ["run", "long", "-q"]);
  const said = await call(host.another(), ["report", "--json"]);
  const { left_out, runs, bytes } = JSON.parse(said.stdout);
  assertEquals([said.code, runs], [0, 14]);
  assertMatch(left_out[0], /^To keep the report small, the output of runs are left out: \d\.$/);
  assert(bytes < 9 * 1024 * 1024, String(bytes));
});

Deno.test("report: its own file is replaced, and no other file is", async () => {
  using host = machine();
  await call(host, ["run", "one", "-q"]);
  await reportOf(host);
  await reportOf(host);
  host.disk.write(`${PROJECT}/other.html`, "<!doctype html>\n");
  await expectCall(host.another(), ["report", "-o", "other.html"], {
    code: 65,
    stderr: `error: Cannot replace "${PROJECT}/other.html": it exists, and is no report\n` +
      "  try: orchastration report --output <path>\n",
  });
  assertEquals(host.disk.read(`${PROJECT}/other.html`), "<!doctype html>\n");
});

Deno.test("report: a run that does not exist, and a full disk, leave no file", async () => {
  using host = machine();
  await call(host, ["run", "one", "-q"]);
  assertEquals((await call(host.another(), ["report", "none"])).code, 66);
  const full = host.another();
  full.faults.diskBytesLeft = 10;
  assertEquals((await call(full, ["report"])).code, 74);
  assertEquals(host.disk.list(PROJECT).filter((name) => name.includes("report")), []);
});

Deno.test("report: a record that is damaged is shown as damaged", async () => {
  using host = machine();
  await call(host, ["run", "one", "-q"]);
  const [name] = host.disk.list(`${STATE}/runs/one`).filter((each) => each.endsWith("Z.json"));
  host.disk.write(`${STATE}/runs/one/${name}`, "{");
  const { data } = await reportOf(host);
  assertMatch(JSON.stringify(data.answers["home"]), /"status":"damaged"/);
});
