/** `export`: recorded runs as JUnit, as a trace, for GitHub, and as a recording; each read by a reader that is not ours. */

import { assert, assertEquals } from "@std/assert";
import { parse } from "junit2json";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Span, TraceRequest } from "../../../src/doc/otlp_trace.ts";
import "../../../src/app/exports/export_run.ts";
import "../../../src/app/graph/run_jobs.ts";

const TOML = `
[jobs.bad]
command = ["bad"]
[jobs.hello]
command = ["hello"]
[jobs.after]
command = ["hello"]
needs = ["bad"]
[jobs.slow]
command = ["slow"]
timeout_seconds = 1
[jobs.all]
needs = ["after", "hello", "slow"]
[tasks.thing]
command = ["hello"]
acceptance = [
  { id = "ac1", text = "it is there", check = ["hello"] },
  { id = "ac2", text = "it is <big>", check = ["bad"] },
  { id = "ac3", text = "it is nice" },
]
`;
const HOSTILE = 'FAIL <b> & "q" ]]> %0A::error:: \u0001\u202e |`\n';

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(TOML, options);
  host.program("hello", async (p) => {
    await p.stdout("hello\n");
    await p.sleep(1500);
    await p.stderr("wörld\n");
  });
  host.program("bad", async (p) => {
    await p.stderr(HOSTILE);
    await p.sleep(20);
    await p.stdout("\x1b[31mred\x1b[39m\n");
    await p.sleep(280);
    return 3;
  });
  host.program("slow", (p) => p.forever());
  return host;
}

async function graph(options: FakeHostOptions = {}): Promise<FakeHost> {
  const host = machine(options);
  assertEquals((await call(host, ["run", "all", "--keep-going", "-q", "-j", "2"])).code, 1);
  return host.another(options);
}

async function build(): Promise<FakeHost> {
  const host = machine();
  assertEquals((await call(host, ["build", "run", "thing", "--plan", "-q"])).code, 1);
  return host.another();
}

/** The id of the only run with this name. */
function idOf(host: FakeHost, name: string): string {
  const file = host.disk.list(`${STATE}/runs/${name}`).find((each) => /^\d.*Z\.json$/.test(each))!;
  return `${name}/${file.replace(".json", "")}`;
}

async function exported(host: FakeHost, ...argv: readonly string[]): Promise<string> {
  const said = await call(host.another(), ["export", ...argv]);
  assertEquals([said.code, said.stderr], [0, ""]);
  return said.stdout;
}

// JUnit

Deno.test("export --format junit: each job of a graph is a case, with its state, its time and the last lines of a failure", async () => {
  using host = await graph();
  const report = await parse(await exported(host, "graph", "--format", "junit"));
  const logs = (name: string) => `orchastration logs ${idOf(host, name)}`;
  const counts = { tests: 4, failures: 1, errors: 1, skipped: 1, time: 1.5 };
  assertEquals(report as unknown, {
    name: "orchastration",
    ...counts,
    testsuite: [{
      name: idOf(host, "graph"),
      timestamp: "2026-11-22T06:34:49.123",
      ...counts,
      testcase: [
        {
          classname: "bad",
          name: "bad",
          time: 0.3,
          failure: [{
            message: "exited with status 3",
            type: "failed",
            inner: `FAIL <b> & "q" ]]> %0A::error::  |\`\nred\n${logs("bad")}`,
          }],
        },
        { classname: "hello", name: "hello", time: 1.5 },
        {
          classname: "slow",
          name: "slow",
          time: 1,
          error: [{
            message: "timed out after 1.0s, then ended by SIGTERM",
            type: "timed_out",
            inner: logs("slow"),
          }],
        },
        {
          classname: "after",
          name: "after",
          time: 0,
          skipped: [{ message: "bad, which it needs, did not succeed" }],
        },
      ],
    }],
  });
});

