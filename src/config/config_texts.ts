/**
 * Says which texts of a job's or task's table can hold a secret, in the form in which they are written; the
 * rest is structure.
 */

import type { TextRule } from "../model/mask_texts.ts";
import type { Platform } from "./platform.ts";
import type { levels } from "./schema.ts";

type JobValues = NonNullable<ReturnType<typeof levels.job>>;
type TaskValues = NonNullable<ReturnType<typeof levels.task>>;
/** The tables of systems are merged before anything is shown; `env_file` has several spellings. */
type Written = Omit<JobValues & TaskValues, Platform | "env_file">;

export const CONFIG_TEXTS: TextRule<Written> & { readonly env_file: "masked" } = {
  description: "masked",
  command: "masked",
  working_dir: "masked",
  env: "masked",
  env_file: "masked",
  secrets: "kept",
  confirm: "masked",
  lock: "kept",
  args: { name: "kept", flag: "kept", description: "masked", default: "masked", choices: "masked" },
  pool: "kept",
  group: "masked",
  alias: "kept",
  outputs: "masked",
  inputs: "masked",
  input_env: "kept",
  input_tools: "masked",
  documents: "masked",
  repo: "kept",
  acceptance: { id: "kept", text: "masked", check: "masked" },
  needs: "kept",
  uses: "kept",
};
