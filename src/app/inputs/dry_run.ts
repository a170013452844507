/**
 * The plan of a dry run, as data: nodes with the reason why each would run, and what each waits for. Starts
 * none of them.
 */

import { causeRecord } from "../../model/cause_words.ts";
import type { CauseRecord } from "../../model/run.ts";
import type { RunId } from "../../model/ids.ts";
import type { InputsOfRun } from "./inputs_of_run.ts";

export interface DryRunNode {
  readonly name: string;
  /** A group has no command: its result is that of its needs. */
  readonly subject: "job" | "task" | "group";
  /** "unknown": its inputs are made by a node that would run before it. */
  readonly would: "run" | "up_to_date" | "unknown";
  /** For a node that would run; empty if it has no inputs, so that it always runs. */
  readonly causes: readonly CauseRecord[];
  readonly compared_with: RunId | null;
  readonly same_as: RunId | null;
}

export interface DryRun {
  /** Sorted by name among nodes that can run at the same time, so the order is always the same. */
  readonly nodes: readonly DryRunNode[];
  /** From the needed node to the one that needs it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export function dryRunNode(
  name: string,
  subject: "job" | "task",
  inputs: InputsOfRun | undefined,
  waitsForOthers: boolean,
): DryRunNode {
  const node = { name, subject, causes: [], compared_with: null, same_as: null };
  if (inputs === undefined) return { ...node, would: "run" };
  if (waitsForOthers) return { ...node, would: "unknown" };
  const { decision } = inputs;
  if (decision.kind === "up_to_date") return { ...node, would: "up_to_date", same_as: decision.same.id };
  return {
    ...node,
    would: "run",
    causes: decision.causes.map(causeRecord),
    compared_with: decision.compared?.id ?? null,
  };
}
