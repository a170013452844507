/** The signed statements about runs, as one line of the answer. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import { evidenceLine, type SignatureReport } from "../../model/verification.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Nothing is checked yet. */
export function checkSignatures(
  _workspace: Workspace,
  _store: RunStore,
  _runs: readonly RunId[],
): Promise<Result<SignatureReport, Failure>> {
  return Promise.resolve(ok({ line: evidenceLine("nothing is signed", [], [], "unchecked"), anchors: [] }));
}
