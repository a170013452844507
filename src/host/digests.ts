/** Digests of memory, streams and files, and random tokens. Knows no format of a list of digests. */

import type { HostResult } from "./host_result.ts";

export type DigestAlgorithm = "sha256" | "sha1" | "sha512";

export interface FileDigest {
  readonly sizeBytes: number;
  /** In lower case. */
  readonly hex: string;
}

export interface Digests {
  /** For data in memory. Lower-case hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** HMAC-SHA-256 (RFC 2104) of data in memory. Lower-case hex. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Promise<string>;
  /** For streams. Loads its library at the first call. */
  open(algorithm: DigestAlgorithm): Promise<StreamDigest>;
  /**
   * The digest of a whole file; a large one does not block the thread. Several at a time use several
   * processors.
   */
  ofFile(path: string, algorithm: DigestAlgorithm): Promise<HostResult<FileDigest>>;
  /** 128 random bits as hex. */
  randomToken(): string;
}

export interface StreamDigest {
  update(bytes: Uint8Array): void;
  /** Lower-case hex; the digest cannot be used afterwards. */
  hex(): string;
}
