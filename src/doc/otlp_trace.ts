/**
 * Recorded runs as an OpenTelemetry trace in OTLP's JSON form: a span for each graph, run, attempt and check. Source: the
 * specification of OTLP 1.x, "JSON Protobuf Encoding". Pure.
 */

import type { GraphNodeRecord } from "../model/graph_record.ts";
import type { AttemptRecord, ExecutionRecord, RunRecord } from "../model/run.ts";
import { parseTraceContext } from "../model/trace.ts";
import type { ExportedRun } from "./test_cases.ts";

const SERVICE = "orchastration";
/** `SPAN_KIND_INTERNAL`. */
const INTERNAL = 1;
const STATUS = { ok: 1, error: 2 } as const;

interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

type AttributeValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly arrayValue: { readonly values: readonly AttributeValue[] } };

interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly flags?: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** The body of a request to a collector. */
export interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly Span[];
    }[];
  }[];
}

export interface TraceMeans {
  /** 64 hexadecimal digits for each of `textsForIds`: ids for what has none in its record. */
  readonly digest: (text: string) => string;
  /** The end of what still runs, in milliseconds since the epoch. */
  readonly nowMs: number;
}

export function textsForIds({ record, parts }: ExportedRun): readonly string[] {
  return [record, ...parts.values()].flatMap((
    run,
  ) => [run.id, ...run.attempts.map(({ number }) => attemptText(run, number))]);
}

function attemptText({ id }: RunRecord, number: number): string {
  return `${id}/${number}`;
}

export function traceRequest(exported: ExportedRun, means: TraceMeans): TraceRequest {
  const { record } = exported;
  const version = record.binary_version;
  return {
    resourceSpans: [{
      resource: {
        attributes: [
          text("service.name", SERVICE),
          text("service.version", version),
          text("os.type", record.os),
          text("host.arch", record.arch),
        ],
      },
      scopeSpans: [{ scope: { name: SERVICE, version }, spans: spansOf(exported, means) }],
    }],
  };
}

interface Place {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
}

function spansOf({ record, parts }: ExportedRun, means: TraceMeans): readonly Span[] {
  const root = placeOf(record, means, undefined);
  const spans = [...spansOfRun(record, root, parts, means)];
  for (const node of record.graph?.nodes ?? []) {
    const run = node.run === null ? undefined : parts.get(node.run);
    if (run === undefined) continue;
    const [own, ...below] = spansOfRun(run, placeOf(run, means, root), parts, means);
    spans.push(withWaits(own!, node, run), ...below);
  }
  return spans;
}

/** In its recorded place, or below `outer` where the record is from a program that recorded none. */
function placeOf(record: RunRecord, { digest }: TraceMeans, outer: Place | undefined): Place {
  const own = parseTraceContext(record.trace?.traceparent);
  const parent = parseTraceContext(record.trace?.parent ?? undefined);
  const made = digest(record.id);
  return {
    traceId: own?.traceId ?? outer?.traceId ?? made.slice(0, 32),
    spanId: own?.parentId ?? made.slice(-16),
    parentSpanId: parent?.parentId ?? outer?.spanId,
  };
}

/** The run's own span comes first. */
function spansOfRun(
  record: RunRecord,
  place: Place,
  parts: ExportedRun["parts"],
  means: TraceMeans,
): readonly Span[] {
  const spans = [spanOf(record, place, record.id, attributesOfRun(record), record.reason, means)];
  for (const attempt of record.attempts) {
    const at = {
      traceId: place.traceId,
      spanId: means.digest(attemptText(record, attempt.number)).slice(-16),
      parentSpanId: place.spanId,
    };
    spans.push(
      spanOf(attempt, at, `attempt ${attempt.number}`, attributesOfAttempt(attempt), attempt.status, means),
    );
  }
  for (const check of record.checks) {
    const run = check.run === null ? undefined : parts.get(check.run);
    if (run === undefined) continue;
    const [own, ...below] = spansOfRun(run, placeOf(run, means, place), parts, means);
    const criterion = [
      text("orchastration.criterion.id", check.id),
      text("orchastration.criterion", check.text),
    ];
    spans.push({ ...own!, attributes: [...own!.attributes, ...criterion] }, ...below);
  }
  return spans;
}

