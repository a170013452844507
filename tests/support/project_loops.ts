/**
 * Two work trees of one repository, each used by a loop of real calls, while others prune, also everywhere:
 * the files are whole at every moment, and no confirmation is lost or mixed up.
 */

import { assert, assertEquals } from "@std/assert";
import type { RealFolder, RealSaid } from "./real_program.ts";

const WORKTREES = ["main", "feature-x"] as const;
const TASK_OWNED = 75;
/** A call takes a part of a second, and the owner needs no longer. */
const MAX_TRIES = 200;
const TOML = `
[tasks.release]
command = ["sh", "-c", "mkdir -p dist && pwd > dist/out"]
outputs = ["dist/out"]
acceptance = [{ id = "ok", text = "it looks good" }]
`;

interface Confirmed {
  readonly confirmations: readonly { readonly note: string; readonly build: string }[];
  readonly plan: { readonly run: string };
  readonly last_build: { readonly run: string; readonly status: string };
  readonly status: string;
  readonly project: string;
}

/** The loops, `rounds` times in each work tree; throws where a rule is violated. */
export async function loopInWorktrees(folder: RealFolder, rounds: number): Promise<void> {
  await makeRepository(folder);
  let isOver = false;
  const pruning = WORKTREES.map((worktree) => prune(folder, worktree, () => isOver));
  const working = Promise.all(WORKTREES.map((worktree) => work(folder, worktree, rounds)));
  try {
    await working;
  } finally {
    isOver = true;
    await Promise.all(pruning);
  }
  const states = await stateFolders(folder);
  assertEquals([...states.keys()].toSorted(), WORKTREES.map((name) => `${folder.path}/${name}`).toSorted());
  for (const worktree of WORKTREES) await checkEnd(folder, worktree, states, rounds);
}

async function makeRepository(folder: RealFolder): Promise<void> {
  Deno.mkdirSync(`${folder.path}/main`);
  folder.write("main/orchastration.toml", TOML);
  folder.write("main/.gitignore", "dist/\n");
  const git = async (...args: readonly string[]) => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    const said = await folder.call("git", ["-C", "main", ...who, ...args]);
    assertEquals([args[0], said.code], [args[0], 0], said.stderr);
  };
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-qm", "Begin");
  await git("worktree", "add", "-q", "../feature-x");
}

async function work(folder: RealFolder, worktree: string, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    const note = `${worktree}-${round}`;
    for (
      const argv of [
        ["plan", "create", "release"],
        ["build", "run", "release", "--quiet"],
        ["plan", "accept", "release", "ok", "--note", note],
      ]
    ) {
      const said = await whenFree(() => folder.orchastrationIn(worktree, ...argv));
      requireDone(`${worktree} ${argv.join(" ")}`, said);
    }
    const states = await stateFolders(folder);
    const record = readWhole(`${states.get(`${folder.path}/${worktree}`)}/tasks/release.json`) as Confirmed;
    assertEquals(record.confirmations.at(-1)?.note, note);
    for (const state of states.values()) for (const path of filesBelow(state)) readWhole(path);
  }
}

/** A task has one owner among the work trees at a time, so each loop has to wait for the other one. */
async function whenFree(call: () => Promise<RealSaid>): Promise<RealSaid> {
  for (let tries = 1;; tries++) {
    const said = await call();
    if (said.code !== TASK_OWNED || tries === MAX_TRIES) return said;
    assert(said.stderr.includes(" owns it\n"), said.stderr);
  }
}

async function prune(folder: RealFolder, worktree: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const argv of [["--keep", "1"], ["--keep", "2", "--everywhere"]]) {
      requireDone("runs prune", await folder.orchastrationIn(worktree, "runs", "prune", ...argv));
    }
  }
}

function requireDone(what: string, { code, stderr }: RealSaid): void {
  assertEquals([what, code, stderr], [what, 0, ""]);
}

/** By the root that each project names. */
async function stateFolders(folder: RealFolder): Promise<ReadonlyMap<string, string>> {
  const all = `${folder.path}/.cache/orchastration/state/projects`;
  const found = new Map<string, string>();
  for await (const { name } of Deno.readDir(all)) {
    const file = readWhole(`${all}/${name}/project.json`) as { readonly root: string } | undefined;
    if (file !== undefined) found.set(file.root, `${all}/${name}`);
  }
  return found;
}

function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

/** A record at this moment: whole, or missing; undefined for other files. */
function readWhole(path: string): unknown {
  if (!path.endsWith(".json")) return undefined;
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    // A prune removed it meanwhile, or it is not written yet.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`Not whole: ${path} holds ${JSON.stringify(text)}`);
  }
}

async function checkEnd(
  folder: RealFolder,
  worktree: string,
  states: ReadonlyMap<string, string>,
  rounds: number,
): Promise<void> {
  const root = `${folder.path}/${worktree}`;
  const state = states.get(root)!;
  const record = readWhole(`${state}/tasks/release.json`) as Confirmed;
  const notes = Array.from({ length: rounds }, (_, index) => `${worktree}-${index + 1}`);
  assertEquals(record.confirmations.map(({ note }) => note), notes);
  assertEquals(
    [record.status, record.project, record.last_build.status, record.confirmations.at(-1)!.build],
    ["done", root, "succeeded", record.last_build.run],
  );
  // The runs that the task refers to were spared.
  for (const id of [record.plan.run, record.last_build.run]) {
    const run = readWhole(`${state}/runs/${id}.json`) as { readonly id: string; readonly project: string };
    assertEquals([run?.id, run?.project], [id, root]);
  }
  const left = filesBelow(state).filter((path) => path.endsWith(".tmp") || /\/locks\/run-/.test(path));
  assertEquals(left, []);
  assertEquals(Deno.readTextFileSync(`${root}/dist/out`), `${root}\n`);
  const status = await folder.orchastrationIn(worktree, "plan", "status", "release", "--exit-code");
  assertEquals(status.code, 0, status.stdout);
  const other = WORKTREES.find((name) => name !== worktree)!;
  assert(new RegExp(`^also built in \\.\\./${other}: \\S+ done$`, "m").test(status.stdout), status.stdout);
  const list = await folder.orchastrationIn(worktree, "runs", "list", "--limit", "0", "--json");
  const { runs, damaged } = JSON.parse(list.stdout);
  assertEquals([damaged, runs.filter((run: { project: string }) => run.project !== root)], [[], []]);
}
