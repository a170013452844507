/** The command of `[notify]`, which runs as a job without settings of its own would. */

import { WITHOUT_OPTIONS } from "../model/job.ts";
import type { NotifySettings } from "../model/notify.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ProjectValues } from "./schema.ts";

/** undefined where there is none, or its command is missing. */
export function decodeNotify(values: ProjectValues | undefined): NotifySettings | undefined {
  const command = values?.notify?.command;
  if (command === undefined) return undefined;
  const { env = {}, defaults } = values!;
  return {
    on: values!.notify!.on ?? DEFAULTS.notify.on,
    command: {
      ...WITHOUT_OPTIONS,
      name: "notify",
      description: undefined,
      command,
      workingDir: DEFAULTS.job.working_dir,
      env,
      envFiles: defaults?.env_file ?? [],
      timeoutMs: undefined,
      killGraceMs: 0,
      secrets: defaults?.secrets ?? [],
    },
  };
}
