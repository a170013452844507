/** `run --watch`: one run after another, never two at once, and none without a cause. */

import { assert, assertEquals } from "@std/assert";
import {
  call,
  holdDigests,
  machineWith,
  PROJECT,
  readJson,
  type Said,
  STATE,
  withoutLog,
} from "../../support/cli.ts";
import { withGit } from "../../support/fake_git.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const TOML = `
[jobs.work]
command = ["work"]
kill_grace_seconds = 2
`;
const QUIET = ["--log-level", "error"];

function machine(toml = TOML, options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(toml, { ...options, files: { [`${PROJECT}/src/a.ts`]: "1" } });
  host.program("work", (p) => p.stdout("did it\n"));
  return host;
}

interface Watching {
  readonly said: Promise<Said>;
  /** New output on stderr since the last call. */
  news(): string;
}

/** Starts a watch, and waits until everything is quiet. */
async function watching(host: FakeHost, ...words: readonly string[]): Promise<Watching> {
  const said = call(host, ["run", "work", ...(words.length === 0 ? ["--watch"] : words), ...QUIET]);
  await settled(host);
  let seen = 0;
  return {
    said,
    news() {
      const text = host.stderrText();
      const fresh = text.slice(seen);
      seen = text.length;
      return fresh;
    },
  };
}

/** Longer than a burst, and longer than changes count as part of a run's end. */
async function settled(host: FakeHost): Promise<void> {
  await host.clock.advance(1000);
}

async function write(host: FakeHost, name: string, content: string): Promise<void> {
  host.disk.write(`${PROJECT}/${name}`, content);
  await settled(host);
}

/** Ctrl-C, and everything that was open is closed. */
async function end(host: FakeHost, { said }: Watching): Promise<Said> {
  host.signal("SIGINT");
  const ended = await said;
  assertEquals([ended.code, host.livingProcesses(), host.files.openWatches], [130, [], 0]);
  assertEquals([host.signals.handlers, host.clock.pendingTimers], [0, 0]);
  return ended;
}

/** The records of all runs, in order. */
function records(host: FakeHost): readonly Record<string, unknown>[] {
  return host.disk.list(`${STATE}/runs/work`).filter((name) => /Z\.json$/.test(name))
    .map((name) => readJson(host, `${STATE}/runs/work/${name}`));
}

function runs(host: FakeHost): number {
  return host.spawned.filter(({ program }) => program === "/bin/work").length;
}

Deno.test("a job runs, waits, runs again when a file changes, and each run is recorded with what had changed", async () => {
  using host = machine();
  const watch = await watching(host);
  await write(host, "src/a.ts", "2");
  assertEquals(await end(host, watch), {
    code: 130,
    stdout: "did it\ndid it\n",
    stderr: "waiting for changes\n" +
      "src/a.ts changed; running work again\n" +
      "waiting for changes\n",
  });
  assertEquals(records(host).map((record) => [record["action"], record["status"], record["watch"]]), [
    ["job.run", "succeeded", { paths: [], more: 0 }],
    ["job.run", "succeeded", { paths: ["src/a.ts"], more: 0 }],
  ]);
  const shown = await call(host, ["runs", "show", "work"]);
  assert(shown.stdout.includes("\nwatching  run again: src/a.ts changed\n"), shown.stdout);
});

Deno.test("a run without --watch has no watch in its record", async () => {
  using host = machine();
  await call(host, ["run", "work"]);
  assertEquals(records(host).map((record) => "watch" in record), [false]);
});

Deno.test("a thousand files at once are one run, and twenty of them are recorded by name", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  for (let i = 0; i < 1000; i++) host.disk.write(`${PROJECT}/src/${String(i).padStart(4, "0")}.ts`, "x");
  await settled(host);
  assertEquals(
    watch.news(),
    "src/0000.ts and 999 more changed; running work again\nwaiting for changes\n",
  );
  await end(host, watch);
  const { paths, more } = records(host)[1]!["watch"] as { paths: string[]; more: number };
  assertEquals([runs(host), paths.length, paths[19], more], [2, 20, "src/0019.ts", 980]);
});

Deno.test("continuous changes do not delay the next run for ever", async () => {
  using host = machine();
  const watch = await watching(host);
  for (let i = 0; i < 60; i++) {
    host.disk.write(`${PROJECT}/src/a.ts`, String(i));
    await host.clock.advance(50);
  }
  assertEquals(runs(host), 2);
  await settled(host);
  await end(host, watch);
});

Deno.test("a change stops the current run with its whole tree before the next one begins", async () => {
  using host = machine();
  const living: string[][] = [];
  host.program("work", async (p) => {
    living.push([...host.livingProcesses()]);
    p.fork({ name: "stubborn", detachedFromGroup: true, ignores: ["SIGTERM"] }, (child) => child.forever());
    await p.forever();
  });
  const watch = await watching(host);
  await write(host, "src/a.ts", "2");
  await host.clock.advance(2000);
  assertEquals(living.map((each) => each.length), [1, 1]);
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGTERM", "SIGKILL"]);
  const [first] = records(host);
  assertEquals(first!["status"], "cancelled");
  assertEquals(first!["reason"], "was stopped: for a new run, because src/a.ts changed; it ended by SIGTERM");
  const { cause } = first!["stopped_by"] as { cause: unknown };
  assertEquals(cause, { kind: "change", paths: ["src/a.ts"], more: 0 });
  assertEquals(watch.news(), "src/a.ts changed; ending work to run it again\n");
  host.signal("SIGINT");
  await host.clock.advance(5000);
  assertEquals((await watch.said).code, 130);
  assertEquals(host.livingProcesses(), []);
});

Deno.test("changes while a run is being stopped belong to the next one, and no further run follows", async () => {
  using host = machine();
  host.program("work", async (p) => {
    if (runs(host) > 1) return;
    p.ignore("SIGTERM");
    await p.forever();
  });
  const watch = await watching(host);
  await write(host, "src/a.ts", "2");
  await write(host, "src/b.ts", "1");
  await host.clock.advance(2000);
  await end(host, watch);
  assertEquals(records(host).map((record) => record["watch"]), [
    { paths: [], more: 0 },
    { paths: ["src/a.ts", "src/b.ts"], more: 0 },
  ]);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`${signal} stops the current run, and then the watch`, async () => {
    using host = machine();
    host.program("work", (p) => p.forever());
    const watch = await watching(host);
    host.signal(signal);
    const said = await watch.said;
    assertEquals({ ...said, stdout: withoutLog(said.stdout) }, {
      code,
      stdout: "",
      stderr: `error: job "work" was stopped after 1.0s: Orchastration received ${signal}; ` +
        `it was ended by ${signal}\n  log: orchastration logs work/20261122T063449.123Z\n`,
    });
    assertEquals([records(host).length, host.livingProcesses(), host.files.openWatches], [1, [], 0]);
  });

  Deno.test(`${signal} while it waits ends the watch at once`, async () => {
    using host = machine();
    const watch = await watching(host);
    watch.news();
    host.signal(signal);
    assertEquals([(await watch.said).code, watch.news()], [code, ""]);
  });
}

Deno.test("a second Ctrl-C kills the run, and ends the watch", async () => {
  using host = machine();
  host.program("work", async (p) => {
    p.ignore("SIGINT", "SIGTERM");
    await p.forever();
  });
  const watch = await watching(host);
  host.signal("SIGINT");
  await host.clock.advance(500);
  host.signal("SIGINT");
  assertEquals((await watch.said).code, 130);
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGINT", "SIGKILL"]);
});

Deno.test("a first Ctrl-C while a run is stopped because of a change kills nothing, and no further run begins", async () => {
  using host = machine();
  host.program("work", async (p) => {
    p.onSignal("SIGTERM", () => {});
    p.onSignal("SIGINT", () => p.exit(0));
    await p.forever();
  });
  const watch = await watching(host);
  await write(host, "src/a.ts", "2");
  host.signal("SIGINT");
  assertEquals((await watch.said).code, 130);
  assertEquals([runs(host), host.signalsSent.map(({ signal }) => signal)], [1, ["SIGTERM", "SIGINT"]]);
});

Deno.test("a signal before the process of a run exists: the run is recorded, and never started", async () => {
  using host = machine();
  const goOn = holdDigests(host);
  const said = call(host, ["run", "work", "--watch", ...QUIET]);
  await host.clock.advance(200);
  host.signal("SIGINT");
  goOn();
  assertEquals((await said).code, 130);
  assertEquals([runs(host), records(host).map((record) => record["status"])], [0, ["cancelled"]]);
});

Deno.test("a run that fails does not end the watch", async () => {
  using host = machine();
  host.program("work", () => runs(host) === 1 ? 3 : 0);
  const watch = await watching(host);
  assertEquals(
    watch.news(),
    'error: job "work" failed with exit status 3 after 0ms\n' +
      "  log: orchastration logs work/20261122T063449.123Z\nwaiting for changes\n",
  );
  await write(host, "src/a.ts", "2");
  assertEquals(
    watch.news(),
    "src/a.ts changed; running work again\nwaiting for changes\n",
  );
  await end(host, watch);
});

Deno.test("while the watch waits, saving or touching a file counts, and while the job runs, only other content does", async () => {
  using host = machine();
  const watch = await watching(host);
  await write(host, "src/a.ts", "1");
  await write(host, "src/a.ts", "1");
  assertEquals(runs(host), 3);
  host.program("work", (p) => p.sleep(10_000));
  await write(host, "src/a.ts", "1");
  assertEquals(runs(host), 4);
  await write(host, "src/a.ts", "1");
  assertEquals(runs(host), 4);
  await write(host, "src/a.ts", "2");
  assertEquals(runs(host), 5);
  await end(host, watch);
});

Deno.test("a job that formats its own sources runs once more, and then the watch waits", async () => {
  using host = machine();
  host.program("work", (p) => {
    if (host.disk.read(`${PROJECT}/src/a.ts`) !== "tidy") p.writeFile("src/a.ts", "tidy");
  });
  const watch = await watching(host);
  assertEquals(runs(host), 2);
  await write(host, "src/a.ts", "untidy");
  await host.clock.advance(5000);
  assertEquals(runs(host), 4);
  await end(host, watch);
});

Deno.test("a job that writes a watched file in each run is detected, and reported once", async () => {
  using host = machine();
  host.program("work", async (p) => {
    p.writeFile("report.txt", `run ${runs(host)}`);
    await p.sleep(20);
  });
  const watch = await watching(host);
  await host.clock.advance(60_000);
  assertEquals(runs(host), 8);
  const again = "waiting for changes\nreport.txt changed; running work again\n";
  assertEquals(
    watch.news(),
    again.repeat(7) + "waiting for changes\n" +
      'warning: "report.txt" changed at the same moment of many runs in a row, so the job seems to write it; ' +
      "at that moment it no longer counts. To exclude it, add it to .gitignore or name the files that count: " +
      '--watch "src/**"\n',
  );
  // A person's change still counts, and the loop does not start again.
  await write(host, "report.txt", "mine");
  await host.clock.advance(60_000);
  assertEquals([runs(host), watch.news().includes("warning")], [9, false]);
  await end(host, watch);
});

Deno.test(".git, packages, files that git ignores and temporary files of editors are ignored", async () => {
  using host = machine();
  withGit(host, PROJECT).ignored.push("dist", "debug.log");
  const watch = await watching(host, "--state-dir", "state", "--watch");
  for (
    const name of [
      ...[".git/index", "node_modules/x/index.js", "src/node_modules/y.js", "dist/out.js", "debug.log"],
      ...["state/anything", "src/.a.ts.swp", "src/a.ts~", "src/4913", "src/.#a.ts", ".DS_Store"],
    ]
  ) {
    await write(host, name, "x");
  }
  assertEquals(runs(host), 1);
  await write(host, "target/x", "where there is git, git says what is built");
  assertEquals(runs(host), 2);
  await end(host, watch);
});

Deno.test("without git, the usual folders of builds do not count", async () => {
  using host = machine();
  const watch = await watching(host);
  for (const name of ["target/x", "dist/x", "web/build/x", "out/x", "__pycache__/x"]) {
    await write(host, name, "x");
  }
  assertEquals(runs(host), 1);
  await write(host, "out", "a file of that name is one's own");
  assertEquals(runs(host), 2);
  await end(host, watch);
});

Deno.test("globs select files, and a glob that begins in an ignored folder is taken literally", async () => {
  using host = machine();
  withGit(host, PROJECT).ignored.push("dist");
  host.disk.write(`${PROJECT}/Makefile`, "");
  host.disk.makeFolder(`${PROJECT}/dist`);
  const watch = await watching(host, "--watch", "src/**/*.ts", "--watch=./Makefile", "--watch", "dist/*.js");
  const counts = async (name: string) => {
    const before = runs(host);
    await write(host, name, `${before}`);
    return runs(host) > before;
  };
  const expected = {
    "src/a.ts": true,
    "src/deep/er/b.ts": true,
    "src/a.js": false,
    "README.md": false,
    "Makefile": true,
    "other/src/a.ts": false,
    "dist/a.js": true,
    "dist/deep/a.js": false,
    "dist/a.css": false,
  };
  const found: Record<string, boolean> = {};
  for (const name of Object.keys(expected)) found[name] = await counts(name);
  assertEquals(found, expected);
  await end(host, watch);
});

Deno.test("a named folder is watched with everything below it, and globs start at the job's working_dir", async () => {
  using host = machine(`${TOML}working_dir = "web"\n`);
  host.disk.makeFolder(`${PROJECT}/web/lib`);
  const watch = await watching(host, "--watch", "lib/", "--watch", "../src");
  await write(host, "web/lib/deep/x.ts", "1");
  await write(host, "web/other.ts", "1");
  await write(host, "src/a.ts", "2");
  await end(host, watch);
  assertEquals(records(host).map((record) => (record["watch"] as { paths: string[] }).paths), [
    [],
    ["lib/deep/x.ts"],
    ["../src/a.ts"],
  ]);
});

Deno.test("a save by renaming is one change of one file, and a temporary file is not a change", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  host.disk.write(`${PROJECT}/src/a.ts.tmp`, "2");
  host.files.rename(`${PROJECT}/src/a.ts.tmp`, `${PROJECT}/src/a.ts`);
  await settled(host);
  host.disk.write(`${PROJECT}/src/passing`, "x");
  host.disk.remove(`${PROJECT}/src/passing`);
  await settled(host);
  // As a system may tell it.
  for (let i = 0; i < 2; i++) host.disk.tell("removed", `${PROJECT}/src/passing`);
  await settled(host);
  assertEquals(
    watch.news(),
    "src/a.ts changed; running work again\nwaiting for changes\n",
  );
  await end(host, watch);
});

Deno.test("a folder that is moved in or removed counts with its files", async () => {
  using host = machine();
  host.disk.write("/home/ada/new/one.ts", "1");
  host.disk.write("/home/ada/new/two.txt", "2");
  const watch = await watching(host, "--watch", "src/**/*.ts");
  host.files.rename("/home/ada/new", `${PROJECT}/src/new`);
  await settled(host);
  host.disk.remove(`${PROJECT}/src/new`);
  await settled(host);
  await end(host, watch);
  assertEquals(records(host).map((record) => (record["watch"] as { paths: string[] }).paths), [
    [],
    ["src/new/one.ts"],
    ["src/new/one.ts"],
  ]);
});

Deno.test("the target of a link inside the project is reported by its own path", async () => {
  using host = machine();
  host.disk.link(`${PROJECT}/node_modules/lib`, "../src");
  const watch = await watching(host);
  host.files.rename(`${PROJECT}/node_modules/lib/a.ts`, `${PROJECT}/node_modules/lib/b.ts`);
  await settled(host);
  await end(host, watch);
  assertEquals((records(host)[1]!["watch"] as { paths: string[] }).paths, ["src/a.ts", "src/b.ts"]);
});

Deno.test("a changed configuration starts a run, which uses the new definition", async () => {
  using host = machine();
  host.program("other", (p) => p.stdout("did another thing\n"));
  const watch = await watching(host, "--watch", "src");
  await write(host, "orchastration.toml", TOML.replace('["work"]', '["other"]'));
  assertEquals((await end(host, watch)).stdout, "did it\ndid another thing\n");
});

Deno.test("a broken configuration is reported with its place, and the watch waits until it is corrected", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  await write(host, "orchastration.toml", "[jobs.work]\ncommand = 5\n");
  assertEquals(
    watch.news(),
    "orchastration.toml changed; running work again\n" +
      `error: Cannot use configuration "${PROJECT}/orchastration.toml": 1 problem, nothing was run\n` +
      `\n${PROJECT}/orchastration.toml:2:11: jobs.work.command: expected a list of strings, found a number\n` +
      "  2 | command = 5\n    |           ^\n" +
      "waiting for changes\n",
  );
  await write(host, "orchastration.toml", TOML);
  assertEquals(
    watch.news(),
    "orchastration.toml changed; running work again\nwaiting for changes\n",
  );
  await end(host, watch);
});

Deno.test("after a job gets another working_dir, that folder is watched", async () => {
  using host = machine();
  host.disk.makeFolder(`${PROJECT}/web`);
  const watch = await watching(host);
  await write(host, "orchastration.toml", `${TOML}working_dir = "web"\n`);
  await write(host, "src/a.ts", "2");
  assertEquals(runs(host), 2);
  await write(host, "web/x", "1");
  assertEquals(runs(host), 3);
  await end(host, watch);
});

Deno.test("a folder that is removed and created again is watched again", async () => {
  using host = machine();
  const watch = await watching(host, "--watch", "src");
  host.disk.remove(`${PROJECT}/src`);
  await host.clock.advance(5000);
  assertEquals(runs(host), 2);
  await write(host, "src/b.ts", "1");
  assertEquals(runs(host), 3);
  await settled(host);
  await write(host, "src/b.ts", "2");
  assertEquals([runs(host), watch.news().split("\n").at(-3)], [4, "src/b.ts changed; running work again"]);
  await end(host, watch);
});

Deno.test("the system's limit of watches is reported with the remedy, and nothing is run", async () => {
  using host = machine();
  host.faults.failNext({ op: "watch", problem: "too_many_watched" });
  assertEquals(await call(host, ["run", "work", "--watch"]), {
    code: 74,
    stdout: "",
    stderr: `error: Cannot watch "${PROJECT}": the system allows no more watched folders\n` +
      '  try: watch less, as in --watch "src/**", or raise fs.inotify.max_user_watches and max_user_instances\n',
  });
  assertEquals([host.spawned.length, host.signals.handlers], [0, 0]);
});

Deno.test("a watch that fails while it waits ends with the reason", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  host.files.breakWatches("too_many_watched");
  assertEquals((await watch.said).code, 74);
  assert(watch.news().includes('error: Cannot watch ".": the system allows no more watched folders\n'));
});

Deno.test("an unreadable folder is reported and skipped, also a later one; the rest is watched", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/src/locked/x.ts`, "1");
  host.disk.setAccess(`${PROJECT}/src/locked`, { readable: false });
  const watch = await watching(host);
  const left = (name: string) =>
    `warning: Cannot watch "${name}": permission denied; it is left out, and everything else is watched\n`;
  assertEquals(watch.news(), `waiting for changes\n${left("src/locked")}`);
  host.disk.makeFolder(`${PROJECT}/later`);
  host.disk.setAccess(`${PROJECT}/later`, { readable: false });
  await settled(host);
  assertEquals(watch.news(), left("later"));
  await write(host, "src/a.ts", "2");
  assertEquals([runs(host), watch.news().split("\n")[0]], [2, "src/a.ts changed; running work again"]);
  await end(host, watch);
});

