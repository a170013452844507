/** A graph that is large enough for a log of its nodes, on the fake machine, with nodes of every kind; and what has to hold after its death. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "./cli.ts";
import type { FakeHost } from "./fake_host.ts";
import type { RunningProgram } from "./fake_process.ts";
import { entriesOf, sha256 } from "./journal.ts";
import { untilDeath } from "./until_death.ts";

export const NODE_LOGS = `${STATE}/nodes`;
export const QUIET = ["--log-level", "error"];
/** A new line on stdout for each event that somebody is told of. */
export const TELLING = ["--log-format", "json", "--log-level", "debug"];
export const ALL = ["run", "all", "--keep-going", "-j", "3"];

const SILENT = Array.from({ length: 9 }, (_, at) => `n${at + 1}`);

const TOML = `
${
  SILENT.map((name, at) =>
    `[jobs.${name}]\ncommand = ["quick", "${name}"]\nneeds = [${at < 3 ? "" : `"n${at - 2}"`}]\n`
  )
    .join("")
}
[jobs.bad]
command = ["bad"]
[jobs.above]
command = ["quick"]
needs = ["bad"]
[jobs.said]
command = ["talk", "one", "two"]
[jobs.made]
command = ["make"]
inputs = ["src"]
outputs = ["made.txt"]
[jobs.used]
command = ["quick"]
needs = ["made"]
inputs = ["made.txt"]
[jobs.long]
command = ["sleep", "60"]
lock = "db"
[jobs.waits]
command = ["sleep", "20"]
lock = "db"
needs = ["n1"]
[jobs.twice]
command = ["shaky"]
retry = { max = 1 }
[jobs.all]
needs = [${
  [...SILENT, "above", "said", "used", "long", "waits", "twice"].map((name) => `"${name}"`).join(", ")
}]
`;

export interface GraphMachine {
  /** Every job has run before, so that there is something that can hide its newest run. */
  readonly hasRunBefore?: boolean;
}

export function machineWithGraph(options: GraphMachine = {}): Promise<FakeHost> {
  return makeMachine(() => {}, options);
}

/**
 * The same, but the process dies in the middle of this silent node of the graph. `each` is called in every silent node before it.
 */
export async function dyingGraph(
  diesIn: string | undefined,
  each: (host: FakeHost, node: string, p: RunningProgram) => Promise<void> | void = () => {},
  options: GraphMachine = {},
): Promise<FakeHost> {
  let isPrepared = false;
  const host: FakeHost = await makeMachine(async (p) => {
    const [node] = p.args;
    if (!isPrepared || node === undefined) return;
    if (node === diesIn) host.die();
    else await each(host, node, p);
  }, options);
  isPrepared = true;
  return host;
}

async function makeMachine(
  quick: (p: RunningProgram) => Promise<void> | void,
  { hasRunBefore = true }: GraphMachine,
): Promise<FakeHost> {
  const host = machineWith(TOML, { files: { [`${PROJECT}/src/a`]: "a" } });
  let shakes = 0;
  host.program("quick", quick);
  host.program("bad", () => 3);
  host.program("talk", async (p) => {
    for (const word of p.args) await p.stdout(`${word}\n`);
  });
  host.program("make", (p) => {
    host.disk.write(`${PROJECT}/made.txt`, `made ${host.disk.read(`${PROJECT}/src/a`)}`);
    return p.stdout("made\n");
  });
  host.program("sleep", (p) => p.sleep(Number(p.args[0])));
  host.program("shaky", () => ++shakes % 2);
  if (hasRunBefore) await call(host, [...ALL, ...QUIET]);
  for (const id of recordedRuns(host)) {
    const note = { format: 1, kind: "newest_run", id };
    host.disk.write(`${STATE}/runs/${id.split("/")[0]}/last.json`, `${JSON.stringify(note, null, 2)}\n`);
  }
  // As the system does it by itself after some seconds.
  host.files.syncAll(Object.keys(host.disk.tree(STATE)));
  host.disk.write(`${PROJECT}/src/a`, "b");
  host.clock.pass(5000);
  return host.another();
}

/** What a process told of one run before it died. */
interface Told {
  readonly run: string;
  readonly status: string;
}

export function toldEnds(host: FakeHost): readonly Told[] {
  const lines = host.stdoutText().split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  return lines.map((line) => JSON.parse(line)).filter(({ event }) =>
    ["run_finished", "run_up_to_date"].includes(event)
  ).map(({ event, run, status }) => ({ run, status: event === "run_finished" ? status : "up_to_date" }));
}

/** The ids of all recorded runs. */
export function recordedRuns(host: FakeHost): readonly string[] {
  return host.disk.list(`${STATE}/runs`).flatMap((name) =>
    host.disk.list(`${STATE}/runs/${name}`).filter((file) => /^\d[^.]*\.\d{3}Z\.json$/.test(file))
      .map((file) => `${name}/${file.slice(0, -".json".length)}`)
  );
}

export function recordOf(host: FakeHost, run: string): Record<string, unknown> {
  return readJson(host, `${STATE}/runs/${run}.json`);
}

