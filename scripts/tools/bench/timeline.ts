/**
 * Where the time of a `run` goes: a job that does nothing, whose calls to the runtime are noted by a module
 * that is loaded before the program (timeline_watcher.ts). The program does not know about it; the cost of
 * watching is reported.
 */

import { fromFileUrl } from "@std/path";
import { dirname, join } from "@std/path/posix";
import { START } from "../../build/bundle.ts";
import { exists } from "../../build/files.ts";
import { RUNTIME_FLAGS } from "../../build/launcher.ts";
import { portableFolder, runtimeName, targetHere } from "../../build/targets.ts";
import { Problem } from "../../build/tool.ts";
import type { Side } from "./side.ts";
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
  /** The total time alone, and while it is watched; medians. */
  readonly alone_ms: number;
  readonly watched_ms: number;
}

interface Note {
  /** Milliseconds of the system's clock. */
  readonly at: number;
  readonly what: string;
}

/** The phase that ends where this is noted. */
interface Mark {
  readonly what: string;
  readonly until: RegExp;
  /** Its last note, not its first. */
  readonly last?: boolean;
}

const WATCHER = fromFileUrl(new URL("./timeline_watcher.ts", import.meta.url));
const CHILD = "/bin/true";
const START_FILE = join("program", START);

const STARTS: Mark = { what: "the runtime starts", until: /^watcher$/ };
const SPAWNED: Mark = { what: "the process is started", until: /^spawned$/ };
const ENDED = /^ended$/;

/** In the order in which they happen; after the last one comes the end of the runtime. */
const OURS: readonly Mark[] = [
  STARTS,
  { what: "modules are loaded", until: /^(?:read\w*|openSync) .*orchastration\.toml$/ },
  { what: "the run is prepared", until: /^open\w* .*\/runs\// },
  { what: "the intent is made durable", until: /^spawn$/ },
  SPAWNED,
  { what: "it runs", until: ENDED },
  { what: "the outcome is made durable", until: /^renameSync .*\/runs\//, last: true },
  { what: "what is left is said", until: /^exit$/ },
];

const REFERENCE: readonly Mark[] = [
  STARTS,
  { what: "the module is loaded", until: /^spawn$/ },
  SPAWNED,
  { what: "it runs", until: ENDED },
];

const ENDS = "the runtime ends";

/** For one side, a value for each round. */
interface Seen {
  readonly alone: number[];
  readonly watched: number[];
  /** For each mark, and finally for the end. */
  readonly ends: (readonly number[])[];
}

export async function measureTimeline(
  place: Place,
  watch: Stopwatch,
  program: string,
  rounds: number,
): Promise<readonly Timeline[]> {
  const ours = await withoutLauncher(program, ["run", "noop"]);
  if (ours === undefined) return [];
  const cwd = await place.project("timeline", `[jobs.noop]\ncommand = ["${CHILD}"]\n`);
  const sides: readonly (readonly [Side, readonly Mark[]])[] = [
    [{ ...ours, cwd }, OURS],
    [{ ...place.spawnScript([CHILD]), cwd }, REFERENCE],
  ];
  const seen: readonly Seen[] = sides.map(() => ({ alone: [], watched: [], ends: [] }));
  // One additional round, for the caches.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [side, marks]] of sides.entries()) {
      const alone = await watch.time(side);
      const { startedAt, notes, endedAt } = await watched(place, side);
      if (round === 0) continue;
      seen[i]!.alone.push(alone);
      seen[i]!.watched.push(endedAt - startedAt);
      seen[i]!.ends.push([...endsOf(notes, marks, startedAt), endedAt - startedAt]);
    }
  }
  return sides.map(([{ label }, marks], i) =>
    timelineOf(label, [...marks.map(({ what }) => what), ENDS], seen[i]!)
  );
}

/**
 * The runtime and the program: a launcher takes no arguments for the runtime. undefined for an executable,
 * which cannot be watched.
 */
async function withoutLauncher(program: string, words: readonly string[]): Promise<Side | undefined> {
  const target = targetHere();
  const folder = target === undefined ? undefined : join(dirname(program), portableFolder(target));
  if (folder === undefined || !await exists(join(folder, START_FILE))) return undefined;
  const runtime = join(folder, runtimeName(target!));
  return {
    label: "orchastration run",
    argv: [runtime, "run", ...RUNTIME_FLAGS, join(folder, START_FILE), ...words],
  };
}

function timelineOf(label: string, names: readonly string[], { alone, watched, ends }: Seen): Timeline {
  const middle = (values: readonly number[]) => Math.round(spreadOf(values).median * 100) / 100;
  const phases: Phase[] = [];
  for (const [i, what] of names.entries()) {
    phases.push({ what, from_ms: phases.at(-1)?.to_ms ?? 0, to_ms: middle(ends.map((each) => each[i]!)) });
  }
  return { label, phases, alone_ms: middle(alone), watched_ms: middle(watched) };
}

interface Watched {
  readonly startedAt: number;
  readonly notes: readonly Note[];
  readonly endedAt: number;
}

async function watched(place: Place, side: Side): Promise<Watched> {
  const path = join(place.scratch, "timeline.json");
  const [program, run, ...rest] = side.argv as [string, string, ...string[]];
  const command = new Deno.Command(program, {
    args: [run, `--preload=${WATCHER}`, ...rest],
    env: { ...place.env, BENCH_TIMELINE: path },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...(side.cwd === undefined ? {} : { cwd: side.cwd }),
  });
  const startedAt = performance.timeOrigin + performance.now();
  const { code } = await command.spawn().status;
  const endedAt = performance.timeOrigin + performance.now();
  if (code !== 0) throw new Problem(`Cannot watch "${side.label}": it ended with status ${code}`);
  return { startedAt, notes: JSON.parse(await Deno.readTextFile(path)) as Note[], endedAt };
}

/** When each phase ended, since the start. */
function endsOf(notes: readonly Note[], marks: readonly Mark[], startedAt: number): readonly number[] {
  let from = 0;
  return marks.map(({ what, until, last }) => {
    const place = last === true
      ? notes.findLastIndex((note) => until.test(note.what))
      : notes.findIndex((note, i) => i >= from && until.test(note.what));
    if (place < from) throw new Problem(`Cannot find where "${what}" ends: ${until.source} was not noted`);
    from = place;
    return notes[place]!.at - startedAt;
  });
}
