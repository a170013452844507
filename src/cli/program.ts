/** The command table: every command, in the order in which help shows them. Each is loaded when it is needed. */

import { Command } from "./base/commander.ts";
import {
  addGlobalOptions,
  type AnyCommand,
  argumentTerm,
  commandsBelow,
  optionMeaning,
  type Start,
} from "./base/command.ts";
import { formatItem, helpColumns, termLines, usageLines } from "./base/help_layout.ts";
import { TOPIC_SENTENCES } from "./help/topic_names.ts";

/** Where what commander has to say goes, and how wide it may be. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number | undefined;
}

interface Entry {
  /** Under which help shows it. */
  readonly heading: string;
  /** Its module, which exports `<name>Command`. */
  readonly load: () => Promise<Record<string, (start: Start) => AnyCommand>>;
  /** What a short command will need next, loaded beside it where it is the one that was called. */
  readonly ahead?: () => readonly Promise<unknown>[];
  /** It speaks of the others. */
  readonly needsAll?: true;
}

const JOBS = "Jobs:";
const RECORDED = "What was recorded:";
const TASKS = "Tasks:";
const SETTING_UP = "Setting up:";
const MORE = "More:";

// `as string`: only what is called is looked at (docs/design/0018-start-up.md).
const COMMANDS: Readonly<Record<string, Entry>> = {
  init: { heading: SETTING_UP, load: () => import("./commands/init.ts" as string) },
  list: {
    heading: JOBS,
    load: () => import("./commands/list.ts" as string),
    ahead: () => [
      import("../app/workspace/project_workspace.ts" as string),
      import("../app/jobs/list_jobs.ts" as string),
    ],
  },
  run: {
    heading: JOBS,
    load: () => import("./commands/run.ts" as string),
    ahead: () => [
      import("../app/workspace/project_workspace.ts" as string),
      import("../app/jobs/run_job.ts" as string),
    ],
  },
  status: {
    heading: JOBS,
    load: () => import("./commands/status.ts" as string),
    ahead: () => [
      import("../app/workspace/workspace.ts" as string),
      import("../app/jobs/show_status.ts" as string),
    ],
  },
  logs: { heading: RECORDED, load: () => import("./commands/logs.ts" as string) },
  runs: { heading: RECORDED, load: () => import("./commands/runs.ts" as string) },
  recover: { heading: RECORDED, load: () => import("./commands/recover.ts" as string) },
  plan: { heading: TASKS, load: () => import("./commands/plan.ts" as string) },
  build: { heading: TASKS, load: () => import("./commands/build.ts" as string) },
  doc: { heading: TASKS, load: () => import("./commands/doc.ts" as string) },
  git: { heading: TASKS, load: () => import("./commands/git.ts" as string) },
  hash: { heading: MORE, load: () => import("./commands/hash.ts" as string) },
  config: { heading: SETTING_UP, load: () => import("./commands/config.ts" as string) },
  doctor: { heading: SETTING_UP, load: () => import("./commands/doctor.ts" as string) },
  completion: { heading: SETTING_UP, load: () => import("./commands/completion.ts" as string) },
  man: { heading: MORE, load: () => import("./commands/man.ts" as string), needsAll: true },
  help: { heading: MORE, load: () => import("./commands/help.ts" as string), needsAll: true },
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
  // Not waited for: the command imports it itself, and finds it on its way.
  for (const module of named?.ahead?.() ?? []) module.catch(() => {});
  const entries = Object.entries(COMMANDS)
    .filter(([each]) => named === undefined || named.needsAll || each === name);
  return await Promise.all(entries.map(async ([each, { heading, load }]) => ({
    heading,
    build: (await load())[`${each}Command`]!,
  })));
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
