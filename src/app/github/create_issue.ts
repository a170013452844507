/**
 * Creates the issue of a task exactly once: looks in the record first, then in the repository's list, and
 * only then creates one.
 */

import { nextCommand, placeholder } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { isSameRepository, parseRepository, repositoryText } from "../../model/repository.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { holdsSecret, maskText } from "../../model/secrets.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import type { Task } from "../../model/task.ts";
import { issueMarker, issueText } from "../../doc/issue_text.ts";
import type { GitHub, Issue } from "../../git/gh.ts";
import { NO_JOURNAL, type ToolJournal } from "../../git/tool.ts";
import type { Clock } from "../../host/clock.ts";
import { doubtMs } from "./doubtful_issue.ts";
import { type IssueLink, openGitHub, prepareGitHubAct } from "./github_act.ts";
import { findIssuePlace, type IssuePlace } from "./issue_repository.ts";
import { linkTask } from "./link_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import { evidenceOfCriteria } from "../evidence/criterion_evidence.ts";
import { recordAct } from "../recording/record_act.ts";
import { actOf } from "./tool_act.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface CreateIssueRequest {
  readonly name: string;
  /** `owner/name` or `host/owner/name`; undefined: decided by the task or the remotes. */
  readonly repo: string | undefined;
  readonly labels: readonly string[];
  /** Ignores the recorded link and searches the repository. */
  readonly relink: boolean;
}

export interface IssueReport {
  readonly run: RunRecord;
  readonly link: IssueLink;
  /** `linked`: recorded before. `found`: in the repository's list. */
  readonly how: "created" | "found" | "linked";
}

export interface IssuePreview {
  readonly repository: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

const ACTION = "create an issue for task";

/** The text that would be sent. Contacts no other machine, and records nothing. */
export async function previewIssue(
  workspace: Workspace,
  request: CreateIssueRequest,
): Promise<Result<IssuePreview, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const resolved = await reader.value.find(request.name);
  if (!resolved.ok) return resolved;
  const { project, task } = resolved.value;
  const known = await requireRecordable(workspace, "tasks", task.name, resolved.value.configured);
  if (!known.ok) return known;
  const { secrets } = await prepareGitHubAct(workspace, resolved.value, "git.issue.create");
  const place = await findIssuePlace(workspace, project, task, request.repo, NO_JOURNAL, secrets);
  if (!place.ok) return place;
  const view = await reader.value.read(task);
  if (!view.ok) return view;
  const evidence = await evidenceOfCriteria(workspace, view.value);
  if (!evidence.ok) return evidence;
  const marker = issueMarker(task.name, place.value.prefix);
  const text = issueText(view.value, evidence.value, marker, workspace.writeCommand);
  return ok({ repository: repositoryText(place.value.repository), ...text, labels: request.labels });
}

export async function createIssue(
  workspace: Workspace,
  request: CreateIssueRequest,
): Promise<Result<IssueReport, Failure>> {
  return await withNamedTask(
    workspace,
    request.name,
    (held, reader) => createHeld(workspace, request, held, reader),
  );
}

