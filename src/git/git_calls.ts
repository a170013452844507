/** Calls of git in one repository, as questions and as changes, with failures in the words of one action. */

import type { Failure } from "../model/failure.ts";
import { nextAdvice, type NextSteps } from "../model/next_step.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { asking } from "./git.ts";
import { hasSucceeded, localEffect, Tool, type ToolAnswer, type ToolSetting } from "./tool.ts";

const ASK_BOUND_MS = 60_000;
/** Files may have to be written or deleted, and many of them. */
const CHANGE_BOUND_MS = 600_000;

/** The way out for a lock file of git, which may be the one of a git that was killed. */
export const LOCK_WAY =
  "wait for git to end; where no git runs, remove this file, then run the command again";

/** The lock file that git has found, in the words of git. Source: `unable_to_lock_message` of git. */
function lockIn(words: string): string | undefined {
  return /Unable to create '(.+\.lock)': File exists/.exec(words)?.[1];
}

export interface Act {
  /** "remove the work tree of task". */
  readonly action: string;
  readonly value: string;
}

export class GitCalls {
  readonly #tool: Tool;
  readonly #setting: ToolSetting;
  readonly #act: Act;
  readonly #askBoundMs: number;

  private constructor(tool: Tool, setting: ToolSetting, act: Act, askBoundMs: number) {
    this.#tool = tool;
    this.#setting = setting;
    this.#act = act;
    this.#askBoundMs = askBoundMs;
  }

  static open(setting: ToolSetting, act: Act, askBoundMs = ASK_BOUND_MS): Result<GitCalls, Failure> {
    const tool = Tool.find("git", setting);
    return tool.ok
      ? ok(new GitCalls(tool.value, setting, act, askBoundMs))
      : fail({ code: "tool_missing", tool: "git", ...act, fact: tool.failure });
  }

  /** The same calls with further variables. */
  with(env: Readonly<Record<string, string>>): Result<GitCalls, Failure> {
    return GitCalls.open(
      { ...this.#setting, env: { ...this.#setting.env, ...env } },
      this.#act,
      this.#askBoundMs,
    );
  }

  /** The answer, however git ended. */
  async try(folder: string, words: readonly string[], stdin?: string): Promise<Result<ToolAnswer, Failure>> {
    const answer = await this.#tool.call(asking(folder, ...words), {
      timeoutMs: this.#askBoundMs,
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (answer.ok && !answer.value.isWhole) return this.failed(`git ${words[0]} lists more than can be read`);
    return answer;
  }

  /** What git prints; a failure where it does not succeed. */
  async ask(folder: string, words: readonly string[], stdin?: string): Promise<Result<string, Failure>> {
    const answer = await this.try(folder, words, stdin);
    if (!answer.ok) return answer;
    return hasSucceeded(answer.value) ? ok(answer.value.stdout) : this.failed(this.#tool.words(answer.value));
  }

  /** The same as a list; git ends each entry with NUL. */
  async list(folder: string, words: readonly string[]): Promise<Result<readonly string[], Failure>> {
    const listed = await this.ask(folder, words);
    return listed.ok ? ok(listed.value.split("\0").filter((entry) => entry !== "")) : listed;
  }

  /** For a call that changes something. */
  async change(folder: string, words: readonly string[], stdin?: string): Promise<Result<string, Failure>> {
    const answer = await this.#tool.call(["-C", folder, ...words], {
      timeoutMs: CHANGE_BOUND_MS,
      effectOf: localEffect,
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (!answer.ok) return answer;
    if (hasSucceeded(answer.value)) return ok(answer.value.stdout);
    const lock = lockIn(answer.value.stderr);
    return lock === undefined
      ? this.failed(this.#tool.words(answer.value))
      : this.failed(`git is working there, or was killed meanwhile: ${lock} exists`, [nextAdvice(LOCK_WAY)]);
  }

  /** Nothing was changed. */
  refused(fact: string, ...next: NextSteps): Result<never, Failure> {
    return fail({ code: "refused", ...this.#act, fact, next });
  }

  failed(fact: string, next: NextSteps = []): Result<never, Failure> {
    return fail({ code: "tool_failed", tool: "git", ...this.#act, fact, next });
  }
}
