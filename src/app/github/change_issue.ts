/** The issue of a task after its creation: showing, updating and closing it. */

import { isDone, spoilingReason } from "../../model/derive_task_status.ts";
import { inWords } from "../../model/in_words.ts";
import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskView } from "../../model/task_view.ts";
import { issueMarker, issueText } from "../../doc/issue_text.ts";
import { withManagedPart } from "../../doc/managed_text.ts";
import type { GitHub, Issue } from "../../git/gh.ts";
import { gitEnvironment } from "../../git/git.ts";
import { readPrefix } from "../../git/remotes.ts";
import { NO_JOURNAL, Tool, type ToolJournal } from "../../git/tool.ts";
import { evidenceOfCriteria } from "../evidence/criterion_evidence.ts";
import { type IssueLink, openGitHub, prepareGitHubAct, requireIssue } from "./github_act.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import { recordAct } from "../recording/record_act.ts";
import { actOf } from "./tool_act.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface ShownIssue {
  readonly link: IssueLink;
  readonly issue: Issue;
  /** "damaged" where the marks in its text are missing or do not match. */
  readonly text: "up_to_date" | "outdated" | "damaged";
}

export interface ChangedIssue {
  readonly run: RunRecord;
  readonly link: IssueLink;
  /** False where it already had the wanted state. */
  readonly isChanged: boolean;
}

/** Leaves no run, because it only reads. */
export async function showIssue(workspace: Workspace, name: string): Promise<Result<ShownIssue, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const resolved = await reader.value.find(name);
  if (!resolved.ok) return resolved;
  const { project, task } = resolved.value;
  const { secrets } = await prepareGitHubAct(workspace, resolved.value, "git.issue.update");
  const view = await reader.value.read(task);
  if (!view.ok) return view;
  const action = "show the issue of task";
  const linked = requireIssue(task, view.value.record, action);
  if (!linked.ok) return linked;
  const { link, repository } = linked.value;
  const purpose = { action, value: name };
  const github = await openGitHub(workspace, project, repository, purpose, secrets, NO_JOURNAL, undefined);
  if (!github.ok) return github;
  const issue = await github.value.readIssue(link.number);
  if (!issue.ok) return issue;
  const wanted = await wantedBody(workspace, project, view.value, issue.value, NO_JOURNAL, secrets);
  if (!wanted.ok && wanted.failure.code !== "refused") return wanted;
  const text = !wanted.ok
    ? "damaged"
    : isSameText(wanted.value, issue.value.body)
    ? "up_to_date"
    : "outdated";
  return ok({ link, issue: issue.value, text });
}

/** Updates the part between the marks; text that people wrote around it stays. */
export async function updateIssue(
  workspace: Workspace,
  name: string,
): Promise<Result<ChangedIssue, Failure>> {
  return await change(workspace, name, "git.issue.update", "update the issue of task", {
    mayBegin: () => ok(undefined),
    async carryOut(github, issue, { project, view, journal, secrets }) {
      const wanted = await wantedBody(workspace, project, view, issue, journal, secrets);
      if (!wanted.ok) return wanted;
      if (isSameText(wanted.value, issue.body)) return ok(false);
      const changed = await github.changeIssue(issue.number, { body: wanted.value });
      return changed.ok ? ok(true) : changed;
    },
    words: { changed: "its text was updated", unchanged: "its text was up to date" },
  });
}

/** Only for a task that is done and not stale. */
export async function closeIssue(workspace: Workspace, name: string): Promise<Result<ChangedIssue, Failure>> {
  const action = "close the issue of task";
  return await change(workspace, name, "git.issue.close", action, {
    mayBegin(view) {
      if (isDone(view)) return ok(undefined);
      const word = view.status === "unplanned" ? "not planned" : inWords(view.status);
      const fact = view.status === "done"
        ? `it is done, but stale: ${spoilingReason(view)}`
        : `it is ${word}: ${view.reason}`;
      const next = view.next === undefined ? [] : [view.next];
      return fail({ code: "refused", action, value: name, fact, next });
    },
    async carryOut(github, issue) {
      if (issue.state === "closed") return ok(false);
      const changed = await github.changeIssue(issue.number, { state: "closed", state_reason: "completed" });
      return changed.ok ? ok(true) : changed;
    },
    words: { changed: "it was closed", unchanged: "it was closed already" },
  });
}