Deno.test("new folders that reach the system's limit end the watch, and the remedy is shown", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  host.files.foldersToWatch = 5;
  for (let i = 0; i < 10; i++) host.disk.makeFolder(`${PROJECT}/src/d${i}`);
  await settled(host);
  assertEquals((await watch.said).code, 74);
  assertEquals(
    watch.news().split("\n").slice(-3),
    [
      'error: Cannot watch ".": the system allows no more watched folders',
      '  try: watch less, as in --watch "src/**", or raise fs.inotify.max_user_watches and max_user_instances',
      "",
    ],
  );
});

Deno.test("ignored folders and packages are not even listed, except for their tracked files", async () => {
  using host = machine();
  const repository = withGit(host, PROJECT);
  repository.ignored.push("made", "out");
  repository.tracked.push("made/kept.txt");
  for (
    const path of ["made/kept.txt", "out/deep/x", "node_modules/p/lib/x.js", ".git/objects/ab/x", "lib/x"]
  ) {
    host.disk.write(`${PROJECT}/${path}`, "1");
  }
  const asked: string[][] = [];
  const { watch } = host.files;
  host.files.watch = async (places, hear, choose) => {
    const chosen = async (folders: readonly string[]) => {
      const found = await choose!(folders);
      asked.push([...found].map((path) => path.slice(PROJECT.length + 1)));
      return found;
    };
    return await watch.call(host.files, places, hear, chosen);
  };
  const watched = await watching(host);
  assertEquals(asked, [["src", "lib", "made"].toSorted((a, b) => a < b ? -1 : 1)]);
  await end(host, watched);
});

