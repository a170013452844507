/** `run` of several jobs: the order of starts, the ending of every node, the records, and the output. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { atEveryDeath, untilDeath } from "../../support/until_death.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/recover_runs.ts";
import "../../../src/app/runs/show_run.ts";

interface Node {
  readonly name: string;
  readonly status: string;
  readonly reason: string;
  readonly run: string | null;
  readonly cause?: string;
  readonly because?: string;
}

interface Graph {
  readonly targets: readonly string[];
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly critical_path: readonly string[];
}

/** `a: b c` is a job that needs b and c; `+a: b` is a group. */
function jobs(...lines: readonly string[]): string {
  return lines.map((line) => {
    const [name = "", ...needs] = line.split(/:? /);
    const written = needs.map((need) => `"${need}"`).join(", ");
    return name.startsWith("+")
      ? `[jobs.${name.slice(1)}]\nneeds = [${written}]\n`
      : `[jobs.${name}]\ncommand = ["${name}"]\nneeds = [${written}]\n`;
  }).join("");
}

/** Each takes this long and ends with this status; the order in which they began and ended. */
function programs(host: FakeHost, given: Readonly<Record<string, [ms: number, status: number]>>): string[] {
  const seen: string[] = [];
  for (const [name, [ms, status]] of Object.entries(given)) {
    host.program(name, async (p) => {
      seen.push(`+${name}`);
      await p.stdout(`${[name, ...p.args].join(" ")}\n`);
      await p.sleep(ms);
      seen.push(`-${name}`);
      return status;
    });
  }
  return seen;
}

/** Nodes that begin at the same moment have no order: their processes appear when each of them starts. */
function told(seen: readonly string[]): readonly string[] {
  const lines = seen.join(" ").match(/(?:\+\w+ ?)+|-\w+/g) ?? [];
  return lines.flatMap((line) => line.trim().split(" ").sort());
}

function graphs(host: FakeHost): readonly Record<string, unknown>[] {
  return host.disk.list(`${STATE}/runs/graph`).filter((name) => /^\d.*\.json$/.test(name))
    .map((name) => readJson(host, `${STATE}/runs/graph/${name}`));
}

function graphOf(host: FakeHost): Graph {
  const [record] = graphs(host);
  return record!["graph"] as Graph;
}

function endings(host: FakeHost): Record<string, string> {
  return Object.fromEntries(
    graphOf(host).nodes.map(({ name, status, because, cause }) => {
      const why = because ?? cause;
      return [name, why === undefined ? status : `${status}: ${why}`];
    }),
  );
}

const QUIET = ["--log-level", "error"];
const LIVE = [...QUIET, "--output", "live"];

Deno.test("run a b: a job begins when its needs have ended, and a job without needs at once", async () => {
  using host = machineWith(jobs("a", "b", "c: a b", "d: c", "e"));
  const seen = programs(host, { a: [100, 0], b: [50, 0], c: [20, 0], d: [10, 0], e: [30, 0] });
  const said = await call(host, ["run", "d", "e", ...LIVE]);
  assertEquals(told(seen), ["+a", "+b", "+e", "-e", "-b", "-a", "+c", "-c", "+d", "-d"]);
  assertEquals([said.code, said.stdout.split("\n").sort()], [0, ["", "a", "b", "c", "d", "e"]]);
  assertEquals(
    said.stderr,
    "graph succeeded: 5 succeeded in 130ms\n  longest way: a -> c -> d (130ms)\n" +
      "  graph: orchastration runs show graph/20261122T063449.123Z\n",
  );
  const [record] = graphs(host);
  assertEquals([record!["action"], record!["subject"], record!["status"]], [
    "graph.run",
    "graph",
    "succeeded",
  ]);
  const graph = graphOf(host);
  assertEquals(graph.targets, ["d", "e"]);
  assertEquals(graph.nodes.map(({ name }) => name), ["a", "b", "e", "c", "d"]);
  assertEquals(graph.edges.map(({ from, to }) => `${from}>${to}`), ["a>c", "b>c", "c>d"]);
  for (const { name, run } of graph.nodes) {
    const node = readJson(host, `${STATE}/runs/${run}.json`);
    assertEquals([node["name"], node["part_of"], node["status"]], [name, record!["id"], "succeeded"]);
  }
});

