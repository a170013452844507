/** Looks at everything that a run depends on, and says what is well and what is not. Changes nothing. */

import { describeFailure, visible } from "../model/failure.ts";
import { type Finding, fine, problem, warning } from "../model/finding.ts";
import type { CommandDefinition } from "../model/job.ts";
import type { Project } from "../model/project.ts";
import { overlay } from "../model/variables.ts";
import { versionLine } from "../version.ts";
import { examinePlaces, examineRecords } from "./doctor_state.ts";
import { examineTools } from "./doctor_tools.ts";
import { checkConfig } from "./show_config.ts";
import type { Workspace } from "./workspace.ts";

export type { Finding };

export async function examine(workspace: Workspace): Promise<readonly Finding[]> {
  const { environment } = workspace.host;
  const how = environment.isCompiled ? "compiled" : "run from its sources";
  const tools = examineTools(workspace);
  const checked = await checkConfig(workspace);
  const findings = [fine("program", `${versionLine(environment).trimEnd()}, ${how}`)];
  if (!checked.ok) {
    const { headline } = describeFailure(checked.failure);
    findings.push(problem("configuration", headline, "orchastration config check"));
  } else {
    const { location, project } = checked.value;
    findings.push(
      location.path === undefined
        ? warning("configuration", "none was found", "orchastration init")
        : fine("configuration", `${visible(location.path)} is good`),
      ...examinePrograms(workspace, project),
    );
  }
  return [...findings, ...await tools, ...examinePlaces(workspace), ...examineRecords(workspace)];
}

/** Whether the programs of jobs and tasks could be started now. */
function examinePrograms(workspace: Workspace, project: Project): readonly Finding[] {
  const jobs = [...project.jobs.values()].flatMap((job) =>
    examineCommand(workspace, project, `job ${job.name}`, job)
  );
  const tasks = [...project.tasks.values()].flatMap((task) => [
    ...examineCommand(workspace, project, `task ${task.name}`, task),
    ...task.acceptance.flatMap(({ id, check }) =>
      check === undefined
        ? []
        : examineCommand(workspace, project, `check ${id} of task ${task.name}`, { ...task, command: check })
    ),
  ]);
  const count = project.jobs.size + project.tasks.size;
  const findings = [...jobs, ...tasks];
  return findings.length > 0 || count === 0
    ? findings
    : [fine("commands", "the program of every job and task was found")];
}

function examineCommand(
  { host }: Workspace,
  project: Project,
  subject: string,
  { command, workingDir, env }: CommandDefinition,
): readonly Finding[] {
  const { paths, files, processes, environment } = host;
  const folder = paths.resolve(project.root, workingDir);
  const facts = files.stat(folder);
  if (!facts.ok || facts.value.kind !== "directory") {
    const reason = facts.ok ? "it is not a directory" : facts.failure.reason;
    return [
      problem(subject, `working_dir ${visible(folder)}: ${reason}`, "make the folder, or change working_dir"),
    ];
  }
  const all = overlay(environment.all(), env, environment.os === "windows");
  const [name] = command;
  const found = processes.findProgram(name, { workingDir: folder, env: all });
  if (found.ok) return [];
  const fact = visible(found.failure.reason);
  // A file of the project can be what another job or task makes.
  return /[/\\]/.test(name)
    ? [warning(subject, fact, "build it before this is run")]
    : [problem(subject, fact, "install it, or put its folder into PATH")];
}
