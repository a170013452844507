/** Names in a configuration that must be names of other tables in it: jobs, pools and services. Needs are in needs.ts. */

import { addressVariable } from "../model/service.ts";
import { suggest } from "../model/suggest.ts";
import { quote } from "../model/visible.ts";
import { didYouMean } from "./hints.ts";
import type { KeyPath, Problem } from "./problem.ts";
import type { ProjectValues } from "./schema.ts";

/** The job that is named, by its name or an alias; undefined where there is none, which is noted. `wants`: "setup names jobs". */
export function jobNamed(
  named: string,
  { values, aliases, at, wants }: {
    readonly values: ProjectValues | undefined;
    readonly aliases: ReadonlyMap<string, string>;
    readonly at: KeyPath;
    readonly wants: string;
  },
  problems: Problem[],
): string | undefined {
  const jobs = Object.keys(values?.jobs ?? {});
  const name = aliases.get(named) ?? named;
  if (jobs.includes(name)) return name;
  const isTask = Object.hasOwn(values?.tasks ?? {}, named);
  const meant = suggest(named, [...jobs, ...aliases.keys()]);
  problems.push({
    at,
    point: "value",
    message: isTask ? `${quote(named)} is a task, but ${wants}` : `there is no job ${quote(named)}`,
    hint: isTask || meant === undefined ? undefined : didYouMean(meant),
  });
  return undefined;
}

/** Notes a pool of a job that is not in `[pools]`. */
export function requirePool(
  job: string,
  pool: string,
  values: ProjectValues | undefined,
  problems: Problem[],
): void {
  const known = Object.keys(values?.pools ?? {});
  if (known.includes(pool)) return;
  const meant = suggest(pool, known);
  problems.push({
    at: ["jobs", job, "pool"],
    point: "value",
    message: `there is no pool ${quote(pool)}`,
    hint: meant === undefined ? `[pools] says how many places it has: ${pool} = 1` : didYouMean(meant),
  });
}

/** Notes services that are not in `[services]`, and two whose addresses would have the same variable. */
export function requireServices(
  table: "jobs" | "tasks",
  name: string,
  uses: readonly string[],
  values: ProjectValues | undefined,
  problems: Problem[],
): void {
  const known = Object.keys(values?.services ?? {});
  for (const [index, used] of uses.entries()) {
    if (known.includes(used)) {
      const other = uses.slice(0, index).find((each) =>
        each !== used && addressVariable(each) === addressVariable(used)
      );
      if (other === undefined) continue;
      problems.push({
        at: [table, name, "uses", index],
        point: "value",
        message: `the addresses of ${quote(other)} and ${quote(used)} have the same variable, ${
          addressVariable(used)
        }`,
        hint: "give one of these services another name",
      });
      continue;
    }
    const meant = suggest(used, known);
    problems.push({
      at: [table, name, "uses", index],
      point: "value",
      message: `there is no service ${quote(used)}`,
      hint: meant === undefined ? `[services.${used}] says how it is started` : didYouMean(meant),
    });
  }
}
