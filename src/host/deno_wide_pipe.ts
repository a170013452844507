/**
 * The pipe of a process that writes a lot, on Linux: it is enlarged, and read in another thread, so that the
 * next piece is read while this thread handles the current one. Source: fcntl(2), F_SETPIPE_SZ; pipe(7);
 * proc_pid_fd(5).
 */

import type { ByteReader } from "./byte_reader.ts";

const F_SETPIPE_SZ = 1031;
/** The limit of pipe-max-size for unprivileged processes, unless somebody changed it. */
const PIPE_BYTES = 1024 * 1024;
/**
 * A larger piece is read no faster, and on a virtual machine written more slowly, because it needs rarer
 * memory.
 */
const PIECE_BYTES = 256 * 1024;
/** A smaller piece shows that the writer is slower than we are. */
const AHEAD_FROM_BYTES = 64 * 1024;
const FCNTL = { fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" } } as const;

/**
 * The process's pipe to us, opened a second time; the reader of the first opening stops reading it. undefined
 * where it is unclear which pipe it is, or where the system does not let it be opened: nothing changes then.
 */
export function openWidePipe(pid: number, descriptor: 1 | 2): ByteReader | undefined {
  try {
    const [out, err] = [1, 2].map((theirs) => Deno.readLinkSync(`/proc/${pid}/fd/${theirs}`));
    const ours = new Map<string, number>();
    for (const { name } of Deno.readDirSync("/proc/self/fd")) {
      const link = readLink(`/proc/self/fd/${name}`);
      if (link !== undefined && (link === out || link === err)) ours.set(link, Number(name));
    }
    const [outFd, errFd] = [ours.get(out!), ours.get(err!)];
    // The process may have replaced or joined its descriptors since. Ours were made in this order, so only in
    // this order are both still the original ones.
    if (outFd === undefined || errFd === undefined || outFd >= errFd) return undefined;
    const ourFd = descriptor === 1 ? outFd : errFd;
    widen(ourFd);
    return new PipeReader(`/proc/self/fd/${ourFd}`);
  } catch {
    // The process has ended, or the system does not show its open files.
    return undefined;
  }
}

/** The writer and we then wait for each other less often, which doubles the speed of a fast writer. */
function widen(descriptor: number): void {
  const library = Deno.dlopen("libc.so.6", FCNTL);
  library.symbols.fcntl(descriptor, F_SETPIPE_SZ, PIPE_BYTES);
  library.close();
}

function readLink(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}

class PipeReader implements ByteReader {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #given = new Uint8Array(PIECE_BYTES);
  #filling = new Uint8Array(PIECE_BYTES);
  #reading: Promise<number | null> | undefined;
  #isOver = false;
  #onCancel: () => void = () => {};

  constructor(path: string) {
    this.#path = path;
    this.#file = Deno.openSync(path);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#isOver) return undefined;
    const read = await this.#nextRead();
    if (this.#isOver) return undefined;
    if (read === null) {
      this.#isOver = true;
      this.#file.close();
      return undefined;
    }
    [this.#given, this.#filling] = [this.#filling, this.#given];
    // Small pieces are collected meanwhile instead, because each read in another thread costs a thread
    // switch.
    this.#reading = read < AHEAD_FROM_BYTES ? undefined : this.#startReading();
    return this.#given.subarray(0, read);
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onCancel();
    this.#wakeReading();
    this.#file.close();
  }

  /** The pending read, or null after it was cancelled. */
  #nextRead(): Promise<number | null> {
    const reading = this.#reading ??= this.#startReading();
    return new Promise((resolve, reject) => {
      this.#onCancel = () => resolve(null);
      reading.then(resolve, reject);
    });
  }

  #startReading(): Promise<number | null> {
    const reading = this.#file.read(this.#filling);
    // The error is reported where the read is awaited, which after `cancel` is nowhere.
    reading.catch(() => {});
    return reading;
  }

  /**
   * A thread that waits for bytes waits as long as anybody holds the pipe, so one byte that nobody will see
   * is written to wake it.
   */
  #wakeReading(): void {
    if (this.#reading === undefined) return;
    try {
      const writer = Deno.openSync(this.#path, { write: true });
      // Not in this thread: the pipe may be full, and stays so until its last reader has gone.
      writer.write(new Uint8Array(1)).catch(() => {}).finally(() => writer.close());
    } catch {
      // That write then waits until the last reader closes the pipe, or until we end.
    }
  }
}
