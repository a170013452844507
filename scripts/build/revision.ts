/** The commit and the time of the sources: from git, otherwise from the caller of the build. */

import { callTool, Problem } from "./tool.ts";

export interface Revision {
  /** Shortened, with "-modified" where the sources differ from the commit; "" where unknown. */
  readonly commit: string;
  /** For the times of files in packages. */
  readonly secondsSinceEpoch: number;
}

/** Zip files cannot express earlier times. */
const EARLIEST_SECONDS = Date.UTC(1980, 0, 1) / 1000;
const SOURCES = ["src", "scripts", "deno.json", "deno.lock"];

/** Source of SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/ */
export async function readRevision(root: string, givenCommit: string | undefined): Promise<Revision> {
  const git = async (...args: string[]) => {
    const said = await callTool("git", ["--no-optional-locks", "-C", root, ...args]);
    return said.code === 0 ? said.stdout.trim() : undefined;
  };
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH") ?? await git("log", "-1", "--format=%ct") ?? "0";
  if (!/^\d+$/.test(epoch)) {
    throw new Problem(`Cannot read SOURCE_DATE_EPOCH "${epoch}": expected seconds since 1970`);
  }
  return {
    commit: givenCommit ?? await commitOf(git),
    secondsSinceEpoch: Math.max(Number(epoch), EARLIEST_SECONDS),
  };
}

async function commitOf(git: (...args: string[]) => Promise<string | undefined>): Promise<string> {
  const commit = await git("rev-parse", "--short=12", "HEAD");
  if (commit === undefined) return "";
  // Untracked files count, because they are bundled, too.
  const changes = await git("status", "--porcelain", "--", ...SOURCES);
  return changes === "" ? commit : `${commit}-modified`;
}
