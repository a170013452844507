/** `trust`: lists definitions that a person can trust, records the trust, and withdraws it. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { type TrustedContent, type TrustEntry, trustText, type TrustVerdict } from "../../model/trust.ts";
import { requestedBy } from "../recording/requester.ts";
import { findJob } from "../jobs/find_job.ts";
import { realRootOf } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { trustVerdict } from "./check_trust.ts";
import { listTrust, removeTrust, writeTrust } from "./trust_store.ts";
import { trustedContent } from "./trusted_content.ts";

export interface Trustable {
  readonly content: TrustedContent;
  readonly verdict: TrustVerdict;
}

/** The named jobs and tasks, or all of the project; a name that both have means both. */
export async function trustables(
  workspace: Workspace,
  names: readonly string[],
): Promise<Result<readonly Trustable[], Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { jobs, tasks, aliases } = project.value;
  const asked: (readonly ["job" | "task", string])[] = [];
  for (const name of names.length > 0 ? names : [...new Set([...jobs.keys(), ...tasks.keys()])].sort()) {
    const isJob = jobs.has(aliases.get(name) ?? name);
    if (isJob) asked.push(["job", name]);
    if (tasks.has(name)) asked.push(["task", name]);
    if (isJob || tasks.has(name)) continue;
    const missing = findJob(project.value, name);
    if (!missing.ok) return missing;
  }
  const found: Trustable[] = [];
  for (const [subject, name] of asked) {
    const content = await trustedContent(workspace, subject, name);
    if (!content.ok) return content;
    const verdict = await trustVerdict(workspace, content.value);
    if (!verdict.ok) return verdict;
    found.push({ content: content.value, verdict: verdict.value });
  }
  return ok(found);
}

/** The content as it was shown; later changes are not trusted. */
export async function trustContent(
  workspace: Workspace,
  content: TrustedContent,
): Promise<Result<TrustEntry, Failure>> {
  const { digests, clock, environment, terminal } = workspace.host;
  const entry: TrustEntry = {
    format: 1,
    kind: "trust",
    ...content,
    sha256: await digests.sha256(new TextEncoder().encode(trustText(content))),
    trusted_at: new Date(clock.nowMs()).toISOString(),
    by: requestedBy(environment, terminal).user,
  };
  const written = await writeTrust(workspace, entry);
  return written.ok ? ok(entry) : written;
}

/** Removes the trust in these names of the project, or in the whole project; works also without a configuration. */
export async function revokeTrust(
  workspace: Workspace,
  names: readonly string[],
): Promise<Result<readonly TrustEntry[], Failure>> {
  const entries = await listTrust(workspace);
  if (!entries.ok) return entries;
  const project = await workspace.project();
  if (!project.ok) return project;
  const { aliases, jobs, groups, tasks } = project.value;
  const own = realRootOf(workspace.host.files, project.value);
  const wanted = new Set(names.map((name) => aliases.get(name) ?? name));
  // A mistyped name must not look like a trust that is withdrawn; a job that is gone is known by its entry.
  for (const name of wanted) {
    const isKnown = jobs.has(name) || groups.has(name) || tasks.has(name) ||
      entries.value.some((entry) => entry.project === own && entry.name === name);
    const missing = isKnown ? undefined : findJob(project.value, name);
    if (missing?.ok === false) return missing;
  }
  const revoked: TrustEntry[] = [];
  for (const entry of entries.value) {
    if (entry.project !== own || (wanted.size > 0 && !wanted.has(entry.name))) continue;
    const removed = await removeTrust(workspace, entry);
    if (!removed.ok) return removed;
    revoked.push(entry);
  }
  return ok(revoked);
}
