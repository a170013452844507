/**
 * The manifests of runs, beside their records: written once, before the run begins. A manifest holds its
 * files in full, or as the difference from an earlier manifest that does. A damaged manifest is treated as
 * missing.
 */

import * as v from "valibot";
import type { Failure } from "../model/failure.ts";
import { isRunId, type RunId } from "../model/ids.ts";
import {
  comparePaths,
  filesText,
  INPUT_MODES,
  type InputFile,
  keyText,
  type Manifest,
  MANIFEST_FORMAT,
} from "../model/manifest.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

/** A manifest that differs from its base in more than this fraction of its files is written in full. */
const MAX_DIFFERENCE = 0.25;

const text = v.string();
const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hex"));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const columns = v.object({
  paths: v.array(text),
  modes: v.array(v.picklist(INPUT_MODES)),
  bytes: v.array(count),
  sha256: v.array(sha256),
});
const stored = v.looseObject({
  format: v.pipe(v.number(), v.integer()),
  kind: v.literal("inputs"),
  run: v.pipe(text, v.check(isRunId, "expected <name>/<timestamp>")),
  sha256,
  definition: v.record(text, v.any()),
  argv: v.array(text),
  argv_mac: sha256,
  env: v.record(text, v.nullable(sha256)),
  tools: v.array(v.object({ argv: v.array(text), sha256, line: text })),
  needs: v.array(v.object({ name: text, sha256 })),
  /** The run whose manifest holds the files in full; null where this one does. */
  base: v.nullable(v.pipe(text, v.check(isRunId, "expected <name>/<timestamp>"))),
  files: columns,
  /** A digest of the base's files, not of this run's. */
  removed: v.array(text),
});

type Stored = v.InferOutput<typeof stored>;

export interface StoredManifest {
  readonly manifest: Manifest;
  /** The digest of the whole manifest, equal to the one in the run's record. */
  readonly key: string;
  /** The run whose manifest holds the files in full: this one, or its base. */
  readonly base: RunId;
}

/** Why a manifest cannot be used. */
export type ManifestProblem = "missing" | "damaged";

/**
 * Writes the manifest of a run; files that it shares with `earlier` are stored only there. Durable when it
 * returns.
 */
export function writeManifest(
  parts: StoreParts,
  run: RunId,
  manifest: Manifest,
  key: string,
  earlier: StoredManifest | undefined,
): Result<void, Failure> {
  const { files: all, ...rest } = manifest;
  const difference = earlier && differenceFrom(parts, earlier, all);
  const { base, files, removed } = difference ?? { base: null, files: all, removed: [] };
  const whole: Stored = {
    format: MANIFEST_FORMAT,
    kind: "inputs",
    run,
    sha256: key,
    definition: rest.definition,
    argv: [...rest.argv],
    argv_mac: rest.argv_mac,
    env: rest.env,
    tools: rest.tools.map(({ argv, sha256, line }) => ({ argv: [...argv], sha256, line })),
    needs: [...rest.needs],
    base,
    files: {
      paths: files.map(({ path }) => path),
      modes: files.map(({ mode }) => mode),
      bytes: files.map(({ sizeBytes }) => sizeBytes),
      sha256: files.map(({ sha256 }) => sha256),
    },
    removed: [...removed],
  };
  const path = parts.layout.manifest(run);
  const written = replaceFile(
    parts.files,
    parts.paths,
    path,
    new TextEncoder().encode(`${JSON.stringify(whole)}\n`),
    // The record is written right after this, and syncs the folder.
    { durable: "old or new" },
  );
  if (written.ok) return written;
  return fail({ code: "state_unwritable", action: "write the inputs", path, reason: written.failure.reason });
}

/** Reads the whole manifest of a run and verifies its digest. */
export async function readManifest(
  parts: StoreParts,
  run: RunId,
): Promise<Result<StoredManifest, ManifestProblem>> {
  const own = readStored(parts, run);
  if (!own.ok) return own;
  const base = own.value.base === null ? undefined : readStored(parts, own.value.base as RunId);
  if (base !== undefined && (!base.ok || base.value.base !== null)) return fail("damaged");
  const files = base === undefined
    ? filesIn(own.value)
    : merge(filesIn(base.value), filesIn(own.value), own.value.removed);
  const { definition, argv, argv_mac, env, tools, needs, sha256: key } = own.value;
  const manifest: Manifest = { definition, argv, argv_mac, env, tools, needs, files };
  const filesSha256 = await digestOf(parts, filesText(files));
  return await digestOf(parts, keyText(manifest, filesSha256)) === key
    ? ok({ manifest, key, base: (own.value.base ?? run) as RunId })
    : fail("damaged");
}

/** The run that a run's manifest is based on; undefined where it has no base, or cannot be read. */
export function baseOfManifest(parts: StoreParts, run: RunId): RunId | undefined {
  const own = readStored(parts, run);
  return own.ok ? (own.value.base ?? undefined) as RunId | undefined : undefined;
}

function readStored(parts: StoreParts, run: RunId): Result<Stored, ManifestProblem> {
  const bytes = parts.files.readBytes(parts.layout.manifest(run));
  if (!bytes.ok) return fail(bytes.failure.kind === "not_found" ? "missing" : "damaged");
  const parsed = parseJson(bytes.value);
  const checked = parsed.ok ? v.safeParse(stored, parsed.value) : undefined;
  if (!checked?.success || checked.output.run !== run || checked.output.format > MANIFEST_FORMAT) {
    return fail("damaged");
  }
  const { paths, modes, bytes: sizes, sha256: digests } = checked.output.files;
  const isWhole = [modes, sizes, digests].every(({ length }) => length === paths.length);
  return isWhole ? ok(checked.output) : fail("damaged");
}

function filesIn({ files: { paths, modes, bytes, sha256 } }: Stored): readonly InputFile[] {
  return paths.map((path, index) => ({
    path,
    mode: modes[index]!,
    sizeBytes: bytes[index]!,
    sha256: sha256[index]!,
  }));
}

/** undefined where writing the files in full is better. */
function differenceFrom(parts: StoreParts, earlier: StoredManifest, files: readonly InputFile[]) {
  const base = readStored(parts, earlier.base);
  if (!base.ok || base.value.base !== null) return undefined;
  const causes = comparePaths(filesIn(base.value), files);
  if (causes.length > files.length * MAX_DIFFERENCE) return undefined;
  const removed: string[] = [];
  const fresh = new Set<string>();
  for (const cause of causes) {
    if (cause.kind === "file_removed") removed.push(cause.path);
    else if ("path" in cause) fresh.add(cause.path);
  }
  return { base: earlier.base, files: files.filter(({ path }) => fresh.has(path)), removed };
}

/** All three lists are sorted by path. */
function merge(
  base: readonly InputFile[],
  fresh: readonly InputFile[],
  removed: readonly string[],
): readonly InputFile[] {
  const gone = new Set([...removed, ...fresh.map(({ path }) => path)]);
  return [...base.filter(({ path }) => !gone.has(path)), ...fresh].sort((a, b) => a.path < b.path ? -1 : 1);
}

async function digestOf({ digests }: StoreParts, content: string): Promise<string> {
  return await digests.sha256(new TextEncoder().encode(content));
}
