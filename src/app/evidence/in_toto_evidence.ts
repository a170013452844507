/** The layout and the links of a build, signed: what in-toto-verify reads. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import {
  type BuildForLayout,
  canonical,
  inTotoFiles,
  type InTotoKey,
  keyText,
  metablockText,
} from "../../model/in_toto.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { type CheckFacts, logFilesOf, type StatedFile } from "../../model/statement.ts";
import type { Host } from "../../host/host.ts";
import type { EvidenceFile } from "../../store/evidence_store.ts";
import { baseOfManifest, readManifest } from "../../store/manifest_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Signer } from "./signer.ts";

/** The key in the form, and with the id, that in-toto gives it. */
export async function inTotoKey(
  { digests }: Pick<Host, "digests">,
  publicKey: Uint8Array,
): Promise<InTotoKey> {
  const publicHex = publicKey.toHex();
  return { publicHex, keyId: await digests.sha256(new TextEncoder().encode(keyText(publicHex))) };
}

export async function inTotoEvidence(
  workspace: Workspace,
  store: RunStore,
  build: RunRecord,
  record: StatedFile,
  checks: readonly CheckFacts[],
  signer: Signer,
): Promise<Result<readonly EvidenceFile[], Failure>> {
  const facts = await factsOf(workspace, store, build, record, checks);
  if (!facts.ok) return facts;
  const key = await inTotoKey(workspace.host, signer.publicKey);
  const encoder = new TextEncoder();
  const evidence: EvidenceFile[] = [];
  for (const { name, signed } of inTotoFiles(facts.value, key)) {
    const signature = await signer.sign(encoder.encode(canonical(signed)));
    if (!signature.ok) return signature;
    evidence.push({ name, bytes: encoder.encode(metablockText(signed, key.keyId, signature.value)) });
  }
  return ok(evidence);
}

async function factsOf(
  workspace: Workspace,
  store: RunStore,
  build: RunRecord,
  record: StatedFile,
  checks: readonly CheckFacts[],
): Promise<Result<BuildForLayout, Failure>> {
  const planned = build.plan === null ? undefined : store.read(build.plan.run);
  if (planned !== undefined && !planned.ok) return planned;
  const planRecord = planned && await statedRecord(workspace, store, planned.value.record.id);
  if (planRecord !== undefined && !planRecord.ok) return planRecord;
  const manifest = await readManifest(store.parts, build.id);
  const manifests: StatedFile[] = [];
  for (const id of [build.id, baseOfManifest(store.parts, build.id)]) {
    const file = id === undefined ? undefined : await stated(workspace, store, `runs/${id}.inputs.json`);
    if (file?.ok) manifests.push(file.value);
  }
  const inputs = manifest.ok
    ? manifest.value.manifest.files.filter(({ mode }) => mode === "100644" || mode === "100755")
    : [];
  return ok({
    build,
    plan: planned && planRecord && { run: planned.value.record, files: [planRecord.value] },
    files: [record, ...logFilesOf(build), ...manifests],
    inputs: inputs.map(({ path, sha256 }) => ({ path, sha256 })),
    checks: checks.map(({ criterion, run, record }) => ({
      criterion: criterion.id,
      run,
      files: [record, ...logFilesOf(run)],
    })),
    signedAtMs: workspace.host.clock.nowMs(),
  });
}

/** The record as a file, with the digest of its bytes. */
export function statedRecord(
  workspace: Workspace,
  store: RunStore,
  id: RunId,
): Promise<Result<StatedFile, Failure>> {
  return stated(workspace, store, `runs/${id}.json`);
}

async function stated(
  { host }: Workspace,
  { layout }: RunStore,
  path: string,
): Promise<Result<StatedFile, Failure>> {
  const at = layout.inState(path);
  const digest = await host.digests.ofFile(at, "sha256");
  if (digest.ok) return ok({ path, sha256: digest.value.hex });
  return fail({ code: "state_unreadable", action: "read", path: at, reason: digest.failure.reason });
}
