/**
 * The skeleton of every command: its flags, the request they express, and the way from there to an exit code.
 * A file below src/cli/commands exports one definition; the command table has its name and its sentence.
 */

import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";
import type { NextStep } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Document } from "../output/console.ts";
import type { AnyCommand, CommandTree } from "./command_tree.ts";
import { EXIT } from "./exit_code.ts";
import type { GlobalFlags } from "./global_flags.ts";
import type { Invocation } from "./invocation.ts";

export interface Example {
  readonly line: string;
  readonly does: string;
}

/** The request of a command line, and how to carry it out. */
export interface Call {
  /** Plain data, so that a test can examine it without running anything. */
  readonly request: unknown;
  carryOut(invocation: Invocation, tree: () => CommandTree): number | Promise<number>;
}

/** A command as the command table loads it. */
export interface CommandDefinition {
  readonly examples: readonly Example[];
  /** Declares its arguments and options. */
  declare(command: AnyCommand): void;
  /**
   * The call that its words and options express; a failure where they contradict each other. Runs nothing.
   */
  read(args: readonly unknown[], options: OptionValues, flags: GlobalFlags): Result<Call, Failure>;
}

interface Flags<Args extends unknown[], Options extends OptionValues, Request> {
  flags(command: Command): Command<Args, Options>;
  readonly examples: readonly Example[];
  request(args: Args, options: Options): Request;
  /** Why these words and flags cannot be combined. */
  misuse?(request: Request, flags: GlobalFlags): Failure | undefined;
}

/** A command that calls one use case and shows the answer, as most do. */
interface Answering<Request, Answer> {
  /** Calls one use case. */
  ask(workspace: Workspace, request: Request): Result<Answer, Failure> | Promise<Result<Answer, Failure>>;
  /** Warnings about what was left out, for stderr. */
  warnings?(answer: Answer): readonly string[];
  json(answer: Answer, invocation: Invocation, request: Request): Document;
  text(answer: Answer, invocation: Invocation, request: Request): string;
  /** Default: the code for success. */
  exitCode?(answer: Answer, request: Request): number;
  /** Set where the text is renewed in place until the user stops it: the call that gives it once. */
  renewed?(request: Request): NextStep | undefined;
}

/** A command that shows something while it runs, or has no single answer. */
interface CarryingOut<Request> {
  /** `tree` makes the tree of all commands, which takes milliseconds. */
  carryOut(request: Request, invocation: Invocation, tree: () => CommandTree): number | Promise<number>;
}

export function defineCommand<Args extends unknown[], Options extends OptionValues, Request, Answer>(
  definition: Flags<Args, Options, Request> & Answering<Request, Answer>,
): CommandDefinition {
  return defineActivity({
    ...definition,
    carryOut: (request, invocation) => answer(definition, request, invocation),
  });
}

export function defineActivity<Args extends unknown[], Options extends OptionValues, Request>(
  definition: Flags<Args, Options, Request> & CarryingOut<Request>,
): CommandDefinition {
  return {
    examples: definition.examples,
    declare: (command) => void definition.flags(command),
    read(args, options, flags) {
      // Commander built them from the declarations of `flags`.
      const request = definition.request(args as Args, options as Options);
      const misuse = definition.misuse?.(request, flags);
      if (misuse !== undefined) return fail(misuse);
      return ok({
        request,
        carryOut: (invocation, tree) => definition.carryOut(request, invocation, tree),
      });
    },
  };
}

async function answer<Request, Answer>(
  command: Answering<Request, Answer>,
  request: Request,
  invocation: Invocation,
): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const once = command.renewed?.(request);
  if (once !== undefined) {
    const { renewAnswer } = await import("./renewed_answer.ts");
    return await renewAnswer(invocation, {
      ask: () => command.ask(workspace.value, request),
      warnings: (answer) => command.warnings?.(answer) ?? [],
      text: (answer) => command.text(answer, invocation, request),
      once,
    });
  }
  const answered = await command.ask(workspace.value, request);
  if (!answered.ok) return invocation.fail(answered.failure);
  for (const warning of command.warnings?.(answered.value) ?? []) invocation.warn(warning);
  if (invocation.isJson) invocation.console.json(command.json(answered.value, invocation, request));
  else invocation.console.out(command.text(answered.value, invocation, request));
  return command.exitCode?.(answered.value, request) ?? EXIT.done;
}
