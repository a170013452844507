/**
 * What a later command needs to go on with a run that no process follows: a file of its own, from before the first attempt is
 * handed over until the end is recorded. As long as it exists, the run is not interrupted.
 */

import type { Failure } from "../model/failure.ts";
import { isRunId, type RunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileRecord } from "../model/run.ts";
import type { ExecutorName, SlurmSettings } from "../model/executor.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

export interface Handover {
  readonly format: 1;
  readonly kind: "handover";
  readonly run: RunId;
  readonly settings: SlurmSettings;
  /** Digests of the values of secrets with the key of this machine. The command has their places, and never a value. */
  readonly secrets: readonly string[];
  /** How another attempt is started; null where there is only one. */
  readonly spawn: HandedSpawn | null;
  /** The declared outputs before the first attempt. */
  readonly before: readonly FileRecord[];
}

/** The same for a graph, whose nodes have handovers of their own. */
export interface GraphHandover {
  readonly format: 1;
  readonly kind: "graph_handover";
  readonly run: RunId;
  readonly settings: Pick<SlurmSettings, "pollMs">;
  readonly extraArgs: readonly string[];
  readonly executor: ExecutorName | null;
  readonly fresh: boolean;
}

export interface HandedSpawn {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Durable when it returns. */
export function writeHandover(parts: StoreParts, handover: Handover | GraphHandover): Result<void, Failure> {
  const { files, paths, layout } = parts;
  const made = makeStateFolder(parts, layout.unattended);
  if (!made.ok) return made;
  const path = layout.handover(handover.run);
  const bytes = new TextEncoder().encode(`${JSON.stringify(handover)}\n`);
  const written = replaceFile(files, paths, path, bytes, { durable: "new" });
  return written.ok
    ? ok(undefined)
    : fail({ code: "state_unwritable", action: "write", path, reason: written.failure.reason });
}

/** undefined where there is none, or it is damaged. */
export function readHandover(
  { files, layout }: StoreParts,
  run: RunId,
): Handover | GraphHandover | undefined {
  const bytes = files.readBytes(layout.handover(run));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  return parsed?.ok && isHandover(parsed.value) && parsed.value.run === run ? parsed.value : undefined;
}

/** From now on, its record alone says what became of the run. */
export function removeHandover({ files, layout }: StoreParts, run: RunId): void {
  files.remove(layout.handover(run));
}

/** Whether Slurm was asked for all of them within this time. */
export function isJustAsked({ files, paths, clock, layout }: StoreParts, withinMs: number): boolean {
  const facts = files.stat(askedNote({ paths, layout }));
  return facts.ok && Math.abs(clock.nowMs() - facts.value.modifiedAtMs) < withinMs;
}

/** Notes that Slurm is asked for all of them now; and nothing, once there are none. */
export function noteAsked(parts: StoreParts): void {
  const { files, paths } = parts;
  const path = askedNote(parts);
  if (!hasHandedOver(parts)) files.remove(path);
  else replaceFile(files, paths, path, new TextEncoder().encode("asked\n"), { durable: "old or new" });
}

function askedNote({ paths, layout }: Pick<StoreParts, "paths" | "layout">): string {
  return paths.join(layout.unattended, "asked");
}

/** Whether there is any. */
export function hasHandedOver({ files, layout }: StoreParts): boolean {
  if (!files.exists(layout.unattended)) return false;
  const names = files.list(layout.unattended);
  return names.ok && names.value.some((name) => name.endsWith("Z.json"));
}

/** The runs that were handed over, oldest first. Costs one look at a folder that is absent where there are none. */
export function handedOver({ files, layout }: StoreParts): readonly RunId[] {
  const names = files.list(layout.unattended);
  if (!names.ok) return [];
  const ids = names.value.flatMap((name) => {
    const [, job, timestamp] = /^(.+)-(\d{8}T\d{6}\.\d{3}Z)\.json$/.exec(name) ?? [];
    const id = `${job}/${timestamp}`;
    return job !== undefined && isRunId(id) ? [id] : [];
  });
  return ids.sort((a, b) => timeIn(a) < timeIn(b) ? -1 : 1);
}

function timeIn(id: RunId): string {
  return id.slice(id.lastIndexOf("/"));
}

/** Validated by hand, because it is our own file, and otherwise every command would load the library. */
function isHandover(value: unknown): value is Handover | GraphHandover {
  if (typeof value !== "object" || value === null) return false;
  const graph = value as Partial<GraphHandover>;
  if (graph.kind === "graph_handover") {
    return graph.format === 1 && typeof graph.settings?.pollMs === "number" && Array.isArray(graph.extraArgs);
  }
  const { format, kind, settings, secrets, spawn, before } = value as Partial<Handover>;
  return format === 1 && kind === "handover" && typeof settings?.pollMs === "number" &&
    typeof settings.sharedDir === "string" && Array.isArray(settings.extraArgs) && Array.isArray(secrets) &&
    Array.isArray(before) && (spawn === null || typeof spawn?.program === "string");
}