async function json(host: FakeHost, ...argv: readonly string[]): Promise<unknown> {
  const said = await call(host, [...argv, "--json", ...QUIET]);
  assertEquals([said.code, said.stderr], [0, ""], argv.join(" "));
  return JSON.parse(said.stdout);
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

export interface DeadGraph {
  readonly dead: FakeHost;
  readonly next: FakeHost;
  /** It was a power cut. */
  readonly losingUnsynced: boolean;
  readonly context: string;
  /** Records could not be written. */
  readonly hasFailedDisk?: boolean;
}

/**
 * `dead` ran the graph, `next` is the first process after its death. Every reader finds every run, nothing that was told is lost, and
 * `recover` ends everything.
 */
export async function requireTruth(
  { dead, next, losingUnsynced, context, hasFailedDisk = false }: DeadGraph,
): Promise<void> {
  const told = toldEnds(dead);
  const tokens = dead.spawned.map(({ marker }) => marker.token);
  const check = (where: string) => {
    for (const { run, status } of told) {
      assertEquals(recordOf(next, run)?.["status"], status, `${context}: ${run} ${where}`);
    }
    const known = new Set(recordedRuns(next).map((run) => recordOf(next, run)["token"]));
    for (const token of tokens) assert(known.has(token), `${context}: ${token} has no intent ${where}`);
  };
  const listed = await json(next, "runs", "list", "--limit", "0") as {
    readonly runs: readonly Listed[];
    readonly damaged?: unknown[];
  };
  check("after runs list");
  assertEquals(next.disk.list(NODE_LOGS), [], context);
  assertEquals(listed.runs.map(({ id }) => id).sort(), recordedRuns(next).toSorted(), context);
  const newest = new Map<string, Listed>();
  for (const run of listed.runs) if (run.id > (newest.get(run.name)?.id ?? "")) newest.set(run.name, run);
  const status = await json(next, "status") as {
    readonly jobs: readonly { readonly name: string; readonly last_run: Listed | null }[];
  };
  for (const { name, last_run } of status.jobs) {
    assertEquals([name, last_run?.id], [name, newest.get(name)?.id], context);
  }
  const graph = newest.get("graph");
  // It died before there was anything to find.
  if (graph === undefined) return assertEquals([told, tokens, recordedRuns(next)], [[], [], []], context);
  const shown = await json(next, "runs", "show", graph.id) as { readonly status: string };
  assert(shown.status !== "running", context);
  for (const { run } of told) {
    if (run.startsWith("said/")) {
      assertEquals(
        await call(next, ["logs", run, ...QUIET]),
        { code: 0, stdout: "one\ntwo\n", stderr: "" },
        context,
      );
    }
  }
  const verified = await call(next, ["verify", "--all", ...QUIET]);
  // Until `recover`: a line was written before its record, or a power cut took it.
  const fails = verified.stdout.split("\n").filter((line) => line.startsWith("fails: "));
  const isLeft = (line: string) =>
    / is not finished, and line \d+ says that it ended$/.test(line) ||
    line === "fails: journal.jsonl does not exist; the next run begins one" ||
    (losingUnsynced && line.endsWith(" is not in the journal"));
  assert(verified.code === 0 || fails.every(isLeft), `${context}: ${verified.stdout}${verified.stderr}`);
  const recovered = await call(next, ["recover", "--kill", ...QUIET]);
  assertEquals(recovered.code, 0, `${context}: ${recovered.stdout}${recovered.stderr}`);
  check("after recover");
  assertEquals(next.livingProcesses(), [], context);
  const again = await call(next, ["verify", "--all", ...QUIET]);
  assertEquals(again.code, 0, `${context}: ${again.stdout}${again.stderr}`);
  const digests = new Map(
    entriesOf(next).filter(({ kind }) => kind === "run").map(({ id, sha256 }) => [id, sha256]),
  );
  for (const run of recordedRuns(next)) {
    assertEquals(
      digests.get(run),
      sha256(next.disk.readBytes(`${STATE}/runs/${run}.json`)!),
      `${context}: ${run}`,
    );
  }
  for (const run of recordedRuns(next).filter((each) => each.startsWith("graph/"))) {
    const { nodes } = recordOf(next, run)["graph"] as {
      readonly nodes: readonly {
        readonly name: string;
        readonly status: string;
        readonly run: string | null;
      }[];
    };
    assertEquals(nodes.length, 18, context);
    for (const { name, status, run: own } of nodes) {
      assert(!["waiting", "running"].includes(status), `${context}: ${name} is ${status}`);
      // The graph alone knows an end that could not be recorded.
      const record = own === null ? undefined : recordOf(next, own);
      if (record?.["recovery"] === null) assertEquals(record["status"], status, `${context}: ${name}`);
      else if (record !== undefined) {
        assert(status === "interrupted" || hasFailedDisk, `${context}: ${name} is ${status}`);
      }
    }
  }
  assertEquals(next.disk.list(NODE_LOGS), [], context);
}

/**
 * Lets the graph die before each of its changes, or before every `step`-th from `first` (from 1) on, and passes every death to `check`, once with
 * the machine still on and once after a power cut.
 */
export async function atDeathsOfGraph(
  { first, step, ...options }: { readonly first: number; readonly step: number } & GraphMachine,
  check: (death: DeadGraph) => Promise<void>,
): Promise<void> {
  for (let at = first;; at += step) {
    for (const losingUnsynced of [false, true]) {
      using host = await machineWithGraph(options);
      host.faults.dieAt(at);
      const fate = await untilDeath(host, () => call(host, [...ALL, ...TELLING]));
      if (fate.kind !== "died") return;
      using next = host.reviveAfterDeath({ losingUnsynced });
      await check({
        dead: host,
        next,
        losingUnsynced,
        context: `died at ${at}${losingUnsynced ? " in a power cut" : ""}`,
      });
    }
  }
}