Deno.test("a run of one job without needs is recorded as a job, not as a graph", async () => {
  using host = machineWith(jobs("a", "b: a"));
  programs(host, { a: [0, 0] });
  await expectCall(host, ["run", "a", ...QUIET], { stdout: "a\n" });
  assertEquals(host.disk.list(`${STATE}/runs`), ["a"]);
  assert(!("part_of" in readJson(host, `${STATE}/runs/a/last.json`)));
});

Deno.test("-j 1: jobs run one after the other, in the order of their names", async () => {
  using host = machineWith(jobs("c", "a", "b"));
  const seen = programs(host, { a: [10, 0], b: [10, 0], c: [10, 0] });
  await call(host, ["run", "c", "b", "a", "-j", "1", ...QUIET]);
  assertEquals(told(seen), ["+a", "-a", "+b", "-b", "+c", "-c"]);
});

Deno.test("arguments after -- go to the named jobs, never to their needs; for a group they are refused", async () => {
  using host = machineWith(jobs("a", "b: a", "c", "+all: b c"));
  programs(host, { a: [0, 0], b: [0, 0], c: [0, 0] });
  const said = await call(host, ["run", "b", "c", ...LIVE, "--", "-x", "y"]);
  assertEquals(said.stdout.split("\n").sort(), ["", "a", "b -x y", "c -x y"]);
  await expectCall(host, ["run", "all", "--", "-x"], {
    code: 64,
    stderr:
      'error: Cannot pass on the argument "-x": all has no command of its own, and arguments never go to what it needs\n' +
      "  try: orchastration run b -- -x\n",
  });
});

Deno.test("a job without a command runs what it needs, also by its alias and as the default", async () => {
  using host = machineWith(`default = "c"\n${jobs("a", "b", "+all: a b")}alias = ["c"]\n`);
  const seen = programs(host, { a: [0, 0], b: [0, 0] });
  for (const argv of [["run", "all"], ["run", "c"], ["run"]]) {
    assertEquals((await call(host, [...argv, ...QUIET])).code, 0);
  }
  assertEquals(seen.filter((word) => word.startsWith("+")).length, 6);
  assertEquals(endings(host), { a: "succeeded", b: "succeeded", all: "succeeded" });
});

Deno.test("an unknown job is reported before anything runs, and an unknown further word as a likely argument", async () => {
  using host = machineWith(jobs("a", "b"));
  programs(host, {});
  await expectCall(host, ["run", "a", "b", "c"], {
    code: 66,
    stderr:
      'error: Cannot find job "c": no job has this name\n  known jobs: a, b\n  try: orchastration list\n',
  });
  await expectCall(host, ["run", "a", "src/x.ts", "y"], {
    code: 64,
    stderr: 'error: Cannot understand "src/x.ts": arguments for the job come after --\n' +
      "  try: orchastration run a -- src/x.ts y\n",
  });
  assertEquals(host.spawned, []);
});

Deno.test("run: a further word with a slip in it may mean an argument or another job, and both are named", async () => {
  using host = machineWith(jobs("lint", "test"));
  programs(host, {});
  await expectCall(host, ["run", "lint", "tset"], {
    code: 64,
    stderr: 'error: Cannot understand "tset": arguments for the job come after --\n' +
      '  did you mean "test"?\n  try: orchastration run lint -- tset\n',
  });
  // The job itself is no other job.
  await expectCall(host, ["run", "lint", "lnit"], {
    code: 64,
    stderr: 'error: Cannot understand "lnit": arguments for the job come after --\n' +
      "  try: orchastration run lint -- lnit\n",
  });
  assertEquals(host.spawned, []);
});

