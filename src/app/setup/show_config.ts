/**
 * Examines the configuration: whether it is valid, which file it is, and which values are in force and why.
 */

import { commandSlip } from "../../model/command_slip.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { NOTIFY_FACTS, type NotifySettings } from "../../model/notify.ts";
import { ok, type Result } from "../../model/result.ts";
import { effective, type EffectiveTable, effectiveTables } from "../../config/effective.ts";
import { configSchema } from "../../config/json_schema.ts";
import { readDocument } from "../../config/load.ts";
import type { KeyPath } from "../../config/problem.ts";
import type { JsonSchema } from "../../config/shape.ts";
import { type ResolvedDefinition, resolveDefinition } from "../../config/resolve.ts";
import { resolveTask } from "../tasks/resolve_task.ts";
import { unresolved, type UnresolvedDefinition } from "../workspace/config_problem.ts";
import type { ConfigLocation } from "../../config/find.ts";
import { LOG_STDOUT_VARIABLE } from "../workspace/call_log.ts";
import type { Place, Workspace } from "../workspace/workspace.ts";

export interface ConfigCheck {
  readonly location: ConfigLocation;
  readonly project: Project;
}

export interface WholeCheck extends ConfigCheck {
  /** Valid, but most likely meant otherwise. */
  readonly slips: readonly Diagnostic[];
}

export async function checkConfig(workspace: Workspace): Promise<Result<ConfigCheck, Failure>> {
  const location = workspace.locateConfig();
  if (!location.ok) return location;
  const project = await workspace.project();
  return project.ok ? ok({ location: location.value, project: project.value }) : project;
}

/**
 * Like `checkConfig`, but also checks whether each job, task, check and service has what it needs to run here and now.
 */
export async function checkEverything(workspace: Workspace): Promise<Result<WholeCheck, Failure>> {
  const checked = await checkConfig(workspace);
  if (!checked.ok) return checked;
  const { project } = checked.value;
  const commands: UnresolvedDefinition[] = [];
  for (const job of project.jobs.values()) {
    const { problems } = await resolveDefinition(workspace.resolveMachine, project, job);
    commands.push({ table: "jobs", name: job.name, problems });
  }
  for (const task of project.tasks.values()) {
    const { problems } = await resolveTask(workspace, project, task);
    commands.push({ table: "tasks", name: task.name, problems });
  }
  for (const { name, job } of project.services.values()) {
    const { problems } = await resolveDefinition(workspace.resolveMachine, project, job);
    commands.push({ table: "services", name, problems });
  }
  if (project.notify !== undefined) {
    const { problems } = await resolveNotify(workspace, project, project.notify);
    commands.push({ table: "notify", name: undefined, problems });
  }
  if (commands.some(({ problems }) => problems.length > 0)) return await unresolved(workspace, commands);
  const slips = await slipsOf(workspace, checked.value);
  return slips.ok ? ok({ ...checked.value, slips: slips.value }) : slips;
}

/** The command of `[notify]`, before there is a run. */
export function resolveNotify(
  { resolveMachine }: Workspace,
  project: Project,
  { command }: NotifySettings,
): Promise<ResolvedDefinition> {
  const facts = Object.fromEntries(NOTIFY_FACTS.map((name) => [name, name]));
  return resolveDefinition(resolveMachine, project, command, { flags: {}, commandAt: ["command"], facts });
}

/** Commands that look as if written for a shell. They may be meant that way, so they are only reported. */
async function slipsOf(
  { host }: Workspace,
  { location: { path, namedBy }, project }: ConfigCheck,
): Promise<Result<readonly Diagnostic[], Failure>> {
  const slipsIn = (
    table: UnresolvedDefinition["table"],
    name: string | undefined,
    at: KeyPath,
    command: readonly string[] | undefined,
  ) => {
    const slip = commandSlip(command ?? []);
    if (slip === undefined) return [];
    const problem = { at: [...at, slip.index], message: slip.fact, hint: slip.instead };
    return [{ table, name, problems: [problem] }];
  };
  const found = [
    ...[...project.jobs.values()].flatMap(({ name, command }) => slipsIn("jobs", name, ["command"], command)),
    ...[...project.tasks.values()].flatMap(({ name, command, acceptance }) => [
      ...slipsIn("tasks", name, ["command"], command),
      ...acceptance.flatMap(({ check }, index) =>
        slipsIn("tasks", name, ["acceptance", index, "check"], check)
      ),
    ]),
    ...[...project.services.values()].flatMap(({ name, job, ready }) => [
      ...slipsIn("services", name, ["command"], job.command),
      ...(ready.kind === "command" ? slipsIn("services", name, ["ready", "command"], ready.command) : []),
    ]),
    ...slipsIn("notify", undefined, ["command"], project.notify?.command.command),
  ];
  if (found.length === 0 || path === undefined) return ok([]);
  const { diagnose } = await import("../../config/diagnose.ts");
  return await diagnose(host.files, path, namedBy, host.environment.os, found);
}

export interface EffectiveConfig extends ConfigCheck {
  readonly tables: readonly EffectiveTable[];
  readonly state: Place;
  readonly log: Place;
}

export async function showConfig(workspace: Workspace): Promise<Result<EffectiveConfig, Failure>> {
  const checked = await checkConfig(workspace);
  if (!checked.ok) return checked;
  const { location, project } = checked.value;
  const { files } = workspace.host;
  const read = location.path === undefined
    ? undefined
    : await readDocument(files, location.path, location.namedBy);
  if (read?.ok === false) return read;
  const tables = await effectiveTables(read?.value, project, workspace.resolveMachine);
  const shown = tables.map((table) => table.header === "logging" ? asLogged(table, workspace) : table);
  return ok({
    ...checked.value,
    tables: shown,
    state: await workspace.statePlace(),
    log: workspace.logPlace(),
  });
}

/**
 * The settings of the log in this call: flags take precedence, and without a setting its format depends on
 * the terminal.
 */
function asLogged(table: EffectiveTable, workspace: Workspace): EffectiveTable {
  const { level, format, stdout } = workspace.loggingFlags();
  const given = { level, format, stdout };
  const values = table.values.filter(({ key }) => given[key as keyof typeof given] === undefined);
  if (level !== undefined) values.push(effective(["level"], level, { kind: "flag", flag: "--log-level" }));
  if (format !== undefined) {
    values.push(effective(["format"], format, { kind: "flag", flag: "--log-format" }));
  }
  if (stdout !== undefined) {
    values.push(effective(["stdout"], stdout, { kind: "flag", flag: `$${LOG_STDOUT_VARIABLE}` }));
  }
  if (!values.some(({ key }) => key === "format")) {
    values.push(
      effective(["format"], workspace.host.terminal.stdout.isTerminal ? "pretty" : "json", {
        kind: "default",
      }),
    );
  }
  return { ...table, values };
}

export function schemaOfConfig(): JsonSchema {
  return configSchema();
}
