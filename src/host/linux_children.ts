/**
 * Our own children on Linux, adopted orphans included, and the owner of each: a tree, a tool, or none of
 * these. The environment of a process only helps to choose between trees; it never excludes it from all of
 * them.
 */

import type { SpawnRequest } from "./processes.ts";
import { childState, endedChild, hasNoChild, reap } from "./linux_calls.ts";
import { carriesToken } from "./linux_environment.ts";
import { OwnChildren } from "./linux_own_children.ts";
import { knownStat, readProcTable } from "./linux_proc.ts";

/** The owner of each child, by identity. */
export type Owner = object;

/** Processes that we had before a tree was started, and their orphans; and those that are to outlive us. */
const ELSEWHERE: Owner = {};
const TOOLS: Owner = {};

export class LinuxChildren {
  /** Started by us and not waited for yet; only the runtime may wait for them. */
  readonly #started = new Map<number, Owner>();
  readonly #adopted = new Map<number, Owner>();
  /** Sessions that belong to one owner alone: a process cannot enter a session, only be born in it. */
  readonly #sessions = new Map<number, Owner>();
  /**
   * The trees that may still have members, with the mark that their processes carry unless they dropped it.
   */
  readonly #trees = new Map<Owner, SpawnRequest["marker"]>();
  /** The marks of processes that go on and are not searched for: a process with such a mark belongs to no other tree. */
  readonly #left = new Map<Owner, SpawnRequest["marker"]>();
  /** Unknown children, from before the first tree. */
  #hasUnlisted = false;
  #list: OwnChildren | undefined;
  #hasReaped = false;
  /** Resolves when the start that is under way is over. */
  #starting: Promise<void> | undefined;

  /** The last list showed an orphan that had ended. */
  get hasReaped(): boolean {
    return this.#hasReaped;
  }

