/**
 * Says which texts of records come from people and tools, so that they can hold a secret; docs/records.md
 * lists the same.
 */

import type { JobDefinition, TaskDefinition } from "./definition.ts";
import type { TextRule } from "./mask_texts.ts";
import type { FileRecord, OutputRecord } from "./file_record.ts";
import type { InputsRecord } from "./inputs_record.ts";
import type { IntentRecord } from "./intent_record.ts";
import type { ChangeRecord } from "./run_outcome.ts";
import type { CheckRecord, GitFacts, RequestedBy } from "./run_record.ts";
import type { TaskRecord } from "./task_record.ts";

export const INTENT_TEXTS: TextRule<IntentRecord> = {
  description: "masked",
  command: "masked",
  program: "masked",
  working_dir: "masked",
  env_names: "kept",
  env: "masked",
  secrets: "kept",
  extra_args: "masked",
  expected_outputs: "masked",
  definition_sha256: "kept",
  config_path: "masked",
  config_sha256: "kept",
  env_files: { path: "masked", names: "kept" },
  env_flags: "kept",
  color_env: "kept",
  confirmed: { question: "masked" },
  // Recovery finds the attempts by it.
  executor: { folder: "kept" },
};

/** Definitions of jobs, of tasks and of checks of criteria. */
export const DEFINITION_TEXTS: TextRule<JobDefinition & TaskDefinition> = {
  name: "kept",
  description: "masked",
  command: "masked",
  working_dir: "masked",
  env: "masked",
  env_file: { path: "masked" },
  secrets: "kept",
  confirm: "masked",
  inputs: "masked",
  input_env: "kept",
  input_tools: "masked",
  lock: "kept",
  args: { name: "kept", flag: "kept", description: "masked", default: "masked", choices: "masked" },
  pool: "kept",
  outputs: "masked",
  documents: "masked",
  repo: "kept",
  acceptance: { id: "kept", text: "masked", check: "masked" },
  needs: "kept",
  uses: "kept",
};

export const REQUESTER_TEXTS: TextRule<RequestedBy> = {
  user: "masked",
  host: "masked",
  parent: "masked",
  agent: "masked",
  schedule: "kept",
};

export const GIT_TEXTS: TextRule<GitFacts> = {
  commit: "kept",
  branch: "masked",
  remote: "masked",
  read_at: "kept",
};

export const CHANGE_TEXTS: TextRule<ChangeRecord> = { paths: "masked" };

export const INPUTS_TEXTS: TextRule<InputsRecord> = {
  sha256: "kept",
  problem: "masked",
  unmatched: "masked",
  causes: { kind: "kept", path: "masked", name: "masked", detail: "kept" },
};

export const FILE_TEXTS: TextRule<FileRecord> = {
  path: "masked",
  sha256: "kept",
  modified_at: "kept",
  left_out: { path: "masked" },
};

export const OUTPUT_TEXTS: TextRule<OutputRecord> = { ...FILE_TEXTS, declared: "masked" };

export const CHECK_TEXTS: TextRule<CheckRecord> = {
  id: "kept",
  text: "masked",
  stdout_sha256: "kept",
  stderr_sha256: "kept",
};

/** The parts of a task's record that come from the configuration. */
export const PROMISE_TEXTS: TextRule<Pick<TaskRecord, "description" | "outputs" | "documents">> = {
  description: "masked",
  outputs: "masked",
  documents: "masked",
};
