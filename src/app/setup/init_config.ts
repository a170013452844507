/** Writes a first configuration: never over an existing one, unless with a backup of it. */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { timestampOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { decode } from "../../config/decode.ts";
import { findConfig, PROJECT_FILE } from "../../config/find.ts";
import { configSchema } from "../../config/json_schema.ts";
import { loadProject } from "../../config/load.ts";
import { platformOf } from "../../config/platform.ts";
import type { HostResult } from "../../host/host_result.ts";
import { fileUnwritable, writeUserFile } from "../files/user_file.ts";
import { configText } from "./config_text.ts";
import { addToIgnoreFile, recordsInGit } from "./ignore_state.ts";
import type { ProposedJob } from "./name_jobs.ts";
import { NOTHING_FOUND, type Proposals, proposeJobs, sampleJob } from "./propose_jobs.ts";
import { realOr } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";

export type { ProposedJob };

export interface InitRequest {
  /** The user's own file, for all folders, instead of one for this folder. */
  readonly isUser: boolean;
  readonly force: boolean;
  /** Where the records are to be kept, as `--state-dir` gives it; undefined: the flag was not given. */
  readonly stateDir: string | undefined;
}

export interface InitPlan extends InitRequest {
  /** Absolute. */
  readonly path: string;
  /** The value for `[state] dir`; undefined: the key is not written. */
  readonly stateDir: string | undefined;
  /** Where nothing was found, an example. */
  readonly jobs: readonly ProposedJob[];
  readonly proposals: Proposals;
  readonly replaces: boolean;
}

export interface Initialized {
  readonly path: string;
  /** The backup of the replaced file. */
  readonly backup: string | undefined;
  readonly schemaPath: string;
  readonly jobs: readonly ProposedJob[];
  /** As in the plan. */
  readonly stateDir: string | undefined;
  /** The line that was added to .gitignore; undefined: none was needed. */
  readonly ignored: string | undefined;
  /** Why records can still be committed, as a sentence. */
  readonly unignored: string | undefined;
}

/** Editors find the schema here; a copy in every project is better than none. */
const SCHEMA_FILE = "orchastration.schema.json";
const HIDDEN_FOLDER = ".orchastration";

/** The plan of `init`: the content to write, and whether that is allowed. */
export async function planInit(
  workspace: Workspace,
  request: InitRequest,
): Promise<Result<InitPlan, Failure>> {
  const place = placeFor(workspace, request.isUser);
  if (!place.ok) return place;
  const path = place.value;
  const facts = workspace.host.files.stat(path);
  if (!facts.ok && facts.failure.kind !== "not_found") return fileUnwritable(path, facts.failure.reason);
  if (facts.ok && !request.force) {
    return fail({
      code: "refused",
      action: "write",
      value: path,
      fact: "it is already there",
      next: request.isUser
        ? [nextCommand("", "--config", path, "config", "check"), nextCommand("init", "--user", "--force")]
        : [nextCommand("config check"), nextCommand("init", "--force")],
    });
  }
  const proposals = request.isUser
    ? NOTHING_FOUND
    : await proposeJobs(workspace.host, workspace.currentFolder);
  const jobs = proposals.jobs.length > 0 ? proposals.jobs : [sampleJob(workspace.host)];
  const problem = request.stateDir === undefined
    ? undefined
    : decode({ state: { dir: request.stateDir } }, platformOf(workspace.host.environment.os)).problems[0];
  if (problem !== undefined) {
    const { message: fact } = problem;
    const next = [nextAdvice("name another folder")];
    return fail({
      code: "arguments_invalid",
      action: "write [state] dir",
      value: request.stateDir,
      fact,
      next,
    });
  }
  const stateDir = request.stateDir === undefined
    ? facts.ok ? await stateDirIn(workspace, path) : undefined
    : stateDirToWrite(workspace, request.isUser, request.stateDir);
  return ok({ ...request, path, stateDir, jobs, proposals, replaces: facts.ok });
}

/** In the user's own file a relative path would be another one in each folder; in a project the file is for every system. */
function stateDirToWrite({ host, currentFolder }: Workspace, isUser: boolean, given: string): string {
  if (isUser) return host.paths.resolve(currentFolder, given);
  const isPortable = host.environment.os !== "windows" || host.paths.isAbsolute(given);
  return isPortable ? given : given.replaceAll("\\", "/");
}

/** Where the file that is replaced kept its records: they would not be found any more. */
async function stateDirIn({ host }: Workspace, path: string): Promise<string | undefined> {
  const located = findConfig(host, {
    flag: path,
    currentFolder: host.paths.dirname(path),
    userConfigPath: undefined,
  });
  const project = located.ok ? await loadProject(host, located.value) : located;
  return project.ok ? project.value.stateDir : undefined;
}

/** Writes the file with these of its jobs, and what keeps its records out of commits. */
export async function carryOutInit(
  workspace: Workspace,
  plan: InitPlan,
  jobs: readonly ProposedJob[],
): Promise<Result<Initialized, Failure>> {
  const written = writeConfig(workspace, plan, jobs);
  if (!written.ok) return written;
  const { stateDir } = plan;
  return ok({ ...written.value, stateDir, ...await ignoreRecords(workspace, plan) });
}

async function ignoreRecords(
  { host }: Workspace,
  { isUser, path, stateDir }: InitPlan,
): Promise<Pick<Initialized, "ignored" | "unignored">> {
  const nothing = { ignored: undefined, unignored: undefined };
  if (isUser || stateDir === undefined) return nothing;
  const root = realOr(host.files, host.paths.dirname(path));
  const records = await recordsInGit(host, root, host.paths.resolve(root, stateDir));
  switch (records.kind) {
    case "safe":
      return nothing;
    case "unignorable":
      return { ...nothing, unignored: "no line of .gitignore can name that folder alone" };
    case "unignored": {
      const added = addToIgnoreFile(host, root, records.line);
      if (!added.ok) return { ...nothing, unignored: `.gitignore cannot be written: ${added.failure}` };
      return added.value ? { ...nothing, ignored: records.line } : nothing;
    }
  }
}

function writeConfig(
  workspace: Workspace,
  plan: InitPlan,
  jobs: readonly ProposedJob[],
): Result<Pick<Initialized, "path" | "backup" | "schemaPath" | "jobs">, Failure> {
  const { files, paths, clock } = workspace.host;
  const folder = paths.dirname(plan.path);
  const schemaPath = plan.isUser
    ? paths.join(folder, SCHEMA_FILE)
    : paths.join(folder, HIDDEN_FOLDER, SCHEMA_FILE);
  const schemaText = `${JSON.stringify(configSchema(), null, 2)}\n`;
  const schema = writeUserFile(workspace.host, schemaPath, schemaText);
  if (!schema.ok) return schema;
  const schemaName = plan.isUser ? SCHEMA_FILE : `${HIDDEN_FOLDER}/${SCHEMA_FILE}`;
  const text = configText(jobs, schemaName, workspace.writeCommand, plan.proposals.leftOut, plan.stateDir);
  if (!plan.replaces) {
    const written = createNew(workspace, plan.path, new TextEncoder().encode(text));
    if (!written.ok) return fileUnwritable(plan.path, written.failure.reason);
    return ok({ path: plan.path, backup: undefined, schemaPath, jobs });
  }
  const before = files.readBytes(plan.path);
  if (!before.ok) return fileUnwritable(plan.path, `a backup of it cannot be made: ${before.failure.reason}`);
  const backup = `${plan.path}.${timestampOf(clock.nowMs())}.bak`;
  const kept = createNew(workspace, backup, before.value);
  if (!kept.ok) return fileUnwritable(backup, kept.failure.reason);
  const real = files.realPath(plan.path);
  const replaced = writeUserFile(workspace.host, real.ok ? real.value : plan.path, text);
  if (!replaced.ok) return replaced;
  return ok({ path: plan.path, backup, schemaPath, jobs });
}

function placeFor(workspace: Workspace, isUser: boolean): Result<string, Failure> {
  if (!isUser) return ok(workspace.host.paths.join(workspace.currentFolder, PROJECT_FILE));
  const user = workspace.userConfig();
  if (user.ok) return ok(user.value);
  return fail({
    code: "place_unknown",
    what: "a place for the user's own configuration",
    reason: user.failure.reason,
    next: [nextAdvice("set it, or leave out --user")],
  });
}

function createNew({ host }: Workspace, path: string, bytes: Uint8Array): HostResult<void> {
  const created = host.files.createNew(path, "shared");
  if (!created.ok) return created;
  let written = created.value.write(bytes);
  if (written.ok) written = created.value.sync();
  created.value.close();
  // Half a configuration is worse than none.
  if (!written.ok) host.files.remove(path);
  return written;
}