Deno.test("a file of variables counts, is read again, and is waited for if it is missing", async () => {
  using host = machine(`${TOML}env_file = ["config/.env"]\n`);
  host.disk.write(`${PROJECT}/config/.env`, "A=1\n");
  withGit(host, PROJECT).ignored.push("config", ".env");
  host.program("work", (p) => p.stdout(`${p.env["A"]}\n`));
  const watch = await watching(host, "--watch", "src");
  await write(host, "config/.env", "A=2\n");
  host.disk.remove(`${PROJECT}/config`);
  await host.clock.advance(3000);
  await write(host, "config/.env", "A=3\n");
  await host.clock.advance(3000);
  await write(host, "config/.env", "A=4\n");
  const { stdout } = await end(host, watch);
  assertEquals(stdout.split("\n").filter((line, index, all) => line !== all[index - 1]), [
    "1",
    "2",
    "3",
    "4",
    "",
  ]);
});

Deno.test("a glob in a folder that git ignores is watched, also beside the whole folder above", async () => {
  using host = machine(`${TOML}env_file = ["out/config/.env"]\n`);
  host.disk.write(`${PROJECT}/out/config/.env`, "A=1\n");
  host.disk.write(`${PROJECT}/made/a.js`, "1");
  withGit(host, PROJECT).ignored.push("out", "made");
  const watch = await watching(host, "--watch", ".", "--watch", "made/*.js");
  await write(host, "out/config/.env", "A=2\n");
  await write(host, "out/other", "1");
  await write(host, "made/a.js", "2");
  await write(host, "made/deep/b.js", "2");
  await end(host, watch);
  assertEquals(records(host).map((record) => (record["watch"] as { paths: string[] }).paths), [
    [],
    ["out/config/.env"],
    ["made/a.js"],
  ]);
});

