/** Which configuration file is used, or which were searched for. */

import type { EffectiveConfig } from "../../app/setup/show_config.ts";
import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";

type Location = EffectiveConfig["location"];

export function locationJson({ path, namedBy, projectRoot, searched }: Location) {
  return { path: path ?? null, named_by: namedBy, project_root: projectRoot, searched };
}

export function nothingFound({ searched }: Location): Failure {
  return {
    code: "check_failed",
    fact: "Cannot find a configuration",
    notes: searched.map((path) => `looked for ${visible(path)}`),
    next: [nextCommand("init")],
  };
}
