/** One tree of processes on Linux and macOS: its living members, and signals to all of them. */

import type { ProcessMember, ProcessSignal, SpawnRequest, TreeLook } from "./processes.ts";
import { hasNoChild } from "./linux_calls.ts";
import type { LinuxChildren } from "./linux_children.ts";
import { knownStat, readProcTable, showsOurPids } from "./linux_proc.ts";
import { descendantsOf, membersOf, type TableEntry } from "./process_table.ts";
import { ProcessGroup, send } from "./posix_signal.ts";

/** How long SIGKILL is sent to new processes without a pause, and how long without a new one ends that. */
const CHASE_MS = 30;
const CHASE_QUIET_MS = 2;
/** How often children are listed in one look while each list shows one that has just ended. */
const MOST_LOOKS = 64;

export interface Leader {
  readonly pid: number;
  /** It leads its own session and group. */
  readonly ownSession: boolean;
  readonly name: string;
  /** The runtime has waited for it. */
  hasEnded: boolean;
}

export interface PosixTree {
  look(): Promise<TreeLook>;
  /** Returns the number of members. */
  signal(signal: ProcessSignal): Promise<number>;
  release(): void;
}

interface Seen extends TreeLook {
  /** As far as the process table tells. */
  readonly entries: readonly TableEntry[];
}

/**
 * For Linux, where orphans become our own children: the kernel itself then tells whether anything is left. A
 * process that forks and ends so quickly that no list shows it still has, at every moment, one process that
 * is our child.
 */
export class AdoptingTree implements PosixTree {
  readonly #leader: Leader;
  readonly #children: LinuxChildren;
  readonly #group: ProcessGroup;
  #isOver = false;

  constructor(leader: Leader, children: LinuxChildren, marker: SpawnRequest["marker"]) {
    this.#leader = leader;
    this.#children = children;
    this.#group = new ProcessGroup(leader.pid, leader.ownSession);
    children.startedTree(leader.pid, leader.ownSession, this, marker);
  }