Deno.test("run --group: every job of the group runs, and an unknown group lists the known groups", async () => {
  using host = machineWith(`${jobs("a")}group = "checks"\n${jobs("b")}group = "checks"\n${jobs("c")}`);
  const seen = programs(host, { a: [0, 0], b: [0, 0], c: [0, 0] });
  assertEquals((await call(host, ["run", "--group", "checks", ...QUIET])).code, 0);
  assertEquals(seen.filter((word) => word.startsWith("+")).sort(), ["+a", "+b"]);
  await expectCall(host, ["run", "--group", "chekcs"], {
    code: 64,
    stderr: 'error: Cannot run the group "chekcs": no job has this group; there are checks\n' +
      '  did you mean "checks"?\n  try: orchastration run <job>, or orchastration list\n',
  });
});

Deno.test("after a failure no further job begins, and running jobs end by themselves; every node has an ending", async () => {
  using host = machineWith(jobs("bad", "slow", "above: bad", "top: above", "later: slow"));
  const seen = programs(host, { bad: [10, 3], slow: [100, 0] });
  const said = await call(host, ["run", "top", "later", ...LIVE]);
  assertEquals(said.code, 1);
  assertEquals(told(seen), ["+bad", "+slow", "-bad", "-slow"]);
  assertEquals(endings(host), {
    bad: "failed",
    slow: "succeeded",
    above: "skipped: bad",
    later: "not_started: stopped_after_failure",
    top: "skipped: bad",
  });
  assertEquals(
    said.stderr,
    'error: job "bad" failed with exit status 3 after 10ms\n' +
      "  log: orchastration logs bad/20261122T063449.123Z\n" +
      "graph failed: 1 succeeded, 1 failed, 1 not started, 2 skipped in 100ms\n" +
      "  bad failed: exited with status 3\n" +
      "  above skipped: bad, which it needs, did not succeed\n" +
      "  later not started: another job did not succeed before it could begin\n" +
      "  top skipped: bad, which it needs, did not succeed\n" +
      "  graph: orchastration runs show graph/20261122T063449.123Z\n",
  );
});

Deno.test("--keep-going: everything that does not depend on a failed job runs", async () => {
  using host = machineWith(jobs("bad", "slow", "above: bad", "later: slow"));
  programs(host, { bad: [10, 3], slow: [100, 0], later: [0, 0] });
  assertEquals((await call(host, ["run", "above", "later", "--keep-going", ...QUIET])).code, 1);
  assertEquals(endings(host), {
    bad: "failed",
    slow: "succeeded",
    above: "skipped: bad",
    later: "succeeded",
  });
});

Deno.test("--fail-fast: the other running jobs are stopped at once, with their whole trees", async () => {
  using host = machineWith(jobs("bad", "slow"));
  programs(host, { bad: [10, 3] });
  host.program("slow", async (p) => {
    p.fork({ name: "child" }, (child) => child.forever());
    await p.forever();
  });
  const said = await call(host, ["run", "bad", "slow", "--fail-fast", ...QUIET]);
  assertEquals([said.code, endings(host)], [1, { bad: "failed", slow: "cancelled" }]);
  assertEquals(host.livingProcesses(), []);
  const slow = readJson(host, `${STATE}/runs/slow/last.json`);
  assertEquals(
    slow["reason"],
    "was stopped: bad did not succeed, and --fail-fast stops the nodes beside it; it ended by SIGTERM",
  );
  await expectCall(host, ["run", "bad", "slow", "--fail-fast", "--keep-going"], {
    code: 64,
    stderr:
      'error: Cannot use "--fail-fast": --fail-fast ends everything after a failure, but --keep-going continues\n' +
      "  try: orchastration run bad slow --keep-going\n",
  });
});

Deno.test("the exit code is that of the failed job if it is the only named job, else 1", async () => {
  using host = machineWith(jobs("good", "bad: good", "above: bad", "gone: good"));
  programs(host, { good: [0, 0], bad: [0, 7], above: [0, 0] });
  assertEquals((await call(host, ["run", "bad", ...QUIET])).code, 7);
  assertEquals((await call(host, ["run", "above", ...QUIET])).code, 1);
  assertEquals((await call(host, ["run", "bad", "good", ...QUIET])).code, 1);
  assertEquals((await call(host, ["run", "gone", ...QUIET])).code, 127);
});

