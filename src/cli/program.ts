/** The command table: every command, in the order in which help shows them. */

import { Command } from "@commander-js/extra-typings";
import { addGlobalOptions, type AnyCommand, argumentTerm, commandsBelow, type Start } from "./command.ts";
import { buildCommand } from "./commands/build.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { docCommand } from "./commands/doc.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { gitCommand } from "./commands/git.ts";
import { hashCommand } from "./commands/hash.ts";
import { helpCommand } from "./commands/help.ts";
import { initCommand } from "./commands/init.ts";
import { listCommand } from "./commands/list.ts";
import { logsCommand } from "./commands/logs.ts";
import { manCommand } from "./commands/man.ts";
import { planCommand } from "./commands/plan.ts";
import { recoverCommand } from "./commands/recover.ts";
import { runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs.ts";
import { statusCommand } from "./commands/status.ts";
import { formatItem, helpColumns, termLines, usageLines } from "./help_layout.ts";
import { TOPIC_SENTENCES } from "./topic_names.ts";

/** Where what commander has to say goes, and how wide it may be. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number | undefined;
}

/** Under which heading help shows each command. */
const GROUPS: Readonly<Record<string, string>> = {
  ...{ list: "Jobs:", run: "Jobs:", status: "Jobs:" },
  ...{ logs: "What was recorded:", runs: "What was recorded:", recover: "What was recorded:" },
  ...{ plan: "Tasks:", build: "Tasks:", doc: "Tasks:", git: "Tasks:" },
  ...{ init: "Setting up:", config: "Setting up:", doctor: "Setting up:", completion: "Setting up:" },
};
const OTHER_COMMANDS = "More:";

export function createProgram(start: Start, version: string, output: HelpOutput): AnyCommand {
  const program: AnyCommand = new Command("orchastration")
    .description("Run jobs and tasks that are described in one TOML file, and keep proof of how each ended.")
    .usage("[options] <command>")
    .version(version, "-V, --version", "show the version")
    .helpCommand(false);
  addGlobalOptions(program);
  for (
    const command of [
      initCommand,
      listCommand,
      runCommand,
      statusCommand,
      logsCommand,
      runsCommand,
      recoverCommand,
      planCommand,
      buildCommand,
      docCommand,
      gitCommand,
      hashCommand,
      configCommand,
      doctorCommand,
      completionCommand,
      manCommand,
      helpCommand,
    ]
  ) {
    program.addCommand(command(start));
  }
  const columns = helpColumns(output.columns);
  const topics = termLines(Object.entries(TOPIC_SENTENCES), columns).join("\n");
  program.addHelpText("after", `\nTopics, for help <topic>:\n${topics}\n\nStart here: orchastration list`);
  for (const command of program.commands) command.helpGroup(GROUPS[command.name()] ?? OTHER_COMMANDS);
  for (const command of commandsBelow(program)) {
    if (command !== program && command.commands.length > 0) {
      command.helpCommand("help [command]", "show the help of a command");
    }
    command.exitOverride();
    // Its own wrapping leaves narrow text as it is.
    command.configureHelp({
      formatItem,
      minWidthToWrap: 1,
      // That each has options goes without saying.
      subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(" "),
      styleUsage: (usage) => usageLines(usage, columns),
    });
    command.showHelpAfterError(false).showSuggestionAfterError(false);
    command.configureOutput({
      writeOut: (text) => output.write(text),
      // Its words for mistakes are replaced by ours.
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  return program;
}