Deno.test("a working_dir behind a link is watched at the current target of the link", async () => {
  using host = machine(`${TOML}working_dir = "current"\n`);
  host.disk.write(`${PROJECT}/v1/a.ts`, "1");
  host.disk.write(`${PROJECT}/v2/a.ts`, "1");
  host.disk.link(`${PROJECT}/current`, "v1");
  const watch = await watching(host);
  await write(host, "v1/a.ts", "2");
  assertEquals(runs(host), 2);
  host.disk.remove(`${PROJECT}/current`);
  host.disk.link(`${PROJECT}/current`, "v2");
  await settled(host);
  const before = runs(host);
  await write(host, "v2/a.ts", "2");
  assertEquals([before, runs(host)], [3, 4]);
  await end(host, watch);
});

Deno.test("a watch that breaks while the job runs does not stop the job", async () => {
  using host = machine();
  host.program("work", (p) => p.sleep(5000));
  const watch = await watching(host);
  host.files.breakWatches({ kind: "other", reason: "input/output error" });
  assertEquals((await watch.said).code, 74);
  assertEquals(
    watch.news(),
    'warning: Cannot watch ".": input/output error; the run continues to its end\n' +
      'error: Cannot watch ".": input/output error\n',
  );
  assertEquals(records(host).map((record) => record["status"]), ["succeeded"]);
});

