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
