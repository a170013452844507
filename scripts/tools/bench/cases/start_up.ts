/**
 * Cases of start-up: the cost of the program before it does anything, and of a whole run of a job that does
 * nothing.
 */

import { needTool } from "../../../build/tool.ts";
import type { CaseDefinition } from "../case.ts";
import type { Place } from "../place.ts";

const NOOP = "/bin/true";
const ROUNDS = 20;

/** A configuration with this many jobs. */
export function jobs(count: number): string {
  const all = Array.from({ length: count }, (_, i) =>
    [
      `[jobs.job_${i}]`,
      `description = "Job number ${i}"`,
      `command = ["echo", "${i}"]`,
      `timeout_seconds = ${10 + i % 50}`,
      "",
    ].join("\n"));
  return all.join("\n");
}

function listOf(count: number) {
  return async (place: Place) => {
    const cwd = await place.project(`list-${count}`, jobs(count));
    return { ours: { ...place.ours(["list"]), cwd }, reference: place.emptyScript() };
  };
}

function runNoop(place: Place, cwd: string) {
  return {
    ours: { ...place.ours(["run", "noop"]), cwd },
    reference: { ...place.spawnScript([NOOP]), cwd },
  };
}

const NOOP_JOB = `[jobs.noop]\ncommand = ["${NOOP}"]\n`;

export const START_UP_CASES: readonly CaseDefinition[] = [
  {
    name: "version",
    group: "start-up",
    what: "--version",
    figure: "time",
    budget: { kind: "ratio", atMost: 1.15 },
    rounds: ROUNDS,
    prepare: (place) => Promise.resolve({ ours: place.ours(["--version"]), reference: place.emptyScript() }),
  },
  {
    name: "list_10",
    group: "start-up",
    what: "list, 10 jobs",
    figure: "time",
    budget: { kind: "ratio", atMost: 1.8 },
    rounds: ROUNDS,
    prepare: listOf(10),
  },
  {
    name: "list_1000",
    group: "start-up",
    what: "list, 1000 jobs",
    figure: "time",
    budget: { kind: "ratio", atMost: 3 },
    rounds: ROUNDS,
    prepare: listOf(1000),
  },
  {
    name: "run_noop",
    group: "run",
    what: "run of a job that does nothing, recorded durably",
    figure: "time",
    budget: { kind: "ratio", atMost: 2.5 },
    rounds: ROUNDS,
    prepare: async (place) => runNoop(place, await place.project("noop", NOOP_JOB)),
  },
  {
    name: "run_noop_in_git",
    group: "run",
    what: "the same in a git repository",
    figure: "time",
    rounds: ROUNDS,
    async prepare(place) {
      const cwd = await place.project("noop-in-git", NOOP_JOB);
      const git = (words: readonly string[]) =>
        needTool("make a git repository", "git", ["-C", cwd, ...words], { env: place.env });
      await git(["init", "--quiet"]);
      await git(["add", "."]);
      await git([
        "-c",
        "user.name=Bench",
        "-c",
        "user.email=bench@localhost",
        "commit",
        "--quiet",
        "-m",
        "Add a job",
      ]);
      return runNoop(place, cwd);
    },
  },
  {
    name: "run_noop_detached",
    group: "run",
    what: "run --detach of a job that does nothing, until the call returns",
    figure: "time",
    budget: { kind: "ratio", atMost: 1.2 },
    rounds: ROUNDS,
    note: "The reference is the same run in the foreground. A supervisor is a second start of the program.",
    async prepare(place) {
      const cwd = await place.project("noop-detached", NOOP_JOB);
      return {
        ours: { ...place.ours(["run", "noop", "--detach"]), cwd },
        reference: { ...place.ours(["run", "noop"]), label: "run in the foreground", cwd },
      };
    },
  },
];
