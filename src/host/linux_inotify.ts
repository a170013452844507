/**
 * Reports what Linux tells about folders, through its C library. The runtime's own watcher keeps sixteen
 * events and drops the rest, does not report a limit that is reached later, and follows links. Source:
 * inotify(7), eventfd(2), poll(2).
 */

const CALLS = {
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
  // Reads in another thread.
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
} as const;

const CLOEXEC_NONBLOCK = 0o2000000 | 0o4000;
const POLLIN = 1;
const BUFFER_BYTES = 64 * 1024;
const HEADER_BYTES = 16;

export const MODIFY = 0x2, ATTRIB = 0x4, MOVED_FROM = 0x40, MOVED_TO = 0x80, CREATE = 0x100, DELETE = 0x200;
export const DELETE_SELF = 0x400,
  MOVE_SELF = 0x800,
  Q_OVERFLOW = 0x4000,
  IGNORED = 0x8000,
  ISDIR = 0x40000000;
const ONLYDIR = 0x1000000, DONT_FOLLOW = 0x2000000, EXCL_UNLINK = 0x4000000, MASK_ADD = 0x20000000;

export interface InotifyEvent {
  /** -1 where the system lost count. */
  readonly watch: number;
  readonly mask: number;
  /** A name in the folder; "" for the folder itself. */
  readonly name: string;
}

export class Inotify {
  readonly #libc: Deno.DynamicLibrary<typeof CALLS>;
  readonly #descriptor: number;
  /** Written to in order to end the wait. */
  readonly #waker: number;
  #isClosed = false;

  private constructor(libc: Deno.DynamicLibrary<typeof CALLS>, descriptor: number, waker: number) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#waker = waker;
  }

  /** "unavailable" where the C library is another one; "limit" where the system allows no more watchers. */
  static open(): Inotify | "unavailable" | "limit" {
    let libc: Deno.DynamicLibrary<typeof CALLS>;
    try {
      libc = Deno.dlopen("libc.so.6", CALLS);
    } catch {
      return "unavailable";
    }
    const descriptor = libc.symbols.inotify_init1(CLOEXEC_NONBLOCK);
    const waker = descriptor < 0 ? -1 : libc.symbols.eventfd(0, CLOEXEC_NONBLOCK);
    if (waker >= 0) return new Inotify(libc, descriptor, waker);
    if (descriptor >= 0) libc.symbols.close(descriptor);
    libc.close();
    return "limit";
  }

  /** The number of the watch; undefined where the folder is gone, cannot be read, or a limit is reached. */
  add(folder: string, mask: number): number | undefined {
    const path = new TextEncoder().encode(`${folder}\0`);
    const flags = (mask | ONLYDIR | DONT_FOLLOW | EXCL_UNLINK | MASK_ADD) >>> 0;
    const watch = this.#libc.symbols.inotify_add_watch(this.#descriptor, path, flags);
    return watch < 0 ? undefined : watch;
  }

  remove(watch: number): void {
    this.#libc.symbols.inotify_rm_watch(this.#descriptor, watch);
  }

  /** The next events, as soon as there are some; undefined once it is closed. */
  async next(): Promise<readonly InotifyEvent[] | undefined> {
    const waits = new DataView(new ArrayBuffer(16));
    for (const [index, descriptor] of [this.#descriptor, this.#waker].entries()) {
      waits.setInt32(index * 8, descriptor, true);
      waits.setInt16(index * 8 + 4, POLLIN, true);
    }
    const buffer = new Uint8Array(BUFFER_BYTES);
    while (!this.#isClosed) {
      await this.#libc.symbols.poll(waits.buffer, 2n, -1);
      if (this.#isClosed) break;
      const events: InotifyEvent[] = [];
      for (;;) {
        const bytes = Number(this.#libc.symbols.read(this.#descriptor, buffer, BigInt(BUFFER_BYTES)));
        if (bytes <= 0) break;
        events.push(...eventsOf(buffer.subarray(0, bytes)));
      }
      if (events.length > 0) return events;
    }
    this.#libc.symbols.close(this.#descriptor);
    this.#libc.symbols.close(this.#waker);
    this.#libc.close();
    return undefined;
  }

  /**
   * Ends the wait of `next`. The caller has to call `next` until it returns undefined, which closes the
   * files.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#libc.symbols.write(this.#waker, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]), 8n);
  }
}

function eventsOf(bytes: Uint8Array): readonly InotifyEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: InotifyEvent[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const length = view.getUint32(at + 12, true);
    const name = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    const end = name.indexOf(0);
    events.push({
      watch: view.getInt32(at, true),
      mask: view.getUint32(at + 4, true),
      name: new TextDecoder().decode(end < 0 ? name : name.subarray(0, end)),
    });
    at += HEADER_BYTES + length;
  }
  return events;
}
