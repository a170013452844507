/** The server of `ui` against attackers that speak HTTP by hand. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { type RealSite, withRealSite } from "../support/real_site.ts";

const TOML = '[jobs.hello]\ncommand = ["sh", "-c", "echo hello"]\n';
const BOUND_MS = 20_000;

/** Sends these bytes, and reads until the server closes the connection. */
async function say({ port }: RealSite, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => connection.close(), BOUND_MS);
  try {
    const bytes = new TextEncoder().encode(text);
    // A server that has refused may close before it has read everything.
    for (let at = 0; at < bytes.length;) {
      at += await connection.write(bytes.subarray(at)).catch(() => bytes.length);
    }
    return await readAll(connection);
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (;;) {
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) return text;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
}

function request(line: string, ...headers: readonly string[]): string {
  return `${[line, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;
}

Deno.test({
  name:
    "ui: an attacker that speaks HTTP by hand gets 400, 403, 404, 405 or 431, and Ctrl-C ends the server with 130",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML);
      await withRealSite(folder, async (site) => {
        const own = `Host: 127.0.0.1:${site.port}`;
        const cookie = `Cookie: ${site.cookie}`;
        const attacks: readonly (readonly [string, number | string, string])[] = [
          ["nothing wrong", 200, request("GET / HTTP/1.1", own, cookie)],
          ["DNS rebinding", 403, request("GET / HTTP/1.1", `Host: evil.example:${site.port}`, cookie)],
          ["no Host", 403, request("GET / HTTP/1.0", cookie)],
          ["two Hosts", 400, request("GET / HTTP/1.1", own, "Host: evil.example", cookie)],
          [
            "another site in the first line",
            403,
            request("GET http://evil.example/ HTTP/1.1", "Host: evil.example", cookie),
          ],
          [
            "a foreign Origin",
            403,
            request("GET /data/home HTTP/1.1", own, cookie, "Origin: http://evil.example"),
          ],
          ["no cookie", 403, request("GET /data/home HTTP/1.1", own)],
          [
            "a form in plain text",
            405,
            request("POST /data/home HTTP/1.1", own, cookie, "Content-Type: text/plain", "Content-Length: 0"),
          ],
          ["HEAD", 405, request("HEAD / HTTP/1.1", own, cookie)],
          ["a path out of the site", 404, request("GET /../../../../etc/passwd HTTP/1.1", own, cookie)],
          [
            "a path out of the site, encoded",
            404,
            request("GET /..%2f..%2fetc%2fpasswd HTTP/1.1", own, cookie),
          ],
          ["large headers", 431, request("GET / HTTP/1.1", own, cookie, `X-Large: ${"x".repeat(20_000)}`)],
          [
            "huge headers",
            "(?:400|431)",
            request("GET / HTTP/1.1", own, cookie, `X-Huge: ${"x".repeat(4_000_000)}`),
          ],
        ];
        for (const [name, status, text] of attacks) {
          const answer = await say(site, text);
          // A connection that is reset has no answer at all.
          if (name === "huge headers" && answer === "") continue;
          assertMatch(answer, new RegExp(`^HTTP/1\\.[01] ${status} `), name);
          if (status !== 200) assert(!answer.includes("root:"), name);
        }
        assertEquals(await site.end("SIGINT"), 130);
      });
      assertEquals(
        [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) => name.endsWith(".toml")),
        [
          "orchastration.toml",
        ],
      );
    }),
});

Deno.test({
  name: "ui: 64 of 200 open streams are served, and views are still answered while nobody reads the streams",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML);
      await folder.orchastration("run", "hello", "-q");
      await withRealSite(folder, async (site) => {
        const base = `http://127.0.0.1:${site.port}`;
        const headers = { cookie: site.cookie };
        const streams = await Promise.all(
          Array.from({ length: 200 }, () => fetch(`${base}/events`, { headers })),
        );
        const served = streams.filter(({ status }) => status === 200);
        assertEquals([served.length, streams.filter(({ status }) => status === 503).length], [64, 136]);
        for (let at = 0; at < 5; at++) await folder.orchastration("run", "hello", "-q");
        const home = await (await fetch(`${base}/data/home`, { headers })).json();
        assertEquals(home.view.rows[0].cells.length, 6);
        // A place is free again when a page has gone.
        await served[0]!.body!.cancel();
        for (const { status, body } of streams) if (status === 503) await body?.cancel();
        let again = 503;
        for (const endMs = Date.now() + BOUND_MS; again === 503 && Date.now() < endMs;) {
          const stream = await fetch(`${base}/events`, { headers });
          again = stream.status;
          await stream.body?.cancel();
        }
        assertEquals(again, 200);
        assertEquals(await site.end("SIGTERM"), 143);
        for (const { status, body } of served.slice(1)) {
          if (status === 200) await body?.cancel().catch(() => {});
        }
      });
    }),
});

Deno.test({
  name:
    "ui: a reader that takes nothing of a large answer delays nobody, and does not keep the server from ending",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", '[jobs.loud]\ncommand = ["sh", "-c", "yes | head -c 300000"]\n');
      await folder.orchastration("run", "loud", "-q");
      await withRealSite(folder, async (site) => {
        const slow: Deno.Conn[] = [];
        for (let at = 0; at < 20; at++) {
          const connection = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
          slow.push(connection);
          const asks = request(
            "GET /data/log?run=loud HTTP/1.1",
            `Host: 127.0.0.1:${site.port}`,
            `Cookie: ${site.cookie}`,
          );
          await connection.write(new TextEncoder().encode(asks));
        }
        const answer = await say(
          site,
          request(
            "GET /data/log?run=loud HTTP/1.1",
            `Host: 127.0.0.1:${site.port}`,
            `Cookie: ${site.cookie}`,
          ),
        );
        assertMatch(answer, /^HTTP\/1\.1 200 /);
        assert(answer.length > 100_000 && answer.length < 400_000, String(answer.length));
        assertEquals(await site.end("SIGINT"), 130);
        for (const connection of slow) connection.close();
      });
    }),
});
