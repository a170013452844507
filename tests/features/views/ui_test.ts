/** `ui`: who gets an answer, what the answers forbid, and what a page is told while it is open. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { call, expectCall, machineWith } from "../../support/cli.ts";
import { type FakeSite, inSite, SCRIPT, textOf } from "./site.ts";
import { Changes } from "../../../src/web/changes.ts";
import "../../../src/web/serve.ts";
import "../../../src/web/page_script.ts";

const TOML = `
[jobs.hello]
command = ["hello"]
`;

const AT_A_SCREEN = { PATH: "/bin", HOME: "/home/ada", DISPLAY: ":0" };

function machine() {
  const host = machineWith(TOML);
  host.program("hello", async (p) => {
    await p.stdout("hello\n");
  });
  return host;
}

Deno.test("ui: the page, its script, its style and its icon are served to a browser that came in by the printed address", async () => {
  using host = machine();
  await inSite(host, async (site) => {
    const types = new Map<string, string>();
    for (const path of ["/", "/page.js", "/page.css", "/icon.svg"]) {
      const { status, headers } = await site.get(path);
      assertEquals(status, 200, path);
      types.set(path, headers["content-type"]!);
    }
    assertEquals([...types.values()], [
      "text/html; charset=utf-8",
      "text/javascript; charset=utf-8",
      "text/css; charset=utf-8",
      "image/svg+xml",
    ]);
    assertEquals(textOf(await site.get("/page.js")), SCRIPT);
    assertMatch(textOf(await site.get("/")), /data-again="orchastration ui"/);
  });
});

Deno.test("ui: every answer forbids scripts, styles and connections from elsewhere, frames, sniffing and referrers", async () => {
  using host = machine();
  await inSite(host, async (site) => {
    const refused = { cookie: "" };
    for (
      const [path, headers] of [["/", {}], ["/data/home", {}], ["/none", {}], ["/", refused], [
        site.entrance,
        refused,
      ]] as const
    ) {
      const answer = await site.get(path, headers);
      const policy = answer.headers["content-security-policy"]!;
      assertMatch(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; /);
      assert(!policy.includes("unsafe"), policy);
      assertEquals(
        [
          "x-content-type-options",
          "referrer-policy",
          "cross-origin-opener-policy",
          "cross-origin-resource-policy",
          "cache-control",
        ]
          .map((name) => answer.headers[name]),
        ["nosniff", "no-referrer", "same-origin", "same-origin", "no-store"],
        path,
      );
      assertEquals(Object.keys(answer.headers).filter((name) => name.startsWith("access-control")), []);
    }
    const { headers } = await site.get(site.entrance, refused);
    assertMatch(
      headers["set-cookie"]!,
      /^orchastration-40000=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });
});

/** The method, the path and the headers that differ from those of the browser that came in. */
const ATTACKS: readonly (readonly [string, number, string, string, Readonly<Record<string, string>>])[] = [
  ["DNS rebinding", 403, "GET", "/data/home", { host: "evil.example:40000" }],
  ["a name of this machine with another port", 403, "GET", "/data/home", { host: "127.0.0.1:40001" }],
  ["a host name that begins like ours", 403, "GET", "/data/home", { host: "127.0.0.1:40000.evil.example" }],
  ["two hosts", 403, "GET", "/data/home", { host: "127.0.0.1:40000, evil.example" }],
  ["no host", 403, "GET", "/data/home", { host: "" }],
  ["a foreign origin", 403, "GET", "/data/home", { origin: "http://evil.example" }],
  ["the origin of a file", 403, "GET", "/data/home", { origin: "null" }],
  ["another port of this machine", 403, "GET", "/data/home", { origin: "http://127.0.0.1:3000" }],
  ["our origin by another name", 403, "GET", "/data/home", { origin: "http://localhost:40000" }],
  ["no cookie", 403, "GET", "/data/home", { cookie: "" }],
  ["a wrong cookie", 403, "GET", "/data/home", { cookie: `orchastration-40000=${"0".repeat(32)}` }],
  ["the cookie of another port", 403, "GET", "/data/home", {
    cookie: `orchastration-40001=${"0".repeat(32)}`,
  }],
  ["a wrong secret", 403, "GET", `/${"0".repeat(32)}/`, { cookie: "" }],
  ["a page elsewhere that embeds ours", 403, "GET", "/page.js", { "sec-fetch-site": "cross-site" }],
  ["a form in plain text", 405, "POST", "/data/home", { "content-type": "text/plain" }],
  ["HEAD", 405, "HEAD", "/", {}],
  ["OPTIONS", 405, "OPTIONS", "/", {}],
  ["DELETE", 405, "DELETE", "/data/run?run=hello", {}],
  ["headers that are too large", 431, "GET", "/", { "x-large": "x".repeat(17_000) }],
  ["a path out of the site", 404, "GET", "/../../etc/passwd", {}],
  ["the same, encoded", 404, "GET", "/%2e%2e%2f%2e%2e%2fetc/passwd", {}],
  ["a view that does not exist", 404, "GET", "/data/constructor", {}],
];

