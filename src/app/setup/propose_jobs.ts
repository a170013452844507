/** Examines a folder, and proposes named jobs for it. Reads only. */

import { ok } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { type NamedJobs, nameJobs, type ProposedJob } from "./name_jobs.ts";
import { withInputs } from "./propose_inputs.ts";
import { askJust } from "./ask_just.ts";
import { calledLines } from "./readers/called_commands.ts";
import { cargoJobs } from "./readers/cargo.ts";
import { cmakeLists, cmakePresets } from "./readers/cmake.ts";
import { composerScripts } from "./readers/composer.ts";
import { denoTasks } from "./readers/deno_json.ts";
import { goJobs, goWorkspaceJobs } from "./readers/go.ts";
import { justRecipes } from "./readers/justfile.ts";
import { makeTargets } from "./readers/makefile.ts";
import { mesonJobs } from "./readers/meson.ts";
import { fileTasks, MISE_FILES, miseTasks } from "./readers/mise.ts";
import { noxSessions } from "./readers/nox.ts";
import { packageScripts } from "./readers/package_json.ts";
import type { Proposal, Reading } from "./readers/proposal.ts";
import { hatchFile, pipfileScripts, pythonJobs, setupCfgJobs } from "./readers/python.ts";
import { type Source, sourceOf } from "./readers/source.ts";
import { TASKFILES, taskfileTasks } from "./readers/taskfile.ts";
import { toxIni, toxToml } from "./readers/tox.ts";

export type { ProposedJob };

interface System {
  /** The common name of its file. */
  readonly name: string;
  /** The first existing file of these is read, as the tool does. */
  readonly files: readonly string[];
  readonly read: (text: string, from: string, source: Source, host: Host) => Reading | Promise<Reading>;
}

const SYSTEMS: readonly System[] = [
  { name: "Makefile", files: ["GNUmakefile", "makefile", "Makefile"], read: makeTargets },
  {
    name: "justfile",
    files: ["justfile", "Justfile", ".justfile"],
    read: async (text, from, source, host) =>
      await askJust(host, source.folder, from) ?? justRecipes(text, from, source),
  },
  { name: "Taskfile.yml", files: TASKFILES, read: taskfileTasks },
  { name: "mise.toml", files: MISE_FILES, read: miseTasks },
  { name: "package.json", files: ["package.json"], read: packageScripts },
  { name: "deno.json", files: ["deno.json", "deno.jsonc"], read: denoTasks },
  { name: "composer.json", files: ["composer.json"], read: composerScripts },
  { name: "CMakePresets.json", files: ["CMakePresets.json"], read: cmakePresets },
  {
    name: "CMakeLists.txt",
    files: ["CMakeLists.txt"],
    // Presets show how the project wants to be called.
    read: (text, from, source) =>
      source.kindOf("CMakePresets.json") === "file" ? ok([]) : cmakeLists(text, from),
  },
  { name: "meson.build", files: ["meson.build"], read: mesonJobs },
  { name: "Cargo.toml", files: ["Cargo.toml"], read: cargoJobs },
  {
    name: "go.mod",
    files: ["go.work", "go.mod"],
    read: (text, from, source) =>
      from === "go.work" ? goWorkspaceJobs(text, from, source) : goJobs(text, from),
  },
  { name: "tox.ini", files: ["tox.toml", "tox.ini"], read: toxJobsOf },
  { name: "noxfile.py", files: ["noxfile.py"], read: noxSessions },
  { name: "hatch.toml", files: ["hatch.toml"], read: hatchFile },
  { name: "Pipfile", files: ["Pipfile"], read: pipfileScripts },
  { name: "pyproject.toml", files: ["pyproject.toml"], read: pythonJobs },
  { name: "setup.cfg", files: ["setup.cfg"], read: setupCfgJobs },
];

function toxJobsOf(text: string, from: string): Reading {
  return from === "tox.toml" ? toxToml(text, from) : toxIni(text, from);
}

export interface Proposals extends NamedJobs {
  /** The files that exist. */
  readonly found: readonly string[];
  readonly notUnderstood: readonly { readonly file: string; readonly reason: string }[];
  /** The names that were searched for. */
  readonly lookedFor: readonly string[];
}

export const NOTHING_FOUND: Proposals = {
  jobs: [],
  leftOut: [],
  packagesLeftOut: 0,
  found: [],
  notUnderstood: [],
  lookedFor: [],
};

export async function proposeJobs(host: Host, folder: string): Promise<Proposals> {
  const source = sourceOf(host, folder);
  const proposals: Proposal[] = [];
  const found: string[] = [];
  const notUnderstood: { file: string; reason: string }[] = [];
  for (const { files, read } of SYSTEMS) {
    for (const file of files) {
      const text = source.read(file);
      if (text.kind === "missing") continue;
      found.push(file);
      const reading = text.kind === "text" ? await read(text.text, file, source, host) : undefined;
      if (reading?.ok === true) proposals.push(...reading.value);
      else {
        const reason = text.kind === "unusable" ? text.reason : reading?.failure ?? "";
        notUnderstood.push({ file, reason });
      }
      break;
    }
  }
  if (!MISE_FILES.some((file) => found.includes(file))) proposals.push(...fileTasks(source));
  const named = nameJobs(proposals, calledLines(source));
  return {
    ...named,
    jobs: withInputs(named.jobs, source),
    found,
    notUnderstood,
    lookedFor: SYSTEMS.map(({ name }) => name),
  };
}

/** For a folder in which nothing was found. */
export function sampleJob(host: Host): ProposedJob {
  const command: ProposedJob["command"] = host.environment.os === "windows"
    ? ["cmd", "/c", "echo hello"]
    : ["echo", "hello"];
  return { name: "hello", command, description: "Say hello", from: "an example" };
}
