/**
 * An outside tool (git, gh): found once, each call limited in time and reported before and after. Knows no
 * runs.
 */

import type { ToolEffect } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import { maskText } from "../model/secrets.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { GitMachine } from "./git.ts";

/** Larger than any answer that is parsed here. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** The most that a message repeats of a tool's output. */
const MAX_WORDS_LENGTH = 300;

export interface ToolAnswer {
  readonly end:
    | { readonly kind: "exited"; readonly exitCode: number }
    | { readonly kind: "signalled"; readonly signal: string }
    | { readonly kind: "timed_out"; readonly afterMs: number }
    /** A stop was requested. */
    | { readonly kind: "stopped" }
    | { readonly kind: "not_started"; readonly reason: string };
  readonly stdout: string;
  readonly stderr: string;
  /** False where more was printed than we read. */
  readonly isWhole: boolean;
}

/** The journal of calls. */
export interface ToolJournal {
  /** Aborted when a stop is requested, with the signal's name as the reason. */
  readonly stop: AbortSignal | undefined;
  /** Called before the process starts; if it fails, no process is started. */
  began(call: ToolCall): Promise<Result<void, Failure>>;
  ended(answer: ToolAnswer, effect: ToolEffect): Promise<void>;
}

/** Calls that only read, for an answer that is not recorded, need no journal. */
export const NO_JOURNAL: ToolJournal = {
  stop: undefined,
  began: () => Promise.resolve({ ok: true, value: undefined }),
  ended: () => Promise.resolve(),
};

export interface ToolCall {
  readonly argv: readonly string[];
  readonly program: string;
  /** "unknown" for a call that is to change something. */
  readonly effect: ToolEffect;
}

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly stdin?: string;
  /** For a call that is to change something: whether it did. */
  readonly effectOf?: (answer: ToolAnswer) => ToolEffect;
}

export interface ToolSetting {
  readonly machine: GitMachine;
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not be stored or shown. */
  readonly secrets: readonly string[];
  readonly journal: ToolJournal;
}

export class Tool {
  readonly #name: string;
  readonly #program: string;
  readonly #setting: ToolSetting;

  private constructor(name: string, program: string, setting: ToolSetting) {
    this.#name = name;
    this.#program = program;
    this.#setting = setting;
  }

  /** Why no such program was found. */
  static find(name: string, setting: ToolSetting): Result<Tool, string> {
    const { machine, workingDir, env } = setting;
    const found = machine.processes.findProgram(name, { workingDir, env });
    return found.ok ? ok(new Tool(name, found.value, setting)) : fail(found.failure.reason);
  }

  /** A failure where the call could not be recorded, and so was not made; also where a stop was requested. */
  async call(args: readonly string[], options: ToolOptions): Promise<Result<ToolAnswer, Failure>> {
    const { machine, workingDir, env, secrets, journal } = this.#setting;
    if (journal.stop?.aborted) return this.#stopped(journal.stop, "");
    const began = await journal.began({
      argv: [this.#name, ...args].map((word) => maskText(word, secrets)),
      program: this.#program,
      effect: options.effectOf === undefined ? "none" : "unknown",
    });
    if (!began.ok) return began;
    const ran = await machine.processes.runTool({
      program: this.#program,
      args,
      workingDir,
      env,
      ...(options.stdin === undefined ? {} : { stdin: new TextEncoder().encode(options.stdin) }),
      timeoutMs: options.timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(journal.stop === undefined ? {} : { stop: journal.stop }),
    });
    const answer = answerOf(ran, options.timeoutMs);
    await journal.ended(answer, options.effectOf?.(answer) ?? "none");
    return answer.end.kind === "stopped"
      ? this.#stopped(
        journal.stop!,
        options.effectOf === undefined ? "" : ", which may or may not have been carried out",
      )
      : ok(answer);
  }

  #stopped(stop: AbortSignal, doubt: string): Result<never, Failure> {
    return fail({
      code: "stopped_by_signal",
      signal: String(stop.reason),
      while_doing: `with a call of ${this.#name}${doubt}`,
    });
  }

  /** The tool's own message, or how it ended where it printed none, as the second half of a sentence. */
  words(answer: ToolAnswer): string {
    const lines = maskText(answer.stderr, this.#setting.secrets).split("\n")
      .map((line) => line.replace(/^(?:fatal|error|gh): /, "").trim())
      .filter((line) => line !== "" && !line.startsWith("hint: "));
    // A list begins with a colon.
    const message = lines.join("; ").replaceAll(":; ", ": ");
    if (message !== "" && answer.end.kind !== "timed_out") {
      return message.length > MAX_WORDS_LENGTH ? `${message.slice(0, MAX_WORDS_LENGTH)}…` : message;
    }
    switch (answer.end.kind) {
      case "exited":
        return `${this.#name} exited with status ${answer.end.exitCode}`;
      case "signalled":
        return `${this.#name} was ended by ${answer.end.signal}`;
      case "timed_out":
        return `${this.#name} did not answer within ${answer.end.afterMs / 1000} seconds`;
      case "stopped":
        return `${this.#name} was stopped`;
      case "not_started":
        return `${this.#name} could not be started: ${answer.end.reason}`;
    }
  }
}

export function hasSucceeded({ end }: ToolAnswer): boolean {
  return end.kind === "exited" && end.exitCode === 0;
}

/** For a call that changes only this machine: in doubt only where it was cut short. */
export function localEffect(answer: ToolAnswer): ToolEffect {
  if (hasSucceeded(answer)) return "done";
  return answer.end.kind === "exited" || answer.end.kind === "not_started" ? "none" : "unknown";
}

type Ran = Awaited<ReturnType<GitMachine["processes"]["runTool"]>>;

function answerOf(ran: Ran, timeoutMs: number): ToolAnswer {
  if (!ran.ok) {
    const end = ran.failure.kind === "timed_out"
      ? { kind: "timed_out", afterMs: timeoutMs } as const
      : ran.failure.kind === "stopped"
      ? { kind: "stopped" } as const
      : { kind: "not_started", reason: ran.failure.reason } as const;
    return { end, stdout: "", stderr: "", isWhole: true };
  }
  const { exit, stdout, stderr } = ran.value;
  const decoder = new TextDecoder();
  return {
    end: exit.kind === "exited"
      ? { kind: "exited", exitCode: exit.exit_code }
      : { kind: "signalled", signal: exit.signal },
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
    isWhole: stdout.byteLength < MAX_OUTPUT_BYTES,
  };
}
