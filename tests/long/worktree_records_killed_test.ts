/** The program is killed before each of its own changes of files, between those of git, and called again: the records end true. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { inRepository, type RealRepository } from "../support/real_worktrees.ts";
import type { RealSaid } from "../support/real_program.ts";

const KILLED = 137;
const [DYING, IN_TURN] = ["dying_program", "calls_in_turn"].map((name) =>
  fromFileUrl(new URL(`../support/${name}.ts`, import.meta.url))
) as [string, string];
/** Each change takes about three seconds; every second one is tried, unless all are asked for. */
const TRIES_ALL = Deno.env.get("ORCHASTRATION_EVERY_CHANGE") !== undefined;
const CONFIG = '[tasks.one]\ncommand = ["sh", "-c", "test -f feature"]\n';

interface Act {
  readonly argv: readonly string[];
  /** As an own copy of everything is found before each call. */
  prepare(repository: RealRepository): Promise<void>;
  /** After the act is complete, whatever happened before. */
  check(repository: RealRepository, about: string): Promise<void>;
}

const CHANGE = "only there\n";

async function commitFeature({ tree, git, say }: RealRepository): Promise<void> {
  assertEquals((await say("git", "worktree", "create", "one")).code, 0);
  Deno.writeTextFileSync(`${tree}/feature`, "made\n");
  await git(tree, "add", "feature");
  await git(tree, "commit", "--quiet", "--message", "feature");
}

async function changeFiles({ tree, git }: RealRepository): Promise<void> {
  Deno.writeTextFileSync(`${tree}/x.log`, CHANGE);
  Deno.writeTextFileSync(`${tree}/staged`, CHANGE);
  await git(tree, "add", "staged");
  Deno.writeTextFileSync(`${tree}/feature`, "edited\n");
}

const ACTS: readonly Act[] = [
  {
    argv: ["git", "worktree", "remove", "one", "--salvage"],
    async prepare(repository) {
      await commitFeature(repository);
      await changeFiles(repository);
    },
    async check({ main, tree, git }, about) {
      assertEquals((await git(main, "worktree", "list", "--porcelain")).includes(tree), false, about);
      const refs = await git(main, "for-each-ref", "--format=%(objectname)", "refs/orchastration");
      const saved: string[] = [];
      for (const id of refs.split("\n")) saved.push(await git(main, "cat-file", "blob", `${id}:x.log`));
      assert(saved.includes(CHANGE.trim()), `${about}: ${saved.join("|")}`);
    },
  },
  {
    argv: ["git", "worktree", "restore", "one"],
    async prepare(repository) {
      await commitFeature(repository);
      await changeFiles(repository);
      const removed = await repository.say("git", "worktree", "remove", "one", "--salvage");
      assertEquals(removed.code, 0, removed.stderr);
    },
    async check({ tree, git }, about) {
      const read = (name: string) => Deno.readTextFileSync(`${tree}/${name}`);
      assertEquals([read("x.log"), read("staged"), read("feature")], [CHANGE, CHANGE, "edited\n"], about);
      assertEquals(await git(tree, "status", "--porcelain"), "M feature\nA  staged", about);
    },
  },
  {
    argv: ["git", "worktree", "merge", "one"],
    async prepare(repository) {
      await commitFeature(repository);
      const built = await repository.sayIn(repository.tree, "build", "run", "one", "--plan");
      assertEquals(built.code, 0, built.stderr);
    },
    async check({ main, git }, about) {
      assertEquals(await git(main, "rev-parse", "main"), await git(main, "rev-parse", "task/one"), about);
      assertEquals(await git(main, "status", "--porcelain"), "", about);
      assertEquals(Deno.readTextFileSync(`${main}/feature`), "made\n", about);
    },
  },
];

for (const act of ACTS) {
  const [, , verb] = act.argv;
  Deno.test(`git worktree ${verb}: after a kill before any of its own changes of files, a second call or recover ends with the truth`, () =>
    inRepository(async (repository) => {
      await act.prepare(repository);
      await using copy = await copyOf(repository);
      const count = `${copy.folder}-changes`;
      const whole = await dying(repository, 0, act.argv, { COUNT_IN: count });
      assertEquals(whole.code, 0, whole.stderr);
      await act.check(repository, "not killed");
      const changes = Deno.readTextFileSync(count).split("\n").slice(0, -1);
      Deno.removeSync(count);
      assert(changes.length >= 8, changes.join("\n"));
      for (const [index, change] of changes.entries()) {
        if (!TRIES_ALL && index % 2 === 1) continue;
        const about = `killed before ${change.replaceAll(repository.path, "")}`;
        await copy.restore();
        const died = await dying(repository, index + 1, act.argv);
        assertEquals([about, died.code], [about, KILLED], died.stderr);
        // One half is recovered first, as a person does after a crash; the other half just calls again.
        await endsTrue(repository, about, act.argv, (TRIES_ALL ? index : index / 2) % 2 === 0);
        await act.check(repository, about);
      }
    }, { config: CONFIG }));
}

function dying(
  repository: RealRepository,
  n: number,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<RealSaid> {
  return program(repository, DYING, [...argv, "--log-level", "error"], { DIE_AT: String(n), ...more });
}

/** In the main work tree. */
async function program(
  { main, call }: RealRepository,
  file: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RealSaid> {
  const line = [Deno.execPath(), "run", "-A", "--no-prompt", "--no-check", file, ...words];
  return await call("sh", ["-c", 'cd -- "$1" && shift && exec "$@"', "sh", main, ...line], env);
}

/**
 * A second call works; then every record has ended, the newest act as it was, the journal is whole, and each record is what the journal
 * says.
 */
async function endsTrue(
  repository: RealRepository,
  about: string,
  argv: readonly string[],
  isRecoveredFirst: boolean,
): Promise<void> {
  const calls = [
    ...(isRecoveredFirst ? [["recover"]] : []),
    argv,
    ["recover"],
    ["runs", "list", "--limit", "0", "--json"],
    ["verify", "--all", "--json"],
  ];
  const said = await program(repository, IN_TURN, [JSON.stringify(calls)]);
  assertEquals([about, said.code], [about, 0], said.stderr);
  const answers = JSON.parse(said.stdout) as readonly RealSaid[];
  for (const [index, { code, stdout, stderr }] of answers.slice(0, -1).entries()) {
    assertEquals([about, calls[index], code], [about, calls[index], 0], stdout + stderr);
  }
  const { runs, damaged } = JSON.parse(answers.at(-2)!.stdout) as {
    readonly runs: readonly { readonly status: string; readonly recovery: unknown }[];
    readonly damaged: readonly unknown[];
  };
  assertEquals([about, damaged], [about, []]);
  const open = runs.filter(({ status, recovery }) =>
    status === "running" || (status === "interrupted" && recovery === null)
  );
  assertEquals([about, open], [about, []]);
  assertEquals([about, runs[0]!.status], [about, "succeeded"]);
  const verified = JSON.parse(answers.at(-1)!.stdout);
  const failures = ["records", "chain"].flatMap((line) => verified[line].failures);
  assertEquals([about, failures], [about, []]);
}

/** Everything as it is now, to be put back. */
async function copyOf({ path, call }: RealRepository) {
  const folder = `${path}-copy`;
  const run = async (line: string) => {
    const said = await call("sh", ["-c", line, "sh", path, folder]);
    assertEquals(said.code, 0, said.stderr);
  };
  await run('cp -a "$1" "$2"');
  return {
    folder,
    /** In the same folder, whose path is recorded. */
    restore: () => run('find "$1" -mindepth 1 -delete && cp -a "$2/." "$1"'),
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}