  async look(): Promise<TreeLook> {
    // Without any child, nothing of the tree is left. The kernel is asked once, because a process that is being started can appear.
    if (this.#isOver || hasNoChild()) return lookOf(this.#over());
    while (this.#children.starting !== undefined) await this.#children.starting;
    return lookOf(this.#look());
  }

  async signal(signal: ProcessSignal): Promise<number> {
    while (this.#children.starting !== undefined) await this.#children.starting;
    const { members, entries } = this.#look();
    this.#group.send(signal);
    const groupOf = new Map(entries.map(({ pid, groupId }) => [pid, groupId]));
    for (const { pid } of members) {
      const isInGroup = pid === this.#leader.pid || groupOf.get(pid) === this.#leader.pid;
      if (!this.#leader.ownSession || !isInGroup) send(pid, signal);
    }
    if (signal === "SIGKILL") this.#chase();
    return members.length;
  }

  release(): void {
    this.#children.overWith(this, this.#isOver);
  }

  #look(): Seen {
    if (this.#isOver || hasNoChild()) return this.#over();
    const direct = this.#children.livingOf(this);
    if (direct === undefined) return this.#lookUnlisted();
    if (direct.length > 0) return this.#describe(direct);
    // Looks that must agree: the list again and from every thread, until it shows no process that has just
    // ended, because a process that hops leaves one behind with each hop; and the group, which exists as long
    // as it has a member.
    for (let looks = 0; looks === 0 || this.#children.hasReaped; looks++) {
      if (looks === MOST_LOOKS) return this.#describe([]);
      const again = this.#children.livingOf(this, "everywhere");
      if (again === undefined) return this.#lookUnlisted();
      if (again.length > 0) return this.#describe(again);
    }
    // Nothing else is below us, so a child that no list was quick enough to show belongs to the tree; or it is
    // the main process, which the runtime will have waited for in a moment.
    if (this.#children.isOnly(this)) return hasNoChild() ? this.#over() : this.#describe([]);
    if (this.#leader.hasEnded && !this.#group.isEmpty) return this.#describe([]);
    // Alive until the runtime has waited for it, as far as the number of its group is concerned; gone
    // otherwise.
    return this.#leader.hasEnded ? this.#over() : this.#nobody(true);
  }

  /**
   * Without a list of children, only the main process has a name; whether any process is left is still known.
   */
  #lookUnlisted(): Seen {
    this.#children.reapUnlisted();
    if (hasNoChild()) return this.#over();
    const { pid, name, hasEnded } = this.#leader;
    const members = hasEnded ? [] : [{ pid, name }];
    // Where processes outside the tree are below us, it is unknown whether the rest belongs to it.
    const isEmpty = hasEnded && this.#group.isEmpty && !this.#children.isOnly(this);
    return { members, entries: [], isEmpty, isListed: false };
  }

  #describe(direct: readonly number[]): Seen {
    const table = readProcTable();
    const isInGroup = ({ groupId }: TableEntry) => this.#leader.ownSession && groupId === this.#leader.pid;
    const entries = table === undefined ? [] : descendantsOf(table, direct, isInGroup);
    for (const { sessionId } of entries) this.#children.sawSession(sessionId, this);
    const known = new Set(entries.map(({ pid }) => pid));
    const unknown = direct.filter((pid) => !known.has(pid)).map((pid) => ({ pid, name: this.#nameOf(pid) }));
    const members = [...entries.map(({ pid, name }): ProcessMember => ({ pid, name })), ...unknown];
    // Something is left that no list was quick enough to show: a survivor without a number.
    return { members, entries, isEmpty: false, isListed: table !== undefined && members.length > 0 };
  }

  #nameOf(pid: number): string {
    return pid === this.#leader.pid ? this.#leader.name : knownStat(pid)?.name ?? "?";
  }

  #over(): Seen {
    this.#isOver = true;
    this.#children.overWith(this, true);
    return this.#nobody(true);
  }

  #nobody(isEmpty: boolean): Seen {
    return { members: [], entries: [], isEmpty, isListed: showsOurPids() };
  }

  /**
   * Processes that fork without a pause can only be caught by looking without a pause: each new one gets
   * SIGKILL before it can fork again.
   */
  #chase(): void {
    const startedAtMs = performance.now();
    const told = new Set<number>();
    for (let newAtMs = startedAtMs, nowMs = startedAtMs;; nowMs = performance.now()) {
      if (nowMs - newAtMs > CHASE_QUIET_MS || nowMs - startedAtMs > CHASE_MS || hasNoChild()) return;
      this.#group.send("SIGKILL");
      const direct = this.#children.livingOf(this) ?? [];
      for (const pid of direct) {
        if (told.has(pid)) continue;
        told.add(pid);
        send(pid, "SIGKILL");
        newAtMs = nowMs;
      }
    }
  }
}

function lookOf({ members, isEmpty, isListed }: Seen): TreeLook {
  return { members, isEmpty, isListed };
}

/** A table takes a tenth of it. */
const GROUP_WAITS_MS = 200;

/** For systems where orphans go elsewhere: the tree is what a table of all processes shows, and the group. */
export class ListedTree implements PosixTree {
  readonly #leader: Leader;
  readonly #group: ProcessGroup;
  readonly #ports: ListedTreePorts;
  readonly #seen = new Map<number, number | null>();

  constructor(leader: Leader, ports: ListedTreePorts) {
    this.#leader = leader;
    this.#ports = ports;
    this.#group = new ProcessGroup(leader.pid, leader.ownSession);
  }

  async look(): Promise<TreeLook> {
    return lookOf(await this.#look());
  }

  async signal(signal: ProcessSignal): Promise<number> {
    // Looked at first, because a table shows nothing of those that the signal has ended; but the group depends on nothing else, so it does
    // not wait for long.
    const looked = this.#look();
    await this.#ports.atMost(GROUP_WAITS_MS, looked);
    this.#group.send(signal);
    const { members, entries } = await looked;
    const { pid: leaderPid, ownSession } = this.#leader;
    for (const { pid, groupId } of entries) {
      if (!ownSession || groupId !== leaderPid) send(pid, signal);
    }
    return members.length;
  }

  release(): void {}

  async #look(): Promise<Seen> {
    const { pid, name, hasEnded } = this.#leader;
    let entries = await this.#members();
    // A process that left the group and forks can be missing from one list; a second list makes that less
    // likely, but cannot exclude it.
    if (entries?.length === 0 && this.#seen.size > 1) entries = await this.#members();
    if (entries === undefined) {
      const isEmpty = hasEnded && this.#group.isEmpty;
      return { members: hasEnded ? [] : [{ pid, name }], entries: [], isEmpty, isListed: false };
    }
    const isEmpty = entries.length === 0 && (!hasEnded || this.#group.isEmpty);
    const members = entries.map((entry) => ({ pid: entry.pid, name: entry.name }));
    return { members, entries, isEmpty, isListed: true };
  }

  async #members(): Promise<readonly TableEntry[] | undefined> {
    const table = await this.#ports.readTable();
    if (table === undefined) return undefined;
    const entries = membersOf(table, {
      leaderPid: this.#leader.pid,
      ownSession: this.#leader.ownSession,
      ownPid: Deno.pid,
      others: this.#ports.others(),
      seen: this.#seen,
    });
    for (const { pid, startTicks } of entries) this.#seen.set(pid, startTicks);
    return entries;
  }
}

export interface ListedTreePorts {
  /** Resolves with the promise, or when the time has passed. */
  atMost(ms: number, promise: Promise<unknown>): Promise<void>;
  /** undefined where it cannot be read. */
  readTable(): Promise<readonly TableEntry[] | undefined>;
  /** Our other children, which with their descendants never belong to the tree. */
  others(): ReadonlySet<number>;
}
