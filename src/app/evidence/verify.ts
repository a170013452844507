/** Answers four questions about what was recorded: records, chain, signatures, claim. Changes and repairs nothing. */

import type { Failure } from "../../model/failure.ts";
import { isRunId, nameProblem, type RunId, runIdOf } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import {
  countOf,
  type EvidenceFinding,
  type EvidenceLine,
  evidenceLine,
  type Verification,
  type VerifiedSubject,
} from "../../model/verification.ts";
import { runsWithEvidence } from "../../store/evidence_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { findRun } from "../runs/find_run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkChain } from "./check_chain.ts";
import { RecordCheck } from "./check_records.ts";
import { checkSignatures } from "./check_signatures.ts";
import { claimOfTask, type Grounds } from "./claim.ts";
import { claimOfRun } from "./claim_of_run.ts";
import { type JournalView, viewJournal } from "./journal_view.ts";
import { claimOfTree, findByTree, type TreeRequest } from "./verify_tree.ts";

export interface VerifyRequest {
  /** A task, or a reference to a run; undefined: everything. */
  readonly reference: string | undefined;
  /** Its tree is asked about; undefined: the files that are here. */
  readonly revision: string | undefined;
}

export async function verify(
  workspace: Workspace,
  { reference, revision }: VerifyRequest,
): Promise<Result<Verification, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const view = viewJournal(store.value.parts);
  if (!view.ok) return view;
  const verifier = new Verifier(workspace, store.value, tasks.value, view.value);
  if (revision !== undefined) return await verifier.tree({ revision, task: reference });
  if (reference === undefined) return await verifier.all();
  const project = await workspace.project();
  if (project.ok && project.value.tasks.has(reference)) return await verifier.task(reference);
  const found = await findRun(workspace, store.value, reference);
  return found.ok ? await verifier.run(found.value.run.record.id) : found;
}

export class Verifier {
  readonly #workspace: Workspace;
  readonly #store: RunStore;
  readonly #tasks: TaskStore;
  readonly #view: JournalView;
  readonly #check: RecordCheck;
  readonly #seen = new Map<RunId, RunRecord | undefined>();

  constructor(workspace: Workspace, store: RunStore, tasks: TaskStore, view: JournalView) {
    this.#workspace = workspace;
    this.#store = store;
    this.#tasks = tasks;
    this.#view = view;
    this.#check = new RecordCheck(store.parts, view);
  }

  async all(): Promise<Result<Verification, Failure>> {
    const ids = this.#everyRun();
    if (!ids.ok) return ids;
    for (const id of ids.value) await this.#look(id, false);
    const names = this.#tasks.names();
    if (!names.ok) return names;
    const known = [...this.#view.about.keys()].flatMap((key) =>
      key.startsWith("task ") ? [key.slice(5)] : []
    );
    const all = [...new Set([...names.value, ...known])].sort();
    for (const name of all) await this.#check.task(name);
    const claim = await this.#claimOfAll(all);
    return claim.ok ? await this.#answer({ kind: "all" }, claim.value, true) : claim;
  }

