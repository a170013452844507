/** What one run proves today. */

import { unboundWords } from "../../model/bound_run.ts";
import { causeWords } from "../../model/cause_words.ts";
import type { Failure } from "../../model/failure.ts";
import { inWords } from "../../model/in_words.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { countOf, type EvidenceFinding, type EvidenceLine } from "../../model/verification.ts";
import { fingerprintAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import { examineInputs } from "../jobs/examine_job.ts";
import { type ResolvedJob, resolveJob } from "../jobs/resolve_job.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { claimLine, claimOfTask, type Grounds, treeFinding } from "./claim.ts";

const MAX_NAMED_CAUSES = 3;

export async function claimOfRun(
  workspace: Workspace,
  record: RunRecord,
  grounds: Grounds,
): Promise<Result<EvidenceLine, Failure>> {
  if (record.subject === "task") {
    const built = await claimOfBuild(workspace, record, grounds);
    if (built !== undefined) return built;
  }
  const missing: EvidenceFinding[] = [];
  const unchecked: EvidenceFinding[] = [];
  const lacks = (fact: string) => missing.push({ about: record.id, fact });
  const open = (fact: string) => unchecked.push({ about: record.id, fact });
  if (!grounds.sound.has(record.id)) lacks("is not proven to be what was recorded");
  if (record.status !== "succeeded" && record.status !== "up_to_date") {
    lacks(`${inWords(record.status)}: ${record.reason}`);
  }
  const unbound = unboundWords(record);
  if (unbound !== undefined) lacks(`proves nothing: ${unbound}`);
  const same = record.same_as?.run;
  if (same !== undefined && !grounds.sound.has(same)) lacks(`has the result of ${same}, which is not proven`);
  const parts: string[] = [inWords(record.status)];
  if (record.action === "graph.run") {
    const runs = (record.graph?.nodes ?? []).flatMap(({ run }) => run === null ? [] : [run]);
    for (const run of runs) {
      if (!grounds.sound.has(run)) lacks(`its run ${run} is not proven to be what was recorded`);
    }
    parts.push(`${countOf(runs.length, "run")} of its own`);
    open("is about several jobs; whether each still holds is said for its run alone");
  } else if (record.action === "job.run" && missing.length === 0) {
    await ofJob(workspace, record, { lacks, open, parts });
  } else if (record.action !== "job.run") open("is an act, which proves only that it was carried out");
  return ok(claimLine(parts, missing, unchecked));
}

/** undefined where the run is not the build that its task stands on. */
async function claimOfBuild(
  workspace: Workspace,
  record: RunRecord,
  grounds: Grounds,
): Promise<Result<EvidenceLine, Failure> | undefined> {
  if (record.action !== "build.run") return undefined;
  const project = await workspace.project();
  const tasks = await workspace.tasks();
  if (!project.ok || !tasks.ok || !project.value.tasks.has(record.name)) return undefined;
  const task = tasks.value.read(record.name);
  const isLast = task.ok && task.value?.last_build?.run === record.id;
  return isLast ? await claimOfTask(workspace, record.name, grounds) : undefined;
}

interface Findings {
  lacks(fact: string): void;
  open(fact: string): void;
  readonly parts: string[];
}

async function ofJob(
  workspace: Workspace,
  record: RunRecord,
  { lacks, open, parts }: Findings,
): Promise<void> {
  const { host } = workspace;
  const found = await resolveJob(workspace, {
    name: record.name,
    env: {},
    extraArgs: record.intent.extra_args,
  });
  if (!found.ok || found.value.resolved.problems.length > 0) {
    return open("its job is not configured any more, or cannot be resolved now");
  }
  const { resolved } = found.value;
  if (!isSamePlace(host.files, record.intent.working_dir, resolved.workingDir)) {
    return lacks(`it ran in ${record.intent.working_dir}, not here`);
  }
  const looked = await fingerprintAll(
    host,
    resolved.workingDir,
    record.outputs.map(({ path }) => path),
    NOTHING_KNOWN,
    "inside",
  );
  const now = new Map(looked.map(({ path, sha256 }) => [path, sha256]));
  for (const { path, present, sha256 } of record.outputs) {
    if (present && now.get(path) !== sha256) lacks(`${path} is not as the run left it`);
  }
  const outputs = record.outputs.filter(({ present }) => present).length;
  if (outputs > 0) parts.push(`${countOf(outputs, "output")} as it left them`);
  if (record.inputs?.sha256 === undefined || record.inputs.sha256 === null) {
    const tree = await treeFinding(workspace, resolved.workingDir, record);
    if (tree?.is === "missing") lacks(tree.fact);
    if (tree?.is === "unchecked") open(tree.fact);
    return;
  }
  await ofInputs(workspace, found.value, record, { lacks, open, parts });
}

async function ofInputs(
  workspace: Workspace,
  job: ResolvedJob,
  record: RunRecord,
  { lacks, open, parts }: Findings,
): Promise<void> {
  const store = await workspace.store();
  const inputs = store.ok ? await examineInputs(workspace.host, store.value, job, { fresh: false }) : store;
  if (!inputs.ok || inputs.value === undefined) return open("its inputs cannot be determined now");
  const { decision } = inputs.value;
  if (decision.taken?.key === record.inputs?.sha256) {
    parts.push("inputs as they were");
    return;
  }
  const causes = decision.kind === "run" ? decision.causes : [];
  if (causes.length === 0 || decision.taken === undefined) lacks("its inputs are not those of now");
  for (const cause of causes.slice(0, MAX_NAMED_CAUSES)) lacks(`${causeWords(cause)} since the run`);
  if (causes.length > MAX_NAMED_CAUSES) {
    lacks(`${causes.length - MAX_NAMED_CAUSES} more changed since the run`);
  }
}
