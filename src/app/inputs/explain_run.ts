/** Explains from the records why a run was needed or not needed. Runs nothing. */

import type { Failure } from "../../model/failure.ts";
import { causeRecord } from "../../model/cause_words.ts";
import { compareManifests } from "../../model/manifest.ts";
import { nextAdvice, nextCommand, type NextStep } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { CauseRecord, InputsRecord, RunRecord } from "../../model/run.ts";
import { readManifest } from "../../store/manifest_store.ts";
import { findRun } from "../runs/find_run.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** For jobs and tasks without inputs. */
export const ADD_INPUTS = nextAdvice(
  'add inputs to its definition, such as inputs = ["@git"], to run it only after a change',
);

export interface ExplainedRun {
  readonly record: RunRecord & { readonly inputs: InputsRecord };
  /** All causes where both manifests can be read; otherwise those that the record names. */
  readonly causes: readonly CauseRecord[];
  /** How many causes can no longer be named. */
  readonly more: number;
}

export async function explainRun(
  workspace: Workspace,
  reference: string,
): Promise<Result<ExplainedRun, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const found = await findRun(workspace, store.value, reference);
  if (!found.ok) return found;
  const { record } = found.value.run;
  const { inputs } = record;
  if (inputs === undefined) {
    const refused = (fact: string, step: NextStep) =>
      fail({ code: "refused", action: "explain run", value: record.id, fact, next: [step] } as const);
    const show = nextCommand("runs show", record.id);
    if (record.graph !== undefined) {
      return refused("it is a graph, and each of its nodes has its own reasons", show);
    }
    return record.action === "job.run" || record.action === "build.run"
      ? refused("its definition has no inputs, and without inputs it always runs", ADD_INPUTS)
      : refused("it is no run of a job, and no build", show);
  }
  const explained = { record: { ...record, inputs }, causes: inputs.causes, more: inputs.more_causes };
  if (inputs.more_causes === 0 || inputs.compared_with === null) return ok(explained);
  const [then, now] = [
    await readManifest(store.value.parts, inputs.compared_with),
    await readManifest(store.value.parts, record.id),
  ];
  if (!then.ok || !now.ok) return ok(explained);
  const causes = compareManifests(then.value.manifest, now.value.manifest).map(causeRecord);
  // The causes in the record concern something other than inputs, such as outputs, and are all that is known.
  return ok(causes.length < inputs.causes.length ? explained : { ...explained, causes, more: 0 });
}
