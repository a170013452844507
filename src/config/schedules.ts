/** The jobs that timers of the system start: which, and when. */

import { parseCalendar } from "../model/calendar.ts";
import type { Job, JobGroup } from "../model/job.ts";
import { byName } from "../model/names.ts";
import type { JobSchedule } from "../model/schedule.ts";
import { quote } from "../model/visible.ts";
import { Names } from "./names.ts";
import { requireNoArguments } from "./parameters.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { jobNamed } from "./references.ts";
import { levels, type ProjectValues } from "./schema.ts";

export function decodeSchedules(
  values: ProjectValues | undefined,
  jobs: readonly (Job | JobGroup)[],
  aliases: ReadonlyMap<string, string>,
  problems: Problem[],
): ReadonlyMap<string, JobSchedule> {
  const names = new Names();
  const found = new Map<string, JobSchedule>();
  for (const [name, table] of Object.entries(values?.schedules ?? {})) {
    const at = ["schedules", name];
    const free = names.claim("schedule", name, at, problems);
    const read = levels.schedule(table, at, problems);
    if (read?.job === undefined || read.at === undefined) continue;
    const times = parseCalendar(read.at);
    const wants = "a schedule names a job";
    const job = jobNamed(read.job, { values, aliases, at: [...at, "job"], wants }, problems);
    if (job === undefined || !times.ok) continue;
    requireNobody(job, jobs, aliases, [...at, "job"], problems);
    if (free) found.set(name, { name, job, at: read.at, times: times.value });
  }
  return new Map([...found].sort(([a], [b]) => byName(a, b)));
}

/** Nobody is there to answer, to type or to give arguments; also for the jobs that it needs. */
function requireNobody(
  name: string,
  jobs: readonly (Job | JobGroup)[],
  aliases: ReadonlyMap<string, string>,
  at: KeyPath,
  problems: Problem[],
): void {
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const job = jobs.find((each) => each.name === next);
    if (job === undefined) continue;
    open.push(...job.needs.map((need) => aliases.get(need) ?? need));
    if (!("command" in job)) continue;
    const refuse = (fact: string) =>
      problems.push({ at, point: "value", message: `job ${quote(job.name)} ${fact}`, hint: undefined });
    if (job.interactive) refuse("is interactive, and nobody sits in front of a schedule");
    if (job.confirm !== undefined) refuse("asks a question, and nobody answers a schedule");
    requireNoArguments(job, at, problems, "a schedule gives none");
  }
}