Deno.test("Ctrl-C stops all trees and nothing begins afterwards; a second Ctrl-C kills all processes", async () => {
  for (const presses of [1, 2]) {
    using host = machineWith(jobs("one", "two", "after: one two"));
    const script: Script = async (p) => {
      if (presses === 2) p.ignore("SIGINT", "SIGTERM");
      p.fork({ name: "child" }, (child) => child.forever());
      await p.forever();
    };
    host.program("one", script);
    host.program("two", script);
    const stop = host.clock.after(500).elapsed.then(async () => {
      host.signal("SIGINT");
      if (presses === 1) return;
      await host.clock.after(300).elapsed;
      host.signal("SIGINT");
    });
    const said = await call(host, ["run", "after", ...QUIET]);
    await stop;
    assertEquals([said.code, host.livingProcesses()], [130, []]);
    assertEquals(endings(host), {
      one: "cancelled",
      two: "cancelled",
      after: "not_started: cancelled",
    });
    assertEquals([graphs(host)[0]!["status"], graphs(host)[0]!["duration_ms"]], [
      "cancelled",
      presses === 1 ? 500 : 800,
    ]);
  }
});

Deno.test("confirmations are requested before the first process, and nothing runs if one is declined", async () => {
  using host = machineWith(`${jobs("a", "b: a")}confirm = "Really?"\n`);
  const seen = programs(host, { a: [0, 0], b: [0, 0] });
  const refused = await call(host, ["run", "b"]);
  assertEquals([refused.code, seen], [65, []]);
  assertEquals((await call(host, ["run", "b", "--yes", ...QUIET])).code, 0);
});

Deno.test("jobs that share a lock run one after the other, and a waiting job names the holder", async () => {
  using host = machineWith(
    `${jobs("a")}lock = "db"\n${jobs("b")}lock = "db"\nconcurrency = "refuse"\n${jobs("c")}`,
  );
  const seen = programs(host, { a: [100, 0], b: [10, 0], c: [10, 0] });
  const said = await call(host, ["run", "a", "b", "c", ...QUIET]);
  assertEquals(told(seen), ["+a", "+c", "-c", "-a", "+b", "-b"]);
  assertEquals(said.code, 0);
  assertEquals(said.stderr.split("\n")[0], "b waits for a");
});

Deno.test("no other job runs while an interactive job has the terminal", async () => {
  using host = machineWith(`${jobs("a", "b")}${jobs("talk")}interactive = true\n`);
  const seen = programs(host, { a: [50, 0], b: [20, 0], talk: [30, 0] });
  await call(host, ["run", "a", "b", "talk", ...QUIET]);
  assertEquals(told(seen), ["+a", "+b", "-b", "-a", "+talk", "-talk"]);
});