  async run(id: RunId): Promise<Result<Verification, Failure>> {
    await this.#look(id, true);
    const record = this.#seen.get(id);
    if (record?.subject === "task") await this.#lookAtTask(record.name);
    const claim: Result<EvidenceLine, Failure> = record === undefined
      ? ok(evidenceLine("not proven", [{ about: id, fact: "its record cannot be read" }]))
      : await claimOfRun(this.#workspace, record, this.#grounds);
    return claim.ok ? await this.#answer({ kind: "run", run: id }, claim.value, false) : claim;
  }

  async task(name: string): Promise<Result<Verification, Failure>> {
    await this.#lookAtTask(name);
    const claim = await claimOfTask(this.#workspace, name, this.#grounds);
    return claim.ok ? await this.#answer({ kind: "task", task: name }, claim.value, false) : claim;
  }

  async tree(request: TreeRequest): Promise<Result<Verification, Failure>> {
    const found = await findByTree(this.#workspace, this.#store, request);
    if (!found.ok) return found;
    const { tree, builds } = found.value;
    for (const { task, build } of builds) {
      await this.#check.task(task);
      await this.#look(build.id, true);
    }
    const claim = await claimOfTree(this.#workspace, this.#store, found.value, this.#tasks, this.#grounds);
    if (!claim.ok) return claim;
    const tasks = builds.map(({ task }) => task);
    return await this.#answer({ kind: "tree", revision: request.revision, tree, tasks }, claim.value, false);
  }

  get #grounds(): Grounds {
    return { view: this.#view, sound: this.#check.sound };
  }

  async #answer(
    subject: VerifiedSubject,
    claim: EvidenceLine,
    isAll: boolean,
  ): Promise<Result<Verification, Failure>> {
    const signed = runsWithEvidence(this.#store.parts);
    if (!signed.ok) return signed;
    const runs = new Set(signed.value.filter((id) => isAll || this.#seen.has(id)));
    for (const [key, lines] of this.#view.about) {
      const { kind, id } = lines[0]!.entry!;
      if (kind !== "signed" || !isRunId(id) || !(isAll || this.#seen.has(id))) continue;
      await this.#check.evidence(key);
      runs.add(id);
    }
    const signatures = await checkSignatures(this.#workspace, this.#store, [...runs]);
    if (!signatures.ok) return signatures;
    const { line, anchors } = signatures.value;
    return ok({
      subject,
      records: this.#check.line(isAll),
      chain: await checkChain(this.#workspace.host.digests, this.#view, anchors, this.#seen.size > 0),
      signatures: line,
      claim,
    });
  }

  /** `withParts`: also the runs that its evidence consists of. */
  async #look(id: RunId, withParts: boolean): Promise<void> {
    if (this.#seen.has(id)) return;
    const record = await this.#check.run(id);
    this.#seen.set(id, record);
    if (!withParts || record === undefined) return;
    const parts = [
      record.same_as?.run,
      record.plan?.run,
      ...record.checks.map(({ run }) => run),
      ...(record.graph?.nodes ?? []).map(({ run }) => run),
    ];
    for (const part of parts) {
      // A plan names itself.
      if (part !== null && part !== undefined && isRunId(part)) await this.#look(part, true);
    }
  }

  async #lookAtTask(name: string): Promise<void> {
    await this.#check.task(name);
    const record = this.#tasks.read(name);
    if (!record.ok || record.value === undefined) return;
    for (const run of runsOf(record.value)) await this.#look(run, true);
  }

  #everyRun(): Result<readonly RunId[], Failure> {
    const names = this.#store.names();
    if (!names.ok) return names;
    const ids = new Set<RunId>();
    for (const name of names.value) {
      const timestamps = this.#store.timestamps(name);
      if (!timestamps.ok) return timestamps;
      for (const timestamp of timestamps.value) ids.add(runIdOf(name, timestamp));
    }
    for (const key of this.#view.about.keys()) if (isRunId(key)) ids.add(key);
    return ok([...ids].sort());
  }

  /** The tasks that count as done. */
  async #claimOfAll(names: readonly string[]): Promise<Result<EvidenceLine, Failure>> {
    const project = await this.#workspace.project();
    if (!project.ok) {
      return ok(
        evidenceLine("the configuration cannot be read", [], [{
          about: "tasks",
          fact: "cannot be compared with it",
        }], "unchecked"),
      );
    }
    const missing: EvidenceFinding[] = [];
    const unchecked: EvidenceFinding[] = [];
    let proven = 0;
    let done = 0;
    for (const name of names.filter((each) => nameProblem(each) === undefined)) {
      const record = this.#tasks.read(name);
      if (record.ok && record.value?.status !== "done") continue;
      done++;
      if (!project.value.tasks.has(name)) {
        unchecked.push({ about: name, fact: "is not configured any more" });
        continue;
      }
      const claim = await claimOfTask(this.#workspace, name, this.#grounds);
      if (!claim.ok) missing.push({ about: name, fact: "its record cannot be read" });
      else {
        missing.push(...claim.value.failures);
        unchecked.push(...claim.value.unchecked);
        if (claim.value.state === "holds") proven++;
      }
    }
    if (done === 0) return ok(evidenceLine("no task is done", [], [], "unchecked"));
    const summary = `${proven} of ${countOf(done, "done task")} proven`;
    return ok(evidenceLine(summary, missing, unchecked, proven === done ? "holds" : "unchecked"));
  }
}

/** The runs that the record of a task refers to. */
function runsOf({ plan, last_build, documented, links }: TaskRecord): readonly RunId[] {
  const runs = [
    plan?.run,
    last_build?.run,
    documented?.run,
    links.branch?.run,
    links.issue?.run,
    links.worktree?.run,
  ];
  return runs.filter((run) => run !== undefined);
}
