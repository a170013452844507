/** The parts of a fake disk: files and folders, each with the part that would survive a power cut. */

/** One lock on a file. Holders are compared by identity. */
export interface LockHold {
  readonly exclusive: boolean;
}

let inodes = 0;

export class FakeFile {
  readonly kind = "file";
  /** As on a real disk, a file that replaces another one has another. */
  readonly inode = ++inodes;
  /** How many names it has. */
  names = 1;
  #buffer = new Uint8Array(0);
  #sizeBytes = 0;
  #durable = new Uint8Array(0);
  readonly locks = new Set<LockHold>();
  readable = true;
  writable = true;
  executable = false;
  modifiedAtMs: number;
  /**
   * Changes with every change of content, times or access; unlike `modifiedAtMs`, tests cannot set it back.
   */
  changedAtMs: number;
  /** Handles that are open on it, on any host of the machine. */
  openHandles = 0;

  constructor(nowMs: number) {
    this.modifiedAtMs = this.changedAtMs = nowMs;
  }

  /** Its content was written. */
  touch(nowMs: number): void {
    this.modifiedAtMs = this.changedAtMs = nowMs;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The content itself, not a copy. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#sizeBytes);
  }

  append(bytes: Uint8Array): void {
    const size = this.#sizeBytes + bytes.length;
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, this.#buffer.length * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#sizeBytes);
    this.#sizeBytes = size;
  }

  truncate(): void {
    this.#sizeBytes = 0;
  }

  sync(): void {
    this.#durable = this.bytes.slice();
  }

  losePower(): void {
    this.#buffer = this.#durable.slice();
    this.#sizeBytes = this.#buffer.length;
    this.locks.clear();
    this.openHandles = 0;
  }

  lockWith(exclusive: boolean): LockHold | undefined {
    for (const lock of this.locks) if (lock.exclusive || exclusive) return undefined;
    const hold: LockHold = { exclusive };
    this.locks.add(hold);
    return hold;
  }
}

export interface FakeLink {
  readonly kind: "link";
  readonly target: string;
}

/** A pipe or device. */
export interface FakeSpecial {
  readonly kind: "other";
  /** The whole content that comes through it; undefined where nobody writes. */
  readonly bytes: Uint8Array | undefined;
}

export type FakeNode = FakeFile | FakeFolder | FakeLink | FakeSpecial;

interface Entry {
  readonly name: string;
  readonly node: FakeNode;
}

export class FakeFolder {
  readonly kind = "directory";
  readonly #keyOf: (name: string) => string;
  #entries = new Map<string, Entry>();
  #durable = new Map<string, Entry>();
  readable = true;
  writable = true;
  modifiedAtMs: number;
  changedAtMs: number;
  #durableAtMs: number;

  /** `keyOf` makes names equal that the file system does not distinguish. */
  constructor(keyOf: (name: string) => string, modifiedAtMs: number) {
    this.#keyOf = keyOf;
    this.modifiedAtMs = this.changedAtMs = this.#durableAtMs = modifiedAtMs;
  }

  get names(): readonly string[] {
    return Array.from(this.#entries.values(), (entry) => entry.name);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  entry(name: string): Entry | undefined {
    return this.#entries.get(this.#keyOf(name));
  }

  put(name: string, node: FakeNode): void {
    // Removed first: a new name for the same key would otherwise keep its old spelling in the order of the
    // map.
    this.#entries.delete(this.#keyOf(name));
    this.#entries.set(this.#keyOf(name), { name, node });
  }

  take(name: string): void {
    this.#entries.delete(this.#keyOf(name));
  }

  /** A name was added or removed. */
  touch(nowMs: number): void {
    this.modifiedAtMs = this.changedAtMs = nowMs;
  }

  sync(): void {
    this.#durable = new Map(this.#entries);
    this.#durableAtMs = this.modifiedAtMs;
  }

  losePower(): void {
    this.#entries = new Map(this.#durable);
    // Names and times of a folder are in the same journal.
    this.modifiedAtMs = this.changedAtMs = this.#durableAtMs;
    for (const { node } of this.#entries.values()) {
      if (node.kind === "file" || node.kind === "directory") node.losePower();
    }
  }
}
