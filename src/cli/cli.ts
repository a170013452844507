/** The command-line face: from the words of a command line to an exit code. */

import { CommanderError } from "@commander-js/extra-typings";
import type { Host } from "../host/host.ts";
import type { OpenLogFile } from "../app/workspace/workspace.ts";
import { versionLine } from "../version.ts";
import type { KnownWords } from "./base/parse_errors.ts";
import { type AnyCommand, commandsBelow, globalFlags, pathOf } from "./base/command.ts";
import { EXIT } from "./base/exit_code.ts";
import { type GlobalFlags, Invocation } from "./base/invocation.ts";
import { createProgram } from "./program.ts";
import { COMPLETE_WORD } from "./completion/scripts.ts";

export interface CliPorts {
  /** How the log file is opened; the tests keep it in memory. */
  readonly openLogFile?: OpenLogFile;
}

export async function runCli(argv: readonly string[], host: Host, ports: CliPorts = {}): Promise<number> {
  let exitCode: number = EXIT.done;
  const within = async (flags: GlobalFlags, action: (invocation: Invocation) => Promise<number>) => {
    const invocation = new Invocation(host, flags, ports.openLogFile);
    try {
      exitCode = await action(invocation);
    } catch (error) {
      exitCode = reportBug(error, invocation);
    } finally {
      await invocation.close();
    }
    // An answer that could not be written is no answer.
    const problem = invocation.console.outputProblem;
    if (problem !== undefined && exitCode === EXIT.done) {
      invocation.console.err(`error: Cannot write to stdout: ${problem}\n`);
      exitCode = EXIT.inputOutput;
      await invocation.console.flush();
    }
  };
  const help: string[] = [];
  const program = await createProgram(within, versionLine(host.environment).trimEnd(), {
    write: (text) => void help.push(text),
    columns: host.terminal.stdout.columns,
  }, argv);
  if (argv[0] === COMPLETE_WORD) {
    const { answer, cursorAsked } = await import("./completion/complete.ts");
    const cursor = cursorAsked(program, argv.slice(1), host.environment.get("HOME"));
    await within(cursor.flags, (invocation) => answer(cursor, invocation));
    return exitCode;
  }
  const early = earlyFlags(argv);
  let misunderstood = program;
  for (const command of commandsBelow(program)) {
    command.exitOverride((error) => {
      misunderstood = command;
      throw error;
    });
  }
  try {
    if (argv.length === 0) program.outputHelp();
    else {
      checkExtraArguments(program, argv);
      await program.parseAsync([...argv], { from: "user" });
    }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const { failureOf } = await import("./base/parse_errors.ts");
    const failure = failureOf(error, knownTo(misunderstood));
    const word = misunderstood === program && error.code === "commander.unknownCommand"
      ? program.args[0]
      : undefined;
    if (failure !== undefined && word !== undefined) {
      const { withWhatIsMeant } = await import("./base/suggest_job.ts");
      await within(
        { ...globalFlags(program), ...early },
        async (invocation) => await invocation.fail(await withWhatIsMeant(failure, word, invocation)),
      );
    } else if (failure !== undefined) {
      await within(early, (invocation) => invocation.fail(failure));
    }
  }
  if (help.length > 0) {
    await within(early, (invocation) => {
      invocation.console.out(help.join(""));
      return Promise.resolve(EXIT.done);
    });
  }
  return exitCode;
}

/** The flags that count for reporting a command line which cannot be understood. */
function earlyFlags(argv: readonly string[]): GlobalFlags {
  const end = argv.indexOf("--");
  const ours = end < 0 ? argv : argv.slice(0, end);
  return {
    ...(ours.includes("--json") ? { json: true } : {}),
    ...(ours.includes("--no-color") ? { color: false } : {}),
  };
}

/** What a command knows, where it was misunderstood. */
function knownTo(command: AnyCommand): KnownWords {
  const options = command.createHelp().visibleOptions(command).flatMap((
    option,
  ) => [option.long, option.short]);
  return {
    command: pathOf(command),
    subcommands: command.commands.map((each) => each.name()),
    options: options.filter((option) => option !== undefined && option !== null),
    requires: command.registeredArguments.filter((argument) => argument.required).length,
    takes: command.registeredArguments.length,
    passesOn: passesOn(command),
    got: command.args,
    taken: takenBy(command),
  };
}

function takenBy(command: AnyCommand): KnownWords["taken"] {
  for (const option of command.options) {
    const word = option.optional ? [command.getOptionValue(option.attributeName())].flat().at(-1) : undefined;
    if (typeof word === "string" && word !== "") return { option: option.long ?? option.flags, word };
  }
  return undefined;
}

/**
 * Words after a job's name that do not stand behind `--` are most likely a mistake: a second job, or options of ours
 * spelled wrong. Only those behind it go to the job.
 */
function checkExtraArguments(program: AnyCommand, argv: readonly string[]): void {
  for (const command of commandsBelow(program)) {
    if (!passesOn(command)) continue;
    command.hook("preAction", (_, action) => {
      const { requires, got } = knownTo(action as AnyCommand);
      const end = argv.indexOf("--");
      const behind = end < 0 ? 0 : argv.length - end - 1;
      if (got.length - behind > requires) action.error("", { code: "orchastration.extraArgument" });
    });
  }
}

/** It takes arguments for a job or a task, behind `--`. */
function passesOn(command: AnyCommand): boolean {
  return command.registeredArguments.some((argument) => argument.name() === "args");
}

function reportBug(error: unknown, invocation: Invocation): number {
  const { console } = invocation;
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  console.err(
    `error: This is a bug in Orchastration, not in what you did. What was recorded so far is kept.\n${
      detail.split("\n").map((line) => `  ${line}`).join("\n")
    }\n`,
  );
  if (invocation.isJson) {
    console.json({
      format: 1,
      kind: "failure",
      ...{ code: "bug", message: String(error), exit_code: EXIT.bug },
    });
  }
  return EXIT.bug;
}
