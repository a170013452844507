/** The content of a package: files in memory, with paths and permissions, sorted by path. */

import { join } from "@std/path/posix";
import { filesBelow } from "../build/files.ts";

export interface Entry {
  /** With "/", without a leading one. */
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer> | { readonly linkTo: string };
  readonly executable?: boolean;
}

export function textEntry(path: string, text: string): Entry {
  return { path, content: new TextEncoder().encode(text) };
}

/**
 * Every file below a folder; executable are the files of a program without an extension, and Windows .exe
 * files.
 */
export async function entriesBelow(folder: string, under: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const path of await filesBelow(folder)) {
    entries.push({
      path: join(under, path),
      content: await Deno.readFile(join(folder, path)),
      executable: /(^|\/)[^.]+(\.exe)?$/.test(path),
    });
  }
  return entries;
}

/** Every folder that contains an entry, outermost first. */
export function foldersOf(entries: readonly Entry[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split("/").slice(0, -1);
    parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join("/")));
  }
  return [...folders].sort();
}

export function sorted(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

export async function compress(
  bytes: Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate-raw",
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
