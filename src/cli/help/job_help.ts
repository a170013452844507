/** The part of `run <job> --help` that comes from the configuration: the job's description, and its arguments. */

import type { Failure } from "../../model/failure.ts";
import { parameterMeaning, parameterTerm } from "../../model/parameters.ts";
import { visible } from "../../model/visible.ts";
import type { Job } from "../../model/job.ts";
import { ok, type Result } from "../../model/result.ts";
import type { AnyCommand } from "../base/command_tree.ts";
import { pathOf } from "../base/command_tree.ts";
import { helpColumns, indented, termLines } from "../base/help_layout.ts";
import type { Invocation } from "../base/invocation.ts";

/**
 * The job that is named beside `--help`; undefined for other commands, and where only a group or nothing is named. A name that
 * no job has is the failure of `run` with it.
 */
export async function jobOfHelp(
  command: AnyCommand,
  invocation: Invocation,
): Promise<Result<Job | undefined, Failure>> {
  if (pathOf(command) !== "orchastration run") return ok(undefined);
  const workspace = invocation.workspace();
  if (!workspace.ok) return ok(undefined);
  // Help is shown even if the configuration is invalid; commands that need the configuration report that.
  const project = await workspace.value.project();
  if (!project.ok) return ok(undefined);
  const words = wordsBesideHelp(command.args);
  if (words.names.length === 0) return ok(undefined);
  const { targetsOf } = await import("../../app/graph/job_graph.ts");
  const targets = targetsOf(project.value, { ...words, heading: undefined });
  if (!targets.ok) return targets;
  return ok(targets.value.map((name) => project.value.jobs.get(name)).find((job) => job !== undefined));
}

/** The names of jobs, and the words after `--`. After an option that the parser does not know, a word can be its value. */
function wordsBesideHelp(words: readonly string[]) {
  const asking = words.filter((word) => word !== "--help" && word !== "-h");
  const end = asking.findIndex((word) => word.startsWith("-"));
  if (end < 0) return { names: asking, extraArgs: [] };
  return { names: asking.slice(0, end), extraArgs: asking[end] === "--" ? asking.slice(end + 1) : [] };
}

export function jobHelpText({ name, description, args }: Job, invocation: Invocation): string {
  const columns = helpColumns(invocation.console.columns);
  const title = description === undefined ? `Job ${name}` : `Job ${name}: ${visible(description)}`;
  const usage = invocation.commandLine("run", name);
  if (args === undefined) {
    const words = "Any words after -- are added to its command.";
    return `${title}\n\nUsage: ${usage} -- [arguments]\n\n${indented(words, "", columns).join("\n")}\n\n`;
  }
  if (args.length === 0) return `${title}\n\nUsage: ${usage}\n\nIt takes no arguments.\n\n`;
  const terms = termLines(
    args.map((each) => [parameterTerm(each), visible(parameterMeaning(each))] as const),
    columns,
  );
  const given = args.map(parameterTerm).join(" ");
  return `${title}\n\nUsage: ${usage} -- ${given}\n\nArguments of the job, after --:\n${
    terms.join("\n")
  }\n\n`;
}

/** The same for `--json`. */
export function jobHelpEntry({ name, description, args }: Job) {
  return {
    name,
    description: description ?? null,
    arguments: args?.map((each) => ({ term: parameterTerm(each), meaning: parameterMeaning(each) })) ?? null,
  };
}
