/** The command table: every command, in the order in which help shows them. Each is loaded when it is needed. */

import { Command } from "@commander-js/extra-typings";
import {
  addGlobalOptions,
  type AnyCommand,
  argumentTerm,
  commandsBelow,
  optionMeaning,
  type Start,
} from "./base/command.ts";
import { formatItem, helpColumns, termLines, usageLines } from "./base/help_layout.ts";
import { TOPIC_SENTENCES } from "./help/topics.ts";

/** Where what commander has to say goes, and how wide it may be. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number | undefined;
}

interface Entry {
  /** Under which help shows it. */
  readonly heading: string;
  readonly load: () => Promise<(start: Start) => AnyCommand>;
  /** It speaks of the others. */
  readonly needsAll?: true;
}

const JOBS = "Jobs:";
const RECORDED = "What was recorded:";
const TASKS = "Tasks:";
const SETTING_UP = "Setting up:";
const MORE = "More:";

const COMMANDS: Readonly<Record<string, Entry>> = {
  init: { heading: SETTING_UP, load: async () => (await import("./commands/init.ts")).initCommand },
  list: { heading: JOBS, load: async () => (await import("./commands/list.ts")).listCommand },
  run: { heading: JOBS, load: async () => (await import("./commands/run.ts")).runCommand },
  status: { heading: JOBS, load: async () => (await import("./commands/status.ts")).statusCommand },
  logs: { heading: RECORDED, load: async () => (await import("./commands/logs.ts")).logsCommand },
  runs: { heading: RECORDED, load: async () => (await import("./commands/runs.ts")).runsCommand },
  recover: { heading: RECORDED, load: async () => (await import("./commands/recover.ts")).recoverCommand },
  plan: { heading: TASKS, load: async () => (await import("./commands/plan.ts")).planCommand },
  build: { heading: TASKS, load: async () => (await import("./commands/build.ts")).buildCommand },
  doc: { heading: TASKS, load: async () => (await import("./commands/doc.ts")).docCommand },
  git: { heading: TASKS, load: async () => (await import("./commands/git.ts")).gitCommand },
  hash: { heading: MORE, load: async () => (await import("./commands/hash.ts")).hashCommand },
  config: { heading: SETTING_UP, load: async () => (await import("./commands/config.ts")).configCommand },
  doctor: { heading: SETTING_UP, load: async () => (await import("./commands/doctor.ts")).doctorCommand },
  completion: {
    heading: SETTING_UP,
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  man: { heading: MORE, load: async () => (await import("./commands/man.ts")).manCommand, needsAll: true },
  help: { heading: MORE, load: async () => (await import("./commands/help.ts")).helpCommand, needsAll: true },
};

/**
 * The program with all its commands; where a command line is given and names a command that does not speak of the others,
 * with that one alone, as loading and building all of them takes longer than most commands do.
 */
export async function createProgram(
  start: Start,
  version: string,
  output: HelpOutput,
  argv: readonly string[] = [],
): Promise<AnyCommand> {
  const program: AnyCommand = new Command("orchastration")
    .description("Run jobs and tasks that are described in one TOML file, and keep proof of how each ended.")
    .usage("[options] <command>")
    .version(version, "-V, --version", "show the version")
    .helpCommand(false);
  addGlobalOptions(program);
  for (const { heading, build } of await loadCommands(wordAfterOptions(program, argv))) {
    program.addCommand(build(start).helpGroup(heading));
  }
  const columns = helpColumns(output.columns);
  program.addHelpText("after", () => {
    const topics = termLines(Object.entries(TOPIC_SENTENCES), columns).join("\n");
    return `\nTopics, for help <topic>:\n${topics}\n\nStart here: orchastration init`;
  });
  for (const command of commandsBelow(program)) {
    if (command !== program && command.commands.length > 0) {
      command.helpCommand("help [command]", "show the help of a command");
    }
    command.exitOverride();
    // Its own wrapping leaves narrow text as it is.
    command.configureHelp({
      formatItem,
      optionDescription: optionMeaning,
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

async function loadCommands(
  name: string | undefined,
): Promise<readonly { readonly heading: string; readonly build: (start: Start) => AnyCommand }[]> {
  const named = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const entries = Object.entries(COMMANDS)
    .filter(([each]) => named === undefined || named.needsAll || each === name);
  return await Promise.all(entries.map(async ([, { heading, load }]) => ({ heading, build: await load() })));
}

/** The first word of a command line that is no global option and no value of one. */
function wordAfterOptions(program: AnyCommand, argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (!word.startsWith("-")) return word;
    const [flag, value] = word.split("=", 2);
    const option = program.options.find((each) => each.long === flag || each.short === flag);
    // Who is misunderstood gets to hear what there is, which takes all commands.
    if (option === undefined) return undefined;
    if (option.required && value === undefined) at++;
  }
}