Deno.test("a job that cannot be recorded has an ending, and the graph says why", async () => {
  using host = machineWith(jobs("a", "b: a"));
  programs(host, { a: [0, 0], b: [0, 0] });
  host.faults.failWhen({ op: "write", path: /runs\/a\//, problem: "no_space" });
  const said = await call(host, ["run", "b", ...QUIET]);
  assertEquals([said.code, endings(host)], [1, { a: "not_started: refused", b: "skipped: a" }]);
});

Deno.test("inputs: a node is compared after its needs have ended, and is not run if it is up to date", async () => {
  const toml = `${jobs("make")}outputs = ["made.txt"]\ninputs = ["source.txt"]\n${
    jobs("use: make")
  }inputs = ["made.txt"]\noutputs = []\n`;
  using host = machineWith(toml, { files: { "/home/ada/project/source.txt": "one" } });
  const seen: string[] = [];
  host.program("make", () => {
    seen.push("make");
    host.disk.write("/home/ada/project/made.txt", host.disk.read("/home/ada/project/source.txt") ?? "");
  });
  host.program("use", () => void seen.push("use"));
  const run = () => call(host, ["run", "use", ...QUIET]);
  assertEquals((await run()).code, 0);
  await host.clock.advance(10_000);
  assertEquals((await run()).code, 0);
  assertEquals(seen, ["make", "use"]);
  host.disk.write("/home/ada/project/source.txt", "two");
  await host.clock.advance(10_000);
  assertEquals((await run()).code, 0);
  assertEquals(seen, ["make", "use", "make", "use"]);
  const statuses = graphs(host).map(({ graph }) => (graph as Graph).nodes.map(({ status }) => status));
  assertEquals(statuses, [["succeeded", "succeeded"], ["up_to_date", "up_to_date"], [
    "succeeded",
    "succeeded",
  ]]);
  const dry = JSON.parse((await call(host, ["run", "use", "--dry-run", "--json"])).stdout);
  assertEquals(
    dry.nodes.map(({ name, would }: { name: string; would: string }) => `${name} ${would}`),
    ["make up_to_date", "use up_to_date"],
  );
  host.disk.write("/home/ada/project/source.txt", "three");
  const changed = await call(host, ["run", "use", "--dry-run", "--json"]);
  assertEquals(
    JSON.parse(changed.stdout).nodes.map(({ name, would }: { name: string; would: string }) =>
      `${name} ${would}`
    ),
    ["make run", "use unknown"],
  );
  assertEquals((await call(host, ["run", "use", "--dry-run"])).stdout.split("\n").slice(1), [
    "use   unknown    until the jobs that it needs have run",
    "",
  ]);
  assertEquals((await call(host, ["run", "use", "--dry-run", "--json"])).stdout, changed.stdout);
});

Deno.test("runs show of a graph repeats its summary, and lists every node", async () => {
  using host = machineWith(jobs("bad", "ok", "above: bad"));
  programs(host, { bad: [10, 3], ok: [20, 0] });
  const said = await call(host, ["run", "above", "ok", ...QUIET]);
  const summary = said.stderr.slice(said.stderr.indexOf("graph failed"));
  const shown = await call(host, ["runs", "show", "graph"]);
  assert(shown.stdout.startsWith(summary), shown.stdout);
  assertEquals(shown.stdout.slice(summary.length).split("\n").slice(1, 4), [
    "bad    failed     10ms  bad/20261122T063449.123Z",
    "ok     succeeded  20ms  ok/20261122T063449.123Z",
    "above  skipped          bad, which it needs, did not succeed",
  ]);
  const listed = await call(host, ["runs", "list"]);
  assert(listed.stdout.includes("graph run  failed"), listed.stdout);
});

Deno.test("a graph whose recorder died is interrupted, and recover gives every node an ending", async () => {
  using host = machineWith(jobs("first", "second: first", "third: second", "+all: first third"));
  programs(host, { first: [100, 0], third: [0, 0] });
  host.program("second", async (p) => {
    await p.forever();
  });
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "all"])), { kind: "died" });
  using next = host.reviveAfterDeath({ processes: "alive" });
  const shown = JSON.parse((await call(next, ["runs", "show", "graph", "--json"])).stdout);
  const statuses = (graph: Graph) => graph.nodes.map(({ name, status }) => `${name} ${status}`);
  assertEquals(shown.status, "interrupted");
  assertEquals(statuses(shown.graph), [
    "first succeeded",
    "second interrupted",
    "third waiting",
    "all waiting",
  ]);
  assertEquals((await call(next, ["recover", "--kill"])).code, 0);
  assertEquals(next.livingProcesses(), []);
  assertEquals(graphs(next)[0]!["status"], "interrupted");
  assertEquals(endings(next), {
    first: "succeeded",
    second: "interrupted",
    third: "not_started: interrupted",
    all: "not_started: interrupted",
  });
});

