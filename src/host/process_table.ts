/**
 * The list of living processes, and which of them belong to one tree. Zombies count as dead and are left out.
 */

/** One living process. */
export interface TableEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** In clock ticks after boot; null where the table has none. */
  readonly startTicks: number | null;
  readonly name: string;
}

/** Reads one line of /proc/<pid>/stat. Source: proc_pid_stat(5). */
export function parseStatLine(line: string): (TableEntry & { readonly state: string }) | undefined {
  // The name stands in parentheses and may itself contain spaces and parentheses.
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = line.slice(close + 2).split(" ");
  const number = (index: number) => Number(fields[index]);
  return {
    pid: Number(line.slice(0, open)),
    name: line.slice(open + 1, close),
    state: fields[0] ?? "?",
    parentPid: number(1),
    groupId: number(2),
    sessionId: number(3),
    startTicks: number(19),
  };
}

/**
 * Reads `ps -A -o pid=,ppid=,pgid=,stat=,ucomm=`, for systems without /proc; they show no session and no start ticks. On macOS, `comm` would
 * be the whole path.
 */
export function parsePsOutput(text: string): readonly TableEntry[] {
  const entries: TableEntry[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[4]!.startsWith("Z")) continue;
    entries.push({
      pid: Number(match[1]),
      parentPid: Number(match[2]),
      groupId: Number(match[3]),
      sessionId: 0,
      startTicks: null,
      name: match[5]!.trim(),
    });
  }
  return entries;
}

export interface TreeQuery {
  readonly leaderPid: number;
  /** The leader leads its own session and group, whose members all belong to the tree. */
  readonly ownSession: boolean;
  readonly ownPid: number;
  /** Our other children, which with their descendants never belong to this tree. */
  readonly others: ReadonlySet<number>;
  /** Seen in the tree before, by pid and start; they belong to it wherever they go. */
  readonly seen: ReadonlyMap<number, number | null>;
}

/**
 * The living members of a tree: the leader, its group and session, processes seen before, and all their
 * descendants.
 */
export function membersOf(table: readonly TableEntry[], query: TreeQuery): readonly TableEntry[] {
  const isOther = ({ pid }: TableEntry) => pid === query.ownPid || query.others.has(pid);
  return withDescendants(table, table.filter((entry) => isRoot(entry, query)), isOther);
}

/** The living among these processes and the additional ones, with all their descendants. */
export function descendantsOf(
  table: readonly TableEntry[],
  pids: readonly number[],
  isMeant: (entry: TableEntry) => boolean,
): readonly TableEntry[] {
  const roots = new Set(pids);
  return withDescendants(table, table.filter((entry) => roots.has(entry.pid) || isMeant(entry)), () => false);
}

function withDescendants(
  table: readonly TableEntry[],
  roots: readonly TableEntry[],
  isOther: (entry: TableEntry) => boolean,
): readonly TableEntry[] {
  const children = new Map<number, TableEntry[]>();
  for (const entry of table) {
    const siblings = children.get(entry.parentPid);
    if (siblings === undefined) children.set(entry.parentPid, [entry]);
    else siblings.push(entry);
  }
  const members = new Map<number, TableEntry>();
  const pending = [...roots];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (members.has(entry.pid) || isOther(entry)) continue;
    members.set(entry.pid, entry);
    pending.push(...(children.get(entry.pid) ?? []));
  }
  return [...members.values()];
}

function isRoot(entry: TableEntry, query: TreeQuery): boolean {
  if (entry.pid === query.leaderPid) return true;
  if (query.ownSession && (entry.sessionId === query.leaderPid || entry.groupId === query.leaderPid)) {
    return true;
  }
  return query.seen.has(entry.pid) && query.seen.get(entry.pid) === entry.startTicks;
}
