/** One HTTP/1.1 request, parsed by hand so that the connection can be dropped at any point. RFC 9112. */

export interface WireRequest {
  readonly method: string;
  /** As a proxy gets it: the whole URL. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** undefined where the other side sends nothing. */
export async function readRequest(connection: Deno.Conn): Promise<WireRequest | undefined> {
  let bytes = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    const chunk = new Uint8Array(64 * 1024);
    const length = await connection.read(chunk);
    if (length === null) return false;
    const joined = new Uint8Array(bytes.length + length);
    joined.set(bytes);
    joined.set(chunk.subarray(0, length), bytes.length);
    bytes = joined;
    return true;
  };
  // One character a byte, so that lengths are those of the wire.
  const text = () => [...bytes].map((byte) => String.fromCharCode(byte)).join("");
  while (!text().includes("\r\n\r\n")) if (!await more()) return undefined;
  const [head] = text().split("\r\n\r\n") as [string];
  const [line, ...lines] = head.split("\r\n") as [string, ...string[]];
  const [method, target] = line.split(" ") as [string, string];
  const headers = new Map(lines.map((each) => {
    const colon = each.indexOf(":");
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as const;
  }));
  const rest = () => text().slice(head.length + 4);
  if (headers.get("transfer-encoding") === "chunked") {
    while (!/(?:^|\r\n)0\r\n\r\n$/.test(rest())) if (!await more()) return undefined;
    return { method, target, headers, body: utf8(unchunked(rest())) };
  }
  const length = Number(headers.get("content-length") ?? 0);
  while (rest().length < length) if (!await more()) return undefined;
  return { method, target, headers, body: utf8(rest()) };
}

function unchunked(text: string): string {
  let [body, at] = ["", 0];
  for (;;) {
    const end = text.indexOf("\r\n", at);
    const size = parseInt(text.slice(at, end), 16);
    if (size === 0) return body;
    body += text.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}

function utf8(binary: string): string {
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}
