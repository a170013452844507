/** `status --watch` on a terminal, byte by byte; and lists that are as wide as the window at most. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const TOML = `
[jobs.ok]
command = ["ok"]
[jobs.a-name-that-is-longer-than-others]
command = ["ok"]
`;
const LONG = "a-name-that-is-longer-than-others";

function machine(options: FakeHostOptions = {}, toml = TOML): FakeHost {
  const host = machineWith(toml, { isTerminal: true, env: PLAIN, ...options });
  host.program("ok", (p) => p.sleep(1234));
  return host;
}

/** The lines as they are drawn, with the way back to the first of them. */
function drawn(...lines: readonly string[]): string {
  const back = lines.length === 1 ? "" : `\x1b[${lines.length - 1}A`;
  return `\r${lines.join("\x1b[K\r\n")}\x1b[J\r${back}`;
}

const ERASE = "\r\x1b[J";

Deno.test("status --watch: the lines are renewed in place as runs begin and end, and Ctrl-C leaves the last ones", async () => {
  using host = machine({ columns: 100 });
  const watcher = host.another({ isTerminal: true, env: PLAIN, columns: 100 });
  const watching = call(watcher, ["status", "--watch"]);
  await watcher.whenListening();
  await watcher.clock.after(900).elapsed;
  await call(host, ["run", "ok", "-q"]);
  await watcher.clock.after(900).elapsed;
  watcher.signals.send("SIGINT");
  assertEquals((await watching).code, 130);
  const never = `${LONG}  never run`;
  const blank = " ".repeat(LONG.length - 2);
  assertEquals(
    watcher.terminal.screenText().split(ERASE).at(-1),
    `${never}\nok${blank}  succeeded  exit 0  1.2s  2 seconds ago\n`,
  );
  const screens = watcher.terminal.screenText().split(/(?<=\[\d+A)/);
  assertEquals(screens[0], drawn(never, `ok${blank}  never run`));
  assert(
    screens.some((screen) => /^\rruns now: ok\/\S+ {2}for \d\.\ds, in a terminal, process \d+/.test(screen)),
    JSON.stringify(screens),
  );
  assertEquals(watcher.clock.pendingTimers, 0);
});

Deno.test("status --watch: a window with fewer lines shows the first ones, and counts the others", async () => {
  const jobs = Array.from({ length: 9 }, (_, at) => `[jobs.j${at}]\ncommand = ["ok"]\n`).join("");
  using host = machine({ rows: 5 }, jobs);
  const watching = call(host, ["status", "--watch"]);
  await host.whenListening();
  await host.clock.after(500).elapsed;
  host.signals.send("SIGINT");
  await watching;
  const [first, last] = host.terminal.screenText().split(ERASE);
  assertEquals(first, drawn("j0  never run", "j1  never run", "j2  never run", "… and 6 more"));
  assertEquals(last?.split("\n").length, 10);
});

Deno.test("status --watch: an unknown job ends it at once", async () => {
  using host = machine();
  await expectCall(host, ["status", "nothing", "--watch"], {
    code: 66,
    stdout: 'error: Cannot find job "nothing": no job has this name\n' +
      `  known jobs: ${LONG}, ok\n` +
      "  try: orchastration list\n",
  });
  assertEquals(host.clock.pendingTimers, 0);
});

for (
  const [what, options, words] of [
    ["without a terminal", { isTerminal: false }, []],
    ["without a terminal, for one job", { isTerminal: false }, ["ok"]],
    ["without a terminal, for all projects", { isTerminal: false }, ["--everywhere"]],
    ["on a terminal without control sequences", { env: { ...PLAIN, TERM: "dumb" } }, []],
  ] as const
) {
  Deno.test(`status --watch: it is refused ${what}, and the call that shows the same once is told`, async () => {
    using host = machine(options);
    assertEquals((await call(host, ["status", "--watch", ...words])).code, 64);
    assertEquals(
      host.terminal.screenText(),
      'error: Cannot use "--watch": it renews lines on a terminal, and the output is none that can do so\n  try: orchastration status' +
        `${words.map((word) => ` ${word}`).join("")}\n`,
    );
  });
}

Deno.test("status --watch: it is refused with --json, because one document has an end", async () => {
  using host = machine({ isTerminal: false });
  const { code, stderr } = await call(host, ["status", "--watch", "--json"]);
  assertEquals(
    [code, stderr],
    [
      64,
      "error: Cannot show the status: --json prints one document, but --watch has no end\n" +
      "  try: orchastration status --watch\n",
    ],
  );
});

Deno.test("lists: a narrow window shortens what can be seen elsewhere, and wraps nothing", async () => {
  using host = machine({ columns: 60 });
  await call(host, ["run", LONG, "-q"]);
  const narrow = host.another({ isTerminal: true, env: PLAIN, columns: 60 });
  await expectCall(narrow, ["runs", "list"], {
    stdout: "a-name-that-is-longer-than-others/20261122…  succeeded  exi…\n",
  });
  const status = host.another({ isTerminal: true, env: PLAIN, columns: 52 });
  await expectCall(status, ["status"], {
    stdout: "a-name-that-…  succeeded  exit 0  1.2s  1 second ago\nok             never run\n",
  });
  const tiny = host.another({ isTerminal: true, env: PLAIN, columns: 20 });
  await expectCall(tiny, ["status"], { stdout: "a-name-…  succeeded…\nok        never run\n" });
});

Deno.test("lists: a shortened text ends its colours", async () => {
  using host = machine({ columns: 60, env: { PATH: "/bin", HOME: "/home/ada" } });
  await call(host, ["run", LONG, "-q"]);
  const narrow = host.another({ isTerminal: true, columns: 60, env: { PATH: "/bin", HOME: "/home/ada" } });
  const { stdout } = await call(narrow, ["status"]);
  assertEquals(stdout.split("\n")[0]?.startsWith("\x1b[1ma-name-that-is-longe…\x1b[22m  "), true);
});
