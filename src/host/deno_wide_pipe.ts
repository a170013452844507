/**
 * The pipe of a process that writes much, on Linux: it is made to hold more, and is read beside the thread. While the
 * thread is at one piece, the next is being read. Source: fcntl(2), F_SETPIPE_SZ; pipe(7); proc_pid_fd(5).
 */

import type { ByteReader } from "./host.ts";

const F_SETPIPE_SZ = 1031;
/** What pipe-max-size allows to everybody, if nobody has changed it. */
const PIPE_BYTES = 1024 * 1024;
/** A larger piece is read no faster, and on a virtual machine written slower: it asks the system for rarer memory. */
const PIECE_BYTES = 256 * 1024;
/** A smaller piece shows a writer who is slower than we are. */
const AHEAD_FROM_BYTES = 64 * 1024;
const FCNTL = { fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" } } as const;

/**
 * The process's pipe to us, opened a second time; whoever read the first opening reads it no further. undefined where it
 * cannot be told which one it is, or the system does not let it be opened: then everything is as before.
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
    // Theirs may have been exchanged or joined since. Ours were made in this order, so only then both are what they were.
    if (outFd === undefined || errFd === undefined || outFd >= errFd) return undefined;
    const ourFd = descriptor === 1 ? outFd : errFd;
    widen(ourFd);
    return new PipeReader(`/proc/self/fd/${ourFd}`);
  } catch {
    // The process has gone, or the system does not show what is open.
    return undefined;
  }
}

/** Then the writer and we wait for each other less often, which a quick writer sees as twice the speed. */
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
    // What comes in small pieces gathers meanwhile instead: each read of its own takes a turn of a thread.
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

  /** What was begun, or null once it was cancelled. */
  #nextRead(): Promise<number | null> {
    const reading = this.#reading ??= this.#startReading();
    return new Promise((resolve, reject) => {
      this.#onCancel = () => resolve(null);
      reading.then(resolve, reject);
    });
  }

  #startReading(): Promise<number | null> {
    const reading = this.#file.read(this.#filling);
    // It is told where it is awaited, which after `cancel` is nowhere.
    reading.catch(() => {});
    return reading;
  }

  /** A thread that waits for bytes waits as long as anybody holds the pipe: so it gets one, which nobody will see. */
  #wakeReading(): void {
    if (this.#reading === undefined) return;
    try {
      const writer = Deno.openSync(this.#path, { write: true });
      // Not by this thread: the pipe may be full, and is so until its last reader has gone.
      writer.write(new Uint8Array(1)).catch(() => {}).finally(() => writer.close());
    } catch {
      // It then waits until the last one lets go of the pipe, or we end.
    }
  }
}
