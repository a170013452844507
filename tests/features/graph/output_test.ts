/** How the output of several jobs is shown: in each mode, at a terminal and without one. */

import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PrefixedLines } from "../../../src/cli/output/prefixed_lines.ts";
import { call, expectCall, machineWith, withoutLog } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/read_log.ts";

const QUIET = ["--log-level", "error"];
/** Log records would stand among the output. */
const NO_LOG = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_LOG_STDOUT: "0" };
const TOML = '[jobs.a]\ncommand = ["a"]\n[jobs.bb]\ncommand = ["bb"]\n';

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(TOML, { env: NO_LOG, ...options });
  host.program("a", async (p) => {
    await p.stdout("one\n");
    await p.sleep(100);
    await p.stderr("two\n");
    await p.sleep(100);
    await p.stdout("\x1b[31mthr");
    await p.sleep(100);
    await p.stdout("ee\x1b[0m\n");
  });
  host.program("bb", async (p) => {
    await p.sleep(50);
    await p.stdout("10%\r20%\r");
    await p.sleep(100);
    await p.stdout("done\n");
    await p.sleep(10);
    await p.stdout("no end");
    return 3;
  });
  return host;
}

const END_OF_BB = 'error: job "bb" failed with exit status 3 after 160ms\n' +
  "  log: orchastration logs bb/20261122T063449.123Z\n";
const SUMMARY = "graph failed: 1 succeeded, 1 failed in 300ms\n  bb failed: exited with status 3\n" +
  "  graph: orchastration runs show graph/20261122T063449.123Z\n";
const HEADS = { a: "succeeded  a  300ms\n", bb: "failed  bb  160ms\n" };

Deno.test("at a terminal an interactive job of a graph has one line at its end, as every other job has", async () => {
  const toml =
    '[jobs.talk]\ncommand = ["talk"]\ninteractive = true\n[jobs.then]\ncommand = ["then"]\nneeds = ["talk"]\n';
  using host = machineWith(toml, { isTerminal: true });
  for (const name of ["talk", "then"]) host.program(name, () => {});
  const said = await call(host, ["run", "then", "--no-color"]);
  const ends = (said.stdout + said.stderr).split("\n").filter((line) => line.includes("succeeded  t"));
  assertEquals([said.code, ends], [0, ["succeeded  talk  0ms", "succeeded  then  0ms"]]);
});

Deno.test("--output prefixed: every line is printed whole after the job's name, also a last line without a line end", async () => {
  using host = machine();
  await expectCall(host, ["run", "a", "bb", "--keep-going", "--output", "prefixed", ...QUIET], {
    code: 1,
    stdout: "a  | one\nbb | 10%\r20%\rdone\nbb | no end\na  | \x1b[31mthree\x1b[0m\n",
    stderr: `a  | two\n${END_OF_BB}${SUMMARY}`,
  });
});

Deno.test("--output grouped: the output of each job is printed in one piece, in the order in which jobs end", async () => {
  using host = machine();
  await expectCall(host, ["run", "a", "bb", "--keep-going", "--output", "grouped", ...QUIET], {
    code: 1,
    stdout: "10%\r20%\rdone\nno end\none\n\x1b[31mthree\x1b[0m\n",
    stderr: `${HEADS.bb}${END_OF_BB}${HEADS.a}two\n${SUMMARY}`,
  });
});

Deno.test("--output none hides the output of jobs, and --quiet also hides messages about success", async () => {
  using host = machine();
  await expectCall(host, ["run", "a", "bb", "--keep-going", "--output", "none", ...QUIET], {
    code: 1,
    stderr: `${HEADS.bb}${END_OF_BB}${HEADS.a}${SUMMARY}`,
  });
  await expectCall(host, ["run", "a", "--output", "none", "--quiet"], {});
});

Deno.test("without a terminal, failed jobs are shown with their output, the others in one line", async () => {
  using host = machine();
  const said = await call(host, ["run", "a", "bb", "--keep-going", ...QUIET]);
  assertEquals([said.stdout, said.stderr], [
    "10%\r20%\rdone\nno end\n",
    `${HEADS.bb}${END_OF_BB}${HEADS.a}${SUMMARY}`,
  ]);
});

Deno.test("a failure with much output shows the last 200 lines, and names the log with the rest", async () => {
  using host = machineWith(TOML, { env: NO_LOG });
  host.program("a", () => {});
  host.program("bb", async (p) => {
    for (let line = 0; line < 1000; line++) await p.stdout(`line ${line}\n`);
    return 1;
  });
  const said = await call(host, ["run", "a", "bb", "--keep-going", ...QUIET]);
  const shown = said.stdout.split("\n").slice(0, -1);
  assertEquals([shown.length, shown[0], shown.at(-1)], [200, "line 800", "line 999"]);
  assert(
    said.stderr.includes("  only the last lines; all of them: orchastration logs bb/20261122T063449.123Z\n"),
    said.stderr,
  );
});

Deno.test("with --json, stdout is the record of the graph, and failures are on stderr", async () => {
  using host = machine();
  const said = await call(host, ["run", "a", "bb", "--keep-going", "--json", ...QUIET]);
  const record = JSON.parse(said.stdout);
  assertEquals([record.action, record.graph.nodes.length], ["graph.run", 2]);
  assert(said.stderr.includes("no end"), said.stderr);
});

