/**
 * The manifest of a run: everything that its result depends on, as it was before the run began. Two runs with
 * equal keys had equal inputs. Pure. Spelled as it is stored (docs/records.md), except for the files, which
 * the store packs.
 */

import { canonicalJson, type JsonValue } from "./canonical_json.ts";
import type { Definition } from "./definition.ts";
import type { FileRecord } from "./run.ts";

export const MANIFEST_FORMAT = 1;

/**
 * The modes of git: a file, an executable file, a link, another repository. "other" is a pipe, a socket or a
 * device.
 */
export const INPUT_MODES = ["100644", "100755", "120000", "160000", "other"] as const;
export type InputMode = (typeof INPUT_MODES)[number];

export interface InputFile {
  /** Relative to the working directory, with "/" on every system. */
  readonly path: string;
  readonly mode: InputMode;
  readonly sizeBytes: number;
  /** The digest of the content. For a link: of its target path and the content of the file there. */
  readonly sha256: string;
}

/** The output of a program such as `node --version`. */
export interface ToolFacts {
  readonly argv: readonly string[];
  /** The digest of its output and its exit status. */
  readonly sha256: string;
  /** The first line of its output, for people. */
  readonly line: string;
}

/** The outputs of a job or task that this one needs. */
export interface NeedFacts {
  readonly name: string;
  /**
   * The digest of its outputs. Where it declares none, the digest of its run, so that each run counts as a
   * change.
   */
  readonly sha256: string;
}

export interface Manifest {
  /** The keys of the definition that the result depends on, with secrets replaced. */
  readonly definition: Definition;
  /** The arguments after `--` are included, with secrets replaced. */
  readonly argv: readonly string[];
  /** An HMAC of the real argv with a key of this machine, so that a secret in it cannot be guessed. */
  readonly argv_mac: string;
  /** An HMAC with the same key; null: not set. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly tools: readonly ToolFacts[];
  readonly needs: readonly NeedFacts[];
  /** Sorted by path. */
  readonly files: readonly InputFile[];
}

/** Why a run differs from an earlier one. Closed; JSON spells `definition` as `definition:<key>`. */
export type Cause =
  | { readonly kind: "file_changed"; readonly path: string }
  | { readonly kind: "file_added"; readonly path: string }
  | { readonly kind: "file_removed"; readonly path: string }
  | { readonly kind: "mode"; readonly path: string }
  | { readonly kind: "argv" }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "definition"; readonly key: string }
  | { readonly kind: "need"; readonly name: string }
  | { readonly kind: "tool"; readonly argv: readonly string[] }
  | { readonly kind: "output_missing"; readonly path: string }
  | { readonly kind: "output_changed"; readonly path: string }
  | { readonly kind: "no_baseline"; readonly detail: NoBaseline }
  | { readonly kind: "inputs_changed_while_running" }
  | { readonly kind: "fresh_asked"; readonly by: "flag" | "criterion" };

/** Why there is no earlier run to compare with. */
export type NoBaseline =
  | "never_succeeded"
  | "not_recorded"
  | "manifest_unreadable"
  | "inputs_unreadable"
  | "last_not_succeeded"
  | "examined_late";

/** Keys that say how a command is shown, limited or repeated, and have no effect on its result. */
const NOT_COUNTED = new Set([
  ...[
    "name",
    "description",
    "group",
    "alias",
    "hidden",
    "confirm",
    "color",
    "terminal",
    "timeout_ms",
    "grace_ms",
    "retry",
    "concurrency",
  ],
  ...["documents", "repo", "acceptance", "needs", "lock", "pool", "parallel"],
  // These keys have their own parts in the manifest.
  ...["command", "env", "env_file", "secrets", "inputs", "input_env", "input_tools"],
]);

/** The part of a definition that the result depends on, except what the manifest holds elsewhere. */
export function countedDefinition(definition: Definition): Definition {
  return Object.fromEntries(
    Object.entries(definition).filter(([key]) => !NOT_COUNTED.has(key)),
  ) as { [key: string]: JsonValue };
}

