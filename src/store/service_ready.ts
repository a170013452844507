/** The facts about a ready service, in a file beside the record of its run. Written by its supervisor alone. */

import type { Failure } from "../model/failure.ts";
import type { RunId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import type { StoreParts } from "./store_parts.ts";

export interface ServiceReadyFile {
  readonly format: 1;
  readonly kind: "service_ready";
  readonly run: RunId;
  readonly ready_at: string;
  readonly address: string | null;
  /** Whether it was started for its users, who end it. */
  readonly for_users: boolean;
  /** The readiness check that passed, as canonical JSON. */
  readonly ready: string;
  /** The attempt that was ready; absent in files of earlier programs. A service that is started again is ready again, perhaps elsewhere. */
  readonly attempt?: number;
}

export function writeServiceReady(
  { files, paths, layout }: StoreParts,
  facts: ServiceReadyFile,
): Result<void, Failure> {
  const path = layout.serviceReady(facts.run);
  const bytes = new TextEncoder().encode(`${JSON.stringify(facts, null, 2)}\n`);
  const written = replaceFile(files, paths, path, bytes, { durable: "new" });
  return written.ok
    ? ok(undefined)
    : fail({ code: "state_unwritable", action: "write", path, reason: written.failure.reason });
}

/** undefined where the run was never ready. */
export function readServiceReady({ files, layout }: StoreParts, run: RunId): ServiceReadyFile | undefined {
  const bytes = files.readBytes(layout.serviceReady(run));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  if (!parsed?.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
  const facts = parsed.value as Partial<ServiceReadyFile>;
  const isWhole = facts.kind === "service_ready" && facts.run === run && typeof facts.ready === "string" &&
    typeof facts.for_users === "boolean" && (facts.address === null || typeof facts.address === "string");
  return isWhole ? facts as ServiceReadyFile : undefined;
}