Deno.test("export --format junit: a build and each of its criteria are cases, and one for a person is skipped", async () => {
  using host = await build();
  const report = await parse(await exported(host, "thing", "--format", "junit")) as unknown as {
    testsuite: {
      testcase: { name: string; failure?: { message: string }[]; skipped?: { message: string }[] }[];
    }[];
  };
  assertEquals(
    report.testsuite[0]!.testcase.map((each) => [
      each.name,
      each.failure?.[0]?.message ?? each.skipped?.[0]?.message,
    ]),
    [
      ["build", "exited with status 0, but acceptance failed: ac2"],
      ["ac1: it is there", undefined],
      ["ac2: it is <big>", "exited with status 3"],
      ["ac3: it is nice", "it has no check; a person confirms it"],
    ],
  );
});

// OpenTelemetry

Deno.test("export --format otlp-json: the serializer of OpenTelemetry writes the same JSON for the same spans", async () => {
  for (const [scene, reference] of [[graph, "graph"], [build, "thing"]] as const) {
    using host = await scene();
    const request = JSON.parse(await exported(host, reference, "--format", "otlp-json")) as TraceRequest;
    const ours = request.resourceSpans[0]!.scopeSpans[0]!;
    const theirs = JSON.parse(
      new TextDecoder().decode(JsonTraceSerializer.serializeRequest(ours.spans.map(toSdk) as never)),
    );
    assertEquals(
      numbersAsTexts(theirs.resourceSpans[0].scopeSpans[0].spans),
      ours.spans.map(withSdkFields),
    );
  }
});

const RESOURCE = { attributes: {} };
const SCOPE = { name: "orchastration" };

/** A span as the SDK has it in memory. */
function toSdk(span: Span): unknown {
  const time = (
    nano: string,
  ) => [Number(BigInt(nano) / 1_000_000_000n), Number(BigInt(nano) % 1_000_000_000n)];
  const plain = ({ value }: Pick<Span["attributes"][number], "value">): unknown =>
    "stringValue" in value
      ? value.stringValue
      : "intValue" in value
      ? Number(value.intValue)
      : value.arrayValue.values.map((each) => plain({ value: each }));
  const all = (attributes: Span["attributes"]) =>
    Object.fromEntries(attributes.map((each) => [each.key, plain(each)]));
  return {
    name: span.name,
    kind: span.kind - 1,
    spanContext: () => ({ traceId: span.traceId, spanId: span.spanId, traceFlags: 1 }),
    parentSpanContext: span.parentSpanId === undefined
      ? undefined
      : { spanId: span.parentSpanId, traceId: span.traceId },
    startTime: time(span.startTimeUnixNano),
    endTime: time(span.endTimeUnixNano),
    status: { code: span.status.code ?? 0, message: span.status.message },
    attributes: all(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      time: time(timeUnixNano),
      attributes: all(attributes),
    })),
    links: [],
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Numbers of 64 bits may be texts or numbers in this form; readers take both. */
function numbersAsTexts(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each) => key === "intValue" ? String(each) : each);
}

/** With the fields that the SDK always writes, and that are the same to readers where they are absent. */
function withSdkFields(span: Span): unknown {
  return {
    ...span,
    flags: 0x101,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    links: [],
    events: span.events.map((event) => ({ ...event, droppedAttributesCount: 0 })),
    status: { code: 0, ...span.status },
  };
}

