/** `run` of a graph: the output of its nodes while they run, and what became of each at the end. */

import type { DryRunRequest } from "../../app/graph/dry_run_jobs.ts";
import type { GraphObserver } from "../../app/graph/job_nodes.ts";
import type { GraphReport, RunJobsRequest } from "../../app/graph/run_jobs.ts";
import type { RunObserver } from "../../app/recording/recorded_run.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { GraphNodeRecord } from "../../model/graph_record.ts";
import type { RunRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import { EXIT, exitCodeOfFailure, exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { showDryRun } from "./dry_run_report.ts";
import { graphSummary } from "./graph_report.ts";
import { unhappyEnding } from "./run_report.ts";
import { RunReporter } from "./run_reporter.ts";

export async function runGraphOf(
  request: RunJobsRequest & DryRunRequest,
  dryRun: boolean,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  if (dryRun) {
    const { dryRunJobs } = await import("../../app/graph/dry_run_jobs.ts");
    return await showDryRun(await dryRunJobs(workspace, request), invocation);
  }
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { runJobs } = await import("../../app/graph/run_jobs.ts");
  const face = new GraphFace(invocation, reporter.value);
  const ran = await runJobs(workspace, request, face);
  if (!ran.ok) return invocation.fail(ran.failure);
  const { record } = ran.value;
  await reporter.value.ended(workspace, record, record);
  if (!invocation.isQuiet || record.status !== "succeeded") {
    invocation.console.err(graphSummary(record, invocation.console.errStyle, invocation));
  }
  return exitCodeOfGraph(ran.value);
}

class GraphFace implements GraphObserver {
  readonly #invocation: Invocation;
  readonly #reporter: RunReporter;

  constructor(invocation: Invocation, reporter: RunReporter) {
    this.#invocation = invocation;
    this.#reporter = reporter;
  }

  began(): void {}

  node(): RunObserver {
    return this.#reporter;
  }

  waits(name: string, what: string): void {
    if (this.#invocation.isQuiet) return;
    this.#invocation.console.err(`${name} waits for ${visible(what)}\n`);
  }

  ended(node: GraphNodeRecord, run: RunRecord | undefined, failure: Failure | undefined): void {
    const { console } = this.#invocation;
    if (failure !== undefined) {
      const { headline } = describeFailure(failure);
      console.err(`${console.errStyle.red("error:")} job "${node.name}": ${visible(headline)}\n`);
      return;
    }
    const words = run === undefined ? undefined : unhappyEnding(run, this.#invocation);
    if (words !== undefined) console.err(words);
  }
}

/** The first failure's own where one node was asked for and it is that one; else 1. */
export function exitCodeOfGraph({ record, firstBad }: GraphReport): number {
  if (record.status === "succeeded") return EXIT.done;
  const cause = record.stopped_by?.cause;
  if (cause?.kind === "signal") return exitCodeOfSignal(cause.signal);
  if (cause?.kind === "bug") return EXIT.bug;
  const [target, ...others] = record.graph!.targets;
  if (others.length > 0 || firstBad?.name !== target) return EXIT.checkFailed;
  if (firstBad?.run !== undefined) return exitCodeOfRun(firstBad.run);
  return firstBad?.failure === undefined ? EXIT.checkFailed : exitCodeOfFailure(firstBad.failure);
}
