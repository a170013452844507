/** A real repository with tasks, whose work trees are made and removed by the real program. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder, type RealSaid } from "./real_program.ts";

/** No settings of a user, and a fixed author. */
const GIT = [
  ...["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"],
  ...["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"],
];

export const TASKS = `
[jobs.install]
command = ["sh", "-c", "echo installed > installed"]
[tasks.one]
command = ["true"]
outputs = ["dist/**"]
[tasks.two]
command = ["true"]
[worktree]
copy = [".env"]
setup = ["install"]
`;

export interface RealRepository extends RealFolder {
  /** The main work tree. */
  readonly main: string;
  /** Where the work tree of task one is made. */
  readonly tree: string;
  git(folder: string, ...args: readonly string[]): Promise<string>;
  /** In the main work tree, without log lines. */
  say(...argv: readonly string[]): Promise<RealSaid>;
  sayIn(folder: string, ...argv: readonly string[]): Promise<RealSaid>;
}

/** `name`: the folder of the main work tree. */
export async function inRepository(
  test: (repository: RealRepository) => Promise<void>,
  { name = "repo", config = TASKS }: { readonly name?: string; readonly config?: string } = {},
): Promise<void> {
  await inRealFolder(async (folder) => {
    const main = `${folder.path}/${name}`;
    const git = async (at: string, ...args: readonly string[]) => {
      const said = await folder.call("git", ["-C", at, ...GIT, ...args]);
      assertEquals([args.join(" "), said.code], [args.join(" "), 0], said.stderr);
      return said.stdout.trim();
    };
    const sayIn = (at: string, ...argv: readonly string[]) =>
      folder.orchastrationIn(at, ...argv, "--log-level", "error");
    Deno.mkdirSync(main);
    Deno.writeTextFileSync(`${main}/orchastration.toml`, config);
    Deno.writeTextFileSync(`${main}/.gitignore`, ".env\ninstalled\ndist\n*.log\n");
    Deno.writeTextFileSync(`${main}/.env`, "A=1\n");
    await git(main, "init", "--quiet");
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "begin");
    const say = (...argv: readonly string[]) => sayIn(main, ...argv);
    await test({ ...folder, main, tree: `${main}-one`, git, say, sayIn });
  });
}

/** Calls of git that change something. */
const CHANGING =
  "*' hash-object -w '*|*' read-tree '*|*' update-index '*|*' write-tree '*|*' commit-tree '*|*' update-ref '*|" +
  "*' worktree add '*|*' worktree remove '*|*' worktree unlock '*|*' checkout-index '*|*' branch --no-track '*|*' merge --'*";

/**
 * The program with a git that kills it at its n-th changing call, before or after that call is carried out. The code is 137
 * as long as there are so many.
 */
export async function dieAt(
  repository: RealRepository,
  n: number,
  when: "before" | "after",
  ...argv: readonly string[]
): Promise<RealSaid> {
  const folder = dyingFolder(repository);
  Deno.writeTextFileSync(`${folder}/count`, "0");
  return await withOtherGit(
    repository,
    `case " $* " in
${CHANGING})
  n=$(($(cat "${folder}/count") + 1))
  echo $n > "${folder}/count"
  if [ $n = ${n} ]; then
    ${when === "after" ? '"$real" "$@"' : ""}
    kill -9 $PPID
    exit 1
  fi
esac
exec "$real" "$@"
`,
    argv,
  );
}

/**
 * The program with a git that kills both of them while it checks files out: when it comes to the first file `*.die`, whose
 * attribute names the filter. Everything that git does at that moment is left as it is.
 */
export async function dieInside(
  repository: RealRepository,
  ...argv: readonly string[]
): Promise<RealSaid> {
  const filter = `${dyingFolder(repository)}/smudge`;
  writeScript(
    filter,
    `pid=$PPID
all=
while [ "$(cat /proc/$pid/comm)" = git ]; do
  all="$pid $all"
  pid=$(cut -d " " -f 4 /proc/$pid/stat)
done
kill -9 $pid $all
`,
  );
  return await withOtherGit(repository, `exec "$real" -c filter.die.smudge='exec "${filter}"' "$@"\n`, argv);
}

function dyingFolder({ path }: RealRepository): string {
  Deno.mkdirSync(`${path}/dying`, { recursive: true });
  return `${path}/dying`;
}

function writeScript(path: string, script: string): void {
  Deno.writeTextFileSync(path, `#!/bin/sh\n${script}`);
  Deno.chmodSync(path, 0o755);
}

/** `script`: of a shell, in which `$real` is the real git. */
async function withOtherGit(
  repository: RealRepository,
  script: string,
  argv: readonly string[],
): Promise<RealSaid> {
  const folder = dyingFolder(repository);
  writeScript(`${folder}/git`, `real=/usr/bin/git\n${script}`);
  const line = ["sh", "-c", 'cd -- "$1" && shift && exec "$@"', "sh", repository.main, ...repository.command];
  return await repository.call(line[0]!, [...line.slice(1), ...argv, "--log-level", "error"], {
    PATH: `${folder}:${Deno.env.get("PATH")}`,
  });
}
