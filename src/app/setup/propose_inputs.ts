/** Inputs for proposed jobs, where it is known what they read: checks of what git tracks. Reads names only. */

import type { ProposedJob } from "./name_jobs.ts";
import type { Source } from "./readers/source.ts";

/** They look at the sources and leave nothing behind that matters. */
const CHECKS = new Set(["test", "lint", "check", "typecheck", "type-check", "fmt-check", "format-check"]);

/** What fixes the versions of libraries; said by name, so that it counts also where git ignores it. */
const LOCK_FILES = [
  ...["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "deno.lock"],
  ...["Cargo.lock", "go.sum", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "composer.lock"],
];

export function withInputs(jobs: readonly ProposedJob[], source: Source): readonly ProposedJob[] {
  if (source.kindOf(".git") === "missing") return jobs;
  const locks = LOCK_FILES.filter((file) => source.kindOf(file) === "file");
  return jobs.map((job) =>
    CHECKS.has(job.name) && job.workingDir === undefined ? { ...job, inputs: ["@git", ...locks] } : job
  );
}
