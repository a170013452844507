/**
 * Records: written ones are read again, unknown fields are preserved, damage is reported; and the events that
 * make them.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { RunId } from "../../src/model/ids.ts";
import type { Retry } from "../../src/model/job.ts";
import {
  applyRunEvent,
  NOT_STARTED_CAUSES,
  type Outcome,
  type RunEvent,
  type RunRecord,
} from "../../src/model/run.ts";
import { retryDelayMs } from "../../src/engine/execute.ts";
import { decodeRun, encodeRun } from "../../src/store/codec.ts";
import { call, machineWith, STATE } from "../support/cli.ts";

const RECORD = `${STATE}/runs/work/20261122T063449.123Z.json`;

/**
 * Records as the program really leaves them: finished with everything in them, and interrupted in the middle.
 */
async function realRecords(): Promise<readonly RunRecord[]> {
  using host = machineWith(
    '[jobs.work]\ncommand = ["work"]\ntimeout_seconds = 1\nkill_grace_seconds = 0\nenv = { A = "1" }\n' +
      "retry = { max = 1, on_exit_codes = [9] }\n",
  );
  let number = 0;
  host.program("work", (p) => ++number === 1 ? 9 : p.forever());
  await call(host, ["run", "work"]);
  const finished = JSON.parse(host.disk.read(RECORD)!);
  using other = machineWith('[jobs.work]\ncommand = ["work"]\n');
  other.program("work", (p) => p.forever());
  void call(other, ["run", "work"]).catch(() => {});
  await other.whenListening();
  await other.clock.advance(100);
  const running = JSON.parse(other.disk.read(RECORD)!);
  other.die();
  return [finished, running];
}

const records = await realRecords();

/** Every object within a value, itself among them. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (value === null || typeof value !== "object") return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}

/** A record with fields that this program does not know, anywhere except among the variables of the job. */
const recordWithUnknown = fc.tuple(
  fc.constantFrom(...records),
  fc.array(fc.tuple(fc.nat(), fc.string({ unit: "binary" }), fc.jsonValue({ noUnicodeString: false })), {
    maxLength: 5,
  }),
).map(([record, additions]) => {
  const changed = structuredClone(record) as RunRecord;
  const env = changed.intent.env as unknown;
  const places = objectsIn(changed).filter((place) => place !== env);
  for (const [place, key, value] of additions) {
    places[place % places.length]![`new_${key}`] = JSON.parse(JSON.stringify(value));
  }
  return changed;
});

Deno.test("a record is read as it was written, with every unknown field", () => {
  fc.assert(fc.property(recordWithUnknown, (record) => {
    const bytes = encodeRun(record);
    assertEquals(decodeRun(bytes), { ok: true, value: { record, isNewer: false } });
    // UTF-8, LF, two spaces, a line end: and the same bytes again.
    const decoded = decodeRun(bytes);
    assert(decoded.ok);
    assertEquals(encodeRun(decoded.value.record), bytes);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    assertEquals([text.startsWith('{\n  "format": 1,\n  "kind": "run",\n  "id": '), text.endsWith("\n}\n")], [
      true,
      true,
    ]);
  }));
});

Deno.test("unknown fields survive every event", () => {
  const running = records[1]!;
  const outcomes: readonly Outcome[] = [
    { status: "succeeded", exit_code: 0 },
    { status: "timed_out", after_ms: 5, end: { kind: "signalled", signal: "SIGKILL" } },
    { status: "cancelled", cause: { kind: "signal", signal: "SIGINT" }, end: { kind: "none" } },
    ...NOT_STARTED_CAUSES.map((cause): Outcome => ({ status: "not_started", cause, detail: "no" })),
  ];
  const at = "2026-11-22T06:35:00.000Z";
  for (const outcome of outcomes) {
    const events: readonly RunEvent[] = [
      { kind: "job_lock_awaited", holder: null },
      { kind: "stop_requested", cause: { kind: "leftovers" }, signal: "SIGTERM", forcedInMs: 1000 },
      {
        kind: "attempt_finished",
        number: 1,
        at,
        durationMs: 1,
        stoppedMs: 0,
        outcome,
        output: { stdout: null, stderr: null, order: null },
        leakedOutput: true,
        stop: null,
        leftRunning: [],
        isListed: true,
      },
      { kind: "retry_scheduled", number: 2, delayMs: 10 },
      { kind: "run_finished", at, durationMs: 2, stoppedMs: 0, outcome },
    ];
    let record = structuredClone(running) as RunRecord;
    for (const place of objectsIn(record)) if (place !== record.intent.env as unknown) place["new"] = [1];
    const expected = objectsIn(record).filter((place) => "new" in place).length;
    for (const event of events) {
      record = applyRunEvent(record, event);
      assertEquals(objectsIn(record).filter((place) => "new" in place).length, expected, event.kind);
      assertEquals(decodeRun(encodeRun(record)).ok, true);
    }
    // It ends exactly once.
    for (const event of events) assertThrows(() => applyRunEvent(record, event));
  }
});

