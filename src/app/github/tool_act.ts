/**
 * The parts that actions with outside tools share: the description of their intent, and the mark on their
 * processes.
 */

import type { RunRecord } from "../../model/run.ts";
import { CHAIN_VARIABLE } from "../recording/prepare_run.ts";

/**
 * The record of an action that does not run the task's command: its calls are in its list of tools.
 * `description` is masked.
 */
export function actOf(record: RunRecord, description: string): RunRecord {
  return {
    ...record,
    intent: {
      ...record.intent,
      description,
      command: [],
      program: null,
      timeout_ms: null,
      expected_outputs: [],
    },
  };
}

/** The environment with the run's token, by which a tool that outlives us is found. */
export function markedEnvironment(
  env: Readonly<Record<string, string>>,
  { token }: RunRecord,
): Readonly<Record<string, string>> {
  const chain = env[CHAIN_VARIABLE];
  return { ...env, [CHAIN_VARIABLE]: chain === undefined || chain === "" ? token : `${chain},${token}` };
}