Deno.test("a full disk is reported, and the next change tries again", async () => {
  using host = machine();
  const watch = await watching(host);
  watch.news();
  const mend = host.faults.failWhen({ op: "write", path: /\.json/, problem: "no_space" });
  await write(host, "src/a.ts", "2");
  const news = watch.news();
  assert(/^error: Cannot write .*no space left on the device$/m.test(news), news);
  assert(news.endsWith("waiting for changes\n"), news);
  mend();
  await write(host, "src/a.ts", "3");
  assertEquals(runs(host), 2);
  await end(host, watch);
});

Deno.test("a bug while the job runs ends the watch and stops the job's tree", async () => {
  using host = machine();
  host.program("work", (p) => p.forever());
  const watch = await watching(host);
  host.files.realPath = () => {
    throw new Error("broken on purpose");
  };
  await write(host, "src/a.ts", "2");
  assertEquals((await watch.said).code, 70);
  assertEquals([host.livingProcesses(), host.files.openWatches, host.signals.handlers], [[], 0, 0]);
  assertEquals(records(host).map((record) => record["reason"]), [
    "was stopped: an error inside Orchastration: Error: broken on purpose; it ended by SIGTERM",
  ]);
});

Deno.test("a crash during a watched run leaves a true record", async () => {
  using host = machine();
  host.program("work", (p) => p.forever());
  await watching(host);
  const next = host.reviveAfterDeath();
  const status = await call(next, ["status", "work", "--json"]);
  assert(status.stdout.includes('"status": "interrupted"'), status.stdout);
  assertEquals(next.livingProcesses().length, 1);
});

