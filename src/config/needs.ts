/** Validates the needs of tasks and of jobs: unknown names and cycles. Knows nothing else of them. */

import { quote } from "../model/visible.ts";
import { suggest } from "../model/suggest.ts";
import { didYouMean } from "./hints.ts";
import type { KeyPath, Problem } from "./problem.ts";

/** The needs of every job or task, in the order of the file; empty where `needs` could not be read. */
export type NeedsByName = ReadonlyMap<string, readonly string[]>;

/** Jobs need jobs, and tasks need tasks. */
export interface NeedsOf {
  readonly noun: "job" | "task";
  readonly needs: NeedsByName;
  /** The names of the other kind. */
  readonly others: ReadonlySet<string>;
  /** Own names by further names. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A need that refers to another one: its own name, and its position in the list. */
interface Need {
  readonly name: string;
  readonly index: number;
}

/**
 * Each suggestion compares a word with every task, so a file with thousands of wrong names gets at most this
 * many.
 */
const MAX_SUGGESTIONS = 100;

/** The number of names shown for a cycle; the rest of a longer one is only counted. */
const MAX_SHOWN = 12;

/**
 * Notes needs that are unknown, repeated or refer to the owner itself, and every cycle found by a walk in the order of the file.
 */
export function validateNeeds(of: NeedsOf, problems: Problem[]): void {
  const graph = knownNeeds(of, problems);
  for (const cycle of cyclesOf(graph)) {
    const [first, second] = cycle as readonly [string, string];
    const { index } = graph.get(first)!.find((need) => need.name === second)!;
    problems.push({
      at: needAt(of, first, index),
      point: "value",
      message: `the ${of.noun}s need each other in a circle: ${shown(cycle)}`,
      hint: `remove one of these needs, so that one of the ${of.noun}s can be ${
        of.noun === "job" ? "run" : "built"
      } first`,
    });
  }
}

/** The needs that refer to another job or task; problems with the others are noted. */
function knownNeeds(of: NeedsOf, problems: Problem[]): ReadonlyMap<string, readonly Need[]> {
  const { noun, needs, others, aliases } = of;
  const graph = new Map<string, readonly Need[]>();
  const other = noun === "job" ? "task" : "job";
  let suggestions = 0;
  for (const [each, names] of needs) {
    if (names.length === 0) {
      graph.set(each, []);
      continue;
    }
    const seen = new Map<string, number>();
    const known: Need[] = [];
    names.forEach((written, index) => {
      const at = needAt(of, each, index);
      const name = needs.has(written) ? written : aliases.get(written) ?? written;
      const first = seen.get(name);
      if (first !== undefined) {
        const what = name === written ? quote(name) : `${quote(written)} is ${quote(name)}, which`;
        const message = `${what} is already named`;
        problems.push({ at, point: "value", message, hint: undefined, other: needAt(of, each, first) });
        return;
      }
      seen.set(name, index);
      if (name === each) {
        problems.push({ at, point: "value", message: `a ${noun} cannot need itself`, hint: undefined });
      } else if (needs.has(name)) {
        known.push({ name, index });
      } else if (others.has(name)) {
        const hint = `${quote(name)} is a ${other}, but a ${noun} can only need ${noun}s`;
        problems.push({ at, point: "value", message: missing(noun, name), hint });
      } else {
        const meant = suggestions++ < MAX_SUGGESTIONS
          ? suggest(name, without([...needs.keys(), ...aliases.keys()], each))
          : undefined;
        const hint = meant === undefined ? undefined : didYouMean(meant);
        problems.push({ at, point: "value", message: missing(noun, name), hint });
      }
    });
    graph.set(each, known);
  }
  return graph;
}

/**
 * One cycle for every need that leads back to a name on the current path. Each cycle starts with its first name in the file.
 * Without these needs no cycle is left; listing all cycles of a graph could be endless.
 */
function cyclesOf(graph: ReadonlyMap<string, readonly Need[]>): readonly (readonly string[])[] {
  const order = new Map([...graph.keys()].map((name, position) => [name, position]));
  const cycles: (readonly string[])[] = [];
  const finished = new Set<string>();
  for (const start of graph.keys()) {
    // A job or task without needs is in no cycle, and most have none.
    if (finished.has(start) || graph.get(start)!.length === 0) continue;
    // A list instead of recursion: a chain of needs may be longer than the stack is deep.
    const way = [{ name: start, next: 0 }];
    const onWay = new Map([[start, 0]]);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const need = graph.get(top.name)![top.next++];
      if (need === undefined) {
        finished.add(top.name);
        onWay.delete(top.name);
        way.pop();
      } else if (onWay.has(need.name)) {
        cycles.push(fromFirst(way.slice(onWay.get(need.name)).map(({ name }) => name), order));
      } else if (!finished.has(need.name)) {
        onWay.set(need.name, way.length);
        way.push({ name: need.name, next: 0 });
      }
    }
  }
  return cycles;
}

/** The cycle turned so that it begins with the one that the file names first. */
function fromFirst(cycle: readonly string[], order: ReadonlyMap<string, number>): readonly string[] {
  let start = 0;
  cycle.forEach((task, index) => {
    if (order.get(task)! < order.get(cycle[start]!)!) start = index;
  });
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

/** As in `a -> b -> a`. */
function shown(cycle: readonly string[]): string {
  const half = MAX_SHOWN / 2;
  const names = cycle.length <= MAX_SHOWN
    ? cycle
    : [...cycle.slice(0, half), `(${cycle.length - MAX_SHOWN} more)`, ...cycle.slice(-half)];
  return [...names, cycle[0]].join(" -> ");
}

function missing(noun: NeedsOf["noun"], name: string): string {
  return `there is no ${noun} ${quote(name)}`;
}

function needAt({ noun }: NeedsOf, name: string, index: number): KeyPath {
  return [`${noun}s`, name, "needs", index];
}

function* without(names: readonly string[], name: string): Iterable<string> {
  for (const each of names) if (each !== name) yield each;
}
