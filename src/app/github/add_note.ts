/** Notes the evidence of a task at a commit and at its tree, where git finds it after the commit was rewritten. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { NOTES_REF, type SignedBuild, trailerLine } from "../../model/signed_build.ts";
import { gitEnvironment } from "../../git/git.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { signedBuilds } from "../evidence/signed_builds.ts";
import { recordAct } from "../recording/record_act.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { actOf, markedEnvironment } from "./tool_act.ts";

export interface AddNoteRequest {
  readonly task: string;
  /** The commit, whose tree the evidence has to be about. */
  readonly revision: string;
}

export interface AddedNote {
  readonly run: RunRecord;
  readonly build: SignedBuild;
  readonly commit: string;
  readonly tree: string;
}

export async function addNote(
  workspace: Workspace,
  { task, revision }: AddNoteRequest,
): Promise<Result<AddedNote, Failure>> {
  const builds = await signedBuilds(workspace, { task, tree: revision });
  if (!builds.ok) return builds;
  const [build] = builds.value;
  const folder = workspace.currentFolder;
  return await withNamedTask(workspace, task, async ({ known, runs }) => {
    const { host } = workspace;
    const prepared = await prepareTask(workspace, known, "git.note.add");
    let commit = "";
    const run = await recordAct(
      workspace,
      runs,
      task,
      prepared,
      (record) => actOf(record, `note the evidence of ${build!.build} at its commit and tree`),
      async (record, journal) => {
        const env = markedEnvironment(gitEnvironment(host.environment.all()), record);
        const setting = { machine: host, workingDir: folder, env, secrets: prepared.secrets, journal };
        const git = GitCalls.open(setting, { action: "note the evidence of task", value: task });
        if (!git.ok) return git;
        const found = await git.value.ask(folder, [
          "rev-parse",
          "--verify",
          "--end-of-options",
          `${revision}^{commit}`,
        ]);
        if (!found.ok) return found;
        commit = found.value.trim();
        for (const object of [commit, build!.gitTree!]) {
          const noted = await noteAt(git.value, folder, object, build!);
          if (!noted.ok) return noted;
        }
        return ok({
          status: "succeeded",
          reason: `the evidence of ${build!.build} is noted at commit ${commit}`,
        });
      },
    );
    return run.ok ? ok({ run: run.value, build: build!, commit, tree: build!.gitTree! }) : run;
  });
}

/** A line for each task; that of this task is replaced. */
async function noteAt(
  git: GitCalls,
  folder: string,
  object: string,
  build: SignedBuild,
): Promise<Result<string, Failure>> {
  const shown = await git.try(folder, ["notes", `--ref=${NOTES_REF}`, "show", object]);
  if (!shown.ok) return shown;
  const line = trailerLine(build);
  const start = line.slice(0, -build.sha256.length);
  const others = shown.value.stdout.split("\n").filter((each) => each !== "" && !each.startsWith(start));
  const text = `${[...others, line].join("\n")}\n`;
  return await git.change(folder, ["notes", `--ref=${NOTES_REF}`, "add", "-f", "-F", "-", object], text);
}
