/** Reads the tasks of a Taskfile.yml (go-task), with the files that it includes. */

import type { OperatingSystem } from "../../../host/environment.ts";
import { ok, type Result } from "../../../model/result.ts";
import { yamlTable } from "./formats.ts";
import {
  canBeGiven,
  isTable,
  oneLine,
  type Proposal,
  type Reading,
  type Table,
  tableAt,
  textAt,
  textsAt,
} from "./proposal.ts";
import { besides, joined, type Source } from "./source.ts";

export const TASKFILES = [
  ...["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml"],
  ...["Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml"],
];
const MAX_DEPTH = 5;

export function taskfileTasks(text: string, from: string, source: Source): Reading {
  const file = yamlTable(text);
  return file.ok ? ok(tasksOf(file.value, from, "", source, 0)) : file;
}

function tasksOf(
  file: Table,
  from: string,
  prefix: string,
  source: Source,
  depth: number,
): readonly Proposal[] {
  const own = Object.entries(tableAt(file, "tasks")).flatMap(([name, task]): readonly Proposal[] => {
    const table = isTable(task) ? task : {};
    // A name with a star is a pattern for others.
    if (!canBeGiven(name) || name.includes("*") || table.internal === true) return [];
    if (!isFor(textsAt(table, "platforms"), source.os)) return [];
    const description = oneLine(textAt(table, "desc") ?? textAt(table, "summary") ?? "");
    const question = textsAt(table, "prompt")[0];
    const called = `${prefix}${name}`;
    return [{
      name: called,
      tool: "task",
      command: ["task", ...(question === undefined ? [] : ["--yes"]), called],
      description: description ?? oneLine(firstCommand(task)),
      isDocumented: description !== undefined,
      from,
      ...(prefix === "" ? { alias: textsAt(table, "aliases") } : { group: prefix.slice(0, -1) }),
      ...(question === undefined ? {} : { confirm: oneLine(question) }),
      needs: requiredVariables(table).map((variable) => `${variable}=…`),
    }];
  });
  const included = depth === MAX_DEPTH
    ? []
    : Object.entries(tableAt(file, "includes")).flatMap(([name, include]) => {
      const table = isTable(include) ? include : {};
      const path = typeof include === "string" ? include : textAt(table, "taskfile");
      const other = path === undefined || table.internal === true ? undefined : opened(path, from, source);
      if (other?.ok !== true) return [];
      const inner = table.flatten === true ? prefix : `${prefix}${name}:`;
      return tasksOf(other.value.file, other.value.path, inner, source, depth + 1);
    });
  return [...own, ...included];
}

function opened(
  written: string,
  from: string,
  source: Source,
): Result<{ readonly file: Table; readonly path: string }, string> | undefined {
  // A network address, or a path with a variable.
  if (/^[a-z+]+:\/\/|\{\{/.test(written)) return undefined;
  const path = besides(from, written);
  for (const each of [path, ...TASKFILES.map((name) => joined(path, name))]) {
    const found = source.read(each);
    if (found.kind !== "text") continue;
    const file = yamlTable(found.text);
    return file.ok ? ok({ file: file.value, path: each }) : file;
  }
  return undefined;
}

/** As in "linux", "linux/arm64", "amd64". */
function isFor(platforms: readonly string[], os: OperatingSystem): boolean {
  const systems = ["linux", "darwin", "windows", "freebsd", "openbsd", "netbsd"];
  const named = platforms.map((each) => each.split("/")[0]!);
  return named.length === 0 || named.some((each) => each === os || !systems.includes(each));
}

/** `requires: { vars: [A, { name: B, enum: [...] }] }`. */
function requiredVariables(task: Table): readonly string[] {
  const { vars } = tableAt(task, "requires");
  return (Array.isArray(vars) ? vars : []).flatMap((each) =>
    typeof each === "string" ? each : (isTable(each) ? textAt(each, "name") : undefined) ?? []
  );
}

function firstCommand(task: unknown): string {
  if (typeof task === "string") return task;
  const list = Array.isArray(task) ? task : isTable(task) ? task.cmds ?? task.cmd ?? [] : [];
  const first = Array.isArray(list) ? list[0] : list;
  return typeof first === "string" ? first : isTable(first) ? textAt(first, "cmd") ?? "" : "";
}
