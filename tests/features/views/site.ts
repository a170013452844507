/** The server of `ui` on the fake machine: started as by a person, and asked as by a browser. */

import { assert, assertEquals } from "@std/assert";
import { runCli } from "../../../src/cli/cli.ts";
import type { WebAnswer } from "../../../src/host/network.ts";
import type { FakeHost } from "../../support/fake_host.ts";

/** Rounds of the event loop: a start takes some dozens. */
const MAX_ROUNDS = 2000;
export const SCRIPT = "render();";

export interface FakeSite {
  readonly port: number;
  /** The first path, which has the secret. */
  readonly entrance: string;
  /** The cookie of a browser that came in by the entrance. */
  readonly cookie: string;
  /** With what a browser sends, changed by `headers`; an empty text leaves one out. */
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<WebAnswer>;
  /** The answer for a view. */
  data(path: string): Promise<Record<string, unknown>>;
}

/** Ends it with Ctrl-C, and checks that everything was let go. */
export async function inSite(
  host: FakeHost,
  test: (site: FakeSite) => Promise<void>,
  argv: readonly string[] = ["--no-open"],
): Promise<void> {
  host.program("/usr/bin/orchastration", async (p) => {
    await p.stdout(SCRIPT);
  });
  const before = host.stdoutText().length;
  const ended = runCli(["ui", ...argv], host);
  const printed = () =>
    /^http:\/\/127\.0\.0\.1:(\d+)(\/[0-9a-f]{32}\/)\nCtrl-C ends it\.\n$/.exec(
      host.stdoutText().slice(before),
    );
  for (let round = 0; printed() === null; round++) {
    assert(round < MAX_ROUNDS, host.stdoutText() + host.stderrText());
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const [, port, entrance] = printed()!;
  const get: FakeSite["get"] = (path, headers = {}, method = "GET") => {
    const sent = { host: `127.0.0.1:${port}`, cookie, ...headers };
    const given = Object.entries(sent).filter(([, value]) => value !== "");
    return host.network.request(Number(port), method, path, Object.fromEntries(given));
  };
  let cookie = "";
  const entered = await get(entrance!);
  assertEquals(entered.status, 200);
  cookie = entered.headers["set-cookie"]!.split(";")[0]!;
  await test({
    port: Number(port),
    entrance: entrance!,
    cookie,
    get,
    data: async (path) => JSON.parse(textOf(await get(`/data/${path}`))),
  });
  host.signal("SIGINT");
  assertEquals([await ended, host.stderrText()], [130, ""]);
  assertEquals(await host.network.accepts(Number(port)), false);
}

export function textOf({ body }: WebAnswer): string {
  assert(body instanceof Uint8Array);
  return new TextDecoder().decode(body);
}
