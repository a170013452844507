/** The output of a run in ranges and by search: no byte is lost or shown twice, wherever a range is cut. */

import { assert, assertEquals } from "@std/assert";
import { type LogRange, logRange, type LogRangeRequest } from "../../../src/app/views/log_range.ts";
import { searchLog } from "../../../src/app/views/search_log.ts";
import { Workspace } from "../../../src/app/workspace/workspace.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { call, machineWith, STATE } from "../../support/cli.ts";
import { inSite } from "./site.ts";

const TOML = `
[jobs.talk]
command = ["talk"]
[jobs.silent]
command = ["silent"]
`;
const LINES = 60;

/** Both streams in turn, with characters of one to four bytes, and a long line without an end. */
async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML);
  host.program("talk", async (p) => {
    for (let line = 0; line < LINES; line++) {
      await p.stdout(`out ${line} ${"äö€𝄞".repeat(line % 5)}\n`);
      await p.sleep(200);
      await p.stderr(line === 41 ? "AssertionError: 1 is not 2\n" : `err ${line}\n`);
      await p.sleep(200);
    }
    await p.stdout("x".repeat(700));
    return 1;
  });
  host.program("silent", () => {});
  assertEquals((await call(host, ["run", "talk", "-q"])).code, 1);
  return host.another();
}

function open(host: FakeHost): Workspace {
  const none = { config: undefined, stateDir: undefined, logLevel: undefined, logFormat: undefined };
  const opened = Workspace.open(host, none, { logOutput: undefined, writeCommand: () => "", warn() {} });
  assert(opened.ok);
  return opened.value;
}

async function read(host: FakeHost, where: LogRangeRequest["where"], maxBytes: number): Promise<LogRange> {
  const read = await logRange(open(host), { reference: "talk", attempt: undefined, where, maxBytes });
  assert(read.ok);
  return read.value;
}

function written(host: FakeHost) {
  const [name] = host.disk.list(`${STATE}/runs/talk`).filter((each) => each.endsWith("Z.json"));
  const text = (stream: string) =>
    host.disk.read(`${STATE}/runs/talk/${name!.replace(".json", `.${stream}.log`)}`)!;
  return { stdout: text("stdout"), stderr: text("stderr") };
}

function textIn(ranges: readonly LogRange[], stream: string): string {
  return ranges.flatMap(({ parts }) => parts).filter((part) => part.stream === stream).map(({ text }) => text)
    .join("");
}

for (const maxBytes of [8, 13, 64, 500, 100_000]) {
  Deno.test(`log range: ranges of ${maxBytes} bytes from the beginning give all output, and so do those from the end`, async () => {
    using host = await machine();
    const forwards: LogRange[] = [];
    for (let from = 0; forwards.at(-1)?.to !== forwards.at(-1)?.size || from === 0;) {
      const range = await read(host, { from }, maxBytes);
      assertEquals(range.from, from);
      assert(range.to > from && range.to - from <= maxBytes);
      forwards.push(range);
      from = range.to;
    }
    const backwards: LogRange[] = [await read(host, "end", maxBytes)];
    while (backwards[0]!.from > 0) {
      const range = await read(host, { to: backwards[0]!.from }, maxBytes);
      assertEquals(range.to, backwards[0]!.from);
      assert(range.from < range.to);
      backwards.unshift(range);
    }
    for (const stream of ["stdout", "stderr"] as const) {
      assertEquals(textIn(forwards, stream), written(host)[stream]);
      assertEquals(textIn(backwards, stream), written(host)[stream]);
    }
  });
}

Deno.test("log range: a range begins and ends with a line, and both streams are in the order in which they came", async () => {
  using host = await machine();
  const range = await read(host, { from: 0 }, 100);
  assertEquals(range.parts.slice(0, 4), [
    { stream: "stdout", text: "out 0 \n" },
    { stream: "stderr", text: "err 0\n" },
    { stream: "stdout", text: "out 1 äö€𝄞\n" },
    { stream: "stderr", text: "err 1\n" },
  ]);
  assert(range.parts.at(-1)!.text.endsWith("\n"));
  const later = await read(host, { to: 900 }, 100);
  assert(/^(?:out|err) \d+/.test(later.parts[0]!.text));
});

Deno.test("log range: a place behind the end gives the end", async () => {
  using host = await machine();
  const { size } = await read(host, "end", 8);
  const { from, to, parts } = await read(host, { from: size + 5 }, 100);
  assertEquals([from, to, parts], [size, size, []]);
});

Deno.test("search log: each line with the text is found at its place, in any case", async () => {
  using host = await machine();
  const wanted = { text: "ERR 4" };
  const found = await searchLog(open(host), { reference: "talk", attempt: undefined, wanted, from: 0 });
  assert(found.ok);
  // The 42nd line of stderr is another one.
  const expected = ["err 4", ...[40, 42, 43, 44, 45, 46, 47, 48, 49].map((line) => `err ${line}`)];
  assertEquals(found.value.lines.map(({ text }) => text), expected);
  assertEquals(found.value.next, undefined);
  for (const { text, end } of found.value.lines) {
    const { parts } = await read(host, { to: end }, 200);
    assertEquals(parts.at(-1), { stream: "stderr", text: `${text}\n` });
  }
});

Deno.test("search log: the first failure is the line that states what is wrong, and a search goes on behind a place", async () => {
  using host = await machine();
  const search = async (from: number) => {
    const found = await searchLog(open(host), {
      reference: "talk",
      attempt: undefined,
      wanted: "failure",
      from,
    });
    assert(found.ok);
    return found.value;
  };
  const first = await search(0);
  assertEquals(first.lines.map(({ stream, text }) => [stream, text]), [[
    "stderr",
    "AssertionError: 1 is not 2",
  ]]);
  assertEquals(await search(first.next!), { kind: "found", lines: [], next: undefined });
});

Deno.test("log range: a run without output, and one whose output is gone, say so", async () => {
  using host = await machine();
  await call(host, ["run", "silent", "-q"]);
  await inSite(host.another(), async (site) => {
    const { view } = await site.data("log?run=silent") as unknown as { view: LogRange };
    assertEquals([view.size, view.parts, view.remarks, view.isOver], [0, [], [], true]);
    for (const name of host.disk.list(`${STATE}/runs/talk`).filter((each) => each.endsWith("stdout.log"))) {
      host.disk.remove(`${STATE}/runs/talk/${name}`);
    }
    const { problem } = await site.data("log?run=talk") as unknown as { problem: { headline: string } };
    assert(problem.headline.startsWith("Cannot read the output in"), problem.headline);
  });
});
