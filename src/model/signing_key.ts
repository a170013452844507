/** Keys of Ed25519 as text: PEM of private and public keys, and the id of a public key. Pure. */

/** SubjectPublicKeyInfo of an Ed25519 key, before its 32 bytes. Source: RFC 8410, section 4 */
const SPKI_START = Uint8Array.fromHex("302a300506032b6570032100");
const PUBLIC_LABEL = "PUBLIC KEY";
const PRIVATE_LABEL = "PRIVATE KEY";
const LINE_CHARACTERS = 64;

/** The bytes whose SHA-256 is the id of the key: its SubjectPublicKeyInfo, as `openssl pkey -pubin -outform DER` prints it. */
export function publicKeyInfo(publicKey: Uint8Array): Uint8Array {
  return new Uint8Array([...SPKI_START, ...publicKey]);
}

export function publicKeyPem(publicKey: Uint8Array): string {
  return pem(PUBLIC_LABEL, publicKeyInfo(publicKey));
}

/** undefined unless the text is what `publicKeyPem`, and openssl, write for a public key of Ed25519. */
export function publicKeyOfPem(text: string): Uint8Array | undefined {
  const info = bytesOfPem(PUBLIC_LABEL, text);
  const isOurs = info?.length === SPKI_START.length + 32 && SPKI_START.every((byte, at) => info[at] === byte);
  const key = isOurs ? info.slice(SPKI_START.length) : undefined;
  return key !== undefined && publicKeyPem(key) === text ? key : undefined;
}

/** PKCS #8, without a passphrase. */
export function privateKeyPem(privateKey: Uint8Array): string {
  return pem(PRIVATE_LABEL, privateKey);
}

/** undefined where the text is no PKCS #8 without a passphrase. */
export function privateKeyOfPem(text: string): Uint8Array | undefined {
  return bytesOfPem(PRIVATE_LABEL, text);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** One block, and nothing else. */
function bytesOfPem(label: string, text: string): Uint8Array | undefined {
  const block = new RegExp(
    `^-----BEGIN ${label}-----\\r?\\n([A-Za-z0-9+/=\\r\\n]+)\\r?\\n-----END ${label}-----\\r?\\n?$`,
  )
    .exec(text)?.[1];
  return block === undefined ? undefined : bytesOfBase64(block.replace(/[\r\n]/g, ""));
}

/** undefined where the text is not the one Base64 form of its bytes. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
    return bytes.toBase64() === text ? bytes : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
