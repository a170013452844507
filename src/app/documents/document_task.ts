/**
 * Writes the documents of tasks from their records, or reports which are out of date. Each write is recorded
 * as a run.
 */

import { nextCommand, placeholder } from "../../model/next_step.ts";
import type { DocumentFormat } from "../../model/document_format.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import { TASK_FORMAT } from "../../model/task_record.ts";
import type { TaskView } from "../../model/task_view.ts";
import type { BoardEntry } from "../../doc/index_page.ts";
import { EXTENSIONS, renderIndex, renderTask } from "../../doc/render.ts";
import { placeIn, taskFacts } from "../../doc/facts_of_task.ts";
import type { TaskFacts } from "../../doc/task_facts.ts";
import { fileUnwritable } from "../files/user_file.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import { type ComparedFile, compareFile, writeFile } from "./document_file.ts";
import { documentSource } from "./document_source.ts";
import { recordAct } from "../recording/record_act.ts";
import type { ResolvedTask } from "../tasks/resolve_task.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { withTask } from "../tasks/with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface DocumentRequest {
  /** undefined: all tasks, and the index. */
  readonly name: string | undefined;
  /** undefined: the path from the configuration. */
  readonly output: string | undefined;
  readonly format: DocumentFormat;
  /** Compares without writing. */
  readonly check: boolean;
  /** Adds the managed part to a file without marks. */
  readonly force: boolean;
}

export interface DocumentedFile {
  /** undefined: the index. */
  readonly task: string | undefined;
  readonly path: string;
  readonly state: "written" | "current" | "outdated" | "missing" | "failed";
  /** Set when the state is "failed". */
  readonly failure: Failure | undefined;
  /** The doc.generate run; absent for a check and for the index. */
  readonly run: RunId | undefined;
}

/** The content of a document, and the result for its file. */
interface Documented {
  readonly facts: TaskFacts;
  readonly state: Exclude<DocumentedFile["state"], "failed">;
  readonly run: RunId | undefined;
}

/** The document as text, for callers that read it and store nothing. */
export async function printDocument(
  workspace: Workspace,
  name: string,
  format: DocumentFormat,
): Promise<Result<string, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const task = await reader.value.find(name);
  if (!task.ok) return task;
  const facts = await factsWithoutFile(workspace, reader.value, task.value);
  return facts.ok ? ok(renderTask(facts.value, format, workspace.writeCommand).text) : facts;
}

/** The result for each file; for a single task, a failure is the whole answer. */
export async function documentTasks(
  workspace: Workspace,
  request: DocumentRequest,
): Promise<Result<readonly DocumentedFile[], Failure>> {
  const opened = await TaskReader.open(workspace);
  if (!opened.ok) return opened;
  const reader = opened.value;
  if (request.name !== undefined) {
    const task = await reader.find(request.name);
    if (!task.ok) return task;
    const path = pathOf(workspace, task.value, request);
    const documented = await documentOne(workspace, reader, task.value, path, request);
    if (!documented.ok) return documented;
    const { state, run } = documented.value;
    return ok([{ task: request.name, path, state, failure: undefined, run }]);
  }
  const files: DocumentedFile[] = [];
  const entries: BoardEntry[] = [];
  const index = await indexPath(workspace, reader, request);
  for (const task of reader.project.tasks.values()) {
    const resolved = await reader.resolve(task);
    const path = pathOf(workspace, resolved, request);
    const documented = await documentOne(workspace, reader, resolved, path, request);
    files.push(
      documented.ok
        ? {
          task: task.name,
          path,
          failure: undefined,
          state: documented.value.state,
          run: documented.value.run,
        }
        : { task: task.name, path, state: "failed", failure: documented.failure, run: undefined },
    );
    const facts = documented.ok
      ? ok(documented.value.facts)
      : await factsWithoutFile(workspace, reader, resolved);
    entries.push({
      task: task.name,
      facts: facts.ok ? facts.value : undefined,
      path: linkTo(workspace, resolved, index, path),
    });
  }
  const compared = compareFile(
    workspace.host,
    index,
    renderIndex(entries, request.format),
    request.force,
    [],
  );
  const written = !compared.ok
    ? compared
    : request.check
    ? ok(undefined)
    : writeFile(workspace.host, compared.value);
  files.push({
    task: undefined,
    path: index,
    run: undefined,
    ...(compared.ok && written.ok ? { state: stateOf(compared.value, request.check), failure: undefined } : {
      state: "failed",
      failure: (compared.ok ? written as Extract<typeof written, { ok: false }> : compared).failure,
    }),
  });
  return ok(files);
}

async function documentOne(
  workspace: Workspace,
  reader: TaskReader,
  resolved: ResolvedTask,
  path: string,
  request: DocumentRequest,
): Promise<Result<Documented, Failure>> {
  if (request.check) {
    const view = await reader.read(resolved.task);
    if (!view.ok) return view;
    const compared = await compare(workspace, reader, view.value, path, request);
    if (!compared.ok) return compared;
    const { facts, file } = compared.value;
    return ok({ facts, state: stateOf(file, true), run: undefined });
  }
  return await withTask(workspace, resolved, async (held) => {
    const folder = await requireFolder(workspace, resolved, path, request);
    if (!folder.ok) return folder;
    const view = await reader.view(held);
    const compared = await compare(workspace, reader, view, path, request);
    if (!compared.ok) return compared;
    const { facts, file } = compared.value;
    const run = await record(workspace, file, view, held);
    return run.ok ? ok({ facts, state: stateOf(file, false), run: run.value }) : run;
  });
}

