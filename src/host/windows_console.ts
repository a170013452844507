/**
 * Starts a process at a pseudo-console of its own, on Windows: the console host draws what the process writes, and sends the drawing to
 * us as text and control sequences. Source: "Creating a Pseudoconsole session" and the structures of CreateProcessW, 64 bits.
 */

import type { ByteReader } from "./byte_reader.ts";
import type { ChildTerminal, ProcessExit, SpawnRequest, TerminalSize } from "./processes.ts";
import { ConsoleTalk } from "./console_talk.ts";
import type { ConsoleCalls } from "./deno_console_calls.ts";
import { batchCommandLine, commandLine, environmentBlock, isBatchFile, wide } from "./windows_words.ts";

const POINTER_BYTES = 8;
/** STARTUPINFOEXW: its size first, then flags and three streams; the list of attributes is last. */
const STARTUP = { BYTES: 112, FLAGS: 60, INPUT: 80, ATTRIBUTES: 104 };
/** PROCESS_INFORMATION: two handles, then two numbers. */
const PROCESS = { BYTES: 24, HANDLE: 0, THREAD: 8, PID: 16 };
/** SECURITY_ATTRIBUTES: its size, a pointer, and whether the handle is inherited. */
const SECURITY = { BYTES: 24, INHERITED: 16 };

const STREAMS_ARE_GIVEN = 0x100;
const EXTENDED = 0x80000;
const UNICODE_VARIABLES = 0x400;
const PSEUDO_CONSOLE = 0x20016n;
const INHERITED_HANDLES = 0x20002n;
const READ_ACCESS = 0x80000000;
const SHARED = 3;
const EXISTING = 3;
const NO_HANDLE = 0xffff_ffff_ffff_ffffn;
const FOR_EVER = 0xffffffff;
const PIECE_BYTES = 64 * 1024;

/** Ctrl-Z and Enter, which end the input of a console; the other systems have Ctrl-D. */
const CTRL_D = 4;
const END_OF_INPUT = "\x1a\r";

export interface ChildAtConsole {
  readonly pid: number;
  readonly stdout: ByteReader;
  readonly terminal: ChildTerminal;
  readonly exited: Promise<ProcessExit>;
}

/** undefined if the runtime has to start it, which then also reports the problem. `shell` is the path of cmd.exe. */
export function startAtConsole(
  calls: ConsoleCalls,
  request: SpawnRequest,
  shell: string,
): ChildAtConsole | undefined {
  const pseudo = PseudoConsole.open(calls, request.terminal!);
  if (pseudo === undefined) return undefined;
  const started = startProcess(calls, request, shell, pseudo.handle);
  if (started === undefined) {
    void pseudo.close();
    pseudo.cancel();
    return undefined;
  }
  calls.CloseHandle(started.thread);
  return {
    pid: started.pid,
    stdout: pseudo,
    terminal: { resize: (size) => pseudo.resize(size), write: (bytes) => pseudo.write(bytes) },
    exited: endOf(calls, started.process, pseudo),
  };
}

async function endOf(calls: ConsoleCalls, process: bigint, pseudo: PseudoConsole): Promise<ProcessExit> {
  await calls.WaitForSingleObject(process, FOR_EVER);
  const code = new Int32Array(1);
  calls.GetExitCodeProcess(process, new Uint8Array(code.buffer));
  calls.CloseHandle(process);
  // The console host would otherwise wait for more programs, and the output would have no end.
  void pseudo.close();
  return { kind: "exited", exit_code: code[0]! };
}

