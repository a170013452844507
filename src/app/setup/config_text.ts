/** The text of a first configuration. Pure; knows no files. */

import { placeholder, type WriteCommand } from "../../model/next_step.ts";
import { asTemplate } from "../../model/template.ts";
import { tomlKey, tomlValue } from "../../config/toml_text.ts";
import type { ProposedArgument } from "./readers/proposal.ts";
import type { LeftOut, ProposedJob } from "./name_jobs.ts";

/** More comments would hide the jobs. */
const MAX_SHOWN_LEFT_OUT = 20;

/** A configuration with these jobs, and further possibilities as comments. */
export function configText(
  jobs: readonly ProposedJob[],
  schema: string,
  write: WriteCommand,
  leftOut: readonly LeftOut[] = [],
  stateDir?: string,
): string {
  return `#:schema ${schema}
# Jobs are commands that are run again and again: ${write("list", [])}, ${write("run", [placeholder("job")])}.
# A command is a list, the program first. It is not run by a shell. To check this file: ${
    write("config check", [])
  }.

${stateText(stateDir)}${jobs.map((job) => jobText(job, write)).join("\n")}
${leftOutText(leftOut)}# What a job can also have:
#   working_dir = "web"          # relative to the folder of this file
#   timeout_seconds = 600        # then it is stopped, with all that it started
#   env = { CI = "1" }
#   env_file = ".env"
#   secrets = ["API_TOKEN"]      # values that are kept out of every record and log
#   retry = { max = 2 }
#   inputs = ["src", "!src/docs"]  # what it reads; with outputs, what it makes

# Tasks are pieces of wanted work: ${write("plan create", [placeholder("task")])}, ${
    write("build run", [placeholder("task")])
  }.
# [tasks.first_task]
# description = "What is wanted"
# command = ["make", "dist"]
# outputs = ["dist/*"]           # what the build is expected to leave behind
`;
}

function stateText(stateDir: string | undefined): string {
  return stateDir === undefined ? "" : `[state]\ndir = ${tomlValue(stateDir)}\n\n`;
}

function jobText(job: ProposedJob, write: WriteCommand): string {
  const { name, description, command, workingDir, group, alias, confirm, needs = [], args = [], inputs } =
    job;
  const wanted = needs.map((each) => each.includes("=") ? each : placeholder(each));
  const lines = [
    ...(needs.length === 0 ? [] : [`# It needs arguments: ${write("run", [name, "--", ...wanted])}`]),
    `[jobs.${tomlKey(name)}]`,
    ...(description === undefined ? [] : [`description = ${tomlValue(description)}`]),
    `command = ${tomlValue([...command.map(asTemplate), ...args.map(argumentUse)])}`,
    ...(args.length === 0 ? [] : [`args = ${tomlValue(args)}`]),
    ...(workingDir === undefined ? [] : [`working_dir = ${tomlValue(asTemplate(workingDir))}`]),
    ...(group === undefined ? [] : [`group = ${tomlValue(group)}`]),
    ...(alias === undefined ? [] : [`alias = ${tomlValue(alias)}`]),
    ...(confirm === undefined ? [] : [`confirm = ${tomlValue(confirm)}`]),
    ...(inputs === undefined
      ? []
      : [`# inputs = ${tomlValue(inputs)}   # then it is run only when one of these changed`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** How the command of a job uses an argument. */
export function argumentUse({ name }: ProposedArgument): string {
  return `\${args.${name}}`;
}

/** Ready to use: only the comment signs have to be removed. */
function leftOutText(leftOut: readonly LeftOut[]): string {
  const shown = leftOut.filter(({ name }) => name !== undefined).slice(0, MAX_SHOWN_LEFT_OUT);
  if (shown.length === 0) return "";
  const more = leftOut.length - shown.length;
  const lines = shown.flatMap(({ name, proposal: { command, workingDir } }) => [
    `# [jobs.${tomlKey(name!)}]`,
    `# command = ${tomlValue(command.map(asTemplate))}`,
    ...(workingDir === undefined ? [] : [`# working_dir = ${tomlValue(asTemplate(workingDir))}`]),
  ]);
  const end = more === 0 ? "" : `# ... and ${more} more.\n`;
  return `# Found, too, and left out. To add one, remove the "# " before its lines:\n${
    lines.join("\n")
  }\n${end}\n`;
}
