/** `run --watch` of several jobs: what is out of date runs again, and nothing else. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, type Said, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const QUIET = ["--log-level", "error"];
const TOML = `
[jobs.gen]
command = ["gen"]
inputs = ["schema/**"]
outputs = ["made.txt"]

[jobs.build]
command = ["build"]
inputs = ["src/**", "made.txt"]
needs = ["gen"]
kill_grace_seconds = 2

[jobs.lint]
command = ["lint"]
inputs = ["src/**"]

[jobs.all]
needs = ["build", "lint"]
`;

function machine(toml = TOML): FakeHost {
  const host = machineWith(toml, {
    files: { [`${PROJECT}/src/a.ts`]: "1", [`${PROJECT}/schema/s`]: "1", [`${PROJECT}/README`]: "1" },
  });
  host.program("gen", (p) => {
    host.disk.write(`${PROJECT}/made.txt`, host.disk.read(`${PROJECT}/schema/s`) ?? "");
    return p.stdout("made\n");
  });
  for (const name of ["build", "lint"]) host.program(name, (p) => p.stdout(`${name} done\n`));
  return host;
}

interface Watching {
  readonly said: Promise<Said>;
  /** The programs that ran since the last call. */
  ran(): readonly string[];
  news(): string;
}

async function watching(host: FakeHost, ...words: readonly string[]): Promise<Watching> {
  const said = call(host, ["run", ...words, ...QUIET]);
  await settled(host);
  let [spawned, seen] = [0, 0];
  return {
    said,
    ran() {
      const fresh = host.spawned.slice(spawned).map(({ program }) => program.replace("/bin/", ""));
      spawned = host.spawned.length;
      return fresh.sort();
    },
    news() {
      const text = host.stderrText();
      const fresh = text.slice(seen);
      seen = text.length;
      return fresh;
    },
  };
}

async function settled(host: FakeHost): Promise<void> {
  await host.clock.advance(1500);
}

async function write(host: FakeHost, name: string, content: string): Promise<void> {
  host.disk.write(`${PROJECT}/${name}`, content);
  await settled(host);
}

async function end(host: FakeHost, { said }: Watching): Promise<Said> {
  host.signal("SIGINT");
  const ended = await said;
  assertEquals([ended.code, host.livingProcesses(), host.files.openWatches], [130, [], 0]);
  assertEquals([host.signals.handlers, host.clock.pendingTimers], [0, 0]);
  return ended;
}

function graphs(host: FakeHost): readonly Record<string, unknown>[] {
  return host.disk.list(`${STATE}/runs/graph`).filter((name) => /Z\.json$/.test(name)).sort()
    .map((name) => readJson(host, `${STATE}/runs/graph/${name}`));
}

function endings(record: Record<string, unknown>): readonly string[] {
  const { nodes } = record["graph"] as { nodes: readonly { name: string; status: string }[] };
  return nodes.map(({ name, status }) => `${name} ${status}`);
}

Deno.test("a watch of several jobs runs each job that a change makes out of date, and those above this job", async () => {
  using host = machine();
  const watch = await watching(host, "all", "--watch");
  assertEquals(watch.ran(), ["build", "gen", "lint"]);
  await write(host, "src/a.ts", "2");
  assertEquals(watch.ran(), ["build", "lint"]);
  await write(host, "schema/s", "2");
  assertEquals(watch.ran(), ["build", "gen"]);
  const { stderr } = await end(host, watch);
  assert(stderr.includes("src/a.ts changed; running all again\n"), stderr);
  assert(stderr.endsWith("waiting for changes\n"), stderr);
  assertEquals(graphs(host).map((record) => [record["status"], record["watch"], ...endings(record)]), [
    [
      "succeeded",
      { paths: [], more: 0 },
      "gen succeeded",
      "lint succeeded",
      "build succeeded",
      "all succeeded",
    ],
    [
      "succeeded",
      { paths: ["src/a.ts"], more: 0 },
      "gen up_to_date",
      "lint succeeded",
      "build succeeded",
      "all succeeded",
    ],
    [
      "succeeded",
      { paths: ["schema/s"], more: 0 },
      "gen succeeded",
      "lint up_to_date",
      "build succeeded",
      "all succeeded",
    ],
  ]);
});

Deno.test("a file that no job reads, and an output that a job declares, start no round of a watch of several jobs", async () => {
  using host = machine();
  const watch = await watching(host, "build", "lint", "--watch");
  watch.ran();
  watch.news();
  await write(host, "README", "2");
  await write(host, "made.txt", "by hand");
  assertEquals([watch.ran(), watch.news()], [[], ""]);
  await end(host, watch);
});

Deno.test("a job without inputs runs in every round, and everything in its working directory counts", async () => {
  using host = machine(`${TOML}\n[jobs.free]\ncommand = ["free"]\n`);
  host.program("free", (p) => p.stdout("free\n"));
  const watch = await watching(host, "lint", "free", "--watch");
  watch.ran();
  await write(host, "README", "2");
  assertEquals(watch.ran(), ["free"]);
  await write(host, "src/a.ts", "2");
  assertEquals(watch.ran(), ["free", "lint"]);
  await end(host, watch);
});

