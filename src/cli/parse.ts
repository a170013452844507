/** Parses the words of a command line into a request. Runs nothing. */

import { CommanderError } from "@commander-js/extra-typings";
import type { Failure } from "../model/failure.ts";
import type { Call } from "./base/command.ts";
import {
  type AnyCommand,
  commandsBelow,
  globalFlags,
  passesOn,
  pathOf,
  takesSeveralJobs,
} from "./base/command_tree.ts";
import type { GlobalFlags } from "./base/global_flags.ts";
import { failureOf, type KnownWords, subjectOf } from "./base/parse_errors.ts";
import type { Clue } from "./base/suggest_job.ts";
import type { Program } from "./program.ts";

export type Parsed =
  & { readonly flags: GlobalFlags }
  & (
    | { readonly kind: "call"; readonly path: string; readonly call: Call }
    | { readonly kind: "help"; readonly command: AnyCommand }
    | { readonly kind: "version" }
    | {
      readonly kind: "failure";
      readonly failure: Failure;
      /** What the configuration can add to the message. */
      readonly clue: Clue | undefined;
    }
  );

export async function parseArguments(program: Program, argv: readonly string[]): Promise<Parsed> {
  const { root } = program;
  if (argv.length === 0) return { kind: "help", command: root, flags: {} };
  let called: AnyCommand | undefined;
  let stoppedAt = root;
  for (const command of commandsBelow(root)) {
    command.exitOverride((error) => {
      stoppedAt = command;
      throw error;
    });
    if (command.commands.length === 0) {
      command.action(() => {
        checkExtraArguments(command, argv);
        called = command;
      });
    }
  }
  try {
    await root.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flags = { ...globalFlags(stoppedAt), ...lateFlags(argv) };
    if (error.code === "commander.version") return { kind: "version", flags };
    if (isHelp(error, stoppedAt)) return { kind: "help", command: stoppedAt, flags };
    return {
      kind: "failure",
      failure: failureOf(error, knownTo(stoppedAt)),
      clue: clueOf(error, stoppedAt, argv),
      flags,
    };
  }
  if (called === undefined) throw new Error(`Cannot tell what "${argv.join(" ")}" calls`);
  const flags = globalFlags(called);
  const args = withoutName(called, argv) ?? called.processedArgs;
  const call = program.definitionOf(called)!.read(args, called.opts(), flags);
  return call.ok
    ? { kind: "call", path: pathOf(called), call: call.value, flags }
    : { kind: "failure", failure: call.failure, clue: undefined, flags };
}

/** A request for help, also by a noun alone, which lists its verbs. */
function isHelp(error: CommanderError, { args }: AnyCommand): boolean {
  if (error.code === "commander.helpDisplayed") return true;
  return error.code === "commander.help" && (error.exitCode === 0 || args.length === 0);
}

function clueOf({ code }: CommanderError, command: AnyCommand, argv: readonly string[]): Clue | undefined {
  const { args } = command;
  if (code === "orchastration.extraArgument") {
    const words = args.slice(0, args.length - wordsBehind(argv));
    return { kind: "several_names", subject: subjectOf(pathOf(command)), words };
  }
  const [word] = args;
  return command.parent === null && code === "commander.unknownCommand" && word !== undefined
    ? { kind: "unknown_command", word }
    : undefined;
}

/** The number of words after `--`. */
function wordsBehind(argv: readonly string[]): number {
  const end = argv.indexOf("--");
  return end < 0 ? 0 : argv.length - end - 1;
}

/** The flags that matter for reporting a mistake, even where they stand after it. */
function lateFlags(argv: readonly string[]): GlobalFlags {
  const end = argv.indexOf("--");
  const ours = end < 0 ? argv : argv.slice(0, end);
  return {
    ...(ours.includes("--json") ? { json: true } : {}),
    ...(ours.includes("--no-color") ? { color: false } : {}),
  };
}

/** The known facts about a command whose words could not be parsed. */
function knownTo(command: AnyCommand): KnownWords {
  const options = command.createHelp().visibleOptions(command)
    .flatMap((option) => [option.long, option.short]);
  return {
    command: pathOf(command),
    subcommands: command.commands.map((each) => each.name()),
    options: options.filter((option) => option !== undefined && option !== null),
    requires: namingWords(command),
    takes: command.registeredArguments.length,
    passesOn: passesOn(command),
    got: command.args,
    taken: takenBy(command),
  };
}

/** The number of words before the ones that are passed on, or of all required words. */
function namingWords(command: AnyCommand): number {
  if (takesSeveralJobs(command)) return 1;
  return command.registeredArguments.filter((argument) =>
    passesOn(command) ? !argument.variadic : argument.required
  ).length;
}

/** Words after `--` belong to the job, even where the job's name was omitted. */
function withoutName(command: AnyCommand, argv: readonly string[]): readonly unknown[] | undefined {
  const [name] = command.registeredArguments;
  if (takesSeveralJobs(command)) {
    const names = command.args.length - wordsBehind(argv);
    return [command.args.slice(0, names), command.args.slice(names)];
  }
  if (!passesOn(command) || name?.required !== false) return undefined;
  return command.args.length > wordsBehind(argv) ? undefined : [undefined, command.args];
}

function takenBy(command: AnyCommand): KnownWords["taken"] {
  for (const option of command.options) {
    const word = option.optional ? [command.getOptionValue(option.attributeName())].flat().at(-1) : undefined;
    if (typeof word === "string" && word !== "") return { option: option.long ?? option.flags, word };
  }
  return undefined;
}

/**
 * Words after a job's name but not after `--` are most likely a mistake: a second job, or misspelled options
 * of ours. Only words after `--` are passed to the job.
 */
function checkExtraArguments(command: AnyCommand, argv: readonly string[]): void {
  // Whether a further word is a job, only the configuration tells.
  if (!passesOn(command) || takesSeveralJobs(command)) return;
  if (command.args.length - wordsBehind(argv) > namingWords(command)) {
    command.error("", { code: "orchastration.extraArgument" });
  }
}
