/** The protocol's messages over standard input and output: one JSON text a line, read and written through the host. */

import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/server";
import type { Host } from "../host/host.ts";

const CHUNK_BYTES = 64 * 1024;
/** Messages of clients are far smaller. */
const MAX_MESSAGE_CHARACTERS = 4 * 1024 * 1024;

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Resolves when the client has closed its input. */
  readonly ended: Promise<void>;
  readonly #terminal: Host["terminal"];
  readonly #end: () => void;
  #written: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor({ terminal }: Pick<Host, "terminal">) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
    this.#terminal = terminal;
  }

  start(): Promise<void> {
    // Resolves when the client has closed its input.
    void this.#read();
    return Promise.resolve();
  }

  /** Messages are written one after the other, each in one piece. */
  async send(message: JSONRPCMessage): Promise<void> {
    const bytes = new TextEncoder().encode(serializeMessage(message));
    const written = this.#written.then(() => this.#terminal.stdout.write(bytes));
    this.#written = written;
    if (!(await written).ok) await this.close();
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.onclose?.();
      this.#end();
    }
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(CHUNK_BYTES);
    let text = "";
    while (!this.#isClosed) {
      const read = await this.#terminal.stdin.read(buffer);
      if (!read.ok || read.value === undefined) break;
      text += decoder.decode(buffer.subarray(0, read.value), { stream: true });
      if (text.length > MAX_MESSAGE_CHARACTERS) break;
      const lines = text.split("\n");
      text = lines.pop()!;
      for (const line of lines) this.#hear(line);
    }
    await this.close();
  }

  #hear(line: string): void {
    if (line.trim() === "") return;
    try {
      this.onmessage?.(deserializeMessage(line));
    } catch (error) {
      // The line is not a message; the next line may be one.
      if (!(error instanceof Error)) throw error;
      this.onerror?.(error);
    }
  }
}
