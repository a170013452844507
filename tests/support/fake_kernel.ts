/** The calls of kernel32 that a pseudo-console needs, with handles that are counted and memory that can be looked at. */

import type { ConsoleCalls } from "../../src/host/deno_console_calls.ts";
import type { TerminalSize } from "../../src/host/processes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export type FailingCall =
  | "CreatePipe"
  | "second CreatePipe"
  | "CreatePseudoConsole"
  | "CreateFileW"
  | "InitializeProcThreadAttributeList"
  | "UpdateProcThreadAttribute"
  | "CreateProcessW";

export interface StartedByKernel {
  readonly program: string;
  readonly line: string;
  readonly inherits: boolean;
  readonly flags: number;
  readonly variables: string;
  readonly folder: string;
  readonly startup:
    & { readonly size: number; readonly flags: number }
    & Readonly<
      Record<"input" | "output" | "error", bigint>
    >;
  /** Each with what it points to. */
  readonly attributes: ReadonlyMap<bigint, readonly bigint[]>;
}

const LIST_BYTES = 48n;
const NO_HANDLE = 0xffff_ffff_ffff_ffffn;

export class FakeKernel {
  static readonly CONSOLE = 0x7700n;
  static readonly PID = 4242;
  readonly sizes: TerminalSize[] = [];
  process: StartedByKernel | undefined;
  typed = "";
  isConsoleClosed = false;
  readonly #failing: FailingCall | undefined;
  readonly #open = new Map<bigint, string>();
  readonly #memory = new Map<bigint, Bytes>();
  readonly #attributes = new Map<bigint, readonly bigint[]>();
  readonly #drawn: Bytes[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #hasDrawn = Promise.withResolvers<void>();
  #handles = 0x100n;
  #code = 0;
  #pipes = 0;

  constructor(failing?: FailingCall) {
    this.#failing = failing;
  }

