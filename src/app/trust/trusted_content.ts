/** The content that a job or a task would run now, in the form that a person trusts. */

import { definitionOfJob } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import type { TrustedContent } from "../../model/trust.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import type { Project } from "../../model/project.ts";
import { findJob } from "../jobs/find_job.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";
import { digestFile } from "../../store/run_output.ts";
import { TaskReader } from "../tasks/task_reader.ts";
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
  const resolved = await resolveDefinition(workspace.resolveMachine, project.value, job.value);
  const recorded = await recordedDefinition(
    workspace.host,
    job.value,
    definitionOfJob(job.value),
    resolved,
  );
  return await contentOf(workspace.host, project.value, {
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
  return await contentOf(workspace.host, project, {
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
}

async function contentOf(
  host: Host,
  { root, canonicalRoot }: Project,
  { subject, name, definition, commands, workingDir, secrets }: Resolved,
): Promise<Result<TrustedContent, Failure>> {
  const real = host.files.realPath(root);
  const project = canonicalRoot ?? (real.ok ? real.value : root);
  const files: Record<string, string> = {};
  for (const path of namedFiles(host, project, workingDir, commands.flat())) {
    const digest = await digestFile(host, host.paths.join(project, path));
    // A file that cannot be read now must not become trusted with its later content.
    if (!digest.ok) return digest;
    files[path] = digest.value.sha256;
  }
  return ok({
    project,
    subject,
    name,
    definition,
    argv: commands.map((argv) => argv.map((word) => maskText(word, secrets))),
    working_dir: maskText(workingDir, secrets),
    files,
  });
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
