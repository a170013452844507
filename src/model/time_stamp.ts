/**
 * Requests to a time-stamp service and its answers, as bytes in DER. Source: RFC 3161, section 2.4. Whether an answer is true is for
 * others to judge, who know the certificate of the service (`openssl ts -verify`). Pure.
 */

export const QUERY_TYPE = "application/timestamp-query";

const [BOOLEAN, INTEGER, OCTETS, SEQUENCE] = [0x01, 0x02, 0x04, 0x30];
/** SHA-256 without parameters: 2.16.840.1.101.3.4.2.1 */
const SHA256 = Uint8Array.fromHex("300d06096086480165030402010500");
const TRUE = new Uint8Array([BOOLEAN, 1, 0xff]);
const VERSION = new Uint8Array([INTEGER, 1, 1]);
/** granted, and grantedWithMods. */
const GRANTED = [0, 1];

/** Asks for the time at which this digest existed. `nonce`: random, and found again in the answer. */
export function timeStampRequest(sha256: Uint8Array, nonce: Uint8Array): Uint8Array {
  return der(SEQUENCE, [
    VERSION,
    der(SEQUENCE, [SHA256, der(OCTETS, [sha256])]),
    der(INTEGER, [positive(nonce)]),
    TRUE,
  ]);
}

/** Whether the service granted the request, and the answer is about this digest, and about this nonce where one is given. */
export function isTimeStampFor(answer: Uint8Array, sha256: Uint8Array, nonce?: Uint8Array): boolean {
  const whole = contentOf(answer, 0);
  const status = whole && contentOf(answer, whole.start);
  if (whole === undefined || status === undefined || whole.end !== answer.length) return false;
  const isGranted = answer[status.start] === INTEGER && answer[status.start + 1] === 1 &&
    GRANTED.includes(answer[status.start + 2]!);
  const token = answer.subarray(status.end);
  return isGranted && contains(token, der(OCTETS, [sha256])) &&
    (nonce === undefined || contains(token, der(INTEGER, [positive(nonce)])));
}

function der(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 127) throw new Error(`Cannot encode ${length} bytes: a request is short`);
  return new Uint8Array([tag, length, ...parts.flatMap((part) => [...part])]);
}

/** The shortest form of a number that is not negative. */
function positive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? [0] : [...bytes.subarray(first)];
  return new Uint8Array(digits[0]! > 127 ? [0, ...digits] : digits);
}

/** Where the content of the element at a place begins and ends; undefined where it is no whole sequence. */
function contentOf(
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  if (bytes[at] !== SEQUENCE) return undefined;
  const first = bytes[at + 1] ?? 0x80;
  const digits = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || digits > 4) return undefined;
  const length = digits === 0
    ? first
    : bytes.subarray(at + 2, at + 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = at + 2 + digits;
  return start + length <= bytes.length ? { start, end: start + length } : undefined;
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let at = whole.indexOf(part[0]!); at >= 0; at = whole.indexOf(part[0]!, at + 1)) {
    if (part.every((byte, index) => whole[at + index] === byte)) return true;
  }
  return false;
}
