/** Whether a person has trusted what a job or task would run now. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import {
  trustChanges,
  type TrustedContent,
  trustText,
  type TrustVerdict,
  untrustedWords,
} from "../../model/trust.ts";
import type { Job } from "../../model/job.ts";
import { jobGraph } from "../graph/job_graph.ts";
import type { CheckedTrust } from "../recording/requester.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { listTrust, readTrust } from "./trust_store.ts";
import { trustedContent } from "./trusted_content.ts";

export async function trustVerdict(
  workspace: Workspace,
  content: TrustedContent,
): Promise<Result<TrustVerdict, Failure>> {
  const entry = await readTrust(workspace, content);
  if (!entry.ok) return entry;
  if (entry.value === undefined) return await elsewhere(workspace, content);
  const { digests } = workspace.host;
  const digest = await digests.sha256(new TextEncoder().encode(trustText(content)));
  if (digest === entry.value.sha256) return ok({ kind: "trusted", entry: entry.value });
  return ok({ kind: "changed", entry: entry.value, changes: trustChanges(entry.value, content) });
}

/** The same definition in a moved or copied folder is not trusted, and the path is reported as the change. */
async function elsewhere(
  workspace: Workspace,
  content: TrustedContent,
): Promise<Result<TrustVerdict, Failure>> {
  const all = await listTrust(workspace);
  if (!all.ok) return all;
  const moved = all.value.find(({ subject, name, project }) =>
    subject === content.subject && name === content.name && !workspace.host.files.stat(project).ok
  );
  return ok(
    moved === undefined
      ? { kind: "never" }
      : { kind: "changed", entry: moved, changes: trustChanges(moved, content) },
  );
}

/** Jobs that may be started, and the digests of what was checked. */
export interface TrustedJobs {
  readonly jobs: readonly Job[];
  readonly checked: CheckedTrust;
}

/** The same for jobs with everything that they need; returns these. */
export async function requireTrustOfJobs(
  workspace: Workspace,
  ...names: readonly string[]
): Promise<Result<TrustedJobs, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const graph = jobGraph(project.value, { names, heading: undefined, extraArgs: [] });
  if (!graph.ok) return graph;
  const jobs = graph.value.nodes.flatMap(({ job }) => job === undefined ? [] : [job]);
  const checked: Record<string, string> = {};
  for (const { name } of jobs) {
    const trusted = await requireTrust(workspace, "job", name);
    if (!trusted.ok) return trusted;
    checked[`job ${name}`] = trusted.value;
  }
  return ok({ jobs, checked });
}

/** Why a job with its needs would not run for such a caller; undefined if a person has trusted them. */
export async function whyUntrusted(workspace: Workspace, job: string): Promise<string | undefined> {
  const trusted = await requireTrustOfJobs(workspace, job);
  return trusted.ok ? undefined : untrustedFact(trusted.failure);
}

/** The fact of a refusal alone, for a sentence of another command; undefined for other failures. */
export function untrustedFact(failure: Failure): string | undefined {
  return failure.code === "refused" ? `job "${failure.value}": ${failure.fact}` : undefined;
}

/** For callers that are not a person: refuses untrusted definitions, and names the command that a person has to type. */
export async function requireTrust(
  workspace: Workspace,
  subject: "job" | "task",
  name: string,
): Promise<Result<string, Failure>> {
  const content = await trustedContent(workspace, subject, name);
  if (!content.ok) return content;
  const verdict = await trustVerdict(workspace, content.value);
  if (!verdict.ok) return verdict;
  if (verdict.value.kind === "trusted") return ok(verdict.value.entry.sha256);
  return fail({
    code: "refused",
    action: subject === "job" ? "start job" : "build task",
    value: content.value.name,
    fact: untrustedWords(verdict.value),
    next: [nextCommand("trust", content.value.name)],
  });
}
