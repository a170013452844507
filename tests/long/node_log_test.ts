/**
 * The log of a large graph's nodes: a death at each change of the graph on the fake machine, and the real program killed at any moment.
 */

import { assert, assertEquals } from "@std/assert";
import { atDeathsOfGraph, requireTruth } from "../support/large_graph.ts";
import { marked, markedSpec, startRun, until } from "../support/real_run.ts";
import "../../src/app/graph/run_jobs.ts";
import "../../src/app/runs/recover_runs.ts";
import "../../src/app/runs/show_run.ts";

/** Every third change is tried, unless all are asked for, which takes three minutes. */
const TRIES_ALL = Deno.env.get("ORCHASTRATION_EVERY_CHANGE") !== undefined;

Deno.test("node log: after a death at any change, with and without a power cut, every told end and every intent is found", async () => {
  await atDeathsOfGraph({ first: 1, step: TRIES_ALL ? 1 : 3 }, requireTruth);
  await atDeathsOfGraph({ first: 1, step: TRIES_ALL ? 3 : 9, hasRunBefore: false }, requireTruth);
});

const KILLS = 24;
const STATE = ["--state-dir", "state"];

/** Forty nodes that do something different each, and say which run they belong to before anything else. */
function fortyJobs(mark: string): string {
  const scripts = [
    "true",
    "echo said; echo more >&2",
    `sleep 0.05; : ${mark}`,
    `setsid sh -c 'sleep 0.2; : ${mark}' & sleep 0.1; exit 3`,
    "cat source > made-$1; echo made",
    `sleep 0.3; : ${mark}`,
  ];
  return Array.from({ length: 40 }, (_, at) => {
    const script = `echo "$ORCHASTRATION_RUN_CHAIN" >> began; ${scripts[at % scripts.length]}`;
    const needs = at < 8 || at % 3 === 0 ? [] : [`j${at - 8}`];
    const more = at % scripts.length === 4 ? `inputs = ["source"]\noutputs = ["made-j${at}"]\n` : "";
    const command = ["sh", "-c", script, "sh", `j${at}`];
    return `[jobs.j${at}]\ncommand = ${JSON.stringify(command)}\nneeds = ${JSON.stringify(needs)}\n${more}`;
  }).join("");
}

/** Every record below the state folder, by its id. */
function records(path: string): ReadonlyMap<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>();
  for (const { name } of Deno.readDirSync(`${path}/state/runs`)) {
    for (const { name: file } of Deno.readDirSync(`${path}/state/runs/${name}`)) {
      if (!/^\d{8}T\d{6}\.\d{3}Z\.json$/.test(file)) continue;
      const record = JSON.parse(Deno.readTextFileSync(`${path}/state/runs/${name}/${file}`));
      found.set(record.id, record);
    }
  }
  return found;
}

function logsIn(path: string): readonly string[] {
  try {
    return Array.from(Deno.readDirSync(`${path}/state/nodes`), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

markedSpec(
  `node log: a graph of forty nodes, killed ${KILLS} times at any moment, leaves every told end, every intent and no process`,
  async (folder, mark) => {
    folder.write("orchastration.toml", fortyJobs(mark));
    const names = Array.from({ length: 40 }, (_, at) => `j${at}`);
    let leftLogs = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      folder.write("source", `source ${kill % 3}`);
      await using run = startRun(folder, [
        ...["run", ...names, "--keep-going", "-j", "4", ...STATE],
        ...["--log-format", "json", "--log-level", "debug"],
      ]);
      let hasEnded = false;
      void run.ended.then(() => hasEnded = true);
      await until("the graph has begun", () => hasEnded || logsIn(folder.path).length > 0, () => run.stderr);
      const delayMs = Math.random() * 700;
      await Promise.race([run.ended, new Promise((resolve) => setTimeout(resolve, delayMs))]);
      if (!hasEnded) run.send("SIGKILL");
      await run.ended;
      leftLogs += logsIn(folder.path).length;
      const context = `kill ${kill} after ${delayMs} ms`;
      const status = await folder.orchastration("status", ...STATE);
      assertEquals([status.code, logsIn(folder.path)], [0, []], `${context}: ${status.stderr}`);
      const found = records(folder.path);
      const tokens = new Set(Array.from(found.values(), ({ token }) => token));
      for (const chain of folder.read("began").split("\n").slice(0, -1)) {
        assert(tokens.has(chain.split(",").at(-1)), `${context}: ${chain} has no intent`);
      }
      const told = run.stdout.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"))
        .map((line) => JSON.parse(line)).filter(({ event }) => event === "run_finished");
      for (const { run: id, status } of told) {
        assertEquals(found.get(id)?.["status"], status, `${context}: ${id}`);
      }
      const recovered = await folder.orchastration("recover", "--kill", ...STATE);
      assertEquals([recovered.code, marked(mark)], [0, []], `${context}: ${recovered.stderr}`);
      for (const { id, status } of records(folder.path).values()) {
        assert(status !== "running", `${context}: ${id}`);
      }
      const verified = await folder.orchastration("verify", "--all", ...STATE);
      assertEquals(verified.code, 0, `${context}: ${verified.stdout}`);
    }
    assert(leftLogs > KILLS / 4, `only ${leftLogs} kills left a log`);
  },
);
