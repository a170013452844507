/** A key that can sign, wherever it is. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import { publicKeyInfo } from "../../model/signing_key.ts";
import type { Host } from "../../host/host.ts";

export interface Signer {
  /** The SHA-256 of its public key as SubjectPublicKeyInfo, in hex. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  /** Where it is, for people. */
  readonly place: string;
  /** True if it did not exist before this call. */
  readonly isNew: boolean;
  sign(bytes: Uint8Array): Promise<Result<Uint8Array, Failure>>;
}

/** The id of a public key, by which bundles name it. */
export async function keyIdOf({ digests }: Pick<Host, "digests">, publicKey: Uint8Array): Promise<string> {
  return await digests.sha256(publicKeyInfo(publicKey));
}