Deno.test("a job that waits for its lock runs once when it gets the lock", async () => {
  using host = machine(`${TOML}concurrency = "wait"\n`);
  host.program("work", (p) => p.sleep(3000));
  const other = host.another();
  const running = call(other, ["run", "work", ...QUIET]);
  await other.whenListening();
  const watch = await watching(host);
  await running;
  await host.clock.advance(4000);
  assertEquals([runs(host), runs(other)], [1, 1]);
  await end(host, watch);
});

Deno.test("a job with a confirmation asks once per watch", async () => {
  using host = machine(`${TOML}confirm = "Really?"\n`, { stdin: "y\n", isTerminal: true });
  const watch = await watching(host);
  await write(host, "src/a.ts", "2");
  const { stdout } = await end(host, watch);
  assertEquals([runs(host), stdout.split("Really? [y/N]").length], [2, 2]);
});

Deno.test("a changed question is asked again", async () => {
  using host = machine(`${TOML}confirm = "For test?"\n`, { stdin: "y\nn\n", isTerminal: true });
  const watch = await watching(host);
  await write(host, "orchastration.toml", `${TOML}confirm = "For all?"\n`);
  const { stdout } = await end(host, watch);
  assertEquals([runs(host), stdout.includes("For all? [y/N]")], [1, true]);
});