function startProcess(calls: ConsoleCalls, request: SpawnRequest, shell: string, pseudo: bigint) {
  const { program, args, workingDir, env } = request;
  const isBatch = isBatchFile(program);
  const line = isBatch ? batchCommandLine(shell, program, args) : commandLine(program, args);
  const input = request.stdin === "inherit" ? undefined : openNothing(calls);
  const attributes = attributesFor(calls, pseudo, input);
  if (attributes === undefined || input === NO_HANDLE) {
    if (input !== undefined && input !== NO_HANDLE) calls.CloseHandle(input);
    return undefined;
  }
  const startup = new DataView(new ArrayBuffer(STARTUP.BYTES));
  startup.setUint32(0, STARTUP.BYTES, true);
  // Streams that are given as 0 become those of the console; without the flag, our own would be copied if they are no console.
  startup.setUint32(STARTUP.FLAGS, STREAMS_ARE_GIVEN, true);
  startup.setBigUint64(STARTUP.INPUT, input ?? 0n, true);
  startup.setBigUint64(STARTUP.ATTRIBUTES, calls.addressOf(attributes.list), true);
  const process = new DataView(new ArrayBuffer(PROCESS.BYTES));
  const isStarted = calls.CreateProcessW(
    wide(isBatch ? shell : program),
    wide(line),
    0n,
    0n,
    input === undefined ? 0 : 1,
    EXTENDED | UNICODE_VARIABLES,
    environmentBlock(env),
    wide(workingDir),
    new Uint8Array(startup.buffer),
    new Uint8Array(process.buffer),
  ) !== 0;
  calls.DeleteProcThreadAttributeList(attributes.list);
  if (input !== undefined) calls.CloseHandle(input);
  if (!isStarted) return undefined;
  return {
    process: process.getBigUint64(PROCESS.HANDLE, true),
    thread: process.getBigUint64(PROCESS.THREAD, true),
    pid: process.getUint32(PROCESS.PID, true),
  };
}

/** The device whose end is reached at once. */
function openNothing(calls: ConsoleCalls): bigint {
  const security = new DataView(new ArrayBuffer(SECURITY.BYTES));
  security.setUint32(0, SECURITY.BYTES, true);
  security.setInt32(SECURITY.INHERITED, 1, true);
  return calls.CreateFileW(
    wide("NUL"),
    READ_ACCESS,
    SHARED,
    new Uint8Array(security.buffer),
    EXISTING,
    0,
    0n,
  );
}

/** The console, and the one handle that is inherited, so that no other is. The caller keeps both until the process is started. */
function attributesFor(calls: ConsoleCalls, pseudo: bigint, inherited: bigint | undefined) {
  const count = inherited === undefined ? 1 : 2;
  const bytes = new BigUint64Array(1);
  const size = new Uint8Array(bytes.buffer);
  // It fails, and gives the size.
  calls.InitializeProcThreadAttributeList(null, count, 0, size);
  const list = new Uint8Array(Number(bytes[0]));
  if (list.length === 0 || calls.InitializeProcThreadAttributeList(list, count, 0, size) === 0) {
    return undefined;
  }
  const handles = new Uint8Array(new BigUint64Array([inherited ?? 0n]).buffer);
  const pointer = BigInt(POINTER_BYTES);
  const isSet = calls.UpdateProcThreadAttribute(list, 0, PSEUDO_CONSOLE, pseudo, pointer, 0n, 0n) !== 0 &&
    (inherited === undefined ||
      calls.UpdateProcThreadAttribute(
          list,
          0,
          INHERITED_HANDLES,
          calls.addressOf(handles),
          pointer,
          0n,
          0n,
        ) !== 0);
  if (isSet) return { list, handles };
  calls.DeleteProcThreadAttributeList(list);
  return undefined;
}

/** A console without a window, with our ends of its pipes. As a reader: what it draws. */
class PseudoConsole implements ByteReader {
  readonly handle: bigint;
  readonly #calls: ConsoleCalls;
  readonly #typed: bigint;
  readonly #drawn: bigint;
  readonly #talk = new ConsoleTalk((text) => void this.#type(new TextEncoder().encode(text)));
  readonly #buffer = new Uint8Array(PIECE_BYTES);
  #isClosed = false;
  #isCancelled = false;
  #isReading = false;
  #isOver = false;
  /** One write at a time, so that keys stay in order. */
  #written: Promise<void> = Promise.resolve();

