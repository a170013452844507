/**
 * The life of one fake process of ours: every operation on the machine passes here, is counted, and may fail
 * or be the moment of death. Knows no files and no processes.
 */

import type { HostProblem } from "../../src/host/host_result.ts";
import { type ProblemOrKind, toProblem } from "./fake_problem.ts";

/** Operations that change something: the points between which a process can die. */
export type ChangeName =
  | "createNew"
  | "append"
  | "overwrite"
  | "openForAppending"
  | "write"
  | "sync"
  | "addName"
  | "rename"
  | "syncFolder"
  | "remove"
  | "makeFolders"
  | "tryLock"
  | "note"
  | "unlock"
  | "spawn"
  | "signalTree"
  | "signal"
  | "runTool"
  | "startAgain"
  /** A write to our own stdout or stderr; the path is "stdout" or "stderr". */
  | "print";

export type QuestionName =
  | "readBytes"
  | "stat"
  | "entry"
  | "list"
  | "identify"
  | "readLink"
  | "realPath"
  | "openForReading"
  | "read"
  | "close"
  | "freeBytes"
  | "watch"
  | "findProgram"
  | "probe"
  | "look"
  | "currentFolder"
  | "readInput";

export type OperationName = ChangeName | QuestionName;

export interface Operation {
  readonly name: ChangeName;
  /** The affected paths; two for a rename. */
  readonly paths: readonly string[];
}

/**
 * Thrown by the operation at which a fake process dies, and by every one after it. No code of ours may catch
 * it.
 */
export class FakeDeath extends Error {
  override readonly name = "FakeDeath";
}

// A dying program leaves promises behind that reject with its death; that is expected, and no error.
globalThis.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof FakeDeath) event.preventDefault();
});

export interface FailRule {
  readonly op: OperationName | readonly OperationName[];
  /** The whole path, or a pattern for it; by default every path. For `spawn` and `runTool` the program. */
  readonly path?: string | RegExp;
  readonly problem: ProblemOrKind;
  /** How often it fails; failNext: once, failWhen: always. */
  readonly times?: number;
  /** Lets this many matching operations pass first. */
  readonly skip?: number;
}

/** The switches that a test uses to break the machine. */
export interface FakeFaults {
  /** The next matching operation fails. Returns a function that removes the rule. */
  failNext(rule: FailRule): () => void;
  /** Every matching operation fails. Returns a function that removes the rule. */
  failWhen(rule: FailRule): () => void;
  /** The space left on the disk; a write that needs more writes what fits and fails. undefined: unlimited. */
  diskBytesLeft: number | undefined;
  /** The n-th change from now on (from 1) does not happen, and nothing after it. */
  dieAt(n: number): void;
  /** The next matching operation never returns, as on a disk that does not answer; the process is alive until somebody ends it. */
  hangAt(rule: Pick<FailRule, "op" | "path">): void;
  /** Matching operations in another thread do not return before the returned function is called; everything else goes on. */
  stallBeside(rule: Pick<FailRule, "op" | "path">): () => void;
}

interface ActiveRule {
  readonly rule: FailRule;
  timesLeft: number;
  skipLeft: number;
}

export class FakeLife {
  readonly #rules: ActiveRule[] = [];
  readonly #operations: Operation[] = [];
  readonly #onDeath: (() => void)[] = [];
  readonly #activity: () => void;
  readonly #died = Promise.withResolvers<void>();
  #deathAt: number | undefined;
  #isDead = false;
  #hangsAt: Pick<FailRule, "op" | "path"> | undefined;
  #isHanging = false;
  readonly #stalls = new Map<Pick<FailRule, "op" | "path">, Promise<void>>();

  constructor(activity: () => void) {
    this.#activity = activity;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get died(): Promise<void> {
    return this.#died.promise;
  }

  /** Runs at the moment of death, as the kernel does: frees locks, closes pipes. */
  onDeath(clean: () => void): void {
    this.#onDeath.push(clean);
  }

  dieAt(n: number): void {
    this.#deathAt = this.#operations.length + n;
  }

  hangAt(rule: Pick<FailRule, "op" | "path">): void {
    this.#hangsAt = rule;
  }

  stallBeside(rule: Pick<FailRule, "op" | "path">): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stalls.set(rule, promise);
    return () => {
      this.#stalls.delete(rule);
      resolve();
    };
  }

  /** Resolves when another thread may go on with this operation. */
  async beside(name: OperationName, path: string): Promise<void> {
    this.touch();
    await Promise.resolve();
    for (const [rule, over] of this.#stalls) if (matches(rule, name, [path])) await over;
  }

  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const clean of this.#onDeath) clean();
    this.#died.resolve();
  }

  addRule(rule: FailRule, times: number): () => void {
    const active = { rule, timesLeft: rule.times ?? times, skipLeft: rule.skip ?? 0 };
    this.#rules.push(active);
    return () => void (active.timesLeft = 0);
  }

  /** Passes an operation that changes something; a problem where the test wants it to fail. */
  change(name: ChangeName, ...paths: readonly string[]): HostProblem | undefined {
    this.touch();
    if (this.#operations.length + 1 === this.#deathAt) {
      this.die();
      throw new FakeDeath(`died instead of: ${name} ${paths.join(" ")}`);
    }
    this.#operations.push({ name, paths });
    return this.#problemFor(name, paths);
  }

  /** Passes an operation that only asks. */
  ask(name: QuestionName, ...paths: readonly string[]): HostProblem | undefined {
    this.touch();
    return this.#problemFor(name, paths);
  }

  /** Any action of the program. */
  touch(): void {
    if (this.#isDead) throw new FakeDeath("the fake process is dead");
    if (this.#isHanging) throw new FakeDeath("the fake process hangs");
    this.#activity();
  }

  #problemFor(name: OperationName, paths: readonly string[]): HostProblem | undefined {
    if (this.#hangsAt !== undefined && matches(this.#hangsAt, name, paths)) {
      this.#isHanging = true;
      throw new FakeDeath(`hangs in: ${name} ${paths.join(" ")}`);
    }
    for (const active of this.#rules) {
      if (active.timesLeft <= 0 || !matches(active.rule, name, paths)) continue;
      if (active.skipLeft > 0) {
        active.skipLeft--;
        continue;
      }
      active.timesLeft--;
      return toProblem(active.rule.problem);
    }
    return undefined;
  }
}

function matches(
  rule: Pick<FailRule, "op" | "path">,
  name: OperationName,
  paths: readonly string[],
): boolean {
  const named = typeof rule.op === "string" ? rule.op === name : rule.op.includes(name);
  if (!named || rule.path === undefined) return named;
  const wanted = rule.path;
  return paths.some((path) => typeof wanted === "string" ? path === wanted : wanted.test(path));
}
