/** `run` and `build run` of a graph: the output of its nodes while they run, and the result of each at the end. */

import { changeWords } from "../../model/cause_words.ts";
import type { DryRunRequest } from "../../app/graph/dry_run_jobs.ts";
import type { GraphObserver } from "../../app/graph/node_endings.ts";
import type { GraphReport } from "../../app/graph/recorded_graph.ts";
import type { JobsObserver, RunJobsRequest } from "../../app/graph/run_jobs.ts";
import type { BuildTasksRequest } from "../../app/tasks/build_tasks.ts";
import type { BuildObserver } from "../../app/tasks/ended_build.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";
import type { ChangedSinceRecord, GraphNodeRecord } from "../../model/graph_record.ts";
import { isGoodNode } from "../../model/graph_words.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import { EXIT, exitCodeOfFailure, exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import { failureText } from "../base/failure_report.ts";
import type { Invocation } from "../base/invocation.ts";
import { failedChecks, nextWords } from "./build_report.ts";
import { showDryRun } from "./dry_run_report.ts";
import { GraphActivity } from "./graph_activity.ts";
import { GraphOutput, type OutputMode } from "./graph_output.ts";
import { reportStarted } from "./detached_run.ts";
import { graphSummary, nodeDuration, nodeWord } from "./graph_report.ts";
import { durationWord, unhappyEnding } from "./run_report.ts";
import { RunReporter } from "./run_reporter.ts";

/** A short answer shows no more than this many. */
const MAX_BAD_RUNS = 2;

export async function runGraphOf(
  request: RunJobsRequest & DryRunRequest,
  { dryRun, output }: { readonly dryRun: boolean; readonly output: OutputMode | undefined },
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  if (dryRun) {
    const { dryRunJobs } = await import("../../app/graph/dry_run_jobs.ts");
    const looked = await dryRunJobs(workspace, request);
    const changes = looked.ok ? looked.value.changedSince : undefined;
    if (changes !== undefined) reportChanges(changes, invocation);
    return await showDryRun(looked, invocation);
  }
  // Read from the disk while the configuration is decoded.
  const loading = import("../../app/graph/run_jobs.ts");
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const store = await workspace.store();
  if (!store.ok) return invocation.fail(store.failure);
  const { runChangedJobs, runJobs } = await loading;
  const face = new GraphFace(invocation, reporter.value, workspace, output);
  const { changedSince: revision } = request;
  if (revision === undefined) {
    const ran = await runJobs(workspace, request, face);
    return await concluded(ran, face, reporter.value, workspace, invocation);
  }
  const ran = await runChangedJobs(workspace, { ...request, changedSince: revision }, face);
  if (!ran.ok) return await concluded(ran, face, reporter.value, workspace, invocation);
  const report = ran.value;
  if (report.kind === "ran") {
    return await concluded(ok(report), face, reporter.value, workspace, invocation);
  }
  await workspace.close();
  const { changedSince } = report;
  if (invocation.isJson) {
    invocation.console.json({ format: 1, kind: "nothing_to_run", changed_since: changedSince });
  } else if (!invocation.isQuiet) {
    reportChanges(changedSince, invocation);
    invocation.console.err(`nothing to run: no job reads what changed since ${visible(revision)}\n`);
  }
  return EXIT.done;
}

/** A clone without the history is reported even with --quiet, because every job runs then. */
function reportChanges(changes: ChangedSinceRecord, invocation: Invocation): void {
  const { revision, merge_base, files, uncovered, more_uncovered } = changes;
  if (merge_base === null) {
    invocation.warn(
      `this clone is shallow and lacks the history since ${visible(revision)}, so every job runs; ` +
        "git fetch --unshallow fetches it",
    );
    return;
  }
  const count = uncovered.length + more_uncovered;
  if (count === 0 || invocation.isQuiet) return;
  const more = more_uncovered > 0 ? ` and ${more_uncovered} more` : "";
  invocation.console.err(
    `${count} of ${files} changed ${files === 1 ? "file is" : "files are"} no job's input: ${
      visible(uncovered.join(", "))
    }${more}\n`,
  );
}

