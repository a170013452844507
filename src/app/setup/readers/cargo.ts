/** The commands that cargo offers for every project, in a workspace for all of its members. */

import { fail, ok } from "../../../model/result.ts";
import { tomlTable } from "./formats.ts";
import { canBeGiven, oneLine, type Proposal, type Reading, tableAt } from "./proposal.ts";
import type { Source } from "./source.ts";

export function cargoJobs(text: string, from: string, source: Source): Reading {
  const file = tomlTable(text);
  if (!file.ok) return file;
  const isWorkspace = Object.hasOwn(file.value, "workspace");
  if (!isWorkspace && !Object.hasOwn(file.value, "package")) {
    return fail("it has neither [package] nor [workspace]");
  }
  const all = isWorkspace ? ["--workspace"] : [];
  const job = (name: string, description: string): Proposal => ({
    name,
    tool: "cargo",
    command: ["cargo", name, ...all],
    description,
    from,
  });
  return ok([
    job("build", "Compile"),
    job("test", "Run the tests"),
    job("check", "Check without compiling to the end"),
    ...aliases(source),
  ]);
}

/** Commands that the project adds to cargo, such as `cargo xtask`. */
function aliases(source: Source): readonly Proposal[] {
  for (const from of [".cargo/config.toml", ".cargo/config"]) {
    const found = source.read(from);
    const file = found.kind === "text" ? tomlTable(found.text) : undefined;
    if (file?.ok !== true) continue;
    return Object.entries(tableAt(file.value, "alias")).flatMap(([name, words]) => {
      const line = Array.isArray(words) ? words.join(" ") : words;
      if (!canBeGiven(name) || typeof line !== "string") return [];
      const command = ["cargo", name] as const;
      return [{ name, tool: "cargo", command, description: oneLine(`cargo ${line}`), from }];
    });
  }
  return [];
}
