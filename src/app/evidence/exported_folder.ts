/** An exported folder as it is on the disk: reads only plain files below it. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { parsedJson } from "../../model/parsed_json.ts";

/** The longest journal or statement that is read. */
const MAX_BYTES = 1024 * 1024 * 1024;
/** A folder of an export has hundreds of files at most. */
const MAX_FILES = 100_000;

export class ExportedFolder {
  readonly #host: Host;
  readonly path: string;

  constructor(host: Host, path: string) {
    this.#host = host;
    this.path = path;
  }

  bytes(name: string): Uint8Array | undefined {
    const read = this.isPlain(name) ? this.#host.files.readBytes(this.#at(name), MAX_BYTES) : undefined;
    return read?.ok ? read.value : undefined;
  }

  text(name: string): string | undefined {
    const bytes = this.bytes(name);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** A file of any size is not read as a whole. */
  async digest(name: string): Promise<string | undefined> {
    if (!this.isPlain(name)) return undefined;
    const digest = await this.#host.digests.ofFile(this.#at(name), "sha256");
    return digest.ok ? digest.value.hex : undefined;
  }

  /** False also for a link, whose target could be outside. */
  isPlain(name: string): boolean {
    const entry = this.#host.files.entry(this.#at(name));
    return entry.ok && entry.value.kind === "file";
  }

  #at(name: string): string {
    return this.#host.paths.join(this.path, ...name.split("/"));
  }

  /** All names below it, sorted, with "/"; anything that is neither file nor folder is a name as well. */
  list(): Result<readonly string[], Failure> {
    const { files, paths } = this.#host;
    const found: string[] = [];
    const open = [""];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const path = at === "" ? this.path : paths.join(this.path, ...at.split("/"));
      const names = files.list(path);
      if (!names.ok) {
        return fail({
          code: "file_unreadable",
          action: "list the folder",
          path,
          reason: names.failure.reason,
        });
      }
      for (const name of names.value) {
        const inside = at === "" ? name : `${at}/${name}`;
        const entry = files.entry(paths.join(path, name));
        if (entry.ok && entry.value.kind === "directory") open.push(inside);
        else found.push(inside);
      }
      if (found.length > MAX_FILES) {
        return fail({
          code: "file_unreadable",
          action: "list the folder",
          path,
          reason: "it has too many files",
        });
      }
    }
    return ok(found.sort());
  }
}

/** The object in a text of JSON; empty where there is none. */
export function tableIn(text: string | undefined): Readonly<Record<string, unknown>> {
  return text === undefined ? {} : tableOf(parsedJson(text));
}

export function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Readonly<Record<string, unknown>> : {};
}
