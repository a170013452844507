/** Reads the tasks of a deno.json, and of the members of its workspace. */

import { ok } from "../../../model/result.ts";
import { jsonTable } from "./formats.ts";
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
import { joined, type Source } from "./source.ts";
import { workspaceFolders } from "./workspace_folders.ts";

export function denoTasks(text: string, from: string, source: Source): Reading {
  const file = jsonTable(text);
  if (!file.ok) return file;
  const members = textsAt(file.value, "workspace");
  const patterns = members.length > 0 ? members : textsAt(tableAt(file.value, "workspace"), "members");
  return ok([...tasksOf(file.value, from), ...tasksOfMembers(patterns, source)]);
}

function tasksOf(file: Table, from: string): readonly Proposal[] {
  return Object.entries(tableAt(file, "tasks")).flatMap(([name, task]) => {
    if (!canBeGiven(name)) return [];
    const table = isTable(task) ? task : {};
    const described = textAt(table, "description");
    const command = typeof task === "string" ? task : textAt(table, "command");
    const needs = textsAt(table, "dependencies");
    if (command === undefined && needs.length === 0) return [];
    const description = oneLine(described ?? command ?? `runs ${needs.join(", ")}`);
    return [{
      name,
      tool: "deno",
      command: ["deno", "task", name] as const,
      description,
      from,
      isDocumented: described !== undefined,
    }];
  });
}

function tasksOfMembers(patterns: readonly string[], source: Source): readonly Proposal[] {
  return ["deno.json", "deno.jsonc"].flatMap((file) =>
    workspaceFolders(patterns, file, source).flatMap((folder) => {
      const from = joined(folder, file);
      const found = source.read(from);
      const parsed = found.kind === "text" ? jsonTable(found.text) : undefined;
      const tasks = parsed?.ok === true ? tasksOf(parsed.value, from) : [];
      const short = folder.split("/").at(-1)!;
      return tasks.map((each) => ({
        ...each,
        name: `${short}-${each.name}`,
        group: folder,
        workingDir: folder,
      }));
    })
  );
}