Deno.test("export --format otlp-json: the trace has the ids that the processes had, below those of the caller", async () => {
  const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  using host = await graph({ env: { PATH: "/bin", HOME: "/home/ada", TRACEPARENT: parent } });
  const request = JSON.parse(await exported(host, "graph", "--format", "otlp-json")) as TraceRequest;
  const { spans } = request.resourceSpans[0]!.scopeSpans[0]!;
  const [root] = spans;
  assertEquals([root?.traceId, root?.parentSpanId], ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"]);
  const { trace } = readJson(host, `${STATE}/runs/${idOf(host, "hello")}.json`);
  const span = spans.find(({ name }) => name.startsWith("hello/"));
  assertEquals({ traceparent: `00-${span?.traceId}-${span?.spanId}-01` }, {
    traceparent: (trace as { traceparent: string }).traceparent,
  });
  assertEquals(span?.parentSpanId, root?.spanId);
  assertEquals(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  assertEquals(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
});

const SEND = ["export", "graph", "--format", "otlp-json", "--send"];
const COLLECTOR = {
  PATH: "/bin",
  HOME: "/home/ada",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:secret@localhost:4318/base/",
  OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b,other=c",
};
const COLLECTOR_URL = "http://user:secret@localhost:4318/base/v1/traces";

Deno.test("export --send: the trace goes to the collector that the variables name", async () => {
  using host = await graph();
  const sender = host.another({ env: COLLECTOR });
  sender.network.answers.set(COLLECTOR_URL, 200);
  await expectCall(sender, SEND, {
    stdout: `${idOf(host, "graph")}: sent to http://localhost:4318/base/v1/traces\n`,
  });
  const [sent] = sender.network.posted;
  assertEquals(sent?.headers, { "api-key": "a b", other: "c", "content-type": "application/json" });
  assertEquals(JSON.parse(sent!.text).resourceSpans.length, 1);
});

for (
  const [what, env, status, code, stderr] of [
    [
      "a collector that refuses it",
      COLLECTOR,
      503,
      69,
      'error: Cannot send the trace to "http://localhost:4318/base/v1/traces": it answered with status 503\n' +
      "  try: check $OTEL_EXPORTER_OTLP_ENDPOINT, or use --output <path> instead of --send\n",
    ],
    [
      "a collector that is not there",
      COLLECTOR,
      undefined,
      69,
      'error: Cannot send the trace to "http://localhost:4318/base/v1/traces": it could not be reached\n' +
      "  try: check $OTEL_EXPORTER_OTLP_ENDPOINT, or use --output <path> instead of --send\n",
    ],
    [
      "an address of another kind",
      { ...COLLECTOR, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "localhost:4317" },
      undefined,
      69,
      'error: Cannot send the trace to "localhost:4317": it is no address that begins with http:// or https://\n' +
      "  try: check $OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or use --output <path> instead of --send\n",
    ],
    [
      "no address",
      { PATH: "/bin", HOME: "/home/ada" },
      undefined,
      64,
      'error: Cannot use "--send": OTEL_EXPORTER_OTLP_ENDPOINT does not name a collector\n' +
      "  try: set it, for example to http://localhost:4318\n",
    ],
  ] as const
) {
  Deno.test(`export --send: ${what} is an error`, async () => {
    using host = await graph();
    const sender = host.another({ env });
    if (status !== undefined) sender.network.answers.set(COLLECTOR_URL, status);
    await expectCall(sender, SEND, { code, stderr });
    assertEquals(sender.network.posted.length, status === undefined ? 0 : 1);
  });
}

// GitHub

Deno.test("export --format github: in a step the summary goes to its file and annotations to stdout, and output can break neither", async () => {
  using host = await graph();
  const step = host.another({
    env: { PATH: "/bin", HOME: "/home/ada", GITHUB_STEP_SUMMARY: "/home/ada/summary.md" },
  });
  await expectCall(step, ["export", "graph", "--format", "github"], {
    stdout: '::error title=bad::exited with status 3%0AFAIL <b> & "q" ]]> %250A::error::  |`%0Ared\n' +
      "::error title=slow::timed out after 1.0s, then ended by SIGTERM\n",
  });
  const summary = `### ${idOf(host, "graph")}\n\n1 succeeded, 1 failed, 1 timed out, 2 skipped\n\n` +
    "1 passed, 1 failed, 1 with an error, 1 skipped\n\n" +
    "| | | Duration | |\n| --- | --- | --- | --- |\n" +
    "| ❌ | bad | 300ms | exited with status 3 |\n" +
    "| ✅ | hello | 1.5s | exited with status 0 |\n" +
    "| ⚠️ | slow | 1.0s | timed out after 1.0s, then ended by SIGTERM |\n" +
    "| ⏭️ | after | 0ms | bad, which it needs, did not succeed |\n" +
    "\n<details><summary>bad: its last lines</summary>\n\n```text\n" +
    'FAIL <b> & "q" ]]> %0A::error::  |`\nred\n```\n\n</details>\n';
  assertEquals(host.disk.read("/home/ada/summary.md"), summary);
  assertEquals(await exported(host, "graph", "--format", "github"), summary);
});

// Recordings

Deno.test("export --format asciicast: each piece of output has the time at which it came, and lines end as on a terminal", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  assertEquals(
    await exported(host, "hello", "--format", "asciicast"),
    `{"version":2,"width":80,"height":24,"timestamp":1795329289,"title":"${idOf(host, "hello")}"}\n` +
      '[0.000, "o", "hello\\r\\n"]\n[1.500, "o", "wörld\\r\\n"]\n',
  );
});

Deno.test("export --format asciicast: a run without output is refused, because nothing would be played", async () => {
  using host = machine();
  host.program("hello", () => {});
  await call(host, ["run", "hello", "-q"]);
  const id = idOf(host, "hello");
  await expectCall(host.another(), ["export", "hello", "--format", "asciicast"], {
    code: 65,
    stderr:
      `error: Cannot record the output of "${id}": it wrote nothing\n  try: orchastration runs show ${id}\n`,
  });
});

// All formats

Deno.test("export --output: the file is replaced whole", async () => {
  using host = await graph();
  const argv = ["export", "graph", "--format", "junit", "--output"];
  await expectCall(host.another(), [...argv, "junit.xml"], {
    stdout: `${idOf(host, "graph")}: written to ${PROJECT}/junit.xml\n`,
  });
  assertEquals(host.disk.read(`${PROJECT}/junit.xml`), await exported(host, "graph", "--format", "junit"));
});

for (
  const [argv, stderr] of [
    [
      ["graph"],
      "error: Cannot understand the command: --format <format> is missing\n" +
      "  try: orchastration export --help\n",
    ],
    [
      ["graph", "--format", "juni"],
      'error: Cannot use --format "juni": expected one of junit, otlp-json, github, asciicast\n' +
      '  did you mean "junit"?\n' +
      "  try: orchastration export --help\n",
    ],
    [
      ["graph", "--format", "junit", "--send"],
      'error: Cannot use "--send": a collector takes otlp-json alone\n' +
      "  try: orchastration export graph --format otlp-json --send\n",
    ],
    [
      ["graph", "--format", "otlp-json", "--send", "-o", "x"],
      'error: Cannot use "--output": --send writes no file\n' +
      "  try: orchastration export graph --format otlp-json --send\n",
    ],
  ] as const
) {
  Deno.test(`export ${argv.join(" ")} is refused`, async () => {
    using host = machine();
    await expectCall(host, ["export", ...argv], { code: 64, stderr });
  });
}

Deno.test("export: a run that still runs is exported as far as it is recorded, with a warning", async () => {
  using host = machine();
  const running = call(host, ["run", "slow", "-q"]);
  await host.whenListening();
  const said = await call(host.another(), ["export", "slow", "--format", "junit"]);
  assertEquals([said.code, said.stderr], [0, `warning: ${idOf(host, "slow")} is still running\n`]);
  assert(said.stdout.includes("<skipped"), said.stdout);
  await running;
});

Deno.test("export: a pipe or a device in the place of the output is left as it is", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  host.disk.special(`${PROJECT}/pipe`);
  await expectCall(host.another(), ["export", "hello", "--format", "junit", "--output", "pipe"], {
    code: 74,
    stderr: `error: Cannot write "${PROJECT}/pipe": it is not a plain file\n` +
      "  try: orchastration export hello --format junit --output <path>\n",
  });
  const entry = host.files.entry(`${PROJECT}/pipe`);
  assertEquals(entry.ok && entry.value.kind, "other");
});