for (
  const [name, toml, argv, expected] of [
    [
      "a glob that begins nowhere",
      TOML,
      ["run", "work", "--watch", "lib/**"],
      [74, 'Cannot watch "lib/**": lib: no such file or directory'],
    ],
    ["a file that is not there, before the question", `${TOML}confirm = "Really?"\n`, [
      "run",
      "work",
      "--watch",
      "Makefil",
    ], [
      74,
      'Cannot watch "Makefil": no such file or directory',
    ]],
    ["a job that is not there", TOML, ["run", "wrok", "--watch"], [
      66,
      'Cannot find job "wrok": no job has this name',
    ]],
    ["an interactive job", `${TOML}interactive = true\n`, ["run", "work", "--watch"], [
      65,
      'Cannot watch "work": it is interactive, so it has the terminal and Ctrl-C to itself',
    ]],
    ["a job's name that --watch took", TOML, ["run", "--watch", "work"], [
      64,
      'Cannot understand the command: <job> is missing; --watch took "work" as its value',
    ]],
    ["a glob that the shell has replaced", TOML, ["run", "work", "--watch", "src/a.ts", "src/b.ts"], [
      64,
      'Cannot use "--watch": "src/b.ts" is one word too many: quote a pattern, so that the shell does not expand it',
    ]],
    ["--json", TOML, ["run", "work", "--watch", "--json"], [
      64,
      'Cannot use "--watch": with --json, stdout is one document, but a watch has many runs',
    ]],
  ] as const
) {
  Deno.test(`a watch is refused before anything runs: ${name}`, async () => {
    using host = machine(toml);
    const said = await call(host, argv);
    assertEquals([said.code, said.stderr.split("\n")[0]], [expected[0], `error: ${expected[1]}`]);
    assertEquals([host.spawned.length, host.disk.exists(`${STATE}/runs`), host.files.openWatches], [
      0,
      false,
      0,
    ]);
  });
}

