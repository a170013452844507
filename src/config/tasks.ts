/** The table of a task, with its criteria. */

import type { Criterion, Task } from "../model/task.ts";
import { commandDefinition, type Surroundings, timeoutOf } from "./command_definition.ts";
import { DEFAULTS } from "./defaults.ts";
import { inForce } from "./platform.ts";
import type { KeyPath, Problem } from "./problem.ts";
import type { CriterionValues, TaskValues } from "./schema.ts";
import { withShared } from "./shared.ts";
import { validate } from "./validate.ts";

/** Notes every problem of the table. undefined where the command is missing; the problem is already noted. */
export function decodeTask(
  name: string,
  read: TaskValues,
  { platform, shared }: Surroundings,
  at: KeyPath,
  problems: Problem[],
): Task | undefined {
  validate(read, shared, at, problems);
  const { values } = withShared(inForce(read, platform), shared, at);
  const definition = commandDefinition(name, values);
  return definition && {
    ...definition,
    documents: values.documents ?? [],
    repo: values.repo,
    acceptance: values.acceptance?.map(criterionOf) ?? [],
    needs: values.needs ?? [],
    parallel: values.parallel ?? DEFAULTS.task.parallel,
    uses: values.uses ?? [],
    executor: values.executor ?? DEFAULTS.task.executor,
    declaredStatus: values.status,
  };
}

function criterionOf(values: CriterionValues): Criterion {
  return {
    // Absent only where a problem was noted.
    id: values.id ?? "",
    text: values.text ?? "",
    check: values.check,
    timeoutMs: timeoutOf(values.timeout_seconds),
    fresh: values.fresh ?? false,
  };
}