interface Compared {
  readonly facts: TaskFacts;
  readonly file: ComparedFile;
}

async function compare(
  workspace: Workspace,
  reader: TaskReader,
  view: TaskView,
  path: string,
  request: DocumentRequest,
): Promise<Result<Compared, Failure>> {
  const source = await documentSource(workspace, reader, view, path);
  if (!source.ok) return source;
  const facts = taskFacts(source.value, workspace.writeCommand);
  const file = compareFile(
    workspace.host,
    path,
    renderTask(facts, request.format, workspace.writeCommand),
    request.force,
    [nextCommand("doc generate", view.task.name, "--output", placeholder("path"))],
  );
  return file.ok ? ok({ facts, file: file.value }) : file;
}

/** Writes the file as a recorded action, and notes it in the task's record. */
async function record(
  workspace: Workspace,
  file: ComparedFile,
  view: TaskView,
  { known, runs, tasks }: HeldTask,
): Promise<Result<RunId, Failure>> {
  const { project, task } = known;
  const prepared = await prepareTask(workspace, known, "doc.generate");
  // The name of a task's folder may contain a secret.
  const place = maskText(placeIn(project.root, file.path), prepared.secrets);
  const plan = view.record?.plan ?? null;
  const sha256 = await workspace.host.digests.sha256(new TextEncoder().encode(file.text));
  const run = await recordAct(workspace, runs, task.name, prepared, (run) => ({
    ...run,
    intent: { ...run.intent, expected_outputs: [place] },
    plan: plan === null ? null : { run: plan.run, sha256: plan.sha256 },
  }), async (run) => {
    const written = writeFile(workspace.host, file);
    if (!written.ok) return written;
    // A record that a newer program wrote stays as it is, and a task without a plan has none.
    if (view.record !== undefined && view.record.format <= TASK_FORMAT) {
      const noted = await tasks.write({
        ...view.record,
        // The last run of the task tells whether a build was interrupted.
        last_run: view.status === "interrupted" ? view.record.last_run : run.id,
        documented: { path: place, run: run.id, sha256 },
      });
      if (!noted.ok) return noted;
    }
    const reason = file.state === "current" ? `${place} was up to date` : `${place} was written`;
    return ok({ status: "succeeded", reason });
  });
  if (!run.ok) return run;
  await workspace.debug(project.logging, "task documented", {
    event: "task_documented",
    run: run.value.id,
    task: task.name,
    path: maskText(file.path, prepared.secrets),
  });
  return ok(run.value.id);
}

function stateOf(file: ComparedFile, isCheck: boolean): Documented["state"] {
  return isCheck || file.state === "current" ? file.state : "written";
}

/** A missing working directory is not created only to hold a document. */
async function requireFolder(
  workspace: Workspace,
  { task, configured }: ResolvedTask,
  path: string,
  request: DocumentRequest,
): Promise<Result<void, Failure>> {
  if (request.output !== undefined) return ok(undefined);
  const known = await requireRecordable(workspace, "tasks", task.name, configured);
  if (!known.ok) return known;
  const { workingDir, secrets } = configured;
  const facts = workspace.host.files.stat(workingDir);
  if (facts.ok && facts.value.kind === "directory") return ok(undefined);
  const reason = facts.ok ? "it is not a directory" : facts.failure.reason;
  return fileUnwritable(maskText(path, secrets), `working_dir ${maskText(workingDir, secrets)}: ${reason}`, [
    nextCommand("doc generate", task.name, "--output", placeholder("path")),
  ]);
}

async function factsWithoutFile(
  workspace: Workspace,
  reader: TaskReader,
  resolved: ResolvedTask,
): Promise<Result<TaskFacts, Failure>> {
  const view = await reader.read(resolved.task);
  if (!view.ok) return view;
  const source = await documentSource(workspace, reader, view.value, undefined);
  return source.ok ? ok(taskFacts(source.value, workspace.writeCommand)) : source;
}

function pathOf(
  workspace: Workspace,
  { project, task, configured }: ResolvedTask,
  request: DocumentRequest,
): string {
  const { paths } = workspace.host;
  if (request.output !== undefined) return paths.resolve(workspace.currentFolder, request.output);
  const file = `${task.name}.${EXTENSIONS[request.format]}`;
  return paths.resolve(configured.workingDir, project.docDir, file);
}

async function indexPath(
  workspace: Workspace,
  reader: TaskReader,
  request: DocumentRequest,
): Promise<string> {
  const { paths } = workspace.host;
  const { project } = reader;
  const at = (name: string) =>
    paths.resolve(project.root, project.docDir, `${name}.${EXTENSIONS[request.format]}`);
  const documents = await Promise.all(
    [...project.tasks.values()].map(async (task) => pathOf(workspace, await reader.resolve(task), request)),
  );
  const taken = documents.map((path) => path.toLowerCase());
  // No task's name can begin like this.
  return taken.includes(at("index").toLowerCase()) ? at("_index") : at("index");
}

/**
 * A relative path between two files of the project; a path that leaves it would differ on each machine.
 * undefined where it would contain a secret, or does not exist.
 */
function linkTo(
  workspace: Workspace,
  { project, configured }: ResolvedTask,
  from: string,
  to: string,
): string | undefined {
  const { paths } = workspace.host;
  if (placeIn(project.root, to) === to) return undefined;
  const link = paths.relative(paths.dirname(from), to).replaceAll("\\", "/");
  const { secrets, problems } = configured;
  const isLost = problems.some(({ at }) => at[0] === "working_dir");
  return isLost || maskText(link, secrets) !== link ? undefined : link;
}
