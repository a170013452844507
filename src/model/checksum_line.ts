/** One line of a list of digests, in the form of sha256sum. Pure. Source: GNU coreutils manual, "cksum output modes". */

import type { HashAlgorithm } from "./project.ts";

const BY_LENGTH: Readonly<Record<number, HashAlgorithm>> = { 40: "sha1", 64: "sha256", 128: "sha512" };

/** `<hex>  <path>`; a path with a backslash or a line end is escaped, and the line then starts with a backslash. */
export function formatChecksumLine(digest: string, path: string): string {
  if (!/[\\\n\r]/.test(path)) return `${digest}  ${path}`;
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `\\${digest}  ${escaped}`;
}

export interface ChecksumEntry {
  /** Lower-case hex. */
  readonly digest: string;
  readonly path: string;
  readonly algorithm: HashAlgorithm;
}

export function parseChecksumLine(line: string): ChecksumEntry | undefined {
  const match = /^(\\?)([0-9a-fA-F]+) [ *](.+)$/s.exec(line);
  if (match === null) return undefined;
  const algorithm = BY_LENGTH[match[2]!.length];
  if (algorithm === undefined) return undefined;
  const path = match[1] === "\\"
    ? match[3]!.replace(/\\([\\nr])/g, (_, char) => char === "n" ? "\n" : char === "r" ? "\r" : "\\")
    : match[3]!;
  return { digest: match[2]!.toLowerCase(), path, algorithm };
}
