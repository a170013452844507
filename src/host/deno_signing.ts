/** Ed25519 from the runtime's own cryptography. */

import type { Signing } from "./signing.ts";

const ALGORITHM = { name: "Ed25519" };
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export function createSigning(): Signing {
  return {
    async makeKey() {
      const made = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as CryptoKeyPair;
      return new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey));
    },
    async publicKeyOf(privateKey) {
      const key = await privateKeyOf(privateKey);
      if (key === undefined) return undefined;
      const { x } = await crypto.subtle.exportKey("jwk", key);
      return Uint8Array.fromBase64(x!, { alphabet: "base64url" });
    },
    async sign(privateKey, bytes) {
      const key = await privateKeyOf(privateKey);
      if (key === undefined) throw new Error("Cannot sign: the bytes are no private key of Ed25519");
      return new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, bytes as Uint8Array<ArrayBuffer>));
    },
    async verify(publicKey, signature, bytes) {
      if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
      const key = await imported(() =>
        crypto.subtle.importKey("raw", publicKey as Uint8Array<ArrayBuffer>, ALGORITHM, true, ["verify"])
      );
      // WebCrypto's types refuse a view on shared memory, which ours never are.
      return key !== undefined &&
        await crypto.subtle.verify(
          ALGORITHM,
          key,
          signature as Uint8Array<ArrayBuffer>,
          bytes as Uint8Array<ArrayBuffer>,
        );
    },
  };
}

function privateKeyOf(pkcs8: Uint8Array): Promise<CryptoKey | undefined> {
  return imported(() =>
    crypto.subtle.importKey("pkcs8", pkcs8 as Uint8Array<ArrayBuffer>, ALGORITHM, true, ["sign"])
  );
}

async function imported(call: () => Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DOMException && error.name === "DataError") return undefined;
    throw error;
  }
}
