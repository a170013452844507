/** Looks at what a folder has, and proposes jobs for it with names of their own. Reads only. */

import { nameProblem } from "../../model/ids.ts";
import type { Host } from "../../host/host.ts";
import {
  cargoJobs,
  denoTasks,
  goJobs,
  justRecipes,
  makeTargets,
  packageScripts,
  type Proposal,
  pythonJobs,
} from "./script_files.ts";

/** A job to write. */
export interface ProposedJob {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly description: string | undefined;
  readonly from: string;
}

/** A file of scripts that is larger is none. */
const MAX_FILE_BYTES = 1024 * 1024;
/** More would be a list that nobody reads. */
const MAX_JOBS = 40;

export interface Proposals {
  readonly jobs: readonly ProposedJob[];
  /** How many more there would be. */
  readonly leftOut: number;
}

export function proposeJobs(host: Host, folder: string): Proposals {
  const read = (name: string) => textOf(host, host.paths.join(folder, name));
  const has = (name: string) => host.files.stat(host.paths.join(folder, name)).ok;
  const first = (
    names: readonly string[],
    propose: (text: string, from: string) => readonly Proposal[],
  ): readonly Proposal[] => {
    for (const name of names) {
      const text = read(name);
      if (text !== undefined) return propose(text, name);
    }
    return [];
  };
  const runner = has("uv.lock") ? ["uv", "run"] : has("poetry.lock") ? ["poetry", "run"] : [];
  return named([
    ...first(["package.json"], (text, from) => packageScripts(text, packageManager(has), from)),
    ...first(["deno.json", "deno.jsonc"], denoTasks),
    ...first(["Cargo.toml"], (_, from) => cargoJobs(from)),
    ...first(["go.mod"], (_, from) => goJobs(from)),
    ...first(["pyproject.toml"], (text, from) => pythonJobs(text, runner, from)),
    ...first(["GNUmakefile", "makefile", "Makefile"], makeTargets),
    ...first(["justfile", "Justfile", ".justfile"], justRecipes),
  ]);
}

/** For a folder in which nothing was found. */
export function sampleJob(host: Host): ProposedJob {
  const command: ProposedJob["command"] = host.environment.os === "windows"
    ? ["cmd", "/c", "echo hello"]
    : ["echo", "hello"];
  return { name: "hello", command, description: "Say hello", from: "an example" };
}

function packageManager(has: (name: string) => boolean): string {
  if (has("pnpm-lock.yaml")) return "pnpm";
  if (has("yarn.lock")) return "yarn";
  return has("bun.lock") || has("bun.lockb") ? "bun" : "npm";
}

function textOf({ files }: Host, path: string): string | undefined {
  const facts = files.stat(path);
  if (!facts.ok || facts.value.kind !== "file" || facts.value.sizeBytes > MAX_FILE_BYTES) return undefined;
  const bytes = files.readBytes(path);
  return bytes.ok ? new TextDecoder().decode(bytes.value) : undefined;
}

function named(proposals: readonly Proposal[]): Proposals {
  const taken = new Set<string>();
  const jobs: ProposedJob[] = [];
  let leftOut = 0;
  for (const proposal of proposals) {
    const name = freeName(proposal, taken);
    if (name === undefined || jobs.length === MAX_JOBS) {
      leftOut++;
      continue;
    }
    taken.add(name.toLowerCase());
    jobs.push({ ...proposal, name });
  }
  return { jobs, leftOut };
}

/** The name as ours can be, or with the tool before it where another job has that; undefined where there is none. */
function freeName({ name, command }: Proposal, taken: ReadonlySet<string>): string | undefined {
  const own = name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|[.-]+$/g, "");
  return [own, `${command[0]}-${own}`].find((each) =>
    own !== "" && nameProblem(each) === undefined && !taken.has(each.toLowerCase())
  );
}
