/** git as a program of the fake machine: the parts that our code calls, over a repository in memory. */

import type { FakeHost } from "./fake_host.ts";
import type { RunningProgram } from "./fake_process.ts";

export const FIRST_COMMIT = "1111111111111111111111111111111111111111";
export const SECOND_COMMIT = "2222222222222222222222222222222222222222";

export interface FakeRepository {
  /** By name, with the commit of each. */
  readonly branches: Map<string, string>;
  /** The branch that is checked out. */
  head: string;
  /** Paths of the work tree that are not committed. */
  readonly changed: string[];
  readonly remotes: Map<string, string>;
  /** Names of files and folders that git ignores, in any folder. */
  readonly ignored: string[];
  /** Paths that it tracks nevertheless. */
  readonly tracked: string[];
  readonly worktrees: Map<string, string>;
  /** The trees of commits that still exist. */
  readonly trees: Map<string, string>;
  /** Replaces what git would do with a call: the exit status, or undefined to continue. */
  before: (p: RunningProgram, words: readonly string[]) => Promise<number | undefined> | number | undefined;
}

/** Installs git, and makes the folder a repository with one commit. */
export function withGit(host: FakeHost, folder: string): FakeRepository {
  const repository: FakeRepository = {
    branches: new Map([["main", FIRST_COMMIT]]),
    head: "main",
    changed: [],
    ignored: [],
    tracked: [],
    remotes: new Map(),
    worktrees: new Map(),
    trees: new Map(),
    before: () => undefined,
  };
  host.disk.makeFolder(`${folder}/.git`);
  host.program("git", async (p) => {
    if (p.args[0] === "--version") return await p.stdout("git version 2.43.0\n").then(() => 0);
    const words = withoutGlobals(p.args);
    return await repository.before(p, words) ?? await git(p, words, folder, repository);
  });
  return repository;
}

function withoutGlobals(args: readonly string[]): readonly string[] {
  if (args[0] === "--version") return args;
  let at = 0;
  while (args[at]?.startsWith("-")) at += args[at] === "-C" || args[at] === "-c" ? 2 : 1;
  return args.slice(at);
}

async function git(
  p: RunningProgram,
  words: readonly string[],
  folder: string,
  repository: FakeRepository,
): Promise<number> {
  const { branches, changed, remotes, worktrees } = repository;
  const say = async (text: string) => {
    await p.stdout(text);
    return 0;
  };
  const refuse = async (text: string) => {
    await p.stderr(`fatal: ${text}\n`);
    return 128;
  };
  const commitOf = (revision: string): string | undefined => {
    const name = revision.replace(/\^\{commit\}$/, "").replace(/^refs\/heads\//, "");
    if (name === "HEAD") return branches.get(repository.head);
    return branches.get(name) ?? [...branches.values()].find((commit) => commit === name);
  };
  switch (words[0]) {
    case "--version":
      return await say("git version 2.39.5\n");
    case "rev-parse":
      if (words[1] === "--is-bare-repository") return await say("false\ntrue\n");
      if (words[1] === "--show-prefix") return await say("\n");
      if (words[1] === "HEAD") return await say(`${commitOf("HEAD")}\n${repository.head}\n`);
      if (words[1] === "--verify" && words.at(-1)!.endsWith("^{tree}")) {
        const revision = words.at(-1)!.slice(0, -"^{tree}".length);
        const tree = repository.trees.get(commitOf(revision) ?? revision);
        return tree === undefined ? 1 : await say(`${tree}\n`);
      }
      if (words[1] === "--verify") {
        const commit = commitOf(words.at(-1)!);
        return commit === undefined ? 1 : await say(`${commit}\n`);
      }
      break;
    case "status": {
      const lines = changed.map((path) => `?? ${path}\0`).join("");
      if (words.includes("--porcelain=v1")) return await say(lines);
      const commit = branches.get(repository.head) ?? "(initial)";
      return await say(
        `# branch.oid ${commit}\0# branch.head ${repository.head}\0${lines.replaceAll("??", "?")}`,
      );
    }
    case "config": {
      if (!words.at(-1)!.includes("url")) return 1;
      const urls = [...remotes].map(([name, url]) => `remote.${name}.url\n${url}\0`);
      return urls.length === 0 ? 1 : await say(urls.join(""));
    }
    case "remote":
      return await say(
        [...remotes].map(([name, url]) => `${name}\t${url} (fetch)\n${name}\t${url} (push)\n`).join(""),
      );
    case "check-ignore": {
      const isIgnored = (path: string) =>
        !repository.tracked.includes(path.replace(/^\.\//, "")) &&
        path.split("/").some((part) => repository.ignored.includes(part));
      const found = p.stdin.split("\0").filter((path) => path !== "" && isIgnored(path));
      return found.length === 0 ? 1 : await say(found.map((path) => `${path}\0`).join(""));
    }
    case "ls-files": {
      const asked = words.slice(words.indexOf("--") + 1).map((path) => path.replace(/^\.\//, ""));
      const found = repository.tracked.filter((path) => asked.some((each) => path.startsWith(`${each}/`)));
      return await say(found.map((path) => `${path}\0`).join(""));
    }
    case "check-ref-format":
      if (/\.\.|@\{|\.lock$|[ ~^:?*[\\]/.test(words[2]!)) return await refuse("not a valid branch name");
      return await say(`${words[2]}\n`);
    case "symbolic-ref":
      return await say(`refs/heads/${repository.head}\n`);
    case "branch": {
      const [name, commit] = words.slice(-2) as [string, string];
      if (branches.has(name)) return await refuse(`a branch named '${name}' already exists`);
      const clash = [...branches.keys()].find((other) =>
        other.startsWith(`${name}/`) || name.startsWith(`${other}/`)
      );
      if (clash !== undefined) return await refuse(`cannot lock ref 'refs/heads/${name}'`);
      branches.set(name, commit);
      return 0;
    }
    case "for-each-ref":
      return await say([...branches.keys()].map((name) => `refs/heads/${name}\n`).join(""));
    case "switch":
      repository.head = words.at(-1)!;
      return 0;
    case "worktree": {
      if (words[1] === "add") {
        const [path, branch] = words.slice(-2) as [string, string];
        p.writeFile(`${path}/.git`, "gitdir: elsewhere\n");
        worktrees.set(path, branch);
        return 0;
      }
      const all = [[folder, repository.head], ...worktrees];
      return await say(
        all.map(([path, branch]) => `worktree ${path}\nbranch refs/heads/${branch}\n\n`).join(""),
      );
    }
  }
  return await refuse(`the fake git has no ${words.join(" ")}`);
}