Deno.test("globs of a watch of several jobs start at the folder of the configuration, and say what counts", async () => {
  using host = machine();
  const watch = await watching(host, "build", "--watch", "README");
  watch.ran();
  await write(host, "src/a.ts", "2");
  assertEquals(watch.ran(), []);
  await write(host, "README", "2");
  assertEquals(watch.ran(), ["build"]);
  await end(host, watch);
});

Deno.test("a change while several jobs run ends all their trees, and the next round runs what did not succeed", async () => {
  using host = machine();
  let isFirst = true;
  host.program("build", async (p) => {
    if (isFirst) {
      isFirst = false;
      p.fork({ name: "stubborn", detachedFromGroup: true, ignores: ["SIGTERM"] }, (child) => child.forever());
      await p.forever();
    }
  });
  const watch = await watching(host, "all", "--watch");
  assertEquals(watch.ran(), ["build", "gen", "lint"]);
  await write(host, "src/a.ts", "2");
  await host.clock.advance(3000);
  assertEquals(watch.ran(), ["build", "lint"]);
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGTERM", "SIGKILL"]);
  const { stderr } = await end(host, watch);
  assert(stderr.includes("src/a.ts changed; ending all to run it again\n"), stderr);
  const [first, second] = graphs(host);
  assertEquals(first!["status"], "cancelled");
  assertEquals((first!["stopped_by"] as { cause: unknown }).cause, {
    kind: "change",
    paths: ["src/a.ts"],
    more: 0,
  });
  assertEquals(endings(first!), ["gen succeeded", "lint succeeded", "build cancelled", "all not_started"]);
  assertEquals(second!["status"], "succeeded");
});

Deno.test("a job that fails keeps a watch of several jobs going, and its summary is told", async () => {
  using host = machine();
  let status = 3;
  host.program("lint", (p) => p.stdout("wrong\n").then(() => status));
  const watch = await watching(host, "all", "--watch");
  assert(watch.news().includes("graph failed"));
  status = 0;
  await write(host, "src/a.ts", "2");
  assertEquals(endings(graphs(host)[1]!).includes("lint succeeded"), true);
  await end(host, watch);
});

Deno.test("Ctrl-C while several jobs run ends their trees, and then the watch", async () => {
  using host = machine();
  host.program("build", (p) => p.forever());
  const watch = await watching(host, "all", "--watch");
  await end(host, watch);
  const [only, ...others] = graphs(host);
  assertEquals([others.length, only!["status"]], [0, "cancelled"]);
  assertEquals((only!["stopped_by"] as { cause: unknown }).cause, { kind: "signal", signal: "SIGINT" });
});

Deno.test("a changed configuration adds a job to the next round of a watch", async () => {
  using host = machine();
  host.program("more", (p) => p.stdout("more\n"));
  const watch = await watching(host, "all", "--watch");
  watch.ran();
  host.disk.write(
    `${PROJECT}/orchastration.toml`,
    TOML.replace('["build", "lint"]', '["build", "lint", "more"]') +
      '\n[jobs.more]\ncommand = ["more"]\ninputs = ["more/**"]\n',
  );
  await settled(host);
  assertEquals(watch.ran(), ["more"]);
  await write(host, "more/x", "1");
  assertEquals(watch.ran(), ["more"]);
  await end(host, watch);
});

Deno.test("an input that git ignores, or that lies outside the working directory, counts in a watch of several jobs", async () => {
  using host = machine(`
[jobs.one]
command = ["lint"]
working_dir = "sub"
inputs = ["../src/**", "node_modules/x.js"]
[jobs.two]
command = ["build"]
needs = ["one"]
working_dir = "sub"
inputs = ["own"]
`);
  host.disk.write(`${PROJECT}/sub/own`, "1");
  host.disk.write(`${PROJECT}/sub/node_modules/x.js`, "1");
  const watch = await watching(host, "two", "--watch");
  watch.ran();
  await write(host, "src/a.ts", "2");
  assertEquals(watch.ran().includes("lint"), true);
  await write(host, "sub/node_modules/x.js", "2");
  assertEquals(watch.ran().includes("lint"), true);
  await end(host, watch);
});

Deno.test("a watch of several jobs refuses an interactive one before anything runs", async () => {
  using host = machine(
    '[jobs.a]\ncommand = ["lint"]\nneeds = ["b"]\n[jobs.b]\ncommand = ["vi"]\ninteractive = true\n',
  );
  await expectCall(host, ["run", "a", "--watch"], {
    code: 65,
    stderr: 'error: Cannot watch "b": it is interactive, so it has the terminal and Ctrl-C to itself\n' +
      "  try: orchastration run b\n",
  });
  assertEquals(host.spawned, []);
});
