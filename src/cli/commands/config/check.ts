/** `config check`: reports every problem of the configuration. */

import type { WholeCheck } from "../../../app/setup/show_config.ts";
import type { Failure } from "../../../model/failure.ts";
import { visible } from "../../../model/visible.ts";
import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { diagnosticJson, diagnosticsText } from "../../base/failure_report.ts";
import type { Invocation } from "../../base/invocation.ts";
import { nothingFound } from "../../reports/config_report.ts";

type Invalid = Extract<Failure, { readonly code: "config_invalid" }>;

export const command = defineActivity({
  flags: (command) => command,
  examples: [{ line: "orchastration config check", does: "exit 1 if there is a problem" }],
  request: () => undefined,
  async carryOut(_, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const { checkEverything } = await import("../../../app/setup/show_config.ts");
    const checked = await checkEverything(workspace.value);
    if (checked.ok) return reportGood(checked.value, invocation);
    // A wrong configuration is a valid answer here, with the exit code of a negative check.
    return checked.failure.code === "config_invalid"
      ? reportProblems(checked.failure, invocation)
      : invocation.fail(checked.failure);
  },
});

async function reportGood({ location, project, slips }: WholeCheck, invocation: Invocation): Promise<number> {
  const { path } = location;
  if (path === undefined) return await invocation.fail(nothingFound(location));
  const [jobs, tasks] = [project.jobs.size + project.groups.size, project.tasks.size];
  const { console } = invocation;
  if (invocation.isJson) {
    const warnings = slips.map(diagnosticJson);
    console.json({ format: 1, kind: "config_check", path, jobs, tasks, problems: [], warnings });
  } else {
    const rare = [[project.services.size, "service"], [project.schedules.size, "schedule"]] as const;
    const counts = [[jobs, "job"], [tasks, "task"], ...rare.filter(([n]) => n > 0)] as const;
    console.out(`${visible(path)} is valid: ${counts.map(([n, one]) => count(n, one)).join(", ")}.\n`);
  }
  if (slips.length > 0) {
    invocation.warn(
      `${count(slips.length, "command")} may not do what was meant\n${diagnosticsText(slips, console)}`
        .trimEnd(),
    );
  }
  return EXIT.done;
}

function reportProblems({ path, diagnostics }: Invalid, { console, isJson }: Invocation): number {
  console.err(
    `${console.errStyle.red("error:")} ${visible(path)} has ${count(diagnostics.length, "problem")}\n` +
      diagnosticsText(diagnostics, console),
  );
  if (isJson) {
    const problems = diagnostics.map(diagnosticJson);
    console.json({ format: 1, kind: "config_check", path, jobs: null, tasks: null, problems, warnings: [] });
  }
  return EXIT.checkFailed;
}

function count(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}
