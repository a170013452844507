/** Keys and signatures of Ed25519 in the forms of OpenSSH. Source: RFC 4253, RFC 8709 and PROTOCOL.sshsig of OpenSSH. Pure. */

import { joinBytes } from "./bytes.ts";

const KEY_TYPE = "ssh-ed25519";
const MAGIC = "SSHSIG";
const VERSION = 1;
const HASH = "sha256";
const LINE_CHARACTERS = 70;

/** The purpose of the signature, which `ssh-keygen -n` has to name. */
export const SSH_NAMESPACE = "orchastration";

/** A string as SSH writes it: its length, then its bytes. */
export function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return joinBytes([uint32(bytes.length), bytes]);
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The key as SSH writes it. */
export function sshPublicKey(publicKey: Uint8Array): Uint8Array {
  return joinBytes([sshString(KEY_TYPE), sshString(publicKey)]);
}

/** A line of a file of allowed signers. */
export function allowedSigner(identity: string, publicKey: Uint8Array): string {
  return `${identity} namespaces="${SSH_NAMESPACE}" ${KEY_TYPE} ${sshPublicKey(publicKey).toBase64()}\n`;
}

/** The bytes that are signed for a message with this SHA-256. */
export function sshSignedBytes(messageSha256: Uint8Array): Uint8Array {
  return joinBytes([
    new TextEncoder().encode(MAGIC),
    sshString(SSH_NAMESPACE),
    sshString(""),
    sshString(HASH),
    sshString(messageSha256),
  ]);
}

/** The signature as a file. */
export function sshSignatureText(publicKey: Uint8Array, signature: Uint8Array): string {
  const bytes = joinBytes([
    new TextEncoder().encode(MAGIC),
    uint32(VERSION),
    sshString(sshPublicKey(publicKey)),
    sshString(SSH_NAMESPACE),
    sshString(""),
    sshString(HASH),
    sshString(joinBytes([sshString(KEY_TYPE), sshString(signature)])),
  ]);
  const lines = bytes.toBase64().match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}

/** The raw signature in such a file, if the file is exactly what `sshSignatureText` writes for this key. */
export function readSshSignature(text: string, publicKey: Uint8Array): Uint8Array | undefined {
  const [, block] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n$/.exec(text) ??
      [];
  if (block === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(block.replaceAll("\n", ""));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const signature = bytes.slice(-64);
  return sshSignatureText(publicKey, signature) === text ? signature : undefined;
}
