/**
 * Messages to an agent that holds keys of SSH, and private keys in the form of OpenSSH. Source: draft-miller-ssh-agent and PROTOCOL.key
 * of OpenSSH. Pure.
 */

import { joinBytes } from "./bytes.ts";
import { sshPublicKey, sshString, uint32 } from "./ssh_signature.ts";

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const KEY_TYPE = "ssh-ed25519";
const NO_FLAGS = 0;
/** PKCS #8 of an Ed25519 key, before its 32 bytes. Source: RFC 8410, section 7 */
const PKCS8_START = Uint8Array.fromHex("302e020100300506032b657004220420");
const OPENSSH_MAGIC = "openssh-key-v1\0";

export const ASK_FOR_KEYS = new Uint8Array([REQUEST_IDENTITIES]);

export function askToSign(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return joinBytes([
    new Uint8Array([SIGN_REQUEST]),
    sshString(sshPublicKey(publicKey)),
    sshString(message),
    uint32(NO_FLAGS),
  ]);
}

/** Its keys of Ed25519; undefined where the answer is no list of keys. */
export function keysIn(answer: Uint8Array): readonly Uint8Array[] | undefined {
  if (answer[0] !== IDENTITIES_ANSWER) return undefined;
  const reader = new Reader(answer.subarray(1));
  const count = reader.uint32();
  const keys: Uint8Array[] = [];
  for (let at = 0; at < (count ?? 0); at++) {
    const blob = reader.bytes();
    const comment = reader.bytes();
    if (blob === undefined || comment === undefined) return undefined;
    const key = publicKeyIn(blob);
    if (key !== undefined) keys.push(key);
  }
  return count === undefined ? undefined : keys;
}

/** undefined where the agent refused, or answered something else. */
export function signatureIn(answer: Uint8Array): Uint8Array | undefined {
  if (answer[0] !== SIGN_RESPONSE) return undefined;
  const blob = new Reader(answer.subarray(1)).bytes();
  const reader = new Reader(blob ?? new Uint8Array());
  const isOurs = reader.text() === KEY_TYPE;
  const signature = reader.bytes();
  return isOurs && signature?.length === 64 ? signature.slice() : undefined;
}

/** The key in a line such as `ssh-ed25519 AAAA… comment`. */
export function publicKeyOfLine(text: string): Uint8Array | undefined {
  const [type, base64] = text.trim().split(/\s+/);
  if (type !== KEY_TYPE || base64 === undefined) return undefined;
  try {
    return publicKeyIn(Uint8Array.fromBase64(base64));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function publicKeyIn(blob: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(blob);
  const isOurs = reader.text() === KEY_TYPE;
  const key = reader.bytes();
  return isOurs && key?.length === 32 ? key.slice() : undefined;
}

/**
 * The private key in a file of OpenSSH, as PKCS #8; "encrypted" where it has a passphrase; undefined where the text is no such file, or
 * its key is of another kind.
 */
export function privateKeyOfOpenSsh(text: string): Uint8Array | "encrypted" | undefined {
  const block =
    /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/
      .exec(text)?.[1];
  if (block === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(block.replace(/\s/g, ""));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const magic = new TextEncoder().encode(OPENSSH_MAGIC);
  if (!magic.every((byte, at) => bytes[at] === byte)) return undefined;
  const reader = new Reader(bytes.subarray(magic.length));
  const cipher = reader.text();
  reader.bytes();
  reader.bytes();
  const count = reader.uint32();
  reader.bytes();
  const secret = reader.bytes();
  if (cipher !== "none") return "encrypted";
  if (count !== 1 || secret === undefined) return undefined;
  const inner = new Reader(secret);
  const [one, other] = [inner.uint32(), inner.uint32()];
  const isOurs = one !== undefined && one === other && inner.text() === KEY_TYPE;
  inner.bytes();
  const pair = inner.bytes();
  return isOurs && pair?.length === 64 ? joinBytes([PKCS8_START, pair.subarray(0, 32)]) : undefined;
}

/** Reads what SSH writes; undefined beyond the end. */
class Reader {
  readonly #view: DataView;
  readonly #whole: Uint8Array;
  #at = 0;

  constructor(whole: Uint8Array) {
    this.#whole = whole;
    this.#view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  }

  uint32(): number | undefined {
    if (this.#at + 4 > this.#whole.length) return undefined;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  bytes(): Uint8Array | undefined {
    const length = this.uint32();
    if (length === undefined || this.#at + length > this.#whole.length) return undefined;
    this.#at += length;
    return this.#whole.subarray(this.#at - length, this.#at);
  }

  text(): string | undefined {
    const bytes = this.bytes();
    return bytes && new TextDecoder().decode(bytes);
  }
}