  private constructor(calls: ConsoleCalls, handle: bigint, typed: bigint, drawn: bigint) {
    this.#calls = calls;
    this.handle = handle;
    this.#typed = typed;
    this.#drawn = drawn;
  }

  static open(calls: ConsoleCalls, size: TerminalSize): PseudoConsole | undefined {
    const typed = pipe(calls);
    const drawn = typed === undefined ? undefined : pipe(calls);
    if (typed === undefined || drawn === undefined) {
      for (const each of typed === undefined ? [] : [typed.from, typed.to]) calls.CloseHandle(each);
      return undefined;
    }
    const handle = new BigUint64Array(1);
    const result = calls.CreatePseudoConsole(
      coordOf(size),
      typed.from,
      drawn.to,
      0,
      new Uint8Array(handle.buffer),
    );
    // The console host has its own.
    calls.CloseHandle(typed.from);
    calls.CloseHandle(drawn.to);
    if (result === 0) return new PseudoConsole(calls, handle[0]!, typed.to, drawn.from);
    calls.CloseHandle(typed.to);
    calls.CloseHandle(drawn.from);
    return undefined;
  }

  resize(size: TerminalSize): void {
    if (!this.#isClosed) this.#calls.ResizePseudoConsole(this.handle, coordOf(size));
  }

  write(bytes: Uint8Array): Promise<void> {
    const isEnd = bytes.length === 1 && bytes[0] === CTRL_D;
    // Enter is CR on a console; LF would be another key.
    return this.#type(isEnd ? new TextEncoder().encode(END_OF_INPUT) : withCarriageReturns(bytes));
  }

  #type(bytes: Uint8Array): Promise<void> {
    const piece = new Uint8Array(bytes);
    const write = async () => {
      const taken = new Uint8Array(4);
      if (!this.#isClosed) await this.#calls.WriteFile(this.#typed, piece, piece.length, taken, 0n);
    };
    return this.#written = this.#written.then(write);
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#isCancelled && !this.#isOver) {
      this.#isReading = true;
      const bytes = await this.#next();
      this.#isReading = false;
      if (this.#isCancelled) void this.#drain();
      else if (bytes === undefined) return this.#rest();
      else if (bytes.length > 0) return bytes;
    }
    return undefined;
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    void this.close();
    if (!this.#isReading) void this.#drain();
  }

  /** Ends what is still attached, and then the output. Waits until the output is read, on some versions of Windows. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#calls.ClosePseudoConsole(this.handle);
    await this.#written;
    this.#calls.CloseHandle(this.#typed);
  }

  /** undefined at the end. */
  async #next(): Promise<Uint8Array | undefined> {
    if (this.#isOver) return undefined;
    const size = new Uint32Array(1);
    const isRead = await this.#calls.ReadFile(
      this.#drawn,
      this.#buffer,
      PIECE_BYTES,
      new Uint8Array(size.buffer),
      0n,
    );
    if (isRead !== 0) return this.#talk.take(this.#buffer.subarray(0, size[0]));
    this.#isOver = true;
    this.#calls.CloseHandle(this.#drawn);
    return undefined;
  }

  #rest(): Uint8Array | undefined {
    const rest = this.#talk.end();
    return rest.length > 0 ? rest : undefined;
  }

  /** Nobody reads any longer, but the console host waits for a reader before it ends. */
  async #drain(): Promise<void> {
    while (await this.#next() !== undefined);
  }
}

function pipe(calls: ConsoleCalls) {
  const [from, to] = [new BigUint64Array(1), new BigUint64Array(1)];
  if (calls.CreatePipe(new Uint8Array(from.buffer), new Uint8Array(to.buffer), 0n, 0) === 0) return undefined;
  return { from: from[0]!, to: to[0]! };
}

/** COORD: columns in the lower half. */
function coordOf({ columns, rows }: TerminalSize): number {
  return ((rows & 0x7fff) << 16) | (columns & 0x7fff);
}

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => byte === 0x0a && bytes[index - 1] !== 0x0d ? 0x0d : byte);
}
