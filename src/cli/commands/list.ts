/** `list`: shows the configured jobs. */

import type { JobList } from "../../app/jobs/list_jobs.ts";
import type { Job, JobGroup } from "../../model/job.ts";
import { byName } from "../../model/names.ts";
import { shellWord } from "../../model/shell_word.ts";
import { visible } from "../../model/visible.ts";
import { defineCommand } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";

export const command = defineCommand({
  flags: (command) => command.option("--all", "also show hidden jobs"),
  examples: [
    { line: "orchastration list", does: "the jobs of this project" },
    { line: "orchastration list --all", does: "including hidden ones" },
    { line: "orchastration list --json", does: "the same with all their settings, for programs" },
  ],
  request: (_, { all }) => ({ isAll: all === true }),
  ask: async (workspace) => (await import("../../app/jobs/list_jobs.ts")).listJobs(workspace),
  json,
  text: (list, invocation, { isAll }) =>
    list.jobs.length + list.groups.length === 0
      ? nothing(list, invocation)
      : text([...list.jobs, ...list.groups].sort((a, b) => byName(a.name, b.name)), isAll, invocation),
});

/** Jobs without a group first, then each group under its heading; all names in one column. */
function text(jobs: readonly (Job | JobGroup)[], isAll: boolean, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const shown = jobs.filter(({ hidden }) => isAll || !hidden);
  if (shown.length === 0) {
    const are = jobs.length === 1 ? "The only job is" : `All ${jobs.length} jobs are`;
    return `${are} hidden.\ntry: ${invocation.commandLine("list", "--all")}\n`;
  }
  const groups = new Map<string | undefined, (Job | JobGroup)[]>([[undefined, []]]);
  for (const group of shown.map(({ group }) => group).filter((group) => group !== undefined).sort(byName)) {
    groups.set(group, []);
  }
  for (const job of shown) groups.get(job.group)!.push(job);
  const indentOf = ({ group }: Job | JobGroup) => group === undefined ? "" : "  ";
  // Names of jobs contain no special characters.
  const width = shown.reduce((width, job) => Math.max(width, indentOf(job).length + job.name.length), 0);
  const sections = [...groups].filter(([, members]) => members.length > 0).map(([group, members]) => {
    const rows = members.map((job) => {
      const name = indentOf(job) + outStyle.bold(job.name);
      const space = " ".repeat(width - indentOf(job).length - job.name.length);
      return [name + space, meaningOf(job, outStyle)];
    });
    return (group === undefined ? "" : `${visible(group)}:\n`) + table(rows, { columns });
  });
  return sections.join("\n");
}

function meaningOf(job: Job | JobGroup, style: Style): string {
  const { description, alias } = job;
  const meaning = description === undefined
    ? style.dim(
      "command" in job ? job.command.map(shellWord).map(visible).join(" ") : `runs ${job.needs.join(", ")}`,
    )
    : visible(description);
  if (alias.length === 0) return meaning;
  return `${meaning}${meaning === "" ? "" : " "}${
    style.dim(`[${alias.length === 1 ? "alias" : "aliases"}: ${alias.join(", ")}]`)
  }`;
}

/** The next step for a new user. */
function nothing(list: JobList, invocation: Invocation): string {
  const sample = ["[jobs.hello]", 'command = ["echo", "hello"]'].map((line) => `  ${line}\n`).join("");
  if (list.configPath !== undefined) {
    const others = list.taskCount > 0
      ? ` It has ${list.taskCount} ${list.taskCount === 1 ? "task" : "tasks"}.`
      : "";
    return `No jobs in ${list.configPath}.${others}\nAdd one, for example:\n\n${sample}`;
  }
  const looked = list.searched.map((path) => `  ${invocation.console.outStyle.dim(path)}\n`).join("");
  return `No configuration found. Looked for:\n${looked}\n` +
    `To write one for this folder, with the jobs found in it: ${invocation.commandLine("init")}\n`;
}

function json(list: JobList) {
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
      lock: job.lock ?? null,
      secrets: job.secrets,
      group: job.group ?? null,
      alias: job.alias,
      hidden: job.hidden,
      confirm: job.confirm ?? null,
      needs: job.needs,
    })),
    groups: list.groups.map(({ name, description, group, alias, hidden, needs }) => ({
      name,
      description: description ?? null,
      needs,
      group: group ?? null,
      alias,
      hidden,
    })),
  };
}
