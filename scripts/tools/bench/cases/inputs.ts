/**
 * Cases of inputs: how long it takes to decide whether a job is up to date, compared with what git needs for
 * the same files.
 */

import { join } from "@std/path/posix";
import { needTool } from "../../../build/tool.ts";
import type { CaseDefinition } from "../case.ts";
import { callOurs } from "../make_state.ts";
import type { Place } from "../place.ts";

const FOLDERS = 100;
/** Not a multiple of 100, so that sizes differ and no two files are equal. */
const FILE_BYTES = 2000;
const MANY = "many";
/** A job of the same configuration with one input: the cost of a decision before any file is examined. */
const ONE = "one";

interface Tree {
  readonly root: string;
  readonly files: readonly string[];
}

function config(): string {
  const job = (name: string, inputs: readonly string[]) =>
    `[jobs.${name}]\ncommand = ["true"]\ninputs = ${JSON.stringify(inputs)}\n`;
  return job(MANY, ["@git"]) + job(ONE, ["orchastration.toml"]);
}

function contentOf(index: number, round: number): string {
  return `// file ${index}, round ${round}\n`.repeat(FILE_BYTES).slice(0, FILE_BYTES + index % FOLDERS);
}

async function makeTree(place: Place, count: number): Promise<Tree> {
  return await place.once(`tree of ${count}`, async () => {
    const root = await place.project(`tree-${count}`, config());
    const files: string[] = [];
    for (let index = 0; index < count; index++) {
      const folder = join(root, "src", String(index % FOLDERS));
      if (index < FOLDERS) await Deno.mkdir(folder, { recursive: true });
      files.push(join(folder, `file_${index}.ts`));
    }
    writeAll(files, 0);
    await git(place, root, "init", "-q");
    await git(place, root, "add", "-A");
    for (const name of [MANY, ONE]) await callOurs(place, root, ["run", name, "--quiet"]);
    return { root, files };
  });
}

/** Different content, so that every file has to be read. */
function writeAll(files: readonly string[], round: number): void {
  for (const [index, file] of files.entries()) Deno.writeTextFileSync(file, contentOf(index, round));
}

async function git({ env }: Place, cwd: string, ...args: readonly string[]): Promise<void> {
  await needTool("make a repository", "git", args, { cwd, env, clearEnv: true });
}

function decide(place: Place, name: string, cwd: string) {
  return { ...place.ours(["run", name, "--dry-run"], `orchastration run ${name} --dry-run`), cwd };
}

function unchanged(count: number, atMost: number): CaseDefinition {
  return {
    name: `inputs_unchanged_${count}`,
    group: "inputs",
    what: `up to date, ${count} files unchanged`,
    figure: "time",
    budget: { kind: "ratio_beyond_start_up", atMost },
    rounds: 15,
    needs: ["git"],
    note: "Start-up is the same question about one file.",
    async prepare(place) {
      const { root } = await makeTree(place, count);
      return {
        ours: decide(place, MANY, root),
        reference: { label: "git status", argv: ["git", "status", "--porcelain"], cwd: root },
        startUp: decide(place, ONE, root),
      };
    },
  };
}

export const INPUT_CASES: readonly CaseDefinition[] = [
  unchanged(10_000, 1.5),
  unchanged(100_000, 2),
  {
    name: "inputs_changed_10000",
    group: "inputs",
    what: "what changed, 10000 files with other content",
    figure: "time",
    budget: { kind: "ratio_beyond_start_up", atMost: 1.5 },
    rounds: 5,
    needs: ["git"],
    note: "git begins with an empty index and no objects.",
    async prepare(place) {
      const { root, files } = await makeTree(place, 10_000);
      let round = 0;
      return {
        ours: decide(place, MANY, root),
        reference: { label: "git add -A", argv: ["git", "add", "-A"], cwd: root },
        startUp: decide(place, ONE, root),
        clean: async () => {
          writeAll(files, ++round);
          await Deno.remove(join(root, ".git"), { recursive: true });
          await git(place, root, "init", "-q");
        },
      };
    },
  },
];
