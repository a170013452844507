/** What a package is made of: a list of files in memory, with their paths and rights, in the order of their paths. */

import { join } from "@std/path/posix";
import { filesBelow } from "../build/files.ts";

export interface Entry {
  /** With "/", without one in front. */
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer> | { readonly linkTo: string };
  readonly executable?: boolean;
}

export function textEntry(path: string, text: string): Entry {
  return { path, content: new TextEncoder().encode(text) };
}

/** Every file below a folder; of a program those without an extension, and of Windows .exe, can be executed. */
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

/** Every folder that the entries are in, outermost first. */
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
