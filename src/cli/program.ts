/** The command table: every command, in the order in which help shows them. */

import { Command } from "@commander-js/extra-typings";
import { addGlobalOptions, type AnyCommand, type Start } from "./command.ts";
import { buildCommand } from "./commands/build.ts";
import { docCommand } from "./commands/doc.ts";
import { hashCommand } from "./commands/hash.ts";
import { listCommand } from "./commands/list.ts";
import { logsCommand } from "./commands/logs.ts";
import { planCommand } from "./commands/plan.ts";
import { recoverCommand } from "./commands/recover.ts";
import { runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs.ts";
import { statusCommand } from "./commands/status.ts";

/** Where what commander has to say goes, and how wide it may be. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number | undefined;
}

const DEFAULT_COLUMNS = 80;
/** A description in a narrower column than this reads worse than one that runs over the edge. */
const MIN_COLUMNS_TO_WRAP = 16;

export function createProgram(start: Start, version: string, output: HelpOutput): AnyCommand {
  const program: AnyCommand = new Command("orchastration")
    .description("Run jobs and tasks that are described in one TOML file, and keep proof of how each ended.")
    .usage("[options] <command>")
    .version(version, "-V, --version", "show the version")
    .helpCommand("help [command]", "show the help of a command");
  addGlobalOptions(program);
  for (
    const command of [
      listCommand,
      runCommand,
      statusCommand,
      logsCommand,
      runsCommand,
      recoverCommand,
      planCommand,
      buildCommand,
      docCommand,
      hashCommand,
    ]
  ) {
    program.addCommand(command(start));
  }
  program.addHelpText("after", "\nStart here: orchastration list");
  for (const command of commandsBelow(program)) {
    command.exitOverride();
    command.configureHelp({ minWidthToWrap: MIN_COLUMNS_TO_WRAP });
    command.showHelpAfterError(false).showSuggestionAfterError(false);
    command.configureOutput({
      writeOut: (text) => output.write(text),
      // Its words for mistakes are replaced by ours.
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => output.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => output.columns ?? DEFAULT_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  return program;
}

/** The command itself and all commands under it. */
export function commandsBelow(command: AnyCommand): readonly AnyCommand[] {
  return [command, ...command.commands.flatMap((each) => commandsBelow(each as AnyCommand))];
}
