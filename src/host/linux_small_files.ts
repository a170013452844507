/**
 * Small plain files on Linux, read and overwritten with the system's own calls: half the time of the runtime's, which makes an object of
 * each answer. For a process that has opened these calls anyway; whatever is unusual is left to the runtime.
 */

import { openedLinuxCalls } from "./posix_calls.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  PathBytes,
  S_IFMT,
  S_IFREG,
  STATX_AT,
  STATX_BASIC_STATS,
  STATX_BYTES,
} from "./linux_statx.ts";
import { O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_RDWR } from "./linux_open_flags.ts";

type Calls = NonNullable<ReturnType<typeof openedLinuxCalls>>;

/** One byte more than the longest file that is read here, so that its end is seen. */
const ROOM_BYTES = 32 * 1024;

const pathRoom = new PathBytes();
const NO_PATH = new Uint8Array(1);
const facts = new ArrayBuffer(STATX_BYTES);
const factBytes = new Uint8Array(facts);
const words16 = new Uint16Array(facts);
const words = new Uint32Array(facts);
let room: Uint8Array<ArrayBuffer> | undefined;

/** undefined where the runtime has to read it, or to say why that is not possible. */
export function readSmallFile(path: string, maxBytes: number): Uint8Array | undefined {
  const calls = callsFor(path);
  if (calls === undefined) return undefined;
  // Opening something else than a plain file can have effects.
  if (calls.statx(AT_FDCWD, pathRoom.bytes, 0, STATX_BASIC_STATS, factBytes) !== 0 || !isPlain()) {
    return undefined;
  }
  const sizeBytes = words[STATX_AT.size]!;
  if (words[STATX_AT.size + 1] !== 0 || sizeBytes === 0 || sizeBytes >= ROOM_BYTES || sizeBytes > maxBytes) {
    return undefined;
  }
  const descriptor = calls.open(pathRoom.bytes, O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return undefined;
  room ??= new Uint8Array(ROOM_BYTES);
  // The size that the system reports need not be true, as in /proc.
  const size = Number(calls.read(descriptor, room, BigInt(sizeBytes + 1)));
  calls.close(descriptor);
  return size === sizeBytes ? room.slice(0, size) : undefined;
}

/** As in Files. */
export function overwriteSmallFile(
  path: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): boolean | undefined {
  const calls = callsFor(path);
  return calls && withOpened(calls, O_RDWR | O_NOFOLLOW, (descriptor) => {
    const sizeBytes = words[STATX_AT.size]!;
    const isUsual = words[STATX_AT.size + 1] === 0 && sizeBytes < ROOM_BYTES && words[STATX_AT.names] === 1;
    if (!isUsual) return undefined;
    room ??= new Uint8Array(ROOM_BYTES);
    // One byte more than its size shows whether it is growing.
    if (Number(calls.read(descriptor, room, BigInt(sizeBytes + 1))) !== sizeBytes) return undefined;
    const bytes = change(room.slice(0, sizeBytes));
    return bytes?.length === sizeBytes &&
      Number(calls.pwrite(descriptor, bytes as Uint8Array<ArrayBuffer>, BigInt(sizeBytes), 0n)) === sizeBytes;
  });
}

/** With the path in place. */
function callsFor(path: string): Calls | undefined {
  const calls = openedLinuxCalls();
  return calls !== undefined && pathRoom.put(path) ? calls : undefined;
}

/** Opens the file at the path, and closes it again; what is opened can be something else than what was there before. */
function withOpened<T>(calls: Calls, flags: number, use: (descriptor: number) => T): T | undefined {
  const descriptor = calls.open(pathRoom.bytes, flags | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return undefined;
  try {
    const isKnown = calls.statx(descriptor, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, factBytes) === 0;
    return isKnown && isPlain() ? use(descriptor) : undefined;
  } finally {
    calls.close(descriptor);
  }
}

function isPlain(): boolean {
  return (words16[STATX_AT.mode16]! & S_IFMT) === S_IFREG;
}
