/**
 * Tar archives whose bytes depend only on their content. Source: POSIX.1-2024, pax, "ustar Interchange
 * Format".
 */

import { type Entry, foldersOf, sorted } from "./entry.ts";

const BLOCK = 512;
/** GNU tar pads an archive to a multiple of this. */
const RECORD = 20 * BLOCK;

export interface TarOptions {
  readonly secondsSinceEpoch: number;
  /** Put before every path; "./" in the parts of a .deb. */
  readonly prefix?: string;
}

export function tar(entries: readonly Entry[], options: TarOptions): Uint8Array<ArrayBuffer> {
  const prefix = options.prefix ?? "";
  const parts: Uint8Array<ArrayBuffer>[] = [];
  if (prefix !== "") parts.push(header({ path: prefix, mode: 0o755, type: "5", size: 0, ...options }));
  for (const folder of foldersOf(entries)) {
    parts.push(header({ path: `${prefix}${folder}/`, mode: 0o755, type: "5", size: 0, ...options }));
  }
  for (const { path, content, executable } of sorted(entries)) {
    if (content instanceof Uint8Array) {
      const mode = executable ? 0o755 : 0o644;
      parts.push(
        header({ path: prefix + path, mode, type: "0", size: content.length, ...options }),
        content,
        new Uint8Array((BLOCK - content.length % BLOCK) % BLOCK),
      );
    } else {
      const { linkTo } = content;
      parts.push(header({ path: prefix + path, mode: 0o777, type: "2", size: 0, linkTo, ...options }));
    }
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return joined(parts, RECORD);
}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly type: "0" | "2" | "5";
  readonly size: number;
  readonly linkTo?: string;
  readonly secondsSinceEpoch: number;
}

function header(entry: Header): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, length: number, text: string) => {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > length) throw new Error(`Cannot put "${text}" in a tar header: longer than ${length}`);
    block.set(bytes, at);
  };
  const number = (at: number, length: number, value: number) =>
    put(at, length, `${value.toString(8).padStart(length - 1, "0")}\0`);
  put(0, 100, entry.path);
  number(100, 8, entry.mode);
  // Owner and group are root, by number and by name.
  number(108, 8, 0);
  number(116, 8, 0);
  number(124, 12, entry.size);
  number(136, 12, entry.secondsSinceEpoch);
  put(148, 8, " ".repeat(8));
  put(156, 1, entry.type);
  put(157, 100, entry.linkTo ?? "");
  put(257, 8, "ustar\x0000");
  put(265, 32, "root");
  put(297, 32, "root");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, 8, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** One after the other, padded with zeros to a multiple of `unit`. */
export function joined(parts: readonly Uint8Array[], unit = 1): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((total, part) => total + part.length, 0);
  const bytes = new Uint8Array(Math.ceil(length / unit) * unit);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
