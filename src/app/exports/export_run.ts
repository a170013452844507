/** A recorded run in a form that other tools read. Writes nothing but the file that was asked for. */

import { Asciicast } from "../../doc/asciicast.ts";
import { githubAnnotations, githubSummary } from "../../doc/github_report.ts";
import { junitXml } from "../../doc/junit.ts";
import { textsForIds, traceRequest } from "../../doc/otlp_trace.ts";
import type { ExportedRun } from "../../doc/test_cases.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { nextCommand, placeholder } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { DamagedRecord } from "../../store/run_store.ts";
import { fileUnwritable, writeUserFile } from "../files/user_file.ts";
import { type OpenedLog, openLog, WHOLE_LOG } from "../runs/read_log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readExport } from "./exported_run.ts";
import { sendTrace } from "./send_trace.ts";

const EXPORT_FORMATS = ["junit", "otlp-json", "github", "asciicast"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A step of GitHub Actions finds its summary there. */
const SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY";
/** More of a recording than anybody watches. */
const MAX_CAST_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const ASSUMED = { columns: 80, rows: 24 };

export interface ExportRequest {
  readonly reference: string;
  readonly format: ExportFormat;
  /** undefined: the text is returned. */
  readonly output: string | undefined;
  /** Sends a trace to the collector that the environment names, instead of returning it. */
  readonly send: boolean;
}

export interface ExportedText {
  readonly run: RunId;
  /** undefined where it went elsewhere. */
  readonly text: string | undefined;
  /** A path, or the address of a collector; undefined where the text is returned. */
  readonly wentTo: string | undefined;
  /** The missing parts, as sentences. */
  readonly gaps: readonly string[];
  readonly damaged: readonly DamagedRecord[];
}

interface Made {
  readonly run: RunId;
  readonly text: string;
  /** Lines for the output of a step of GitHub Actions, where the text has a place of its own. */
  readonly annotations: string;
  readonly gaps: readonly string[];
  readonly damaged: readonly DamagedRecord[];
}

export async function exportRun(
  workspace: Workspace,
  request: ExportRequest,
): Promise<Result<ExportedText, Failure>> {
  const made = request.format === "asciicast"
    ? await recording(workspace, request.reference)
    : await report(workspace, request.reference, request.format);
  if (!made.ok) return made;
  const { text, annotations, ...facts } = made.value;
  if (request.send) {
    const sent = await sendTrace(workspace.host, text);
    return sent.ok ? ok({ ...facts, text: undefined, wentTo: sent.value }) : sent;
  }
  if (request.output !== undefined) {
    const path = workspace.host.paths.resolve(workspace.currentFolder, request.output);
    const words = [request.reference, "--format", request.format, "--output", placeholder("path")];
    const written = writeUserFile(workspace.host, path, text, [nextCommand("export", ...words)]);
    return written.ok ? ok({ ...facts, text: undefined, wentTo: path }) : written;
  }
  const summary = workspace.host.environment.get(SUMMARY_VARIABLE) ?? "";
  if (request.format !== "github" || summary === "") return ok({ ...facts, text, wentTo: undefined });
  const added = workspace.host.files.append(summary, new TextEncoder().encode(text), "shared");
  return added.ok
    ? ok({ ...facts, text: annotations, wentTo: undefined })
    : fileUnwritable(summary, added.failure.reason);
}

async function report(
  workspace: Workspace,
  reference: string,
  format: Exclude<ExportFormat, "asciicast">,
): Promise<Result<Made, Failure>> {
  const read = await readExport(workspace, reference);
  if (!read.ok) return read;
  const { exported, damaged } = read.value;
  return ok({
    run: exported.record.id,
    text: await textIn(workspace, exported, format),
    annotations: format === "github" ? githubAnnotations(exported) : "",
    gaps: exported.record.status === "running" ? [`${exported.record.id} is still running`] : [],
    damaged,
  });
}

async function textIn(
  { host, writeCommand }: Workspace,
  exported: ExportedRun,
  format: Exclude<ExportFormat, "asciicast">,
): Promise<string> {
  switch (format) {
    case "junit":
      return junitXml(exported, writeCommand);
    case "github":
      return githubSummary(exported);
    case "otlp-json": {
      const digests = new Map<string, string>();
      const encoder = new TextEncoder();
      for (const text of textsForIds(exported)) {
        digests.set(text, await host.digests.sha256(encoder.encode(text)));
      }
      const means = { digest: (text: string) => digests.get(text)!, nowMs: host.clock.nowMs() };
      return `${JSON.stringify(traceRequest(exported, means))}\n`;
    }
  }
}

/** The output of the last attempt, with the times at which it came. */
async function recording(workspace: Workspace, reference: string): Promise<Result<Made, Failure>> {
  const opened = await openLog(workspace, { ...WHOLE_LOG, reference });
  if (!opened.ok) return opened;
  const { record, absence, disorder } = opened.value;
  if (opened.value.log.streams.every(({ sizeBytes }) => sizeBytes === 0)) {
    return fail({
      code: "refused",
      action: "record the output of",
      value: record.id,
      fact: absence ?? "it wrote nothing",
      next: [nextCommand("runs show", record.id)],
    });
  }
  const { text, isCut } = castText(workspace, opened.value);
  const gaps = [
    ...disorder === undefined ? [] : [`${record.id}: ${disorder}`],
    ...isCut ? [`only the first ${MAX_CAST_BYTES / 1024 / 1024} MiB of output are in the recording`] : [],
  ];
  return ok({ run: record.id, text, annotations: "", gaps, damaged: [] });
}

function castText(
  { host }: Workspace,
  { record, attempt, log }: OpenedLog,
): { readonly text: string; readonly isCut: boolean } {
  const startedAtMs = Date.parse(
    record.attempts.find(({ number }) => number === attempt)?.start_time ?? record.start_time,
  );
  const { COLUMNS, LINES } = record.intent.color_env ?? {};
  const cast = new Asciicast(startedAtMs, record.intent.terminal === true);
  const parts = [Asciicast.head({
    columns: Number(COLUMNS) || ASSUMED.columns,
    rows: Number(LINES) || ASSUMED.rows,
    startedAtMs,
    title: record.id,
  })];
  let room = MAX_CAST_BYTES;
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (const { path, stream, fromBytes, toBytes, atMs } of log.next(true)) {
    const file = host.files.openForReading(path);
    if (!file.ok) continue;
    file.value.seek(fromBytes);
    for (let at = fromBytes; at < toBytes && room > 0;) {
      const read = file.value.read(buffer.subarray(0, Math.min(CHUNK_BYTES, toBytes - at, room)));
      if (!read.ok || read.value === 0) break;
      at += read.value;
      room -= read.value;
      parts.push(cast.piece(stream, buffer.subarray(0, read.value), atMs));
    }
    file.value.close();
    if (room === 0) break;
  }
  return { text: parts.join(""), isCut: room === 0 };
}