export async function buildGraphOf(
  request: BuildTasksRequest,
  output: OutputMode | undefined,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { buildTasks } = await import("../../app/tasks/build_tasks.ts");
  const face = new GraphFace(invocation, reporter.value, workspace, output);
  const built = await buildTasks(workspace, request, face);
  const code = await concluded(built, face, reporter.value, workspace, invocation);
  const named = built.ok ? built.value.named : undefined;
  if (code === EXIT.done && named !== undefined && !invocation.isQuiet && !invocation.isBrief) {
    invocation.console.err(nextWords(named, invocation));
  }
  return code;
}

async function concluded(
  ran: Result<GraphReport, Failure>,
  face: GraphFace,
  reporter: RunReporter,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  await face.end();
  if (!ran.ok) return invocation.fail(ran.failure);
  const { record } = ran.value;
  // It was left to later commands, and nobody reads what its supervisor says.
  if (record.status === "running") return EXIT.done;
  await reporter.ended(workspace, record, record);
  if (invocation.isBrief) {
    const { briefGraphAnswer } = await import("./brief_report.ts");
    const answer = await briefGraphAnswer(workspace, record, face.badRuns, invocation);
    if (!invocation.isJson) invocation.console.out(answer);
    return exitCodeOfGraph(ran.value);
  }
  if (!invocation.isQuiet || record.status !== "succeeded") {
    invocation.console.err(graphSummary(record, invocation.console.errStyle, invocation));
  }
  return exitCodeOfGraph(ran.value);
}

/** Observes a graph, and shows it. */
export class GraphFace implements GraphObserver<BuildObserver>, JobsObserver {
  readonly #invocation: Invocation;
  readonly #reporter: RunReporter;
  readonly #workspace: Workspace;
  readonly #asked: OutputMode | undefined;
  readonly #activity = new GraphActivity();
  /** The first runs that did not succeed. */
  readonly badRuns: RunRecord[] = [];
  #output: GraphOutput | undefined;

  constructor(
    invocation: Invocation,
    reporter: RunReporter,
    workspace: Workspace,
    asked: OutputMode | undefined,
  ) {
    this.#invocation = invocation;
    this.#reporter = reporter;
    this.#workspace = workspace;
    this.#asked = asked;
  }

