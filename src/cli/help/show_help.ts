/** Shows the help of a command, of the program, and of every command in one list. */

import { type AnyCommand, type CommandTree } from "../base/command_tree.ts";
import { helpColumns } from "../base/help_layout.ts";
import { allCommandsText } from "./all_commands.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

export async function showHelp(
  command: AnyCommand,
  tree: CommandTree,
  invocation: Invocation,
): Promise<number> {
  const { console, isJson } = invocation;
  // Help lists the arguments of commands, so these are loaded.
  await Promise.all([command, ...command.commands].map((each) => tree.load(each as AnyCommand)));
  const ofJob = command.args.length === 0 ? undefined : await import("./job_help.ts");
  const named = await ofJob?.jobOfHelp(command, invocation);
  if (named?.ok === false) return await invocation.fail(named.failure);
  const job = named?.value;
  if (isJson) {
    const { commandEntry } = await import("./command_table.ts");
    console.json({
      format: 1,
      kind: "command_help",
      ...commandEntry(command),
      ...(job === undefined ? {} : { job: ofJob!.jobHelpEntry(job) }),
    });
  } else {
    if (job !== undefined) console.out(ofJob!.jobHelpText(job, invocation));
    console.out(helpText(command));
  }
  return EXIT.done;
}

/** The word after `help` that asks for every command. */
export const ALL_COMMANDS = "all";

export async function showAllCommands(tree: CommandTree, { console, isJson }: Invocation): Promise<number> {
  await tree.loadBelow(tree.root);
  if (isJson) {
    const { commandTable } = await import("./command_table.ts");
    const { globalOptions, commands } = commandTable(tree.root);
    console.json({ format: 1, kind: "command_table", global_options: globalOptions, commands });
  } else console.out(allCommandsText(tree.root, helpColumns(console.columns)));
  return EXIT.done;
}

/** Commander's text with our additions. */
function helpText(command: AnyCommand): string {
  let text = "";
  const output = command.configureOutput();
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  command.configureOutput(output);
  return text;
}
