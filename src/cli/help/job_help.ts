/** The part of `run <job> --help` that comes from the configuration: the job's description, and its arguments. */

import { parameterMeaning, parameterTerm } from "../../model/parameters.ts";
import { visible } from "../../model/visible.ts";
import type { Job } from "../../model/job.ts";
import type { AnyCommand } from "../base/command_tree.ts";
import { pathOf } from "../base/command_tree.ts";
import { helpColumns, indented, termLines } from "../base/help_layout.ts";
import type { Invocation } from "../base/invocation.ts";

/** The job that is named beside `--help`; undefined for other commands, and where there is no such job. */
export async function jobOfHelp(command: AnyCommand, invocation: Invocation): Promise<Job | undefined> {
  if (pathOf(command) !== "orchastration run") return undefined;
  const workspace = invocation.workspace();
  if (!workspace.ok) return undefined;
  // Help is shown even if the configuration is invalid; commands that need the configuration report that.
  const project = await workspace.value.project();
  if (!project.ok) return undefined;
  const { jobs, aliases } = project.value;
  // Words after the flag can be values of options; words that are not jobs do not matter.
  const name = command.args.find((word: string) => jobs.has(aliases.get(word) ?? word));
  return name === undefined ? undefined : jobs.get(aliases.get(name) ?? name);
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
