/** The command-line face: from the words of a command line to an exit code. */

import type { Host } from "../host/host.ts";
import type { Failure } from "../model/failure.ts";
import { EXIT } from "./base/exit_code.ts";
import type { GlobalFlags } from "./base/global_flags.ts";
import { Invocation } from "./base/invocation.ts";
import { parseArguments, type Parsed } from "./parse.ts";
import { calledEntry, Program } from "./program.ts";

/** The first word in calls of completion scripts. People do not type it, so help does not list it. */
const COMPLETE_WORD = "__complete";

export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  const { columns } = host.terminal.stdout;
  if (argv[0] === COMPLETE_WORD) {
    const { answer, cursorAsked } = await import("./completion/complete.ts");
    const cursor = await cursorAsked(new Program(columns), argv.slice(1), host.environment.get("HOME"));
    return await within(host, cursor.flags, (invocation) => answer(cursor, invocation));
  }
  const { parsed, program } = await understand(argv, columns);
  return await within(host, parsed.flags, (invocation) => {
    const changed = changedArgument(argv, host);
    return changed === undefined ? carryOut(parsed, program, invocation) : invocation.fail(changed);
  });
}

/**
 * Parses with the called command alone where that is enough, because making all commands takes longer than the rest of a short
 * call. What is no call is parsed with all of them, for its help or its message.
 */
export async function understand(
  argv: readonly string[],
  columns: number | undefined,
): Promise<{ readonly parsed: Parsed; readonly program: Program }> {
  const entry = calledEntry(argv);
  if (entry !== undefined) {
    const program = new Program(columns, entry);
    const parsed = await parseArguments(program, argv);
    if (parsed.kind === "call") return { parsed, program };
  }
  const program = new Program(columns);
  return { parsed: await parseArguments(program, argv), program };
}

/** An argument that is not UTF-8 arrives as changed text. */
function changedArgument(argv: readonly string[], { environment }: Host): Failure | undefined {
  if (!argv.some((word) => word.includes("\ufffd"))) return undefined;
  const [value] = environment.notUtf8().args;
  if (value === undefined) return undefined;
  return {
    code: "arguments_invalid",
    action: "use the argument",
    value,
    fact: "it is not UTF-8 text, and only UTF-8 text can be passed on",
    next: [],
  };
}

async function carryOut(parsed: Parsed, program: Program, invocation: Invocation): Promise<number> {
  switch (parsed.kind) {
    case "call":
      return await parsed.call.carryOut(invocation, () => program.whole());
    case "help": {
      const { showHelp } = await import("./help/show_help.ts");
      return await showHelp(parsed.command, program, invocation);
    }
    case "version": {
      const { showVersion } = await import("./help/show_version.ts");
      return showVersion(invocation);
    }
    case "failure": {
      const { failure, clue } = parsed;
      if (clue === undefined) return await invocation.fail(failure);
      const { withWhatIsMeant } = await import("./base/suggest_job.ts");
      return await invocation.fail(await withWhatIsMeant(failure, clue, invocation));
    }
  }
}

/** Runs an action within one call of the program, and waits until all output is written. */
async function within(
  host: Host,
  flags: GlobalFlags,
  action: (invocation: Invocation) => Promise<number>,
): Promise<number> {
  const invocation = new Invocation(host, flags);
  const { console } = invocation;
  let exitCode: number;
  try {
    exitCode = await action(invocation);
  } catch (error) {
    exitCode = lacksDescriptors(error) ? reportLack(invocation) : reportBug(error, invocation);
  } finally {
    await invocation.close();
  }
  // An answer that could not be written counts as a failure.
  const problem = console.outputProblem;
  if (problem !== undefined && exitCode === EXIT.done) {
    console.err(`error: Cannot write to stdout: ${problem}\n`);
    exitCode = EXIT.inputOutput;
    await console.flush();
  }
  return exitCode;
}

/** A lazily loaded part of the program could not be opened, which is caused by the machine and is no bug. */
function lacksDescriptors(error: unknown): boolean {
  return error instanceof Error && /too many open files/i.test(error.message);
}

function reportLack({ console, isJson }: Invocation): number {
  const message = "Cannot continue: too many open files";
  console.err(`error: ${message}\n  try: raise the limit of open files, for example with ulimit -n 1024\n`);
  if (isJson && !console.hasDocument) {
    console.json({
      format: 1,
      kind: "failure",
      code: "too_many_open_files",
      message,
      exit_code: EXIT.inputOutput,
    });
  }
  return EXIT.inputOutput;
}

function reportBug(error: unknown, invocation: Invocation): number {
  const { console } = invocation;
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  console.err(
    `error: This is a bug in Orchastration, not in what you did. What was recorded so far is kept.\n${
      detail.split("\n").map((line) => `  ${line}`).join("\n")
    }\n`,
  );
  if (invocation.isJson && !console.hasDocument) {
    console.json({ format: 1, kind: "failure", code: "bug", message: String(error), exit_code: EXIT.bug });
  }
  return EXIT.bug;
}
