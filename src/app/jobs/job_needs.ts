/**
 * The outputs of a job's needs, according to their last runs: a part of the inputs of its own
 * result.
 */

import { canonicalJson } from "../../model/canonical_json.ts";
import type { RunId } from "../../model/ids.ts";
import type { Job } from "../../model/job.ts";
import type { NeedFacts } from "../../model/manifest.ts";
import type { Project } from "../../model/project.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";

/** In the order of the definition; a group is replaced by the jobs that it needs. */
export async function jobNeedFacts(
  { digests }: Pick<Host, "digests">,
  store: RunStore,
  project: Project,
  job: Job,
): Promise<readonly NeedFacts[]> {
  return await Promise.all(
    jobsIn(project, job.needs).map(async (need) => {
      const text = canonicalJson(leftBehind(need, newestOf(store, need.name)));
      return { name: need.name, sha256: await digests.sha256(new TextEncoder().encode(text)) };
    }),
  );
}

/** The jobs of these names, each once. */
export function jobsIn({ jobs, groups }: Project, names: readonly string[]): readonly Job[] {
  const found = new Map<string, Job>();
  const seen = new Set<string>();
  // A list instead of recursion; the configuration has no circles.
  const open = names.toReversed();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const job = jobs.get(name);
    if (job !== undefined) found.set(name, job);
    open.push(...groups.get(name)?.needs.toReversed() ?? []);
  }
  return [...found.values()];
}

/** A job without declared outputs counts as changed whenever it ran, because its results are unknown. */
function leftBehind(
  need: Job,
  run: RunRecord | undefined,
): readonly (readonly (string | null)[])[] | RunId | null {
  if (run === undefined) return null;
  if (need.declaresOutputs) return run.outputs.map(({ path, sha256 }) => [path, sha256]);
  return run.same_as?.run ?? run.id;
}

function newestOf(store: RunStore, name: string): RunRecord | undefined {
  const latest = store.latest(name);
  return latest.ok ? latest.value.run?.record : undefined;
}
