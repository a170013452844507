/** Cases of a state with many runs. */

import type { CaseDefinition } from "../case.ts";
import { jobName, makeState, ONCE_JOB } from "../make_state.ts";
import type { Place } from "../place.ts";

const MANY = 100_000;
const JOBS = 100;

function runsList(more: readonly string[]): CaseDefinition["prepare"] {
  return async (place: Place) => {
    const { cwd, stateDir } = await makeState(place, { jobs: 1, runsPerJob: MANY });
    const list = (name: string) => place.ours(["runs", "list", name, ...more, "--state-dir", stateDir]);
    return {
      ours: { ...list(jobName(0)), cwd },
      reference: { ...list(ONCE_JOB), label: "of a job with one run", cwd },
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
];
