/** `list`: the configured jobs. */

import type { JobList } from "../../app/list_jobs.ts";
import { visible } from "../../model/failure.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../command.ts";
import type { Invocation } from "../invocation.ts";
import { shellWord } from "../../model/shell_word.ts";
import { table } from "../style.ts";

export function listCommand(start: Start): AnyCommand {
  const command = describe("list", "show the configured jobs");
  complete(command, [
    { line: "orchastration list", does: "the jobs of this project" },
    { line: "orchastration list --json", does: "the same with all their settings, for programs" },
  ]);
  return command.action(() => start(globalFlags(command), list));
}

async function list(invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { listJobs } = await import("../../app/list_jobs.ts");
  const listed = await listJobs(workspace.value);
  if (!listed.ok) return invocation.fail(listed.failure);
  if (invocation.isJson) invocation.console.json(jsonOf(listed.value));
  else if (listed.value.jobs.length === 0) invocation.console.out(nothing(listed.value, invocation));
  else {
    const { outStyle, columns } = invocation.console;
    invocation.console.out(table(
      listed.value.jobs.map((job) => [
        outStyle.bold(job.name),
        job.description === undefined
          ? outStyle.dim(job.command.map(shellWord).map(visible).join(" "))
          : visible(job.description),
      ]),
      { columns },
    ));
  }
  return 0;
}

/** What to do next, for somebody who has just begun. */
function nothing(list: JobList, { console }: Invocation): string {
  const sample = ["[jobs.hello]", 'command = ["echo", "hello"]'].map((line) => `  ${line}\n`).join("");
  if (list.configPath !== undefined) {
    const others = list.taskCount > 0
      ? ` It has ${list.taskCount} ${list.taskCount === 1 ? "task" : "tasks"}.`
      : "";
    return `No jobs in ${list.configPath}.${others}\nAdd one, for example:\n\n${sample}`;
  }
  const looked = list.searched.map((path) => `  ${console.outStyle.dim(path)}\n`).join("");
  return `No configuration found. Looked for:\n${looked}\n` +
    "To write one for this folder, with what is in it: orchastration init\n";
}

function jsonOf(list: JobList) {
  return {
    format: 1,
    kind: "job_list",
    config_path: list.configPath ?? null,
    project_root: list.projectRoot,
    jobs: list.jobs.map((job) => ({
      name: job.name,
      description: job.description ?? null,
      command: job.command,
      working_dir: job.workingDir,
      env_names: Object.keys(job.env).sort(),
      timeout_ms: job.timeoutMs ?? null,
      grace_ms: job.killGraceMs,
      interactive: job.interactive,
      stdin: job.stdin,
      leave_running: job.leaveRunning,
      concurrency: job.concurrency,
      secrets: job.secrets,
    })),
  };
}
