/** A run that another process begins while a job is found to be up to date: what it does counts, whatever is recorded after its beginning. */

import { assert, assertEquals } from "@std/assert";
import { newestOnly } from "../../../src/store/last_run.ts";
import { type RunId, timestampOf } from "../../../src/model/ids.ts";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const NAMES = Array.from({ length: 24 }, (_, index) => `n${String(index).padStart(2, "0")}`);
const NODE = "n07";
const RUNS = `${STATE}/runs/${NODE}`;
const QUIET = ["--log-level", "error"];

interface Machine {
  readonly host: FakeHost;
  /** The record of the first run of NODE, while its process ran. */
  readonly running: string;
}

/** Everything is up to date, and has been found so `times` times before. */
async function upToDate(outputs: string, words: readonly string[], times: number): Promise<Machine> {
  const job = (name: string) =>
    `[jobs.${name}]\ncommand = ["work"]\ninputs = ["src/${name}/*.txt"]\n${outputs}`;
  const toml = `${NAMES.map(job).join("")}[jobs.all]\nneeds = ["${NAMES.join('", "')}"]\n`;
  const files = Object.fromEntries(NAMES.map((name) => [`${PROJECT}/src/${name}/a.txt`, name]));
  const host = machineWith(toml, { files });
  let running = "";
  host.program("work", async (p) => {
    await p.sleep(100);
    running ||= host.disk.read(`${RUNS}/${timestamps(host).at(-1)}.json`) ?? "";
  });
  assertEquals((await call(host.another(), ["run", NODE, ...QUIET])).code, 0);
  for (let time = 0; time <= times; time++) {
    host.clock.pass(60_000);
    assertEquals((await call(host.another(), [...words, ...QUIET])).code, 0);
  }
  host.clock.pass(60_000);
  assertEquals(JSON.parse(running).status, "running");
  return { host, running };
}

function timestamps(host: FakeHost): readonly string[] {
  return host.disk.list(RUNS).filter((name) => /^\d.*Z\.json$/.test(name)).sort()
    .map((name) => name.replace(".json", ""));
}

function statuses(host: FakeHost): readonly unknown[] {
  return timestamps(host).map((time) => readJson(host, `${RUNS}/${time}.json`)["status"]);
}

/**
 * The process reserves an id in a moment, and has examined its job: another process begins to run that job, as far as `step`. What it
 * returns lets that run fail.
 */
function begins({ host, running }: Machine, step: "record" | "note"): () => void {
  const atMs = host.clock.nowMs();
  const time = timestampOf(atMs);
  const { id, start_time } = JSON.parse(running) as { readonly id: RunId; readonly start_time: string };
  const record = running.replaceAll(id.split("/")[1]!, time)
    .replaceAll(start_time, new Date(atMs).toISOString());
  const release = host.disk.lockElsewhere(`${STATE}/locks/run-${NODE}-${time}.lock`);
  host.disk.write(`${RUNS}/last.json`, newestOnly(`${NODE}/${time}` as RunId));
  if (step === "record") host.disk.write(`${RUNS}/${time}.json`, record);
  return () => {
    const ended = { ...JSON.parse(record), status: "failed", end_time: start_time, exit_code: 1 };
    host.disk.write(`${RUNS}/${time}.json`, `${JSON.stringify(ended, null, 2)}\n`);
    release();
    host.disk.remove(`${STATE}/locks/run-${NODE}-${time}.lock`);
  };
}

/** Calls `then` when this process reserves the id of NODE, before it takes a lock for that. */
function whenReserving(host: FakeHost, then: () => void): void {
  const [tryLock, identifyAll] = [
    host.files.tryLock.bind(host.files),
    host.files.identifyAll.bind(host.files),
  ];
  let isExamined = false;
  let isOver = false;
  host.files.identifyAll = async (folder, isWanted) => {
    const found = await identifyAll(folder, isWanted);
    isExamined ||= folder === `${PROJECT}/src/${NODE}`;
    return found;
  };
  host.files.tryLock = (path, options) => {
    if (isExamined && !isOver && path.endsWith("/last.lock")) {
      isOver = true;
      then();
    }
    return tryLock(path, options);
  };
}

for (const words of [["run", NODE], ["run", "all"]]) {
  for (const outputs of ["outputs = []\n", ""]) {
    for (const step of ["note", "record"] as const) {
      for (const times of [0, 2]) {
        Deno.test(
          `begun beside: ${words.join(" ")} after ${times} times, ${
            outputs === "" ? "no declared outputs" : "declared outputs"
          }: another run has a ${step} when the job is recorded as up to date, and its failure makes the job run again`,
          async () => {
            const machine = await upToDate(outputs, words, times);
            using host = machine.host.another();
            let fail: (() => void) | undefined;
            whenReserving(host, () => {
              host.clock.pass(10);
              fail = begins(machine, step);
              host.clock.pass(10);
            });
            const before = timestamps(host).length;
            assertEquals((await call(host, [...words, ...QUIET])).code, 0);
            assert(fail !== undefined, "no other run began");
            fail();
            host.clock.pass(60_000);
            assertEquals((await call(host.another(), [...words, ...QUIET])).code, 0);
            // The next one runs it, or this one did already.
            const [begun, ...after] = statuses(host).slice(before);
            assertEquals(begun, "failed");
            assert(after.includes("succeeded"), after.join());
          },
        );
      }
    }
  }
}