  /** Names of the handles that are still open. */
  open(): readonly string[] {
    return [...this.#open.values()];
  }

  opened(name: string): bigint {
    return [...this.#named].find(([, each]) => each === name)![0];
  }

  draw(text: string): void {
    this.#drawn.push(new TextEncoder().encode(text));
    this.#hasDrawn.resolve();
  }

  endProcess(code: number): void {
    this.#code = code;
    this.#ended.resolve();
  }

  /** Resolves when calls that nobody waits for are over. */
  async settled(): Promise<void> {
    for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  }

  readonly #named = new Map<bigint, string>();

  #handle(name: string): bigint {
    const handle = this.#handles += 4n;
    this.#open.set(handle, name);
    this.#named.set(handle, name);
    return handle;
  }

  readonly calls = {
    CreatePipe: (from: Bytes, to: Bytes) => {
      const name = ["typed", "drawn"][this.#pipes++];
      if (this.#failing === (this.#pipes === 1 ? "CreatePipe" : "second CreatePipe")) return 0;
      viewOf(from).setBigUint64(0, this.#handle(`${name} from`), true);
      viewOf(to).setBigUint64(0, this.#handle(`${name} to`), true);
      return 1;
    },
    CreatePseudoConsole: (size: number, _from: bigint, _to: bigint, flags: number, handle: Bytes) => {
      if (this.#failing === "CreatePseudoConsole") return -2147024809;
      this.#expect(flags === 0, "no flags");
      this.sizes.push(sizeOf(size));
      this.#open.set(FakeKernel.CONSOLE, "console");
      viewOf(handle).setBigUint64(0, FakeKernel.CONSOLE, true);
      return 0;
    },
    ResizePseudoConsole: (handle: bigint, size: number) => {
      this.#expect(this.#open.has(handle), "an open console");
      this.sizes.push(sizeOf(size));
      return 0;
    },
    ClosePseudoConsole: (handle: bigint) => {
      this.#close(handle);
      this.isConsoleClosed = true;
      this.#hasDrawn.resolve();
      return Promise.resolve();
    },
    WaitForSingleObject: async (handle: bigint) => {
      this.#expect(this.#open.get(handle) === "process", "the process");
      await this.#ended.promise;
      return 0;
    },
    GetExitCodeProcess: (_handle: bigint, code: Bytes) => {
      viewOf(code).setUint32(0, this.#code, true);
      return 1;
    },
    ReadFile: async (handle: bigint, into: Bytes, most: number, size: Bytes) => {
      this.#expect(this.#open.has(handle), "an open pipe");
      while (this.#drawn.length === 0) {
        if (this.isConsoleClosed) return 0;
        await this.#hasDrawn.promise;
        if (this.#drawn.length === 0 && !this.isConsoleClosed) this.#hasDrawn = Promise.withResolvers();
      }
      const bytes = this.#drawn.shift()!;
      this.#hasDrawn = Promise.withResolvers();
      this.#expect(bytes.length <= most, "room for the bytes");
      into.set(bytes);
      viewOf(size).setUint32(0, bytes.length, true);
      return 1;
    },
    WriteFile: (handle: bigint, bytes: Bytes, size: number) => {
      this.#expect(this.#open.has(handle), "an open pipe");
      this.typed += new TextDecoder().decode(bytes.subarray(0, size));
      return Promise.resolve(1);
    },
    InitializeProcThreadAttributeList: (list: Bytes | null, _count: number, _flags: number, size: Bytes) => {
      viewOf(size).setBigUint64(0, LIST_BYTES, true);
      return list === null || this.#failing === "InitializeProcThreadAttributeList" ? 0 : 1;
    },
    UpdateProcThreadAttribute: (_list: Bytes, _flags: number, name: bigint, value: bigint, size: bigint) => {
      if (this.#failing === "UpdateProcThreadAttribute") return 0;
      const bytes = this.#memory.get(value);
      this.#expect(size === 8n, "8 bytes");
      this.#attributes.set(name, [bytes === undefined ? value : viewOf(bytes).getBigUint64(0, true)]);
      return 1;
    },
    DeleteProcThreadAttributeList: () => {},
    CreateFileW: (name: Bytes, _access: number, _share: number, security: Bytes) => {
      if (this.#failing === "CreateFileW") return NO_HANDLE;
      this.#expect(viewOf(security).getUint32(0, true) === 24, "the size of the structure");
      this.#expect(viewOf(security).getInt32(16, true) === 1, "an inherited handle");
      return this.#handle(textOf(name).slice(0, -1));
    },
    CreateProcessW: (
      program: Bytes,
      line: Bytes,
      _process: bigint,
      _thread: bigint,
      inherits: number,
      flags: number,
      variables: Bytes,
      folder: Bytes,
      startup: Bytes,
      information: Bytes,
    ) => {
      const view = viewOf(startup);
      this.#expect(this.#memory.get(view.getBigUint64(104, true))?.length === Number(LIST_BYTES), "the list");
      this.#expect(information.length === 24, "room for handles and numbers");
      this.process = {
        program: textOf(program).slice(0, -1),
        line: textOf(line).slice(0, -1),
        inherits: inherits === 1,
        flags,
        variables: textOf(variables),
        folder: textOf(folder).slice(0, -1),
        startup: {
          size: view.getUint32(0, true),
          flags: view.getUint32(60, true),
          input: view.getBigUint64(80, true),
          output: view.getBigUint64(88, true),
          error: view.getBigUint64(96, true),
        },
        attributes: this.#attributes,
      };
      if (this.#failing === "CreateProcessW") return 0;
      const made = viewOf(information);
      made.setBigUint64(0, this.#handle("process"), true);
      made.setBigUint64(8, this.#handle("thread"), true);
      made.setUint32(16, FakeKernel.PID, true);
      made.setUint32(20, 1, true);
      return 1;
    },
    CloseHandle: (handle: bigint) => {
      this.#close(handle);
      return 1;
    },
    addressOf: (bytes: Bytes) => {
      const address = 0x10000n + BigInt(this.#memory.size) * 0x1000n;
      this.#memory.set(address, bytes);
      return address;
    },
  } as unknown as ConsoleCalls;

  #close(handle: bigint): void {
    this.#expect(this.#open.delete(handle), `an open handle, ${this.#named.get(handle)}`);
  }

  #expect(isAsExpected: boolean, what: string): void {
    if (!isAsExpected) throw new Error(`kernel32 was called without ${what}`);
  }
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textOf(bytes: Bytes): string {
  return new TextDecoder("utf-16le").decode(bytes);
}

function sizeOf(coord: number): TerminalSize {
  return { columns: coord & 0xffff, rows: coord >> 16 };
}
