/** The digest of a plan, over all its contents, so that a later change of the record is noticed. */

import { canonicalJson } from "../../model/canonical_json.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Digests } from "../../host/digests.ts";

export async function planDigest(digests: Digests, plan: RunRecord): Promise<string> {
  const promise = {
    id: plan.id,
    start_time: plan.start_time,
    definition: plan.definition,
    intent: plan.intent,
    documents: plan.documents,
    git: plan.git,
    requested_by: plan.requested_by,
  };
  return await digests.sha256(new TextEncoder().encode(canonicalJson(promise)));
}