Deno.test("ui: an attack is answered with 403, 404, 405 or 431, and starts and writes nothing", async () => {
  using host = machine();
  await inSite(host, async (site) => {
    const [operations, spawned] = [host.operations.length, host.spawned.length];
    for (const [name, status, method, path, headers] of ATTACKS) {
      const answer = await site.get(path, headers, method);
      assertEquals(answer.status, status, name);
      assertEquals(answer.headers["set-cookie"], undefined, name);
      if (status === 405) assertEquals(answer.headers["allow"], "GET");
    }
    assertEquals([host.operations.length, host.spawned.length], [operations, spawned]);
  });
});

Deno.test("ui: each name of this machine is accepted, with the same origin", async () => {
  using host = machine();
  await inSite(host, async (site) => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const own = `${name}:${site.port}`;
      const { status } = await site.get("/", {
        host: own,
        origin: `http://${own}`,
        "sec-fetch-site": "same-origin",
      });
      assertEquals(status, 200, name);
    }
  });
});

Deno.test("ui: a run that cannot be found, or a name that is a path, is said on the page", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  await inSite(host.another(), async (site) => {
    for (const reference of ["none", "../../etc/passwd", "hello/20200101T000000.000Z", "", "\u0000", "%"]) {
      const answer = await site.data(`run?run=${encodeURIComponent(reference)}`);
      assertEquals(answer["ok"], false, reference);
      assertMatch(JSON.stringify(answer["problem"]), /Cannot find run/);
    }
  });
});

Deno.test("ui: 64 pages can be open, and one more is refused until one is closed", async () => {
  using host = machine();
  await inSite(host, async (site) => {
    const open = [];
    for (let at = 0; at < 64; at++) open.push(await events(site));
    assertEquals((await site.get("/events")).status, 503);
    open.pop()!.cancel();
    await events(site);
    assertEquals((await site.get("/events")).status, 503);
  });
});

Deno.test("ui: the end waits for a look at the folder that has begun, and leaves nothing watched", async () => {
  using host = machine();
  const [asked, folder] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const changes = new Changes(host, () => {
    asked.resolve();
    return folder.promise;
  });
  changes.open();
  await asked.promise;
  const order: string[] = [];
  const closed = changes.close().then(() => order.push("closed"));
  // More than the rounds that an end takes which waits for nothing.
  for (let round = 0; round < 50; round++) await Promise.resolve();
  order.push("folder known");
  folder.resolve("/home/ada");
  await closed;
  assertEquals(order, ["folder known", "closed"]);
  assertEquals(host.files.openWatches, 0);
});

Deno.test("ui: a page asks again as soon as the folder is watched, because a change before that is not heard", async () => {
  using host = machine();
  const folder = Promise.withResolvers<string>();
  const changes = new Changes(host, () => folder.promise);
  const page = changes.open()!;
  const next = async () => new TextDecoder().decode(await page.read());
  assertEquals(await next(), "retry: 1000\n\n");
  folder.resolve("/home/ada");
  assertEquals(await next(), "data: records\n\n");
  assertEquals(await next(), ": nothing new\n\n");
  await changes.close();
});

async function events(site: FakeSite) {
  const { status, body } = await site.get("/events");
  assertEquals(status, 200);
  assert(!(body instanceof Uint8Array));
  return body;
}

Deno.test("ui: a page hears of new records, and a slow reader gets one message for all that happened", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  await inSite(host.another(), async (site) => {
    const stream = await events(site);
    const next = async () => new TextDecoder().decode(await stream.read());
    assertEquals(await next(), "retry: 1000\n\n");
    // Until the folder is watched, the page is told to look again from time to time.
    for (let run = 0; run < 3; run++) await call(host.another(), ["run", "hello", "-q"]);
    assertMatch(await next(), /^data: (output )?records\n\n$/);
    assertEquals(await next(), ": nothing new\n\n");
    stream.cancel();
    assertEquals(await stream.read(), undefined);
  });
});