Deno.test("after a kill at any moment, every record of a graph is complete, and recover finishes each record", async () => {
  await atEveryDeath(
    () => {
      const host = machineWith(jobs("a", "b", "c: a b"));
      programs(host, { a: [20, 0], b: [10, 3] });
      return host;
    },
    (host) => call(host, ["run", "c", ...QUIET]),
    async (dead, diedAt) => {
      using next = dead.reviveAfterDeath({ processes: "alive" });
      const recovered = await call(next, ["recover", "--kill"]);
      assertEquals(recovered.code, 0, `died at ${diedAt}: ${recovered.stderr}`);
      assertEquals(next.livingProcesses(), [], `died at ${diedAt}`);
      for (const record of graphs(next)) {
        assert(record["status"] !== "running", `died at ${diedAt}`);
        for (const { name, status } of (record["graph"] as Graph).nodes) {
          assert(!["waiting", "running"].includes(status), `died at ${diedAt}: ${name} is ${status}`);
        }
      }
    },
  );
});

Deno.test("the start of a node that ends at once is stored together with its end, and any other start before the end", async () => {
  using host = machineWith(jobs("quick", "slow", "+both: quick slow"));
  programs(host, { quick: [0, 0], slow: [60, 0] });
  const { code, stdout } = await call(host, [
    "run",
    "both",
    "-j1",
    "--log-format",
    "json",
    "--output",
    "live",
  ]);
  assertEquals(code, 0);
  const writes = (name: string) =>
    host.operations.filter((each) =>
      each.name === "rename" && new RegExp(`/${name}/\\d[^/]*\\.json$`).test(each.paths.at(-1)!)
    ).length;
  assertEquals([writes("quick"), writes("slow")], [2, 3]);
  // Output is shown after the start was recorded and reported.
  const lines = stdout.split("\n").map((line) =>
    /"event":"(\w+)".*"job":"(\w+)"/.exec(line)?.slice(1).join(" ") ?? line
  );
  assertEquals(lines.filter((line) => /quick|slow/.test(line)), [
    "attempt_started quick",
    "quick",
    "run_finished quick",
    "attempt_started slow",
    "slow",
    "run_finished slow",
  ]);
});

Deno.test("after a power cut, the newest run of a job is that of its last graph, whatever the system had written by itself", async () => {
  using host = machineWith(jobs("a", "b"));
  programs(host, { a: [0, 0], b: [0, 0] });
  for (let graph = 0; graph < 3; graph++) {
    await call(host, ["run", "a", "b", ...QUIET]);
    if (graph < 2) host.files.syncAll(Object.keys(host.disk.tree(STATE)));
    host.clock.pass(5000);
  }
  using next = host.reviveAfterDeath({ losingUnsynced: true });
  const status = JSON.parse((await call(next, ["status", "--json"])).stdout);
  assertEquals(
    status.jobs.map(({ last_run }: { readonly last_run: { readonly id: string } }) => last_run.id),
    ["a/20261122T063459.123Z", "b/20261122T063459.123Z"],
  );
});

Deno.test("a job named graph has records of its own, because graphs are recorded under another name", async () => {
  using host = machineWith(`${jobs("graph", "a: graph")}[jobs.other]\ncommand = ["a"]\nalias = ["graphs"]\n`);
  programs(host, { graph: [0, 0], a: [0, 3] });
  await call(host, ["run", "a", ...QUIET]);
  const names = host.disk.list(`${STATE}/runs`);
  assertEquals(names, ["a", "graph", "graph_runs"]);
  assertEquals(readJson(host, `${STATE}/runs/graph/last.json`)["action"], "job.run");
  host.clock.pass(1000);
  const again = await call(host.another(), ["run", "--again", "graph_runs", ...QUIET]);
  assertEquals([again.code, again.stderr.includes("graph_runs/")], [3, true]);
});

Deno.test("runs why: a graph has no reasons of its own, and the next step shows its nodes", async () => {
  using host = machineWith('[jobs.a]\ncommand = ["a"]\n[jobs.b]\nneeds = ["a"]\n');
  host.program("a", () => Promise.resolve());
  await call(host, ["run", "b", "--quiet"]);
  await expectCall(host, ["runs", "why", "graph"], {
    code: 65,
    stderr:
      'error: Cannot explain run "graph/20261122T063449.123Z": it is a graph, and each of its nodes has its own reasons\n' +
      "  try: orchastration runs show graph/20261122T063449.123Z\n",
  });
});