const SCREEN: FakeHostOptions = {
  isTerminal: true,
  columns: 80,
  env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1", TERM: "xterm" },
};

Deno.test("at a terminal each job is shown when it ends, with temporary lines below for running jobs", async () => {
  using host = machineWith(TOML, SCREEN);
  for (const name of ["a", "bb"]) {
    host.program(name, async (p) => {
      await p.stdout(`out of ${name}\n`);
      await p.sleep(name === "a" ? 3000 : 5000);
    });
  }
  const said = await call(host, ["run", "a", "bb"]);
  const text = said.stdout + said.stderr;
  const lines = (first: string) =>
    ` … 0 of 2 jobs ended, 2 running  (Ctrl-C stops all)\x1b[K\r\n   ${first}  `;
  assert(text.includes(lines("a")) || text.includes(lines("bb")), text);
  assert(text.includes(" … 1 of 2 jobs ended, 1 running"), text);
  // Erased before anything else is written, and at the end.
  const [, behind] = text.split("graph succeeded");
  assert(behind !== undefined && !behind.includes("running"), text);
  assert(text.includes("\r\x1b[Jgraph succeeded") || text.includes("\r\x1b[J"), text);
});

Deno.test("at a terminal the temporary lines show which jobs are being ended after Ctrl-C, when they are forced, and what Ctrl-C does then", async () => {
  using host = machineWith(TOML, SCREEN);
  for (const name of ["a", "bb"]) {
    host.program(name, async (p) => {
      if (name === "a") p.ignore("SIGINT", "SIGTERM");
      await p.forever();
    });
  }
  const stop = host.clock.after(1000).elapsed.then(async () => {
    host.signal("SIGINT");
    await host.clock.after(2000).elapsed;
    host.signal("SIGINT");
  });
  const said = await call(host, ["run", "a", "bb"]);
  await stop;
  const [before = "", behind = ""] = (said.stdout + said.stderr).split("cancelled  bb");
  assert(before.includes(" … 0 of 2 jobs ended, 2 running  (Ctrl-C stops all)"), before);
  assert(
    behind?.includes(
      " … 1 of 2 jobs ended, ending 1  (Ctrl-C forces it now)\x1b[K\r\n   a  1s, forced in 12s",
    ),
    behind,
  );
  assert(!behind.includes("Ctrl-C stops all"), behind);
});

Deno.test("the line of a job whose inputs changed names what changed, and that of a job that is up to date says so in words", async () => {
  using host = machineWith(
    ["a", "bb"].map((name) =>
      `[jobs.${name}]\ncommand = ["${name}"]\ninputs = ["${name}.txt"]\noutputs = []\n`
    ).join(""),
    { env: NO_LOG },
  );
  for (const name of ["a", "bb"]) {
    host.program(name, () => {});
    host.disk.write(`/home/ada/project/${name}.txt`, "one");
  }
  const heads = async () =>
    (await call(host.another(), ["run", "a", "bb", "--jobs", "1", ...QUIET])).stderr.split("\n").slice(0, 2);
  assertEquals(await heads(), ["succeeded  a  0ms", "succeeded  bb  0ms"]);
  host.disk.write("/home/ada/project/bb.txt", "two");
  assertEquals(await heads(), ["up to date  a", "succeeded  bb  0ms  because bb.txt changed"]);
});

Deno.test("under CI, even at a terminal, only failures are shown", async () => {
  using host = machine({ ...SCREEN, env: { ...SCREEN.env, CI: "true" } });
  const said = await call(host, ["run", "a", "bb", "--keep-going", ...QUIET]);
  const text = withoutLog(said.stdout) + said.stderr;
  assert(text.includes("no end") && !text.includes("three"), text);
});

Deno.test("prefixed lines: the result does not depend on the bytes or on how they are cut into chunks", () => {
  const short = fc.array(fc.constantFrom(10, 10, 13, 27, 97, 255), { maxLength: 40 });
  // Lines around the length from which they are copied by the system.
  const long = fc.array(fc.integer({ min: 100, max: 160 }), { maxLength: 4 })
    .map((sizes) => sizes.flatMap((size) => [...Array<number>(size).fill(98), 10]));
  const bytes = fc.array(fc.oneof(short, long), { maxLength: 20 });
  fc.assert(fc.property(bytes, fc.string({ maxLength: 20 }), (chunks, prefix) => {
    const before = new TextEncoder().encode(prefix);
    const lines = new PrefixedLines(before);
    const seen: number[] = [];
    for (const chunk of chunks) {
      for (let rest = new Uint8Array(chunk); rest.length > 0;) {
        const { bytes, taken } = lines.put(rest);
        assert(taken > 0, "it stands still");
        seen.push(...bytes);
        rest = rest.slice(taken);
      }
    }
    const expected: number[] = [];
    let isBegun = false;
    for (const byte of chunks.flat()) {
      if (!isBegun) expected.push(...before);
      expected.push(byte);
      isBegun = byte !== 10;
    }
    assertEquals([seen, lines.isLineBegun], [expected, isBegun]);
  }));
});
