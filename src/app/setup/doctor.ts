/** Checks everything that a run depends on, and reports the findings. Changes nothing. */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { visible } from "../../model/visible.ts";
import { type Finding, fine, problem, warning } from "../../model/finding.ts";
import type { Project } from "../../model/project.ts";
import { maskText } from "../../model/secrets.ts";
import { dottedKey } from "../../config/problem.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import { findDocumentLeftovers } from "../documents/document_leftovers.ts";
import { resolveTask } from "../tasks/resolve_task.ts";
import { versionLine } from "../../version.ts";
import { examineProjects } from "./doctor_projects.ts";
import { examinePlaces, examineRecords } from "./doctor_state.ts";
import { examineServices } from "./doctor_services.ts";
import { examineSchedules } from "./doctor_schedules.ts";
import { examineTools } from "./doctor_tools.ts";
import { checkConfig, resolveNotify } from "./show_config.ts";
import type { Workspace } from "../workspace/workspace.ts";

export type { Finding };

export async function examine(workspace: Workspace, everywhere: boolean): Promise<readonly Finding[]> {
  const { environment } = workspace.host;
  const how = environment.isCompiled ? "compiled" : "not compiled";
  const tools = examineTools(workspace);
  const checked = await checkConfig(workspace);
  const findings = [fine("program", `${versionLine(environment).trimEnd()}, ${how}`)];
  if (!checked.ok) {
    const { headline, next } = describeFailure(checked.failure);
    // Each problem in it has its own place and hint.
    const steps = checked.failure.code === "config_invalid" ? [nextCommand("config check")] : next;
    findings.push(problem("configuration", headline, ...steps));
  } else {
    const { location, project } = checked.value;
    findings.push(
      location.path === undefined
        ? warning("configuration", "none was found", nextCommand("init"))
        : fine("configuration", `${visible(location.path)} is valid`),
      ...await examinePrograms(workspace, project),
      ...await examineDocuments(workspace),
      ...await examineServices(workspace),
      ...await examineSchedules(workspace, project),
    );
  }
  findings.push(await examineProcesses(workspace));
  return [
    ...findings,
    ...await tools,
    ...await examinePlaces(workspace),
    ...await examineRecords(workspace, everywhere),
    ...await examineProjects(workspace),
  ];
}

/** Temporary files that a crash left beside documents, where people would find them in their repository. */
async function examineDocuments(workspace: Workspace): Promise<readonly Finding[]> {
  const [first, ...others] = await findDocumentLeftovers(workspace);
  if (first === undefined) return [];
  const files = others.length === 0 ? "a temporary file is" : `${others.length + 1} temporary files are`;
  const fact = `${files} left of a crash, the first is ${visible(first)}`;
  return [warning("documents", fact, nextCommand("recover"))];
}

async function examineProcesses({ host }: Workspace): Promise<Finding> {
  if (await host.processes.canLook()) {
    return fine("processes", "processes can be listed");
  }
  const fact =
    "processes cannot be listed: only the process group of a run is ended, and processes that left it may stay alive";
  return warning(
    "processes",
    fact,
    nextAdvice(host.environment.os === "linux" ? "mount /proc" : "check that /bin/ps runs"),
  );
}

/** Whether the programs of jobs, tasks and services could be started now. */
async function examinePrograms(workspace: Workspace, project: Project): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const job of project.jobs.values()) {
    findings.push(
      ...examineCommand(
        workspace,
        `job ${job.name}`,
        await resolveDefinition(workspace.resolveMachine, project, job),
      ),
    );
  }
  for (const task of project.tasks.values()) {
    const { command, checks } = await resolveTask(workspace, project, task);
    findings.push(...examineCommand(workspace, `task ${task.name}`, command));
    for (const [id, check] of checks) {
      findings.push(...examineCommand(workspace, `check ${id} of task ${task.name}`, check));
    }
  }
  for (const { name, job } of project.services.values()) {
    const resolved = await resolveDefinition(workspace.resolveMachine, project, job);
    findings.push(...examineCommand(workspace, `service ${name}`, resolved));
  }
  if (project.notify !== undefined) {
    const resolved = await resolveNotify(workspace, project, project.notify);
    findings.push(...examineCommand(workspace, "notify", resolved));
  }
  const count = project.jobs.size + project.tasks.size;
  if (findings.length > 0 || count + project.services.size === 0) return findings;
  const what = project.services.size === 0
    ? "job and task"
    : count === 0
    ? "service"
    : "job, task and service";
  return [fine("commands", `the program of every ${what} was found`)];
}

function examineCommand(
  { host }: Workspace,
  subject: string,
  { command, workingDir: folder, env, problems, secrets }: ResolvedDefinition,
): readonly Finding[] {
  const { files, processes } = host;
  if (problems.length > 0) {
    return problems.map(({ at, message }) =>
      problem(subject, `${dottedKey(at)}: ${message}`, nextCommand("config check"))
    );
  }
  const facts = files.stat(folder);
  if (!facts.ok || facts.value.kind !== "directory") {
    const reason = facts.ok ? "it is not a directory" : facts.failure.reason;
    return [
      problem(
        subject,
        `working_dir ${visible(maskText(folder, secrets))}: ${reason}`,
        nextAdvice("make the folder, or change working_dir"),
      ),
    ];
  }
  const [name] = command;
  const found = processes.findProgram(name, { workingDir: folder, env });
  if (found.ok) return [];
  const fact = visible(maskText(found.failure.reason, secrets));
  // A file of the project may be made by another job or task.
  return /[/\\]/.test(name)
    ? [warning(subject, fact, nextAdvice("build it before this is run"))]
    : [problem(subject, fact, nextAdvice("install it, or add its folder to PATH"))];
}
