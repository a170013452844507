/** Reads the tasks of a mise.toml, and those in files of their own. */

import { ok } from "../../../model/result.ts";
import { tomlTable } from "./formats.ts";
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

export const MISE_FILES = [
  ...[
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
  ],
];
const TASK_FOLDERS = ["mise-tasks", ".mise-tasks", "mise/tasks", ".mise/tasks", ".config/mise/tasks"];

export function miseTasks(text: string, from: string, source: Source): Reading {
  const file = tomlTable(text);
  if (!file.ok) return file;
  const own = Object.entries(tableAt(file.value, "tasks")).flatMap(([name, task]) =>
    proposal(name, task, from) ?? []
  );
  return ok([...own, ...fileTasks(source)]);
}

/** A repository can have only such files, without a mise.toml. */
export function fileTasks(source: Source): readonly Proposal[] {
  return TASK_FOLDERS.flatMap((folder) =>
    source.list(folder).flatMap((name) => {
      const path = joined(folder, name);
      if (name.startsWith(".") || source.kindOf(path) !== "file") return [];
      const found = source.read(path);
      const header = found.kind === "text" ? headerOf(found.text) : {};
      return proposal(name.replace(/\.(?:sh|bash|zsh|fish|py|js|ts|rb|ps1|bat|cmd)$/, ""), header, path) ??
        [];
    })
  );
}

function proposal(name: string, task: unknown, from: string): Proposal | undefined {
  const table = isTable(task) ? task : {};
  if (!canBeGiven(name) || name.startsWith("_") || name.includes("*") || table.hide === true) {
    return undefined;
  }
  const described = oneLine(textAt(table, "description") ?? "");
  const runs = typeof task === "string"
    ? task
    : textsAt(table, "run")[0] ?? textsAt(table, "depends").join(", ");
  const question = textAt(table, "confirm") ?? textAt(tableAt(table, "confirm"), "message");
  return {
    name,
    tool: "mise",
    // An option before the word `run` belongs to mise itself.
    command: ["mise", ...(question === undefined ? [] : ["--yes"]), "run", name],
    description: described ?? oneLine(runs),
    isDocumented: described !== undefined,
    from,
    alias: textsAt(table, "alias"),
    ...(question === undefined ? {} : { confirm: oneLine(question) ?? `Run task "${name}"?` }),
    needs: requiredArguments(textAt(table, "usage") ?? ""),
  };
}

/** `arg "<name>"` in a usage specification; an argument in [brackets], or with a default, is optional. */
function requiredArguments(usage: string): readonly string[] {
  return usage.split("\n").flatMap((line) =>
    /\bdefault=/.test(line) ? [] : /^\s*arg\s+"<([^>]+)>/.exec(line)?.[1] ?? []
  );
}

/** `#MISE description="x"` in the first lines of a file. */
function headerOf(text: string): Table {
  const lines = text.split("\n", 40).flatMap((line) =>
    /^(?:#|\/\/|::|--)\s*(?:\[MISE\]|MISE)\s+(.*)$/.exec(line)?.[1] ?? []
  );
  const read = tomlTable(lines.join("\n"));
  return read.ok ? read.value : {};
}
