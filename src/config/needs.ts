/** Validates the needs of tasks: names that are no task, and cycles. Knows nothing else of a task. */

import { quote } from "../model/visible.ts";
import { suggest } from "../model/suggest.ts";
import { didYouMean } from "./hints.ts";
import type { KeyPath, Problem } from "./problem.ts";

/** The needs of every task, in the order of the file; empty for a task whose `needs` could not be read. */
export type NeedsByTask = ReadonlyMap<string, readonly string[]>;

/** A need that refers to a task: the name, and its position in its list. */
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
 * Notes needs that are unknown, repeated or refer to the task itself, and every cycle found by a walk in the
 * order of the file.
 */
export function validateNeeds(needs: NeedsByTask, jobs: ReadonlySet<string>, problems: Problem[]): void {
  const graph = knownNeeds(needs, jobs, problems);
  for (const cycle of cyclesOf(graph)) {
    const [first, second] = cycle as readonly [string, string];
    const { index } = graph.get(first)!.find((need) => need.name === second)!;
    problems.push({
      at: needAt(first, index),
      point: "value",
      message: `the tasks need each other in a circle: ${shown(cycle)}`,
      hint: "remove one of these needs, so that one of the tasks can be built first",
    });
  }
}

/** The needs that refer to other tasks; problems of the remaining ones are noted. */
function knownNeeds(
  needs: NeedsByTask,
  jobs: ReadonlySet<string>,
  problems: Problem[],
): ReadonlyMap<string, readonly Need[]> {
  const graph = new Map<string, readonly Need[]>();
  let suggestions = 0;
  for (const [task, names] of needs) {
    const seen = new Map<string, number>();
    const known: Need[] = [];
    names.forEach((name, index) => {
      const at = needAt(task, index);
      const first = seen.get(name);
      if (first !== undefined) {
        const message = `${quote(name)} is already named`;
        problems.push({ at, point: "value", message, hint: undefined, other: needAt(task, first) });
        return;
      }
      seen.set(name, index);
      if (name === task) {
        problems.push({ at, point: "value", message: "a task cannot need itself", hint: undefined });
      } else if (needs.has(name)) {
        known.push({ name, index });
      } else if (jobs.has(name)) {
        const hint = `${quote(name)} is a job, but a task can only need tasks`;
        problems.push({ at, point: "value", message: noTask(name), hint });
      } else {
        const meant = suggestions++ < MAX_SUGGESTIONS ? suggest(name, without(needs, task)) : undefined;
        const hint = meant === undefined ? undefined : didYouMean(meant);
        problems.push({ at, point: "value", message: noTask(name), hint });
      }
    });
    graph.set(task, known);
  }
  return graph;
}

/**
 * One cycle for every need that leads back to a task on the current path. Each cycle starts with its first
 * task in the file. Without these needs no cycle is left; listing all cycles of a graph could be endless.
 */
function cyclesOf(graph: ReadonlyMap<string, readonly Need[]>): readonly (readonly string[])[] {
  const order = new Map([...graph.keys()].map((task, position) => [task, position]));
  const cycles: (readonly string[])[] = [];
  const finished = new Set<string>();
  for (const start of graph.keys()) {
    if (finished.has(start)) continue;
    // A list instead of recursion, because a chain of tasks may be longer than the stack is deep.
    const way = [{ task: start, next: 0 }];
    const onWay = new Map([[start, 0]]);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const need = graph.get(top.task)![top.next++];
      if (need === undefined) {
        finished.add(top.task);
        onWay.delete(top.task);
        way.pop();
      } else if (onWay.has(need.name)) {
        cycles.push(fromFirst(way.slice(onWay.get(need.name)).map(({ task }) => task), order));
      } else if (!finished.has(need.name)) {
        onWay.set(need.name, way.length);
        way.push({ task: need.name, next: 0 });
      }
    }
  }
  return cycles;
}

/** The cycle rotated so that it starts with the task that comes first in the file. */
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

function noTask(name: string): string {
  return `there is no task ${quote(name)}`;
}

function needAt(task: string, index: number): KeyPath {
  return ["tasks", task, "needs", index];
}

function* without(needs: NeedsByTask, task: string): Iterable<string> {
  for (const name of needs.keys()) if (name !== task) yield name;
}