  /**
   * Starts the process of a tree while other work goes on. Until the start is over, a child of ours that is unknown can be this process,
   * so no tree is examined meanwhile, and no other process is started in this way.
   */
  async startingBeside<T>(start: () => Promise<T>): Promise<T> {
    while (this.#starting !== undefined) await this.#starting;
    this.beforeTree();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#starting = promise;
    try {
      return await start();
    } finally {
      this.#starting = undefined;
      resolve();
    }
  }

  /** Resolves when the start that is under way is over; another one may have begun by then. */
  get starting(): Promise<void> | undefined {
    return this.#starting;
  }

  /**
   * Must be called before a tree is started: processes that are our children by then belong to no later tree.
   */
  beforeTree(): void {
    // Every child that is unknown now is the one that is being started, or was left by a tree that claims it later.
    if (this.#starting !== undefined) return;
    this.#list ??= OwnChildren.open();
    this.#forgetSessions();
    const pids = this.#pids();
    if (pids === undefined) {
      this.reapUnlisted();
      this.#hasUnlisted ||= this.#trees.size === 0 && !hasNoChild();
    }
    for (const pid of pids ?? []) {
      if (this.#started.has(pid)) continue;
      if (childState(pid) === "ended") this.#reap(pid);
      else if (this.#ownerOf(pid) === undefined && this.#claim(pid) === undefined && this.#trees.size === 0) {
        this.#adopt(pid, ELSEWHERE);
      }
    }
  }

  startedTree(leaderPid: number, ownSession: boolean, tree: Owner, marker: SpawnRequest["marker"]): void {
    this.#started.set(leaderPid, tree);
    this.#trees.set(tree, marker);
    this.#list?.cover(leaderPid);
    if (ownSession) this.#sessions.set(leaderPid, tree);
    else this.#sessions.set(ownSessionId() ?? 0, tree);
  }

  startedTool(pid: number): void {
    this.#started.set(pid, TOOLS);
    this.#sessions.set(pid, TOOLS);
  }

  /** It outlives us, with all that it starts: no process of a tree, although it is our child. */
  startedAlone(pid: number): void {
    this.#started.set(pid, ELSEWHERE);
  }

  /** Everything that one starts that was started alone carries this mark. */
  marksAlone(marker: SpawnRequest["marker"]): void {
    this.#left.set(marker, marker);
  }

  /** The runtime has waited for it. */
  ended(pid: number): void {
    // A process that a tool left behind while there is no tree belongs to no tree; `beforeTree` finds it.
    if (this.#started.get(pid) === TOOLS && this.#trees.size === 0) this.#sessions.delete(pid);
    this.#started.delete(pid);
  }

  /**
   * The tree is no longer searched for. Processes left alive keep their owner, so that no later tree claims
   * them.
   */
  overWith(tree: Owner, isEmpty: boolean): void {
    const marker = this.#trees.get(tree);
    this.#trees.delete(tree);
    if (!isEmpty) {
      if (marker !== undefined) this.#left.set(tree, marker);
      return;
    }
    this.#left.delete(tree);
    for (const [sessionId, owner] of this.#sessions) if (owner === tree) this.#sessions.delete(sessionId);
  }

  /** The sessions of members that were seen, so that their orphans are recognized. */
  sawSession(sessionId: number, tree: Owner): void {
    if (!this.#sessions.has(sessionId) && sessionId !== ownSessionId()) this.#sessions.set(sessionId, tree);
  }

  /** Only this tree and its orphans can be below us, so that "no child" means "nothing of the tree". */
  isOnly(tree: Owner): boolean {
    if (this.#hasUnlisted) return false;
    for (const owner of this.#started.values()) if (owner !== tree) return false;
    for (const owner of this.#adopted.values()) if (owner !== tree) return false;
    return true;
  }

  /**
   * The living processes of the tree that are our own children. As long as anything of the tree lives, there
   * is one at every moment, because an orphan becomes our child in the instant its parent ends. undefined
   * where children are not listed.
   */
  livingOf(tree: Owner, where: "usual" | "everywhere" = "usual"): readonly number[] | undefined {
    const pids = where === "usual" ? this.#pids() : this.#list?.readEverywhere();
    this.#hasReaped = false;
    // An empty list cannot be right while there are children.
    if (where === "everywhere" && pids?.length === 0 && !hasNoChild()) return undefined;
    return pids?.filter((pid) => {
      const state = childState(pid);
      if (state === "ended" && !this.#started.has(pid)) this.#reap(pid);
      if (state !== "alive") return false;
      const owner = this.#ownerOf(pid) ?? this.#claim(pid);
      return owner === tree;
    });
  }

  /** Where children are not listed, ended ones are found one after another. */
  reapUnlisted(): void {
    for (let pid = endedChild(); pid !== undefined && !this.#started.has(pid); pid = endedChild()) {
      this.#reap(pid);
    }
  }

  #pids(): readonly number[] | undefined {
    return this.#list?.read();
  }

  #ownerOf(pid: number): Owner | undefined {
    return this.#started.get(pid) ?? this.#adopted.get(pid);
  }

  #reap(pid: number): void {
    reap(pid);
    this.#hasReaped = true;
    this.#adopted.delete(pid);
  }

  #adopt(pid: number, owner: Owner): Owner {
    this.#adopted.set(pid, owner);
    const sessionId = knownStat(pid)?.sessionId;
    if (sessionId !== undefined) this.sawSession(sessionId, owner);
    return owner;
  }

  /** The owner of a new orphan. With several trees it may stay unknown until only one is left. */
  #claim(pid: number): Owner | undefined {
    const [only] = this.#trees.size === 1 ? this.#trees.keys() : [];
    // The usual case, and the one in which time matters: a process that forks quickly also disappears
    // quickly.
    if (only !== undefined && this.#left.size === 0 && this.isOnly(only) && this.#hasSessionsOf(only)) {
      this.#adopted.set(pid, only);
      return only;
    }
    const sessionId = knownStat(pid)?.sessionId;
    const bySession = sessionId === undefined ? undefined : this.#sessionOwner(sessionId);
    const owner = bySession ?? (this.#left.size === 0 ? only : undefined) ?? this.#ownerByToken(pid) ?? only;
    return owner === undefined ? undefined : this.#adopt(pid, owner);
  }

  #hasSessionsOf(only: Owner): boolean {
    for (const owner of this.#sessions.values()) if (owner !== only) return false;
    return true;
  }

  #sessionOwner(sessionId: number): Owner | undefined {
    const owner = this.#sessions.get(sessionId);
    // A tree in its own session has no member in ours; this one belongs to the script that became this
    // process.
    return owner ?? (sessionId === ownSessionId() ? ELSEWHERE : undefined);
  }

  /** The system reuses the number of a session once it has no member. */
  #forgetSessions(): void {
    let living: Set<number> | undefined;
    for (const [sessionId, owner] of this.#sessions) {
      if (this.#trees.has(owner)) continue;
      living ??= new Set(readProcTable()?.map((entry) => entry.sessionId));
      if (!living.has(sessionId)) this.#sessions.delete(sessionId);
    }
  }

  /** A tree that is searched for comes first: another attempt of the same run can have left processes with the same mark. */
  #ownerByToken(pid: number): Owner | undefined {
    for (const [owner, marker] of [...this.#trees, ...this.#left]) {
      if (carriesToken(pid, marker)) return owner;
    }
    return undefined;
  }
}

let sessionOfOurs: number | undefined;

function ownSessionId(): number | undefined {
  return sessionOfOurs ??= knownStat(Deno.pid)?.sessionId;
}
