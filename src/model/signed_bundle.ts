/**
 * A signed statement as a file: an in-toto Statement in a DSSE envelope (v1.0.2) in a Sigstore bundle (v0.3). Pure: the
 * signature itself comes from elsewhere.
 */

import { bytesOfBase64 } from "./signing_key.ts";
import { parsedJson } from "./parsed_json.ts";

export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

/** The bytes that are signed: PAE("DSSEv1"). Source: DSSE protocol, "Pre-Authentication Encoding" */
export function signedBytes(payloadType: string, payload: Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  const type = encoder.encode(payloadType);
  const head = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  return new Uint8Array([...head, ...payload]);
}

export interface SignedStatement {
  /** The exact bytes that were signed. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** The id of the key that made it, according to the file: a hint, and no proof. */
  readonly keyId: string;
  /** A token of a time-stamp service about the signature (RFC 3161), where one was configured. */
  readonly timeStamp?: Uint8Array | undefined;
}

export function bundleText({ payload, signature, keyId, timeStamp }: SignedStatement): string {
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      publicKey: { hint: keyId },
      tlogEntries: [],
      ...(timeStamp === undefined ? {} : {
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: timeStamp.toBase64() }] },
      }),
    },
    dsseEnvelope: {
      payload: payload.toBase64(),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: signature.toBase64(), keyid: keyId }],
    },
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

/**
 * undefined unless the text is exactly what `bundleText` writes for its parts: a file with anything added, left out or spelled
 * otherwise is not ours.
 */
export function readBundle(text: string): SignedStatement | undefined {
  const value = parsedJson(text);
  const keyId = at(value, "verificationMaterial", "publicKey", "hint");
  const payload = at(value, "dsseEnvelope", "payload");
  const signature = at(value, "dsseEnvelope", "signatures", "0", "sig");
  const stamp = at(
    value,
    "verificationMaterial",
    "timestampVerificationData",
    "rfc3161Timestamps",
    "0",
    "signedTimestamp",
  );
  if (typeof keyId !== "string" || typeof payload !== "string" || typeof signature !== "string") {
    return undefined;
  }
  const parts = { payload: bytesOfBase64(payload), signature: bytesOfBase64(signature) };
  const timeStamp = typeof stamp === "string" ? bytesOfBase64(stamp) : undefined;
  if (parts.payload === undefined || parts.signature === undefined) return undefined;
  const read = { payload: parts.payload, signature: parts.signature, keyId, timeStamp };
  return bundleText(read) === text ? read : undefined;
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}
