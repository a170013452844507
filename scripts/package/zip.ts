/**
 * Zip archives whose bytes depend only on their content. Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.
 */

import { compress, type Entry, sorted } from "./entry.ts";
import { joined } from "./tar.ts";

/** 2.0: deflate and folders. */
const VERSION_NEEDED = 20;
/** 3 means Unix: the external attributes are permissions, as in stat(2). */
const MADE_BY = 3 << 8 | VERSION_NEEDED;
const UTF8_NAMES = 1 << 11;
const DEFLATE = 8;
const REGULAR_FILE = 0o100000;

export async function zip(
  entries: readonly Entry[],
  secondsSinceEpoch: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content, executable } of sorted(entries)) {
    if (!(content instanceof Uint8Array)) throw new Error(`Cannot zip the link "${path}": Windows has none`);
    const name = new TextEncoder().encode(path);
    const packed = await compress(content, "deflate-raw");
    const common = fields([
      [2, VERSION_NEEDED],
      [2, UTF8_NAMES],
      [2, DEFLATE],
      [4, dosTime(secondsSinceEpoch)],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    ]);
    const local = joined([fields([[4, 0x04034b50]]), common, name, packed]);
    const mode = REGULAR_FILE | (executable ? 0o755 : 0o644);
    directory.push(joined([
      fields([[4, 0x02014b50], [2, MADE_BY]]),
      common,
      fields([[2, 0], [2, 0], [2, 0], [4, mode * 0x10000], [4, offset]]),
      name,
    ]));
    files.push(local);
    offset += local.length;
  }
  const size = directory.reduce((total, part) => total + part.length, 0);
  const count = directory.length;
  const end = fields([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [
    2,
    0,
  ]]);
  return joined([...files, ...directory, end]);
}

/** Little-endian numbers: [bytes, value]. */
function fields(numbers: readonly (readonly [2 | 4, number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.reduce((total, [length]) => total + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, value] of numbers) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  return bytes;
}

/** Seconds are even, years count from 1980, and there is no time zone: this is UTC. */
function dosTime(secondsSinceEpoch: number): number {
  const when = new Date(secondsSinceEpoch * 1000);
  const date = (when.getUTCFullYear() - 1980) << 9 | (when.getUTCMonth() + 1) << 5 | when.getUTCDate();
  const time = when.getUTCHours() << 11 | when.getUTCMinutes() << 5 | when.getUTCSeconds() >> 1;
  return date * 0x10000 + time;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ crc >>> 1 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) crc = CRC_TABLE[(crc ^ bytes[at]!) & 0xff]! ^ crc >>> 8;
  return (crc ^ 0xffffffff) >>> 0;
}
