/** How cost grows: the same commands with more jobs, more runs and more output. */

import { join } from "@std/path/posix";
import type { Side } from "./side.ts";
import { MIB, removeIfThere } from "./files.ts";
import { jobName, makeState } from "./make_state.ts";
import { jobs } from "./cases/start_up.ts";
import type { Place } from "./place.ts";
import { type Spread, spreadOf } from "./stats.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { inTurns } from "./turns.ts";

export interface Growth {
  readonly name: "jobs" | "runs" | "output";
  /** The growing quantity, as the name of an axis. */
  readonly what: string;
  readonly lines: readonly GrowthLine[];
}

export interface GrowthLine {
  readonly label: string;
  /** Milliseconds by size, with rising sizes. */
  readonly points: readonly { readonly size: number; readonly took: Spread }[];
}

interface Sides {
  /** The sides that take turns; separate groups where a command would change what the next one finds. */
  readonly groups: readonly (readonly Side[])[];
  clean?(): Promise<void>;
}

interface Axis {
  readonly name: Growth["name"];
  readonly what: string;
  readonly sizes: readonly number[];
  /** The measured commands at this size, always the same lines in the same order; `clean` as in a case. */
  sides(place: Place, size: number): Promise<Sides>;
}

const AXES: readonly Axis[] = [
  {
    name: "jobs",
    what: "jobs in the configuration",
    sizes: [10, 100, 1000, 4000],
    async sides(place, size) {
      const cwd = await place.project(
        `growth-jobs-${size}`,
        `${jobs(size)}\n[jobs.noop]\ncommand = ["/bin/true"]\n`,
      );
      return {
        groups: [[
          { ...place.ours(["run", "noop"], "run"), cwd },
          { ...place.ours(["list"], "list"), cwd },
          { ...place.emptyScript(), cwd },
        ]],
      };
    },
  },
  {
    name: "runs",
    what: "recorded runs of the job",
    sizes: [10, 100, 1000, 10_000, 100_000],
    async sides(place, size) {
      const { cwd, stateDir } = await makeState(place, { jobs: 1, runsPerJob: size });
      const ours = (words: readonly string[], label: string) => ({
        ...place.ours([...words, "--state-dir", stateDir], label),
        cwd,
      });
      return {
        groups: [[
          ours(["status"], "status"),
          ours(["runs", "list", jobName(0)], "runs list"),
          ours(["runs", "list", jobName(0), "--status", "failed"], "runs list --status failed"),
        ], [
          ours(["run", jobName(0)], "run"),
        ]],
      };
    },
  },
  {
    name: "output",
    what: "MiB of output",
    sizes: [1, 10, 100, 1000],
    async sides(place, size) {
      const argv = ["head", "-c", String(size * MIB), "/dev/zero"];
      const words = argv.map((word) => JSON.stringify(word)).join(", ");
      const cwd = await place.project(`growth-output-${size}`, `[jobs.output]\ncommand = [${words}]\n`);
      const [state, copy] = [join(cwd, "state"), join(cwd, "copy")];
      return {
        groups: [[
          { ...place.ours(["run", "output", "--state-dir", state], "run"), cwd },
          {
            ...place.shell(`${argv.join(" ")} | tee '${copy}' >/dev/null`),
            label: "sh -c '… | tee file'",
            cwd,
          },
        ]],
        async clean() {
          await removeIfThere(state);
          await removeIfThere(copy);
        },
      };
    },
  },
];

export async function measureGrowth(
  place: Place,
  watch: Stopwatch,
  rounds: number,
): Promise<readonly Growth[]> {
  const all: Growth[] = [];
  for (const { name, what, sizes, sides: sidesAt } of AXES) {
    const lines = new Map<string, { readonly size: number; readonly took: Spread }[]>();
    for (const size of sizes) {
      const { groups, clean } = await sidesAt(place, size);
      const one = async (side: Side) => {
        await clean?.();
        return await watch.time(side);
      };
      for (const sides of groups) {
        for (const side of sides) await one(side);
        const measured = await inTurns(sides, rounds, one);
        for (const [i, { label }] of sides.entries()) {
          const took = spreadOf(measured.map((round) => round[i]!));
          lines.set(label, [...lines.get(label) ?? [], { size, took }]);
        }
      }
      await clean?.();
    }
    all.push({ name, what, lines: [...lines].map(([label, points]) => ({ label, points })) });
  }
  return all;
}
