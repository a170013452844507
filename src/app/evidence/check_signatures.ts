/** The signed statements about runs, as one line of the answer. */

import { signatureState } from "../../model/evidence.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import {
  countOf,
  type EvidenceFinding,
  evidenceLine,
  type SignatureReport,
} from "../../model/verification.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { verifySignatures } from "./verify_signatures.ts";

const KEY_LETTERS = 16;

/** `runs`: those that are to be verified, whether they are signed or not. */
export async function checkSignatures(
  workspace: Workspace,
  store: RunStore,
  runs: readonly RunId[],
): Promise<Result<SignatureReport, Failure>> {
  const failures: EvidenceFinding[] = [];
  const unchecked: EvidenceFinding[] = [];
  const valid = new Map<string, number>();
  const anchors: SignatureReport["anchors"][number][] = [];
  for (const run of runs) {
    const views = await verifySignatures(workspace, store, run);
    if (!views.ok) return views;
    for (const view of views.value) {
      const { file, keyId = "", problems } = view;
      const key = `key ${keyId.slice(0, KEY_LETTERS)}`;
      // The signature is good even if a file is not what was signed, so its line of the journal counts.
      if (view.by !== undefined && view.statement !== undefined) {
        const { lines, breaks } = view.statement;
        anchors.push(
          ...lines.map((head) => ({ head, by: key, isBreak: false })),
          ...breaks.map((head) => ({ head, by: key, isBreak: true })),
        );
      }
      switch (signatureState(view)) {
        case "valid":
          // Layouts and links say the same in another form.
          if (view.statement !== undefined) valid.set(key, (valid.get(key) ?? 0) + 1);
          break;
        case "unknown_key":
          unchecked.push({ about: file, fact: `is signed with ${key}, which nobody here knows` });
          break;
        case "invalid":
          for (const problem of problems) failures.push({ about: file, fact: `is not valid: ${problem}` });
      }
    }
  }
  const words = [...valid].map(([key, count]) => `${countOf(count, "statement")} by ${key}`);
  const isNothing = words.length === 0;
  const summary = !isNothing
    ? `${words.join(", ")}`
    : failures.length + unchecked.length === 0
    ? "nothing is signed"
    : "none that could be checked is valid";
  return ok({ line: evidenceLine(summary, failures, unchecked, isNothing ? "unchecked" : "holds"), anchors });
}