function spanOf(
  execution: ExecutionRecord,
  { traceId, spanId, parentSpanId }: Place,
  name: string,
  attributes: readonly Attribute[],
  reason: string,
  { nowMs }: TraceMeans,
): Span {
  const endMs = execution.end_time === null ? nowMs : Date.parse(execution.end_time);
  return {
    traceId,
    spanId,
    ...parentSpanId === undefined ? {} : { parentSpanId },
    name,
    kind: INTERNAL,
    startTimeUnixNano: nanoseconds(Date.parse(execution.start_time)),
    endTimeUnixNano: nanoseconds(endMs),
    attributes,
    events: (execution.stopped_by?.signals ?? []).map(({ signal, at_ms, processes }) => ({
      timeUnixNano: nanoseconds(Date.parse(execution.start_time) + at_ms),
      name: "signal sent",
      attributes: [text("signal", signal), number("processes", processes)],
    })),
    status: statusOf(execution.status, reason),
  };
}

/** The time that a node waited for its needs, and then for a slot. */
function withWaits(span: Span, { ready_time, start_time }: GraphNodeRecord, run: RunRecord): Span {
  const events: SpanEvent[] = [];
  const add = (name: string, time: string) =>
    events.push({ timeUnixNano: nanoseconds(Date.parse(time)), name, attributes: [] });
  if (ready_time !== null) add("needs have ended", ready_time);
  if (start_time !== null) add("a slot was free", start_time);
  const waited = ready_time === null || start_time === null ? [] : [
    number("orchastration.wait_for_slot_ms", Math.max(0, Date.parse(start_time) - Date.parse(ready_time))),
  ];
  const begin = ready_time === null || ready_time > run.start_time ? run.start_time : ready_time;
  return {
    ...span,
    startTimeUnixNano: nanoseconds(Date.parse(begin)),
    attributes: [...span.attributes, ...waited],
    events: [...events, ...span.events],
  };
}

function attributesOfRun(record: RunRecord): readonly Attribute[] {
  const { intent, requested_by: by, git } = record;
  return [
    text("orchastration.run", record.id),
    text("orchastration.action", record.action),
    text("orchastration.status", record.status),
    text(`orchastration.${record.subject}`, record.name),
    list("process.command_args", intent.command),
    text("process.working_directory", intent.working_dir),
    ...record.exit_code === null ? [] : [number("process.exit.code", record.exit_code)],
    ...record.same_as === undefined ? [] : [text("orchastration.same_as", record.same_as.run)],
    ...git?.commit === null || git?.commit === undefined ? [] : [text("vcs.ref.head.revision", git.commit)],
    ...git?.branch === null || git?.branch === undefined ? [] : [text("vcs.ref.head.name", git.branch)],
    ...by.agent === null ? [] : [text("orchastration.agent", by.agent)],
  ];
}

function attributesOfAttempt(attempt: AttemptRecord): readonly Attribute[] {
  return [
    number("orchastration.attempt", attempt.number),
    ...attempt.process === null ? [] : [number("process.pid", attempt.process.pid)],
    ...attempt.exit_code === null ? [] : [number("process.exit.code", attempt.exit_code)],
    ...attempt.signal === null ? [] : [text("process.exit.signal", attempt.signal)],
  ];
}

function statusOf(status: RunRecord["status"], reason: string): Span["status"] {
  if (status === "succeeded" || status === "up_to_date") return { code: STATUS.ok };
  return status === "running" ? {} : { code: STATUS.error, message: reason };
}

/** Numbers of 64 bits are decimal strings in this form. */
function nanoseconds(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}

function text(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

function number(key: string, value: number): Attribute {
  return { key, value: { intValue: String(value) } };
}

function list(key: string, values: readonly string[]): Attribute {
  return { key, value: { arrayValue: { values: values.map((stringValue) => ({ stringValue })) } } };
}
