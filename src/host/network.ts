/** The network as this program needs it: asking an address, a socket or a port of this machine, and answering at one. Knows no pages. */

import type { ByteReader } from "./byte_reader.ts";
import type { HostResult } from "./host_result.ts";

export interface Network {
  /** Whether a process accepts connections at this port of this machine. */
  accepts(port: number, timeoutMs: number): Promise<boolean>;
  /** The status of the answer to a GET, without following it elsewhere; undefined where none came in time. */
  status(url: string, timeoutMs: number): Promise<number | undefined>;
  /** Sends a POST, and gives the status of the answer, without following it elsewhere. */
  post(url: string, request: PostRequest): Promise<HostResult<number>>;
  /** The same with the body of the answer, which has at most `maxBytes`. */
  ask(
    url: string,
    request: PostRequest & { readonly maxBytes: number },
  ): Promise<HostResult<{ readonly status: number; readonly body: Uint8Array }>>;
  /**
   * Sends a message to a socket of this machine and gives the answer. Each has its length in front, as four bytes, which are neither
   * sent by the caller nor returned. Fails with not_found where there is no such socket, or the system has none (Windows).
   */
  exchange(
    socket: string,
    message: Uint8Array,
    bounds: { readonly timeoutMs: number; readonly maxBytes: number },
  ): Promise<HostResult<Uint8Array>>;
  /** The process that listens at a port of this machine; undefined if there is none, or the system does not tell. */
  holderOf(port: number): PortHolder | undefined;
  /**
   * Answers requests to a port of 127.0.0.1, which only this machine reaches; 0: any free port. "already_exists" where
   * somebody listens there.
   */
  serve(port: number, answer: (request: WebRequest) => Promise<WebAnswer>): Promise<HostResult<WebServer>>;
}

export interface WebRequest {
  /** In capitals. */
  readonly method: string;
  /** With its leading "/", as sent, except that the system may have resolved "..". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A reader is read only as fast as the answer is taken, and cancelled when nobody takes it any longer. */
  readonly body: Uint8Array | ByteReader;
}

export interface WebServer {
  readonly port: number;
  /** Ends every answer that is under way. */
  close(): Promise<void>;
}

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
}

export interface PortHolder {
  readonly pid: number;
  readonly program: string | undefined;
  readonly startedAtMs: number | undefined;
}
