/**
 * Says which texts of failures come from people and tools, so that they can hold a secret. Our own names and
 * paths cannot.
 */

import type { Failure } from "./failure.ts";
import { masked, type TextRule } from "./mask_texts.ts";

type FailureOf<Code extends Failure["code"]> = Omit<Extract<Failure, { readonly code: Code }>, "code">;

const FILE = { path: "masked", reason: "masked" } as const;
const NEXT = { path: "kept", words: "masked", text: "masked" } as const;
const REFUSAL = { action: "kept", value: "masked", fact: "masked", next: NEXT } as const;
const UNKNOWN_NAME = { name: "kept", known: "kept", suggestion: "kept", config_path: "masked" } as const;
const UNKNOWN_RUN = { reference: "masked", fact: "masked", suggestion: "masked", next: NEXT } as const;

export const FAILURE_TEXTS: { readonly [Code in Failure["code"]]: TextRule<FailureOf<Code>> } = {
  arguments_invalid: { ...REFUSAL, suggestion: "masked" },
  config_missing: { path: "masked", named_by: "kept" },
  config_unreadable: FILE,
  config_of_another_user: { path: "masked" },
  config_invalid: {
    path: "masked",
    diagnostics: { path: "masked", key: "kept", message: "masked", hint: "masked", sourceLine: "masked" },
  },
  job_not_named: { known: "kept", config_path: "masked" },
  job_not_found: UNKNOWN_NAME,
  task_not_found: UNKNOWN_NAME,
  service_not_found: UNKNOWN_NAME,
  schedule_not_found: { name: "kept", known: "kept", suggestion: "kept" },
  task_not_planned: { name: "kept", with_needs_of: "kept" },
  definition_drifted: {
    action: "kept",
    name: "kept",
    plan: "kept",
    differences: { field: "kept", planned: "masked", now: "masked" },
  },
  needs_not_done: { name: "kept", needs: { name: "kept", status: "kept", reason: "masked" } },
  worktree_kept: { name: "kept", reasons: { kind: "kept", fact: "masked", way: "masked" }, next: NEXT },
  not_confirmed: { name: "kept", question: "masked" },
  end_unknown: REFUSAL,
  refused: { ...REFUSAL, suggestion: "masked" },
  run_not_found: UNKNOWN_RUN,
  run_ambiguous: { reference: "masked", matches: "kept" },
  place_unknown: { what: "kept", reason: "masked", next: NEXT },
  state_no_folder: { ...FILE, named_by: "kept" },
  state_unwritable: { ...FILE, action: "kept" },
  state_unreadable: { ...FILE, action: "kept" },
  not_signed: { run: "kept", fact: "masked", next: NEXT },
  inputs_unknown: { name: "kept", fact: "masked" },
  busy: {
    name: "kept",
    lock: "kept",
    holder_project: "masked",
    holder_name: "masked",
    holder_run: "kept",
    since: "kept",
  },
  task_owned: {
    name: "kept",
    owner: { user: "kept", agent: "masked", project: "masked", since: "kept" },
  },
  stopped_by_signal: { signal: "kept", while_doing: "masked" },
  file_unreadable: { ...FILE, action: "kept", next: NEXT },
  file_unwritable: { ...FILE, next: NEXT },
  watch_failed: { ...FILE, next: NEXT },
  document_not_ours: { path: "masked", fact: "masked", next: NEXT },
  documents_outdated: { documents: { path: "masked" }, next: NEXT },
  tool_missing: { action: "kept", value: "masked", fact: "masked" },
  tool_failed: REFUSAL,
  send_failed: REFUSAL,
  github_failed: {
    action: "kept",
    value: "masked",
    problem: {
      host: "kept",
      repository: "kept",
      issue: "kept",
      label: "masked",
      detail: "masked",
    },
  },
  outcome_unknown: { action: "kept", value: "masked", fact: "masked" },
  service_not_ready: { name: "kept", fact: "masked", last_lines: "masked", next: NEXT },
  check_failed: { fact: "masked", notes: "masked", next: NEXT },
};

/** The failure with the values of secrets replaced, ready to be shown or stored. */
export function maskFailure(failure: Failure, secrets: readonly string[]): Failure {
  return secrets.length === 0 ? failure : masked(failure, FAILURE_TEXTS[failure.code], secrets) as Failure;
}
