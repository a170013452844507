/** Signs a run at its end, where the configuration wants every run signed. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { signRun } from "./sign_run.ts";
import { openSigner } from "./signing_key.ts";

export async function signEnded(workspace: Workspace, run: RunRecord): Promise<Result<void, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const signer = await openSigner(workspace, undefined);
  if (!signer.ok) return signer;
  const signed = await signRun(workspace, store.value, run, signer.value);
  return signed.ok ? ok(undefined) : signed;
}
