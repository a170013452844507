/** `graph`, and `run --again`: looking at a graph, and running what of it did not succeed. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/graph/show_graph.ts";

const QUIET = ["--log-level", "error"];
const TOML =
  '[jobs.build]\ncommand = ["build"]\n[jobs.test]\ncommand = ["test"]\nneeds = ["build"]\nalias = ["t"]\n' +
  '[jobs.lint]\ncommand = ["lint"]\n[jobs.all]\nneeds = ["lint", "t"]\n';

Deno.test("graph: every job is listed after its needs", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["graph"], {
    stdout: "build\nlint\ntest   needs     build\nall    group of  lint, test\n",
  });
  await expectCall(host, ["graph", "t"], { stdout: "build\ntest   needs  build\n" });
});

Deno.test("graph --format: mermaid, dot and json are the same bytes each time", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["graph", "all", "--format", "mermaid"], {
    stdout: 'flowchart LR\n  n0["build"]\n  n1["lint"]\n  n2["test"]\n  n3(["all"])\n' +
      "  n0 --> n2\n  n1 --> n3\n  n2 --> n3\n",
  });
  await expectCall(host, ["graph", "test", "--format", "dot"], {
    stdout:
      'digraph jobs {\n  rankdir=LR;\n  "build" [shape=box];\n  "test" [shape=box];\n  "build" -> "test";\n}\n',
  });
  const document = await call(host, ["graph", "test", "--json"]);
  assertEquals(JSON.parse(document.stdout), {
    format: 1,
    kind: "graph",
    targets: ["test"],
    nodes: [{ name: "build", subject: "job" }, { name: "test", subject: "job" }],
    edges: [{ from: "build", to: "test" }],
  });
  assertEquals((await call(host, ["graph", "test", "--format", "json"])).stdout, document.stdout);
});

Deno.test("run --again: only nodes that did not succeed run, with the earlier arguments", async () => {
  using host = machineWith(TOML);
  const seen: string[] = [];
  let status = 3;
  for (const name of ["build", "lint", "test"]) {
    host.program(name, (p) => {
      seen.push([name, ...p.args].join(" "));
      return name === "test" ? status : 0;
    });
  }
  assertEquals((await call(host, ["run", "t", "lint", "--keep-going", ...QUIET, "--", "-x"])).code, 1);
  assertEquals(seen.splice(0).sort(), ["build", "lint -x", "test -x"]);
  status = 0;
  assertEquals((await call(host, ["run", "--again", "graph", ...QUIET])).code, 0);
  assertEquals(seen.splice(0), ["test -x"]);
  const record = readJson(host, `${STATE}/runs/graph/last.json`);
  const { nodes } = record["graph"] as { readonly nodes: readonly { readonly name: string }[] };
  assertEquals(nodes.map(({ name }) => name), ["test"]);
  const done = await call(host, ["run", "--again", "graph", ...QUIET]);
  assertEquals([done.code, seen], [65, []]);
  assert(done.stderr.includes(": every node succeeded\n"), done.stderr);
});

Deno.test("run --again is refused if a definition differs, and names the difference", async () => {
  using host = machineWith(TOML);
  host.program("lint", () => 1);
  await call(host, ["run", "all", "-j", "1", ...QUIET]);
  host.disk.write(
    "/home/ada/project/orchastration.toml",
    TOML.replace('["test"]\nneeds', '["test", "--all"]\nneeds').replace(
      'needs = ["lint", "t"]',
      'needs = ["t"]',
    ),
  );
  await expectCall(host, ["run", "--again", "graph"], {
    code: 65,
    stderr:
      'error: Cannot run again "graph/20261122T063449.123Z": changed since then: all (needs), lint (gone), ' +
      "test (definition)\n  try: orchastration run all\n",
  });
  await expectCall(host, ["run", "--again", "build"], {
    code: 65,
    stderr: 'error: Cannot run again "build/20261122T063449.123Z": it is not a run of a graph\n' +
      "  try: orchastration run build\n",
  });
  await expectCall(host, ["run", "lint", "--again", "graph"], {
    code: 64,
    stderr: 'error: Cannot use "--again": it takes names and arguments from the earlier run\n' +
      "  try: orchastration run --again graph\n",
  });
  for (const flag of ["--dry-run", "--watch"]) {
    await expectCall(host, ["run", "--again", "graph", flag], {
      code: 64,
      stderr: `error: Cannot use "${flag}": --again runs once what did not succeed in the earlier run\n` +
        "  try: orchastration run --again graph\n",
    });
  }
});
