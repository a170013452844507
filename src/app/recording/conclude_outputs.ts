/** Examines the declared outputs of a command, and adjusts its outcome. */

import type { Outcome, OutputRecord } from "../../model/run.ts";
import { LEFT_OUT_WORDS } from "../../model/left_out_words.ts";
import { maskTexts } from "../../model/mask_texts.ts";
import { OUTPUT_TEXTS } from "../../model/record_texts.ts";
import type { Host } from "../../host/host.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import {
  changesSince,
  fingerprintAll,
  isMissing,
  type KnownFiles,
  NOTHING_KNOWN,
} from "../files/fingerprint_files.ts";

export interface EndedCommand {
  readonly workingDir: string;
  /** Paths and globs. */
  readonly declared: readonly string[];
  /** The state before the command ran. */
  readonly before: KnownFiles;
  readonly outcome: Outcome;
  readonly secrets: readonly string[];
  readonly stops: StopRequests;
}

export interface ConcludedOutputs {
  /** Failed where an output is missing; cancelled where a stop was requested meanwhile. */
  readonly outcome: Outcome;
  readonly outputs: readonly OutputRecord[];
}

export async function concludeOutputs(host: Host, ended: EndedCommand): Promise<ConcludedOutputs> {
  const { workingDir, declared, before, outcome, secrets, stops } = ended;
  if (outcome.status === "not_started") return { outcome, outputs: [] };
  // Digests of large outputs take seconds, and a user who stops the run does not want to wait for them.
  const stopped = stops.at(stops.count).then(() => undefined);
  // Examined again, because size and time alone are no evidence.
  const looked = fingerprintAll(host, workingDir, declared, NOTHING_KNOWN, "inside");
  const after = await Promise.race([looked, stopped]);
  if (after === undefined) return { outcome: stoppedAfter(outcome, stops), outputs: [] };
  const outputs = changesSince(before, after).map((output) => maskTexts(output, OUTPUT_TEXTS, secrets));
  if (outcome.status !== "succeeded") return { outcome, outputs };
  const missing = outputs.filter(isMissing);
  if (missing.length === 0) return { outcome, outputs };
  return { outcome: { ...outcome, status: "failed", because: missingWords(outputs, missing) }, outputs };
}

/** The outcome where a stop was requested after the process ended; an unsuccessful outcome stays. */
export function stoppedAfter(outcome: Outcome, { first }: StopRequests): Outcome {
  if (first === undefined || outcome.status !== "succeeded") return outcome;
  return { status: "cancelled", cause: first.cause, end: { kind: "exited", exit_code: outcome.exit_code } };
}

function missingWords(outputs: readonly OutputRecord[], missing: readonly OutputRecord[]): string {
  const names = missing.map(({ path, type, left_out }) =>
    left_out?.[0] !== undefined
      ? `${path} (it is ${LEFT_OUT_WORDS[left_out[0].why]})`
      : type === "outside"
      ? `${path} (a link that leaves working_dir)`
      : type === "unreadable"
      ? `${path} (it exists but cannot be read)`
      : path
  );
  const count = outputs.length === 1
    ? "its output is"
    : `${missing.length} of ${outputs.length} outputs ${missing.length === 1 ? "is" : "are"}`;
  return `${count} missing: ${names.join(", ")}`;
}
