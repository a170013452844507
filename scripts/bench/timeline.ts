/**
 * Where the time of a `run` goes: a job that does nothing, watched from outside by strace, whose lines say when a file was opened and when a
 * process began. Nothing in the program knows of it. strace itself takes time, so the shares are what counts; the times without it stand beside.
 */

import { join } from "@std/path/posix";
import { callTool, Problem } from "../build/tool.ts";
import type { Side } from "./case.ts";
import type { Place } from "./place.ts";
import { spreadOf } from "./stats.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface Phase {
  readonly what: string;
  /** Since the start of the process, medians. */
  readonly from_ms: number;
  readonly to_ms: number;
}

export interface Timeline {
  readonly label: string;
  readonly phases: readonly Phase[];
  /** The whole, without strace. */
  readonly untraced_ms: number;
}

/** One line of the trace. */
interface Event {
  readonly pid: number;
  readonly atMs: number;
  readonly text: string;
}

type Ends = readonly (number | undefined)[];

/** What ends with the first or the last event of this kind. */
interface Mark {
  readonly what: string;
  readonly until: RegExp;
  readonly last?: boolean;
  /** Where it does not come at its place, the phase is part of the next one. */
  readonly optional?: boolean;
}

const CHILD = "/bin/true";
const CALLS = "execve,openat,rename,renameat,renameat2,exit_group";

const STARTS: Mark = { what: "the runtime starts", until: /openat\(.*\/src\/main\.ts"/ };
const CHILD_BEGINS = /execve\("\/bin\/true"/;

/** In the order in which they happen. */
const OURS: readonly Mark[] = [
  STARTS,
  { what: "modules are loaded", until: /openat\(.*orchastration\.toml"/ },
  { what: "the run is prepared", until: /openat\(.*\/runs\/.*O_EXCL/ },
  { what: "the intent is made durable", until: /openat\(.*\.stdout\.log".*O_EXCL/ },
  { what: "the process is started", until: CHILD_BEGINS },
  { what: "it runs", until: /^exit_group\(/ },
  { what: "the log is loaded", until: /openat\(.*orchastration\.log"/, optional: true },
  { what: "the outcome is made durable", until: /rename.*\/runs\//, last: true },
  { what: "the runtime ends", until: /^exit_group\(/, last: true },
];

const REFERENCE: readonly Mark[] = [
  { what: STARTS.what, until: /openat\(.*\/spawn\.ts"/ },
  { what: "the module is compiled and run", until: CHILD_BEGINS },
  { what: "the process runs", until: /^exit_group\(/ },
  { what: "the runtime ends", until: /^exit_group\(/, last: true },
];

export async function measureTimeline(
  place: Place,
  watch: Stopwatch,
  strace: string,
  rounds: number,
): Promise<readonly Timeline[]> {
  const cwd = await place.project("timeline", `[jobs.noop]\ncommand = ["${CHILD}"]\n`);
  const sides: readonly (readonly [Side, readonly Mark[]])[] = [
    [{ ...place.ours(["run", "noop"]), cwd }, OURS],
    [{ ...place.spawnScript([CHILD]), cwd }, REFERENCE],
  ];
  const seen = sides.map(() => ({ untraced: [] as number[], ends: [] as Ends[] }));
  // One round more, for the caches.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [side, marks]] of sides.entries()) {
      const untraced = await watch.time(side);
      const ends = endsOf(await trace(place, strace, side), marks);
      if (round === 0) continue;
      seen[i]!.untraced.push(untraced);
      seen[i]!.ends.push(ends);
    }
  }
  return sides.map(([side, marks], i) => timelineOf(side.label, marks, seen[i]!));
}

function timelineOf(
  label: string,
  marks: readonly Mark[],
  { untraced, ends }: { readonly untraced: readonly number[]; readonly ends: readonly Ends[] },
): Timeline {
  const rounded = (ms: number) => Math.round(ms * 100) / 100;
  const phases: Phase[] = [];
  for (const [i, { what }] of marks.entries()) {
    const seen = ends.flatMap((each) => each[i] ?? []);
    // What was not seen each time has no place of its own.
    if (seen.length < ends.length) continue;
    phases.push({ what, from_ms: phases.at(-1)?.to_ms ?? 0, to_ms: rounded(spreadOf(seen).median) });
  }
  return { label, phases, untraced_ms: rounded(spreadOf(untraced).median) };
}

async function trace(place: Place, strace: string, side: Side): Promise<readonly Event[]> {
  const out = join(place.scratch, "strace.txt");
  // Only the calls that are asked for stop the process: seccomp lets the others through.
  const args = ["-f", "--seccomp-bpf", "-ttt", "-s", "300", "-e", `trace=${CALLS}`, "-o", out, ...side.argv];
  const said = await callTool(strace, args, {
    cwd: side.cwd ?? place.scratch,
    env: place.env,
    clearEnv: true,
  });
  if (said.code !== 0) throw new Problem(`Cannot trace "${side.label}": ${said.stderr.trim()}`);
  const lines = (await Deno.readTextFile(out)).split("\n");
  return lines.flatMap((line) => {
    const found = /^(\d+) +([\d.]+) (.*)$/.exec(line);
    return found === null ? [] : [{ pid: Number(found[1]), atMs: Number(found[2]) * 1000, text: found[3]! }];
  });
}

/** When each phase ended, since the start; undefined for an optional one that did not. */
function endsOf(events: readonly Event[], marks: readonly Mark[]): Ends {
  const startedAtMs = events[0]!.atMs;
  let from = 0;
  return marks.map(({ what, until, last, optional }) => {
    const place = last === true
      ? events.findLastIndex(({ text }) => until.test(text))
      : events.findIndex(({ text }, i) => i >= from && until.test(text));
    if (place < from && optional === true) return undefined;
    if (place < from) throw new Problem(`Cannot find in the trace where "${what}" ends: ${until.source}`);
    from = place;
    return events[place]!.atMs - startedAtMs;
  });
}
