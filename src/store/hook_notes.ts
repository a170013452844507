/**
 * Notes of the hooks of assistants: when each fired last, and which jobs' commands were seen to run outside. Not records: nothing is
 * proven by them, and a note that is lost is missing, and no more.
 */

import { nameProblem } from "../model/ids.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/** Longer ones are not ours. */
const MAX_BYTES = 64 * 1024;

interface HookNote {
  readonly at: string;
  /** The assistant or the user. */
  readonly by: string | null;
}

export interface FiredNote extends HookNote {
  readonly format: 1;
  readonly kind: "hook_fired";
  readonly hook: string;
}

export interface SeenNote extends HookNote {
  readonly format: 1;
  readonly kind: "seen_outside";
  readonly job: string;
}

export class HookNotes {
  readonly #parts: StoreParts;
  #seenFiles: ReadonlySet<string> | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  noteFired(hook: string, note: HookNote): void {
    this.#write(this.#parts.layout.hookFired(hook), { format: 1, kind: "hook_fired", hook, ...note });
  }

  noteSeen(job: string, note: HookNote): void {
    this.#write(this.#parts.layout.seenOutside(job), { format: 1, kind: "seen_outside", job, ...note });
  }

  fired(hook: string): FiredNote | undefined {
    const note = this.#read(this.#parts.layout.hookFired(hook));
    return note?.["kind"] === "hook_fired" && note["hook"] === hook
      ? { format: 1, kind: "hook_fired", hook, ...note }
      : undefined;
  }

  /** undefined where the job's command was never seen outside. */
  seen(job: string): SeenNote | undefined {
    if (nameProblem(job) !== undefined || !this.#listSeen().has(`${job}.json`)) return undefined;
    const note = this.#read(this.#parts.layout.seenOutside(job));
    return note?.["kind"] === "seen_outside" && note["job"] === job
      ? { format: 1, kind: "seen_outside", job, ...note }
      : undefined;
  }

  /** Listed once, because most jobs of most projects have no note. */
  #listSeen(): ReadonlySet<string> {
    const { files, layout } = this.#parts;
    const names = this.#seenFiles === undefined ? files.list(layout.seenFolder) : undefined;
    return this.#seenFiles ??= new Set(names?.ok === true ? names.value : []);
  }

  /** Whatever goes wrong: the client of the hook must not be kept by a note. */
  #write(path: string, note: FiredNote | SeenNote): void {
    const { files, paths } = this.#parts;
    if (!makeStateFolder(this.#parts, paths.dirname(path)).ok) return;
    const bytes = new TextEncoder().encode(`${JSON.stringify(note, null, 2)}\n`);
    replaceFile(files, paths, path, bytes, { durable: false });
  }

  #read(path: string): (HookNote & Readonly<Record<string, unknown>>) | undefined {
    const bytes = this.#parts.files.readBytes(path, MAX_BYTES);
    const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
    if (!parsed?.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
    const { at, by = null, ...note } = { ...parsed.value } as Record<string, unknown>;
    const isWhole = typeof at === "string" && (by === null || typeof by === "string") && note["format"] === 1;
    return isWhole ? { ...note, at, by } : undefined;
  }
}
