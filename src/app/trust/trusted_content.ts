/** The content that a job or a task would run now, in the form that a person trusts. */

import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import type { AroundCommand, TrustedContent } from "../../model/trust.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { globMatcher, plainPath } from "../files/glob.ts";
import { jobsIn } from "../jobs/job_needs.ts";
import { findJob } from "../jobs/find_job.ts";
import { readGivenArguments } from "../jobs/extra_args.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";
import { digestFile } from "../../store/run_output.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import { realRootOf } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Searched for among jobs first; a word names a job and a task only if both exist. */
export async function trustedContent(
  workspace: Workspace,
  subject: "job" | "task",
  name: string,
): Promise<Result<TrustedContent, Failure>> {
  return subject === "job" ? await contentOfJob(workspace, name) : await contentOfTask(workspace, name);
}

async function contentOfJob(workspace: Workspace, name: string): Promise<Result<TrustedContent, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const job = findJob(project.value, name);
  if (!job.ok) return job;
  // With the defaults of its arguments, because a caller that has to be trusted cannot give any.
  const given = readGivenArguments(job.value, []);
  const options = given.ok ? { flags: {}, commandAt: ["command"], args: given.value.values } : undefined;
  const resolved = await resolveDefinition(workspace.resolveMachine, project.value, job.value, options);
  const recorded = await recordedDefinition(
    workspace.host,
    job.value,
    definitionOfJob(job.value),
    resolved,
  );
  return await contentOf(workspace, project.value, {
    uses: job.value.uses,
    // All of these are trusted with it, so that no file becomes an output without a person's look.
    outputs: [job.value, ...jobsIn(project.value, job.value.needs)].map(({ outputs, workingDir }) => ({
      outputs,
      workingDir,
    })),
    subject: "job",
    name: job.value.name,
    definition: recorded.definition,
    commands: [resolved.command],
    workingDir: resolved.workingDir,
    secrets: resolved.secrets,
  });
}

async function contentOfTask(workspace: Workspace, name: string): Promise<Result<TrustedContent, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const found = await reader.value.find(name);
  if (!found.ok) return found;
  const { project, task, configured, checks, recorded } = found.value;
  return await contentOf(workspace, project, {
    uses: task.uses,
    outputs: [task],
    subject: "task",
    name: task.name,
    definition: recorded.definition,
    commands: [configured.command, ...[...checks.values()].map(({ command }) => command)],
    workingDir: configured.workingDir,
    secrets: [...configured.secrets, ...[...checks.values()].flatMap(({ secrets }) => secrets)],
  });
}

interface Resolved extends Pick<TrustedContent, "subject" | "name" | "definition"> {
  readonly commands: readonly (readonly string[])[];
  readonly workingDir: string;
  readonly secrets: readonly string[];
  /** Names of services. */
  readonly uses: readonly string[];
  /** What these commands leave, as declared. */
  readonly outputs: readonly Pick<Job, "outputs" | "workingDir">[];
}

async function contentOf(
  workspace: Workspace,
  project: Project,
  { subject, name, definition, commands, workingDir, secrets, uses, outputs }: Resolved,
): Promise<Result<TrustedContent, Failure>> {
  const { host } = workspace;
  const root = realRootOf(host.files, project);
  const around = await commandsAround(workspace, project, uses);
  const words = [...commands, ...Object.values(around).flatMap(({ argv }) => argv)].flat();
  const files: Record<string, string> = {};
  for (const path of namedFiles(host, root, workingDir, words)) {
    // Made by what is trusted, and different after each run.
    if (isOutput(host, root, outputs, path)) continue;
    const digest = await digestFile(host, host.paths.join(root, path));
    // A file that cannot be read now must not become trusted with its later content.
    if (!digest.ok) return digest;
    files[path] = digest.value.sha256;
  }
  return ok({
    project: root,
    subject,
    name,
    definition,
    argv: commands.map((argv) => argv.map((word) => maskText(word, secrets))),
    working_dir: maskText(workingDir, secrets),
    files,
    ...(Object.keys(around).length === 0 ? {} : { around }),
  });
}

/** The services that it uses, and the command that is told of its end. */
async function commandsAround(
  { host, resolveMachine }: Workspace,
  project: Project,
  uses: readonly string[],
): Promise<Readonly<Record<string, AroundCommand>>> {
  const around: Record<string, AroundCommand> = {};
  for (const name of uses) {
    const service = project.services.get(name);
    if (service === undefined) continue;
    const { job, ready, stopSignal } = service;
    const resolved = await resolveDefinition(resolveMachine, project, job);
    const { definition } = await recordedDefinition(host, job, definitionOfJob(job), resolved);
    const masked = (argv: readonly string[]) => argv.map((word) => maskText(word, resolved.secrets));
    around[`service ${name}`] = {
      argv: [masked(resolved.command), ...(ready.kind === "command" ? [masked(ready.command)] : [])],
      traits: {
        definition,
        ready: { ...ready },
        stop_signal: stopSignal,
        working_dir: maskText(resolved.workingDir, resolved.secrets),
      },
    };
  }
  const { notify } = project;
  if (notify !== undefined) around["notify"] = { argv: [notify.command.command], traits: { on: notify.on } };
  return around;
}

/** Plain files inside the project that a word names, alone or after `=`, by their paths from the root; sorted. */
function namedFiles(
  { files, paths }: Host,
  project: string,
  workingDir: string,
  words: readonly string[],
): readonly string[] {
  const found = new Set<string>();
  for (const word of words) {
    const behind = word.slice(word.indexOf("=") + 1);
    for (const text of new Set([word, behind])) {
      if (text === "" || text.includes("\0")) continue;
      const real = files.realPath(paths.resolve(project, workingDir, text));
      if (!real.ok) continue;
      const facts = files.stat(real.value);
      if (!facts.ok || facts.value.kind !== "file") continue;
      const relative = paths.relative(project, real.value).replaceAll("\\", "/");
      if (relative !== "" && !relative.startsWith("../") && !paths.isAbsolute(relative)) found.add(relative);
    }
  }
  return [...found].sort();
}

function isOutput(
  { environment, paths }: Host,
  root: string,
  declared: Resolved["outputs"],
  path: string,
): boolean {
  return declared.some(({ outputs, workingDir }) => {
    const way = paths.relative(paths.resolve(root, workingDir), paths.join(root, path)).replaceAll("\\", "/");
    return outputs.some((each) => {
      const plain = plainPath(each).replace(/\/+$/, "");
      return plain !== "." && plain !== "" &&
        (way === plain || way.startsWith(`${plain}/`) || globMatcher(plain, environment.os !== "linux")(way));
    });
  });
}
