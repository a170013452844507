/** The shown form of a task: the configured texts may contain values of its secrets. Pure. */

import { maskTexts, type TextRule } from "../../model/mask_texts.ts";
import type { Task } from "../../model/task.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import { maskedEnv } from "../recording/masked_env.ts";

const TASK_TEXTS: TextRule<Task> = {
  name: "kept",
  description: "masked",
  command: "masked",
  workingDir: "masked",
  env: "masked",
  envFiles: { path: "masked", at: "kept" },
  secrets: "kept",
  confirm: "masked",
  outputs: "masked",
  inputs: "masked",
  inputEnv: "kept",
  inputTools: "masked",
  documents: "masked",
  repo: "kept",
  acceptance: { id: "kept", text: "masked", check: "masked" },
  needs: "kept",
  uses: "kept",
};

export function maskTask(task: Task, resolved: ResolvedDefinition): Task {
  return maskTexts({ ...task, env: maskedEnv(task.env, resolved) }, TASK_TEXTS, resolved.secrets);
}
