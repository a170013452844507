/**
 * Records a person's statement that a change does not matter, such as a comment in a header: the present inputs then
 * count as those of the last good run. Recorded with the differences, and never as a run.
 */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { writeManifest } from "../../store/manifest_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import { recordAct } from "../recording/record_act.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { InputsOfRun } from "./inputs_of_run.ts";

export interface AcceptedChange {
  readonly record: RunRecord;
  /** The run whose result still holds. */
  readonly same: RunId;
}

/** `prepare` gives the intent of the action, with the record of the inputs. */
export async function acceptUnchanged(
  workspace: Workspace,
  store: RunStore,
  name: string,
  inputs: InputsOfRun,
  prepared: PreparedRun,
): Promise<Result<AcceptedChange, Failure>> {
  const { decision } = inputs;
  const refused = (fact: string, next: NextSteps = []) =>
    fail({ code: "refused", action: "accept the inputs of", value: name, fact, next } as const);
  if (decision.kind === "up_to_date") {
    return refused("nothing changed, so there is nothing to accept");
  }
  const { taken, compared, causes } = decision;
  if (taken === undefined) return refused(`its inputs cannot be determined: ${inputs.record.problem}`);
  if (compared === undefined) return refused("no run of it has succeeded yet");
  const other = causes.find(({ kind }) => OUTPUTS.includes(kind));
  if (other !== undefined && "path" in other) {
    return refused(
      `its output ${other.path} differs from what the last run left, which a statement cannot replace`,
    );
  }
  const baseline = store.read(compared.id);
  if (!baseline.ok) return baseline;
  const good = baseline.value.record;
  const same = {
    run: good.same_as?.run ?? good.id,
    commit: good.git?.commit ?? null,
    end_time: good.end_time,
  };
  const record = await recordAct(
    workspace,
    store,
    name,
    prepared,
    (run) => ({ ...run, same_as: same, outputs: good.outputs, plan: good.plan }),
    (run) => {
      const written = writeManifest(store.parts, run.id, taken.manifest(), taken.key, compared.stored);
      return Promise.resolve(
        written.ok
          ? ok({
            status: "succeeded",
            reason: `a person says that the change since ${same.run} does not matter`,
          })
          : written,
      );
    },
  );
  return record.ok ? ok({ record: record.value, same: same.run }) : record;
}

const OUTPUTS: readonly string[] = ["output_missing", "output_changed"];