async function createHeld(
  workspace: Workspace,
  request: CreateIssueRequest,
  held: HeldTask,
  reader: TaskReader,
): Promise<Result<IssueReport, Failure>> {
  const { project, task, record: before } = held.known;
  const writable = requireWritable(held.known, ACTION);
  if (!writable.ok) return writable;
  const known = await requireRecordable(workspace, "tasks", task.name, held.known.configured);
  if (!known.ok) return known;
  const prepared = await prepareGitHubAct(workspace, held.known, "git.issue.create");
  const telling = request.labels.find((label) => holdsSecret(label, prepared.secrets));
  if (telling !== undefined) {
    return fail({
      code: "refused",
      action: ACTION,
      value: task.name,
      fact: `the label ${maskText(telling, prepared.secrets)} contains the value of a secret, ` +
        "which GitHub would show",
      next: [nextCommand("git issue create", task.name, "--label", placeholder("another label"))],
    });
  }
  const plan = before?.plan ?? null;
  let made: Omit<IssueReport, "run"> | undefined;
  const run = await recordAct(
    workspace,
    held.runs,
    task.name,
    prepared,
    (record) => ({
      ...actOf(record, `make the issue of task ${task.name}`),
      plan: plan === null ? null : { run: plan.run, sha256: plan.sha256 },
    }),
    async (record, journal) => {
      const linked = linkedBefore(task, before, request);
      if (!linked.ok) return linked;
      if (linked.value !== undefined) {
        made = { link: linked.value, how: "linked" };
        return ok({ status: "succeeded", reason: `it was recorded before: ${linked.value.url}` });
      }
      const { secrets } = prepared;
      const place = await findIssuePlace(workspace, project, task, request.repo, journal, secrets);
      if (!place.ok) return place;
      const account = { record, journal, secrets };
      const issue = await findOrCreate(workspace, reader, request, place.value, held, account);
      if (!issue.ok) return issue;
      const { number, url, how } = issue.value;
      const link = { repo: repositoryText(place.value.repository), number, url, run: record.id };
      const written = await linkTask(held.tasks, task, before, record, { issue: link });
      if (!written.ok) return written;
      made = { link, how };
      const words = how === "created" ? "the issue was created" : "the issue was found in the repository";
      return ok({ status: "succeeded", reason: `${words}: ${url}` });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info(`issue ${made!.how}`, {
    event: "issue_created",
    run: run.value.id,
    task: task.name,
    issue: made!.link.url,
  });
  return ok({ run: run.value, ...made! });
}

/** The recorded issue, where it can be trusted. */
function linkedBefore(
  task: Task,
  record: TaskRecord | undefined,
  request: CreateIssueRequest,
): Result<IssueLink | undefined, Failure> {
  const link = record?.links.issue ?? null;
  if (link === null || request.relink) return ok(undefined);
  if (request.repo === undefined) return ok(link);
  const wanted = parseRepository(request.repo, parseRepository(link.repo)?.host);
  const recorded = parseRepository(link.repo);
  if (wanted === undefined || recorded === undefined || isSameRepository(wanted, recorded)) return ok(link);
  return fail({
    code: "refused",
    action: ACTION,
    value: task.name,
    fact: `its issue is in another repository: ${link.url}`,
    next: [nextCommand("git issue create", task.name, "--repo", request.repo, "--relink")],
  });
}

interface Account {
  readonly record: RunRecord;
  readonly journal: ToolJournal;
  readonly secrets: readonly string[];
}

async function findOrCreate(
  workspace: Workspace,
  reader: TaskReader,
  request: CreateIssueRequest,
  place: IssuePlace,
  held: HeldTask,
  { record, journal, secrets }: Account,
): Promise<Result<Issue & { readonly how: "created" | "found" }, Failure>> {
  const { host } = workspace;
  const { project, task } = held.known;
  const purpose = { action: ACTION, value: task.name };
  const github = await openGitHub(workspace, project, place.repository, purpose, secrets, journal, record);
  if (!github.ok) return github;
  const marker = issueMarker(task.name, place.prefix);
  const doubt = () => doubtMs(host, held.runs, record);
  const found = await findResolved(workspace, github.value, marker, doubt, journal.stop);
  if (!found.ok) return found;
  if (found.value !== undefined) return ok({ ...found.value, how: "found" });
  const labels = await github.value.requireLabels(request.labels);
  if (!labels.ok) return labels;
  const view = await reader.view(held);
  const evidence = await evidenceOfCriteria(workspace, view);
  if (!evidence.ok) return evidence;
  const text = issueText(view, evidence.value, marker, workspace.writeCommand);
  const created = await github.value.createIssue({ ...text, labels: request.labels });
  return created.ok ? ok({ ...created.value, how: "created" }) : created;
}

/** Reads the repository's list; where an earlier call may still take effect there, once more after that. */
async function findResolved(
  { host }: Workspace,
  github: GitHub,
  marker: string,
  doubt: () => Promise<number>,
  stop: AbortSignal | undefined,
): Promise<Result<Issue | undefined, Failure>> {
  // Before the list is read: a request in transit could otherwise arrive afterwards.
  const remainingMs = await doubt();
  const askedMs = host.clock.monotonicMs();
  const found = await github.findIssue(marker);
  if (!found.ok || found.value !== undefined || remainingMs === 0) return found;
  const waitMs = remainingMs - (host.clock.monotonicMs() - askedMs);
  if (waitMs > 0) await pause(host.clock, waitMs, stop);
  return await github.findIssue(marker);
}

/** Until the time is over, or a stop is requested. */
async function pause(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
  const timer = clock.after(ms);
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const onStop = () => resolve();
  stop?.addEventListener("abort", onStop);
  if (stop?.aborted) onStop();
  try {
    await Promise.race([timer.elapsed, stopped]);
  } finally {
    timer.cancel();
    stop?.removeEventListener("abort", onStop);
  }
}