/** The text whose SHA-256 is the digest of the files. `files` must be sorted by path. */
export function filesText(files: readonly InputFile[]): string {
  let text = "";
  for (const { mode, sizeBytes, sha256, path } of files) text += `${mode} ${sizeBytes} ${sha256} ${path}\0`;
  return text;
}

/** The text whose SHA-256 is the key of the manifest. It contains the files only as their digest. */
export function keyText(manifest: Omit<Manifest, "files">, filesSha256: string): string {
  const { definition, argv_mac, env, tools, needs } = manifest;
  return canonicalJson({
    format: MANIFEST_FORMAT,
    definition,
    argv_mac,
    env,
    tools: tools.map(({ argv, sha256 }) => ({ argv, sha256 })),
    needs,
    files_sha256: filesSha256,
  });
}

/**
 * The differences between two manifests, in the order in which people look for them; empty where there are
 * none.
 */
export function compareManifests(before: Manifest, now: Manifest): readonly Cause[] {
  return [
    ...comparePaths(before.files, now.files),
    ...(before.argv_mac === now.argv_mac ? [] : [{ kind: "argv" } as const]),
    ...differingKeys(before.env, now.env).map((name) => ({ kind: "env", name }) as const),
    ...differingKeys(before.definition, now.definition).map((key) => ({ kind: "definition", key }) as const),
    ...differingItems(before.needs, now.needs, ({ name }) => name).map(({ name }) =>
      ({ kind: "need", name }) as const
    ),
    ...differingItems(before.tools, now.tools, ({ argv }) => JSON.stringify(argv))
      .map(({ argv }) => ({ kind: "tool", argv }) as const),
  ];
}

/** Both lists are sorted by path. The result has changed files first, then new ones, then removed ones. */
export function comparePaths(before: readonly InputFile[], now: readonly InputFile[]): readonly Cause[] {
  const changed: Cause[] = [];
  const added: Cause[] = [];
  const removed: Cause[] = [];
  let [old, fresh] = [0, 0];
  while (old < before.length || fresh < now.length) {
    const [was, is] = [before[old], now[fresh]];
    if (is === undefined || (was !== undefined && was.path < is.path)) {
      removed.push({ kind: "file_removed", path: was!.path });
      old++;
    } else if (was === undefined || is.path < was.path) {
      added.push({ kind: "file_added", path: is.path });
      fresh++;
    } else {
      if (was.sha256 !== is.sha256 || was.sizeBytes !== is.sizeBytes) {
        changed.push({ kind: "file_changed", path: is.path });
      } else if (was.mode !== is.mode) changed.push({ kind: "mode", path: is.path });
      old++;
      fresh++;
    }
  }
  return [...changed, ...added, ...removed];
}

/**
 * Compares the outputs of an earlier run with the present ones and returns those that are missing or differ.
 * Both lists are records of the same paths.
 */
export function compareOutputs(
  before: readonly FileRecord[],
  now: ReadonlyMap<string, FileRecord>,
): readonly Cause[] {
  return before.flatMap((was): readonly Cause[] => {
    const is = now.get(was.path);
    if (is === undefined || !is.present) return [{ kind: "output_missing", path: was.path }];
    return is.sha256 === was.sha256 && is.type === was.type
      ? []
      : [{ kind: "output_changed", path: was.path }];
  });
}

function differingKeys(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.filter((name) => canonicalJson(before[name]) !== canonicalJson(now[name]));
}

function differingItems<T extends { readonly sha256: string }>(
  before: readonly T[],
  now: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  const was = new Map(before.map((item) => [nameOf(item), item]));
  const is = new Map(now.map((item) => [nameOf(item), item]));
  return [...new Map([...was, ...is]).values()].filter((item) =>
    was.get(nameOf(item))?.sha256 !== is.get(nameOf(item))?.sha256
  );
}
