/** Cases of a state with many runs. */

import { join } from "@std/path/posix";
import type { CaseDefinition } from "../case.ts";
import { removeIfThere } from "../files.ts";
import { callOurs, jobName, type MadeState, makeState, ONCE_JOB } from "../make_state.ts";
import type { Place } from "../place.ts";

const MANY = 100_000;
const JOBS = 100;

/** `before` prepares the state for the question. */
function runsList(
  more: readonly string[],
  before?: (place: Place, state: MadeState) => Promise<void>,
): CaseDefinition["prepare"] {
  return async (place: Place) => {
    const made = await makeState(place, { jobs: 1, runsPerJob: MANY });
    const { cwd, stateDir } = made;
    const list = (name: string) => place.ours(["runs", "list", name, ...more, "--state-dir", stateDir]);
    return {
      ours: { ...list(jobName(0)), cwd },
      reference: { ...list(ONCE_JOB), label: "of a job with one run", cwd },
      ...(before === undefined ? {} : { clean: () => before(place, made) }),
    };
  };
}

export const RECORD_CASES: readonly CaseDefinition[] = [
  {
    name: "status_100000",
    group: "records",
    what: `status, ${JOBS} jobs with ${MANY / JOBS} runs each`,
    figure: "time",
    budget: { kind: "ratio", atMost: 1.5 },
    rounds: 10,
    async prepare(place) {
      const status = async (runsPerJob: number) => {
        const { cwd, stateDir } = await makeState(place, { jobs: JOBS, runsPerJob });
        return { ...place.ours(["status", "--state-dir", stateDir]), cwd };
      };
      return {
        ours: await status(MANY / JOBS),
        reference: { ...await status(10), label: "with 10 runs each" },
      };
    },
  },
  {
    name: "runs_list_newest",
    group: "records",
    what: `runs list, newest 20 of ${MANY}`,
    figure: "time",
    budget: { kind: "beyond_reference", atMost: 150 },
    rounds: 10,
    prepare: runsList(["--limit", "20"]),
  },
  {
    name: "runs_list_failed",
    group: "records",
    what: `runs list --status failed, newest 20 of ${MANY}`,
    figure: "time",
    budget: { kind: "beyond_reference", atMost: 150 },
    rounds: 10,
    prepare: runsList(["--status", "failed"]),
  },
  {
    name: "runs_list_after_run",
    group: "records",
    what: "runs list, newest 20, as the first question after a run",
    figure: "time",
    rounds: 5,
    note: "The folder has changed since the index was made, so its names are listed again.",
    prepare: runsList([], async (place, { cwd, stateDir }) => {
      await callOurs(place, cwd, ["run", jobName(0), "--state-dir", stateDir]);
    }),
  },
  {
    name: "runs_list_first",
    group: "records",
    what: "runs list --status failed, without an index",
    figure: "time",
    rounds: 3,
    note: "Records are read from the newest on, until 20 are found.",
    prepare: runsList(["--status", "failed"], (_, { stateDir }) => removeIfThere(join(stateDir, "index"))),
  },
];