Deno.test("ui: records that were removed while the page is open are said on the page, and new ones are shown", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  await inSite(host.another(), async (site) => {
    const runs = async () => {
      const { view } = await site.data("home") as {
        view: { rows: readonly { name: string; cells: readonly unknown[] }[] };
      };
      return view.rows.map(({ name, cells }) => `${name} ${cells.length}`);
    };
    assertEquals(await runs(), ["hello 1"]);
    await call(host.another(), ["runs", "prune", "--keep", "0"]);
    assertEquals(await runs(), ["hello 0"]);
    await call(host.another(), ["run", "hello", "-q"]);
    assertEquals(await runs(), ["hello 1"]);
  });
});

Deno.test("ui: a configuration with a mistake is said on the page, and the records are still shown", async () => {
  using host = machine();
  await call(host, ["run", "hello", "-q"]);
  await inSite(host.another(), async (site) => {
    host.disk.write("/home/ada/project/orchastration.toml", "[jobs.hello\n");
    const { ok, view } = await site.data("home") as { ok: boolean; view: Record<string, unknown> };
    assertEquals(ok, true);
    assertMatch(JSON.stringify(view["problem"]), /Cannot use configuration/);
    assertEquals((view["rows"] as readonly unknown[]).length, 1);
  });
});

// The command

Deno.test("ui: the port is the requested one, and a port in use is named with its holder", async () => {
  using host = machine();
  await inSite(host, (site) => {
    assertEquals(site.port, 8137);
    return Promise.resolve();
  }, ["--no-open", "--port", "8137"]);
  host.reusePid(77, "server");
  host.network.ports.set(8137, { pid: 77, program: "server", startedAtMs: undefined });
  await expectCall(host.another(), ["ui", "--port", "8137"], {
    code: 64,
    stderr: 'error: Cannot serve pages at port "8137": server (77) listens there\n  try: orchastration ui\n',
  });
});

Deno.test("ui: a port that is none, and --json, are refused before anything is served", async () => {
  using host = machine();
  await expectCall(host, ["ui", "--port", "70000"], {
    code: 64,
    stderr:
      'error: Cannot use --port "70000": expected a number from 0 to 65535\n  try: orchastration ui --port 8137\n',
  });
  const { code, stdout } = await call(host, ["ui", "--json"]);
  assertEquals([code, JSON.parse(stdout).code], [64, "arguments_invalid"]);
});

Deno.test("ui: the browser is opened by the opener of the system, with an address that is accepted once", async () => {
  using host = machineWith(TOML, { env: AT_A_SCREEN });
  host.program("xdg-open", (p) => p.forever());
  await inSite(host, async (site) => {
    const opened = host.spawned.at(-1)!;
    assertEquals(opened.program, "/bin/xdg-open");
    const { pathname } = new URL(opened.args[0]!);
    assert(pathname !== site.entrance);
    const { headers } = await site.get(pathname, { cookie: "" });
    assertEquals(headers["set-cookie"]!.split(";")[0], site.cookie);
    // A stranger who saw it in the list of processes comes too late.
    assertEquals((await site.get(pathname, { cookie: "" })).status, 403);
  }, []);
  assertEquals(host.livingProcesses().map((each) => each.split(" ")[1]), ["xdg-open"]);
});

Deno.test("ui: an opening address that no browser took within a minute is refused", async () => {
  using host = machineWith(TOML, { env: AT_A_SCREEN });
  host.program("xdg-open", () => {});
  await inSite(host, async (site) => {
    const { pathname } = new URL(host.spawned.at(-1)!.args[0]!);
    await host.clock.after(61_000).elapsed;
    assertEquals((await site.get(pathname, { cookie: "" })).status, 403);
  }, []);
});

Deno.test("ui: from the sources, a page that cannot be bundled ends it with a refusal", async () => {
  using host = machine();
  host.program("/usr/bin/orchastration", async (p) => {
    await p.stderr("error: no such module\n");
    return 1;
  });
  const { code, stderr } = await call(host, ["ui", "--no-open"]);
  assertEquals(code, 65);
  assertMatch(
    stderr,
    /^error: Cannot bundle "page\/main\.tsx": error: no such module\n {2}try: build the program/,
  );
});