Deno.test("a truncated or otherwise invalid record is reported as damaged", () => {
  const whole = encodeRun(records[0]!);
  for (let length = 0; length < whole.length - 1; length++) {
    assertEquals(decodeRun(whole.subarray(0, length)).ok, false, String(length));
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assertEquals(decodeRun(bytes).ok, false)));
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertEquals(decodeRun(new TextEncoder().encode(JSON.stringify(value))).ok, false);
  }));
});

Deno.test("an invalid record is not written", () => {
  const record = records[0]!;
  const wrong: readonly (readonly [change: object, field: string])[] = [
    [{ status: "***" }, "status"],
    [{ intent: { ...record.intent, stdin: "***" } }, "intent.stdin"],
    // JSON has no such number and no such field.
    [{ duration_ms: NaN, end_time: undefined }, "end_time"],
  ];
  for (const [change, field] of wrong) {
    const thrown = assertThrows(() => encodeRun({ ...record, ...change })) as Error;
    assertEquals(thrown.message.split(":")[0], `Cannot write run "${record.id}"`);
    assertEquals(thrown.message.includes(field), true, thrown.message);
  }
});

Deno.test("a known field that is missing, or has another type, is named", () => {
  const record = records[0]! as unknown as Record<string, unknown>;
  const decode = (value: unknown) => decodeRun(new TextEncoder().encode(JSON.stringify(value)));
  // However many good ones were read before.
  for (let time = 0; time < 30; time++) assert(decode(record).ok);
  for (const key of Object.keys(record)) {
    const { [key]: _, ...without } = record;
    const decoded = decode(without);
    if (decoded.ok) continue;
    assert(decoded.failure.startsWith(key), decoded.failure);
    const other = decode({ ...record, [key]: { strange: true } });
    assert(!other.ok && other.failure.startsWith(key), key);
  }
  // Fields that records have had from the first version on are reliable.
  for (
    const key of [
      "format",
      "kind",
      "id",
      "name",
      "status",
      "reason",
      "intent",
      "start_time",
      "end_time",
      "attempts",
    ]
  ) {
    const { [key]: _, ...without } = record;
    assertEquals([key, decode(without).ok], [key, false]);
  }
});

for (
  const [name, change, expected] of [
    ["no whole number", { duration_ms: 1.5 }, "duration_ms: "],
    ["a time without milliseconds", { end_time: "2026-11-22T06:34:49Z" }, "end_time: "],
    ["an id that leads elsewhere", { id: "../x/20261122T063449.123Z" as RunId }, "id: "],
    ["a status that nobody knows", { status: "fine" }, "status: "],
  ] as const
) {
  Deno.test(`an invalid record is not read: ${name}`, () => {
    const record = { ...records[0]!, ...change } as RunRecord;
    const decoded = decodeRun(new TextEncoder().encode(JSON.stringify(record)));
    assert(!decoded.ok && decoded.failure.startsWith(expected), JSON.stringify(decoded));
  });
}

Deno.test("a record of a newer format is read as far as possible, and marked as not to be rewritten", () => {
  const newer = { ...records[0]!, format: 2, later: "yes" };
  const bytes = new TextEncoder().encode(JSON.stringify(newer));
  assertEquals(decodeRun(bytes), { ok: true, value: { record: newer as RunRecord, isNewer: true } });
  const strange = new TextEncoder().encode(JSON.stringify({ ...newer, status: "levitating" }));
  assertEquals(decodeRun(strange), {
    ok: false,
    failure: "it has format 2, and this program reads formats up to 1",
  });
});

Deno.test("delays between attempts begin as written, never become shorter, and never exceed the maximum", () => {
  const retry: fc.Arbitrary<Retry> = fc.record({
    max: fc.integer({ min: 1, max: 100 }),
    delayMs: fc.nat({ max: 86_400_000 }),
    backoff: fc.double({ min: 1, max: 100, noNaN: true }),
    more: fc.nat({ max: 86_400_000 }),
  }).map(({ more, ...rest }) => ({ ...rest, maxDelayMs: rest.delayMs + more, onExitCodes: undefined }));
  fc.assert(fc.property(retry, (retry) => {
    const pauses = Array.from({ length: retry.max }, (_, index) => retryDelayMs(index + 2, retry));
    assertEquals(pauses[0], retry.delayMs);
    for (const [index, pause] of pauses.entries()) {
      assert(pause >= (pauses[index - 1] ?? 0) && pause <= retry.maxDelayMs, `${pauses}`);
    }
  }));
  assertEquals(
    [2, 3, 4, 5, 6].map((number) =>
      retryDelayMs(number, { max: 9, delayMs: 500, backoff: 3, maxDelayMs: 10_000, onExitCodes: undefined })
    ),
    [500, 1500, 4500, 10_000, 10_000],
  );
});
