/** Inputs for proposed jobs whose inputs are known: checks of files that git tracks. Reads names only. */

import type { ProposedJob } from "./name_jobs.ts";
import type { Source } from "./readers/source.ts";

/** They only read the sources and leave no outputs. */
const CHECKS = new Set(["test", "lint", "check", "typecheck", "type-check", "fmt-check", "format-check"]);

/** Lock files of package managers; named explicitly, so that they count even where git ignores them. */
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
