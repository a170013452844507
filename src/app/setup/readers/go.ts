/** The commands that go offers for every module, and for the modules of a workspace. */

import { ok } from "../../../model/result.ts";
import type { Proposal, Reading } from "./proposal.ts";
import { joined, type Source } from "./source.ts";

export function goJobs(_: string, from: string): Reading {
  return ok(jobsOf(from));
}

/** A workspace has no packages of its own: each of its modules is called in its folder. */
export function goWorkspaceJobs(text: string, _: string, source: Source): Reading {
  const code = text.replace(/\/\/[^\n]*/g, "");
  const written = [...code.matchAll(/^use\s*(?:\(([^)]*)\)|(\S+)\s*$)/gm)]
    .flatMap(([, block, single]) => (block ?? single!).split(/\s+/));
  const folders = written.filter((path) => path !== "").map((path) => joined("", path.replace(/^"|"$/g, "")));
  return ok(folders.flatMap((folder): readonly Proposal[] => {
    const from = joined(folder, "go.mod");
    if (folder.startsWith("..") || folder.startsWith("/") || source.kindOf(from) !== "file") return [];
    if (folder === "") return jobsOf(from);
    return jobsOf(from).map((each) => ({
      ...each,
      name: `${folder.split("/").at(-1)}-${each.name}`,
      group: folder,
      workingDir: folder,
    }));
  }));
}

function jobsOf(from: string): readonly Proposal[] {
  return [
    { name: "build", tool: "go", command: ["go", "build", "./..."], description: "Compile", from },
    { name: "test", tool: "go", command: ["go", "test", "./..."], description: "Run the tests", from },
    {
      name: "vet",
      tool: "go",
      command: ["go", "vet", "./..."],
      description: "Look for suspicious code",
      from,
    },
  ];
}
