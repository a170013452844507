/** Ranks the findings, and gives each a valid name for a job. Pure; knows no files. */

import { nameProblem } from "../../model/ids.ts";
import { Calls } from "./readers/called_commands.ts";
import { oneLine, type Proposal, TOOLS } from "./readers/proposal.ts";

/** A job to write. */
export interface ProposedJob
  extends Pick<Proposal, "command" | "group" | "alias" | "workingDir" | "confirm" | "needs" | "args"> {
  readonly name: string;
  readonly description: string | undefined;
  readonly from: string;
  /** Its inputs, where they are known. */
  readonly inputs?: readonly string[];
}

/** A longer list is not read. */
const MAX_JOBS = 40;
/** The members of a workspace; each is a group. */
const MAX_PACKAGES = 20;
const MAX_ALIASES = 8;

/** Common names, the likeliest first. */
const TYPED = [
  ...[
    "test",
    "build",
    "check",
    "lint",
    "install",
    "clean",
    "run",
    "dev",
    "start",
    "format",
    "fmt",
    "docs",
    "doc",
  ],
  ...[
    "all",
    "help",
    "serve",
    "watch",
    "setup",
    "typecheck",
    "types",
    "coverage",
    "bench",
    "deploy",
    "release",
  ],
];
/** Names of actions that cannot be undone; such jobs ask first. */
const ASKS_FIRST = ["publish", "release", "deploy", "tag", "push"];
/** Together with one of these words, "release" is a kind of build. */
const KINDS_OF_BUILD = ["build", "compile", "test", "check", "bench", "debug"];

/** By the habit of all these tools, such a name is called by others of its file, and not by people. */
const MEANT_FOR_OTHERS = /^[-_]/;

export interface LeftOut {
  readonly proposal: Proposal;
  /** undefined: no valid job name can be made. */
  readonly name: string | undefined;
}

export interface NamedJobs {
  readonly jobs: readonly ProposedJob[];
  /** Found, but too many for a first file, or without a valid name; the likeliest first. */
  readonly leftOut: readonly LeftOut[];
  /** Packages of a workspace that were not read. */
  readonly packagesLeftOut: number;
}

/** `called` contains the lines in which the repository calls commands. */
export function nameJobs(found: readonly Proposal[], called: readonly string[]): NamedJobs {
  const packages = [...new Set(found.flatMap(({ workingDir }) => workingDir ?? []))];
  const read = new Set(packages.slice(0, MAX_PACKAGES));
  const proposals = found.filter(({ name, workingDir }) =>
    !MEANT_FOR_OTHERS.test(name) && (workingDir === undefined || read.has(workingDir))
  );
  const names = ownNames(proposals, new Calls(called, proposals));
  const ranked = proposals.map((proposal, index) => ({ proposal, index, rank: rankOf(proposal) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ proposal }) => proposal);
  const chosen = new Set(ranked.filter((each) => names.has(each)).slice(0, MAX_JOBS));
  return {
    jobs: withAliases(proposals.filter((each) => chosen.has(each)), names),
    leftOut: ranked.filter((each) => !chosen.has(each)).map((each) => ({
      proposal: each,
      name: names.get(each),
    })),
    packagesLeftOut: packages.length - read.size,
  };
}

function rankOf({ name, isDocumented, isMinor, workingDir }: Proposal): number {
  // Packages come after jobs for the whole repository, equal scripts of all packages together.
  const behind = workingDir === undefined ? 0 : 1000;
  const typed = TYPED.indexOf(
    workingDir === undefined ? name.toLowerCase() : name.split("-").at(-1)!.toLowerCase(),
  );
  if (typed >= 0) return behind + typed;
  return behind + TYPED.length + (isMinor ? 2 : isDocumented ? 0 : 1);
}

/**
 * The plain name goes to the command that the repository itself calls, otherwise to the outermost one; the
 * others get their tool as a prefix.
 */
function ownNames(proposals: readonly Proposal[], calls: Calls): ReadonlyMap<Proposal, string> {
  const order = proposals.toSorted((a, b) =>
    calls.ofProposal(b) - calls.ofProposal(a) || calls.ofTool(b) - calls.ofTool(a) ||
    TOOLS.indexOf(a.tool) - TOOLS.indexOf(b.tool)
  );
  const names = new Map<Proposal, string>();
  const taken = new Set<string>();
  for (const form of [plainName, (each: Proposal) => `${each.tool}-${plainName(each)}`]) {
    for (const proposal of order) {
      const name = form(proposal);
      const isFree = plainName(proposal) !== "" && nameProblem(name) === undefined &&
        !taken.has(name.toLowerCase());
      if (names.has(proposal) || !isFree) continue;
      names.set(proposal, name);
      taken.add(name.toLowerCase());
    }
  }
  return names;
}

/** With the characters that a valid name may have. */
function plainName({ name }: Proposal): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|[.-]+$/g, "");
}

function withAliases(
  proposals: readonly Proposal[],
  names: ReadonlyMap<Proposal, string>,
): readonly ProposedJob[] {
  const taken = new Set(proposals.map((each) => names.get(each)!.toLowerCase()));
  return proposals.map((proposal) => {
    const { command, description, from, group, workingDir, needs, args } = proposal;
    const alias = (proposal.alias ?? []).filter((each) => {
      const isFree = nameProblem(each) === undefined && !taken.has(each.toLowerCase());
      if (isFree) taken.add(each.toLowerCase());
      return isFree;
    }).slice(0, MAX_ALIASES);
    const name = names.get(proposal)!;
    const confirm = proposal.confirm ??
      (asksFirst(proposal.name)
        ? `Really run ${command.filter((word) => word !== "--").join(" ")}?`
        : undefined);
    return {
      name,
      command,
      description,
      from,
      ...(group === undefined ? {} : { group: oneLine(group) }),
      ...(alias.length === 0 ? {} : { alias }),
      ...(workingDir === undefined ? {} : { workingDir }),
      ...(confirm === undefined ? {} : { confirm }),
      ...(needs === undefined || needs.length === 0 ? {} : { needs }),
      ...(args === undefined ? {} : { args }),
    };
  });
}

function asksFirst(name: string): boolean {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const isBuild = words.some((word) => KINDS_OF_BUILD.includes(word));
  return words.some((word) => ASKS_FIRST.includes(word) && !(word === "release" && isBuild));
}