Deno.test("a reader that has stopped reading for a while is shown the runs that come after", async () => {
  using host = machine();
  host.terminal.stallStdout();
  const watch = await watching(host);
  await host.clock.advance(10_000);
  assertEquals(
    watch.news(),
    "warning: not all output was shown, because its reader stopped reading; all of it is in " +
      `orchastration logs ${records(host)[0]!["id"]}\nwaiting for changes\n`,
  );
  host.terminal.resumeStdout();
  await write(host, "src/a.ts", "2");
  assertEquals(watch.news(), "src/a.ts changed; running work again\nwaiting for changes\n");
  // The delayed change, and the following run.
  assertEquals((await end(host, watch)).stdout, "did it\ndid it\n");
});

Deno.test("at a terminal the log reports a stopped run once", async () => {
  using host = machine(TOML, { isTerminal: true });
  host.program("work", (p) => p.forever());
  const said = call(host, ["run", "work", "--watch", "--no-color"]);
  await settled(host);
  const before = host.terminal.screenText().length;
  await write(host, "src/a.ts", "2");
  const [first, second] = records(host).map(({ id }) => id);
  assertEquals(
    host.terminal.screenText().slice(before),
    `SIGTERM sent  ${first}  for a new run, because src/a.ts changed\ncancelled  ${first}  1.1s\nstarted    ${second}\n`,
  );
  host.signal("SIGINT");
  assertEquals((await said).code, 130);
});

Deno.test("words after -- are passed to the job in every run", async () => {
  using host = machine();
  host.program("work", (p) => p.stdout(`${p.args.join(" ")}\n`));
  const said = call(host, ["run", "work", ...QUIET, "--watch", "--", "-x", "y"]);
  await settled(host);
  await write(host, "src/a.ts", "2");
  host.signal("SIGINT");
  assertEquals(withoutLog((await said).stdout), "-x y\n-x y\n");
});
