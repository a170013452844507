/** One message to a socket of this machine, and the answer. Loaded only where somebody asks one. */

import type { HostProblem, HostResult } from "./host_result.ts";
import { problemOf } from "./deno_problem.ts";

const LENGTH_BYTES = 4;

export async function exchange(
  path: string,
  message: Uint8Array,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<HostResult<Uint8Array>> {
  if (Deno.build.os === "windows") {
    return failed({ kind: "not_found", reason: "this system has no such sockets" });
  }
  let socket: Deno.UnixConn | undefined;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    socket?.close();
  }, timeoutMs);
  try {
    socket = await Deno.connect({ transport: "unix", path });
    const framed = new Uint8Array(LENGTH_BYTES + message.length);
    new DataView(framed.buffer).setUint32(0, message.length);
    framed.set(message, LENGTH_BYTES);
    for (let sent = 0; sent < framed.length;) sent += await socket.write(framed.subarray(sent));
    const head = await read(socket, LENGTH_BYTES);
    if (head === undefined) return failed({ kind: "closed", reason: "it gave no answer" });
    const length = new DataView(head.buffer).getUint32(0);
    if (length > maxBytes) {
      return failed({ kind: "too_large", reason: `its answer has more than ${maxBytes} bytes` });
    }
    const answer = await read(socket, length);
    return answer === undefined
      ? failed({ kind: "closed", reason: "its answer is incomplete" })
      : { ok: true, value: answer };
  } catch (error) {
    if (isLate) return failed({ kind: "timed_out", reason: `it did not answer within ${timeoutMs} ms` });
    return failed(problemOf(error));
  } finally {
    clearTimeout(timer);
    if (!isLate) socket?.close();
  }
}

/** undefined at the end. */
async function read(socket: Deno.UnixConn, length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await socket.read(bytes.subarray(filled));
    if (count === null) return undefined;
    filled += count;
  }
  return bytes;
}

function failed(failure: HostProblem): HostResult<never> {
  return { ok: false, failure };
}
