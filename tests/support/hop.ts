/**
 * A job that leaves a process which hops: it forks and ends again and again, and ignores SIGTERM. However the
 * run ends, no process of it is alive afterwards without being named as a survivor. Linux only.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { inRealFolder, type RealFolder } from "./real_program.ts";
import { endMarked, marked, newMark, startRun, until } from "./real_run.ts";

const SOURCES = fromFileUrl(new URL("./hop/", import.meta.url));
/** Longer than any run of it takes, so that one that escaped is still seen. */
const LIFE_SECONDS = 30;
const LOOKS = 15;
const LOOK_EVERY_MS = 20;

export interface Hop {
  /** The argv before its arguments. */
  readonly program: readonly string[];
  readonly pauseMs: number;
  readonly ownSession: boolean;
  readonly clearsEnvironment: boolean;
  readonly ended: (typeof HOP_ENDINGS)[number];
}

const EXPECTED = {
  "by itself": [0, "succeeded"],
  "by timeout": [124, "timed_out"],
  "by SIGTERM": [143, "cancelled"],
};

/** "by itself": the main process ends, and leaves the hop behind. */
export const HOP_ENDINGS = ["by itself", "by timeout", "by SIGTERM"] as const;

/** The hop in Python and in C, as far as they can be run here. */
export async function hopPrograms(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const python = "/usr/bin/python3";
  const binary = `${folder}/hop`;
  const compiled = await succeeds(["cc", "-O2", "-o", binary, `${SOURCES}hop.c`]);
  return {
    ...(await succeeds([python, "-S", "-c", ""]) ? { python: [python, "-S", `${SOURCES}hop.py`] } : {}),
    ...(compiled ? { c: [binary] } : {}),
  };
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const said = await new Deno.Command(program!, { args, stdout: "null", stderr: "null" }).output();
    return said.success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export function describeHop({ program, pauseMs, ownSession, clearsEnvironment, ended }: Hop): string {
  const traits = [
    `${pauseMs} ms`,
    ownSession ? "setsid" : "one session",
    clearsEnvironment ? "env -i" : "env",
  ];
  return `${program.at(-1)!.replace(/^.*\//, "")} ${traits.join(", ")}, ended ${ended}`;
}

/**
 * Runs the job once; throws where a process of it is alive that the record does not name. Returns the named
 * ones.
 */
export async function runHop(hop: Hop): Promise<readonly number[]> {
  return await inRealFolder(async (folder) => {
    const mark = newMark();
    try {
      return await runIn(folder, hop, mark);
    } finally {
      // A process that hops quickly is not in every list.
      for (let looks = 0; looks < LOOKS; looks++) endMarked(mark);
    }
  });
}

async function runIn(folder: RealFolder, hop: Hop, mark: string): Promise<readonly number[]> {
  const beat = `${folder.path}/beat`;
  const argv = [beat, hop.pauseMs, hop.ownSession ? 1 : 0, LIFE_SECONDS, mark];
  const line = [...(hop.clearsEnvironment ? ["env", "-i"] : []), ...hop.program, ...argv].join(" ");
  const last = hop.ended === "by itself" ? "while [ ! -s beat ]; do sleep 0.01; done" : `sleep 60.${mark}`;
  const script = `${line} >/dev/null 2>&1 </dev/null & ${last}`;
  folder.write(
    "orchastration.toml",
    `[jobs.work]
command = ["sh", "-c", ${JSON.stringify(script)}]
kill_grace_seconds = 0.2
${hop.ended === "by timeout" ? "timeout_seconds = 1\n" : ""}`,
  );
  await using run = startRun(folder, ["run", "work", "--state-dir", "state", "--log-level", "error"]);
  if (hop.ended === "by SIGTERM") {
    await until("it hops", () => beatIn(beat) > 0, () => run.stderr);
    run.send("SIGTERM");
  }
  const code = await run.ended;
  const endedAt = Date.now() / 1000;
  const record = JSON.parse(folder.read("state/runs/work/last.json"));
  assertEquals([code, record.status], EXPECTED[hop.ended], run.stderr);
  const survivors: readonly number[] = record.stopped_by?.survivors ?? [];
  const alive = await isAlive(mark, beat, endedAt);
  assert(
    alive === undefined || survivors.length > 0,
    `${describeHop(hop)}: ${alive}; the record: ${JSON.stringify(record.stopped_by)}`,
  );
  return survivors;
}

/**
 * How it was seen to be alive after the program's end. A process that hops too quickly for a list still
 * writes the time.
 */
async function isAlive(mark: string, beat: string, endedAt: number): Promise<string | undefined> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const [seen] = marked(mark);
    if (seen !== undefined) return `process ${seen.pid} is alive`;
    const late = beatIn(beat) - endedAt;
    if (late > 0.02) return `it wrote the time ${late.toFixed(3)} s after the end`;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return undefined;
}

/** The last time that was written, in seconds; 0 where there is none at this moment. */
function beatIn(path: string): number {
  try {
    return Number(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