interface Circumstances {
  readonly project: Project;
  readonly view: TaskView;
  readonly journal: ToolJournal;
  readonly secrets: readonly string[];
}

interface Change {
  mayBegin(view: TaskView): Result<void, Failure>;
  /** True where something had to be changed. */
  carryOut(github: GitHub, issue: Issue, around: Circumstances): Promise<Result<boolean, Failure>>;
  readonly words: { readonly changed: string; readonly unchanged: string };
}

async function change(
  workspace: Workspace,
  name: string,
  runAction: "git.issue.update" | "git.issue.close",
  action: string,
  { mayBegin, carryOut, words }: Change,
): Promise<Result<ChangedIssue, Failure>> {
  return await withNamedTask(workspace, name, async (held, reader) => {
    const { runs, known } = held;
    const { project, task } = known;
    const recordable = await requireRecordable(workspace, "tasks", task.name, known.configured);
    if (!recordable.ok) return recordable;
    const prepared = await prepareGitHubAct(workspace, known, runAction);
    const { secrets } = prepared;
    let done: Omit<ChangedIssue, "run"> | undefined;
    const run = await recordAct(
      workspace,
      runs,
      name,
      prepared,
      (record) => actOf(record, `${action} ${name}`),
      async (record, journal) => {
        const view = await reader.view(held);
        const linked = requireIssue(task, view.record, action);
        if (!linked.ok) return linked;
        const begun = mayBegin(view);
        if (!begun.ok) return begun;
        const { link, repository } = linked.value;
        const purpose = { action, value: name };
        const github = await openGitHub(workspace, project, repository, purpose, secrets, journal, record);
        if (!github.ok) return github;
        const issue = await github.value.readIssue(link.number);
        if (!issue.ok) return issue;
        const around = { project, view, journal, secrets };
        const changed = await carryOut(github.value, issue.value, around);
        if (!changed.ok) return changed;
        done = { link, isChanged: changed.value };
        return ok({
          status: "succeeded",
          reason: `${changed.value ? words.changed : words.unchanged}: ${link.url}`,
        });
      },
    );
    if (!run.ok) return run;
    (await workspace.log(project.logging)).info(done!.isChanged ? "issue changed" : "issue left as it was", {
      event: runAction === "git.issue.update" ? "issue_updated" : "issue_closed",
      run: run.value.id,
      task: name,
      issue: done!.link.url,
    });
    return ok({ run: run.value, ...done! });
  });
}

/** The issue's text with an updated generated part; refused where that part cannot be identified. */
async function wantedBody(
  workspace: Workspace,
  project: Project,
  view: TaskView,
  issue: Issue,
  journal: ToolJournal,
  secrets: readonly string[],
): Promise<Result<string, Failure>> {
  const { host, writeCommand } = workspace;
  const env = gitEnvironment(host.environment.all());
  const git = Tool.find("git", { machine: host, workingDir: project.root, env, secrets, journal });
  const prefix = git.ok ? await readPrefix(git.value, project.root) : ok(undefined);
  if (!prefix.ok) return prefix;
  const evidence = await evidenceOfCriteria(workspace, view);
  if (!evidence.ok) return evidence;
  const marker = issueMarker(view.task.name, prefix.value ?? "");
  const { body } = issueText(view, evidence.value, marker, writeCommand);
  const renewed = withManagedPart(issue.body, body, false);
  if (renewed.ok) return renewed;
  const fact = renewed.failure.kind === "unmarked"
    ? "its text no longer contains the marks orchastration:begin and orchastration:end"
    : renewed.failure.fact;
  return fail({
    code: "refused",
    action: "update the issue of task",
    value: view.task.name,
    fact: `${fact}; it is at ${issue.url}`,
    next: [nextAdvice("put the marks back where the generated text should be")],
  });
}

/** GitHub's editor converts line ends, and removes the last one. */
function isSameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return plain(a) === plain(b);
}
