/** Answers requests of this machine over HTTP. Knows no pages and no rules about who may ask. */

import type { ByteReader } from "./byte_reader.ts";
import type { HostResult } from "./host_result.ts";
import type { WebAnswer, WebRequest, WebServer } from "./network.ts";

const LOOPBACK = "127.0.0.1";
/** Answers that are under way are ended by then; connections that stay silent are not waited for. */
const CLOSE_MS = 500;

// deno-lint-ignore require-await
export async function serveLoopback(
  port: number,
  answer: (request: WebRequest) => Promise<WebAnswer>,
): Promise<HostResult<WebServer>> {
  const open = new Set<ByteReader>();
  try {
    const server = Deno.serve({ hostname: LOOPBACK, port, onListen() {} }, async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const { status, headers, body } = await answer({
        method: request.method,
        path: pathname,
        query: searchParams,
        headers: new Map(request.headers),
      });
      const sent = body instanceof Uint8Array ? new Uint8Array(body) : streamOf(body, open);
      return new Response(sent, { status, headers: { ...headers } });
    });
    return {
      ok: true,
      value: {
        port: server.addr.port,
        async close() {
          for (const reader of open) reader.cancel();
          let timer: ReturnType<typeof setTimeout> | undefined;
          const bound = new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSE_MS));
          await Promise.race([server.shutdown(), bound]);
          clearTimeout(timer);
        },
      },
    };
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      return { ok: false, failure: { kind: "already_exists", reason: "another program listens there" } };
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      return { ok: false, failure: { kind: "permission_denied", reason: "permission denied" } };
    }
    throw error;
  }
}

function streamOf(reader: ByteReader, open: Set<ByteReader>): ReadableStream<Uint8Array<ArrayBuffer>> {
  open.add(reader);
  return new ReadableStream({
    async pull(controller) {
      const bytes = await reader.read();
      if (bytes !== undefined) return controller.enqueue(new Uint8Array(bytes));
      open.delete(reader);
      controller.close();
    },
    cancel() {
      open.delete(reader);
      reader.cancel();
    },
  }, { highWaterMark: 0 });
}
