/**
 * A state folder with many runs, made fast: the program records one real run, and its record is written again under
 * other names and times, with the layout and codec of the store. At the end, the program has to read them
 * back.
 */

import { join } from "@std/path/posix";
import { createDenoHost } from "../../../src/host/deno_host.ts";
import { type RunId, runIdOf, timestampOf } from "../../../src/model/ids.ts";
import type { RunRecord } from "../../../src/model/run.ts";
import { decodeRun, encodeRun } from "../../../src/store/codec.ts";
import { Layout } from "../../../src/store/layout.ts";
import { needTool, Problem } from "../../build/tool.ts";
import type { Place } from "./place.ts";

export interface StateSize {
  readonly jobs: number;
  readonly runsPerJob: number;
}

export interface MadeState {
  /** Contains an `orchastration.toml`. */
  readonly cwd: string;
  readonly stateDir: string;
}

const SETTLED_MS = 2500;
const MINUTE_MS = 60_000;
/** One in this many runs failed. */
const FAILED_EVERY = 50;
/** A file system limits the number of names of one file: 65 000 on ext4. */
const LINKS_BOUND = 10_000;

export function jobName(index: number): string {
  return `job_${index}`;
}

/** One job more than requested, with a single run, for measuring start-up. */
export const ONCE_JOB = "once";

export async function makeState(place: Place, { jobs, runsPerJob }: StateSize): Promise<MadeState> {
  return await place.once(`state of ${jobs} x ${runsPerJob}`, async () => {
    const names = Array.from({ length: jobs }, (_, i) => jobName(i));
    const toml = [...names, ONCE_JOB].map((name) => `[jobs.${name}]\ncommand = ["/bin/true"]\n`).join("\n");
    const cwd = await place.project(`state-${jobs}-${runsPerJob}`, toml);
    const stateDir = join(cwd, "state");
    const model = await recordOne(place, cwd, stateDir);
    const layout = new Layout((await createDenoHost()).paths, stateDir);
    for (const name of names) writeRuns(layout, model, name, runsPerJob);
    writeRuns(layout, model, ONCE_JOB, 1);
    // The program trusts the times of a folder only after it was unchanged for two seconds.
    await new Promise((done) => setTimeout(done, SETTLED_MS));
    await readBack(place, { cwd, stateDir }, jobName(jobs - 1), Math.min(runsPerJob, 20));
    return { cwd, stateDir };
  });
}

/** A run as the current program records it; the folder is empty again afterwards. */
async function recordOne(place: Place, cwd: string, stateDir: string): Promise<RunRecord> {
  await callOurs(place, cwd, ["run", jobName(0), "--state-dir", stateDir]);
  const said = await callOurs(place, cwd, ["runs", "show", jobName(0), "--json", "--state-dir", stateDir]);
  const { id } = JSON.parse(said) as { id: RunId };
  const bytes = await Deno.readFile(new Layout((await createDenoHost()).paths, stateDir).record(id));
  const decoded = decodeRun(bytes);
  if (!decoded.ok) {
    throw new Problem(`Cannot make a state: the record of a run is not readable: ${decoded.failure}`);
  }
  await Deno.remove(stateDir, { recursive: true });
  return decoded.value.record;
}

/**
 * One run per minute, the newest a minute ago. As in real runs, each has its two log files; they share empty
 * ones.
 */
function writeRuns(layout: Layout, model: RunRecord, name: string, count: number): void {
  Deno.mkdirSync(layout.runsOf(name), { recursive: true, mode: 0o700 });
  const newestAtMs = Date.now() - MINUTE_MS;
  let bytes: Uint8Array = new Uint8Array();
  let source = "";
  for (let i = 0; i < count; i++) {
    const run = renamed(model, name, newestAtMs - (count - 1 - i) * MINUTE_MS, i % FAILED_EVERY === 1);
    bytes = encodeRun(run);
    Deno.writeFileSync(layout.record(run.id), bytes, { mode: 0o600 });
    for (const stream of ["stdout", "stderr"] as const) {
      const log = layout.inState(layout.outputName(run.id, stream, 1));
      if (stream === "stdout" && i % LINKS_BOUND === 0) Deno.writeFileSync(source = log, new Uint8Array());
      else Deno.linkSync(source, log);
    }
  }
  Deno.writeFileSync(layout.last(name), bytes, { mode: 0o600 });
}

function renamed(model: RunRecord, name: string, startMs: number, isFailed: boolean): RunRecord {
  const id = runIdOf(name, timestampOf(startMs));
  const times = {
    start_time: new Date(startMs).toISOString(),
    end_time: new Date(startMs + 25).toISOString(),
    stdout_path: `runs/${id}.stdout.log`,
    stderr_path: `runs/${id}.stderr.log`,
  } as Pick<RunRecord, "start_time" | "end_time" | "stdout_path" | "stderr_path">;
  const ended = isFailed ? { status: "failed" as const, exit_code: 1 } : {};
  return {
    ...model,
    ...times,
    ...ended,
    id,
    name,
    reason: `exited with status ${isFailed ? 1 : 0}`,
    attempts: model.attempts.map((attempt) => ({ ...attempt, ...times, ...ended })),
    definition: { ...model.definition, name },
  };
}

async function readBack(place: Place, made: MadeState, name: string, expected: number): Promise<void> {
  const said = await callOurs(place, made.cwd, [
    "runs",
    "list",
    name,
    "--json",
    "--state-dir",
    made.stateDir,
  ]);
  const { runs } = JSON.parse(said) as { runs: readonly unknown[] };
  if (runs.length !== expected) {
    throw new Problem(`Cannot make a state: of ${expected} runs of ${name} the program lists ${runs.length}`);
  }
}

/** Runs our program to its end, and returns its output. */
export async function callOurs(place: Place, cwd: string, words: readonly string[]): Promise<string> {
  const [program, ...args] = place.ours(words).argv as [string, ...string[]];
  return await needTool(`call orchastration ${words[0]}`, program, args, {
    cwd,
    env: place.env,
    clearEnv: true,
  });
}