  chosen(changedSince: ChangedSinceRecord): void {
    reportChanges(changedSince, this.#invocation);
  }

  began(record: RunRecord): void {
    const { graph } = record;
    const { console, host } = this.#invocation;
    const isDetached = host.environment.handedOver !== undefined;
    if (isDetached) void reportStarted(this.#workspace, console, record, host.environment.pid);
    const open = graph!.nodes.filter(({ subject, status }) => subject !== "group" && status === "waiting");
    const isUnseen = isDetached || this.#invocation.isBrief;
    const mode = isUnseen ? "none" : this.#asked ?? defaultMode(open.length, this.#invocation);
    const names = open.map(({ name }) => name);
    this.#activity.begin(open);
    this.#output = new GraphOutput(mode, names, this.#workspace, this.#invocation, this.#reporter);
  }

  node(name: string): BuildObserver {
    const output = this.#outputNow;
    const outputGrown = output.grown(name);
    return {
      event: (event, record) => {
        if (output.showsSteps) this.#reporter.event(event, record);
        // A job that uses the terminal needs the terminal's modes restored, whatever is shown.
        else this.#reporter.mindTerminal(event, record);
        this.#activity.event(name, event, this.#nowMs());
        this.#show();
      },
      outputGrown,
      inputWithheld: (...withheld) => this.#reporter.inputWithheld(...withheld),
      planned: (plan) => output.showsSteps && this.#reporter.planned(plan),
      building: (task) => output.showsSteps && this.#reporter.building(task),
      checking: (...check) => output.showsSteps && this.#reporter.checking(...check),
      built: (...ended) => output.showsSteps && this.#reporter.built(...ended),
    };
  }

  waits(name: string, what: string): void {
    this.#activity.waits(name, what);
    this.#show();
    // At a terminal the lines at the bottom show the wait.
    if (this.#invocation.isQuiet || this.#linesAreSeen) return;
    this.#invocation.console.err(`${name} waits for ${visible(what)}\n`);
  }

  ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): void {
    this.#activity.ended(node);
    this.#show();
    const isGood = isGoodNode(node);
    if (run !== undefined && !isGood && this.badRuns.length < MAX_BAD_RUNS) this.badRuns.push(run);
    if (this.#invocation.isBrief) return;
    const isOwnEnd = run !== undefined || failure !== undefined;
    if (!isOwnEnd) return;
    const output = this.#outputNow;
    const head = output.showsSteps || (this.#invocation.isQuiet && isGood) ? "" : this.#headOf(node, run);
    output.ended(node.name, run, isGood, head, this.#tailOf(node, run, failure));
  }

  async end(): Promise<void> {
    await this.#output?.end();
    this.#invocation.console.lastLine?.show(undefined);
  }

  get #outputNow(): GraphOutput {
    if (this.#output === undefined) throw new Error("Cannot show output: the graph has not begun");
    return this.#output;
  }

  get #linesAreSeen(): boolean {
    return this.#invocation.console.lastLine !== undefined && this.#output?.showsSteps === false;
  }

  #nowMs(): number {
    return this.#invocation.host.clock.monotonicMs();
  }

  #show(): void {
    if (this.#output?.mode === "live") return;
    this.#invocation.console.lastLine?.show(this.#activity.now());
  }

  /** `succeeded  build  1.2s  because src/a.ts changed`. */
  #headOf(node: GraphNodeRecord, run: RunRecord | undefined): string {
    const { errStyle } = this.#invocation.console;
    const why = run === undefined ? undefined : changeWords(run);
    const took = run === undefined ? nodeDuration(node) : durationWord(run);
    const words = [took, why === undefined ? "" : `because ${visible(why)}`];
    const name = errStyle.bold(node.name);
    const more = words.map((each) => each === "" ? "" : `  ${errStyle.dim(each)}`).join("");
    return `${nodeWord(node, errStyle)}  ${name}${more}\n`;
  }

  #tailOf(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): string {
    if (failure !== undefined) {
      return failureText(failure, this.#invocation, `${node.subject} "${node.name}"`);
    }
    // A watch ended it for the next round, and says so.
    if (run === undefined || run.stopped_by?.cause.kind === "change") return "";
    const unhappy = unhappyEnding(run, this.#invocation);
    return unhappy === undefined ? "" : `${unhappy}${failedChecks(run, this.#invocation)}`;
  }
}

/** A single job is shown as if it ran alone; without a person who watches, only failures are shown. */
function defaultMode(jobs: number, { console, host }: Invocation): OutputMode {
  if (jobs === 1) return "live";
  const isWatched = console.isScreen && (host.environment.get("CI") ?? "") === "";
  return isWatched ? "grouped" : "failures";
}

/** The exit code of the first failure, if it is the only requested node; otherwise 1. */
function exitCodeOfGraph({ record, firstBad }: GraphReport): number {
  if (record.status === "succeeded") return EXIT.done;
  const cause = record.stopped_by?.cause;
  if (cause?.kind === "signal") return exitCodeOfSignal(cause.signal);
  if (cause?.kind === "stop_request") return exitCodeOfSignal("SIGTERM");
  if (cause?.kind === "bug") return EXIT.bug;
  const [target, ...others] = record.graph!.targets;
  if (others.length > 0 || firstBad?.name !== target) return EXIT.checkFailed;
  if (firstBad?.run !== undefined) return exitCodeOfRun(firstBad.run);
  return firstBad?.failure === undefined ? EXIT.checkFailed : exitCodeOfFailure(firstBad.failure);
}
