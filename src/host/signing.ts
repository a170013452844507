/** Keys and signatures. Knows no key file and no signed format. */

/** Keys and signatures of Ed25519 (RFC 8032). A private key is in PKCS #8 (RFC 8410), a public key its 32 bytes. */
export interface Signing {
  makeKey(): Promise<Uint8Array>;
  /** undefined where the bytes are no private key of this kind. */
  publicKeyOf(privateKey: Uint8Array): Promise<Uint8Array | undefined>;
  /** 64 bytes, always the same for the same key and bytes. */
  sign(privateKey: Uint8Array, bytes: Uint8Array): Promise<Uint8Array>;
  /** False also where the key or the signature cannot be one. */
  verify(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
}
