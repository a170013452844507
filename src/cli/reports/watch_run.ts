/** Shows a watch: the output of each run, and short messages between them. */

import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { Result } from "../../model/result.ts";
import { quote, visible } from "../../model/visible.ts";
import { describeChange, type RunRecord } from "../../model/run.ts";
import { type WatchEnd, watchFor, type WatchNews, type WatchPorts } from "../../app/watch/watch.ts";
import { WatchedJob, type WatchJobRequest } from "../../app/watch/watch_job.ts";
import type { WatchJobsRequest } from "../../app/watch/watch_jobs.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import { exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { servicesFor } from "../base/services.ts";
import { graphSummary } from "./graph_report.ts";
import { GraphFace } from "./graph_run.ts";
import type { OutputMode } from "./graph_output.ts";
import { RunReporter, unhappyWords } from "./run_reporter.ts";

export async function watchRun(
  invocation: Invocation,
  workspace: Workspace,
  request: WatchJobRequest,
): Promise<number> {
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const project = await workspace.project();
  const name = request.name ?? (project.ok ? project.value.defaultJob : undefined) ?? "";
  const watched = new WatchedJob(request, reporter.value);
  return await watching(invocation, reporter.value, {
    makingRoom: (what) => reporter.value.makingRoom(`${what}; ending ${name} to run it again`),
    again: name,
    ended: async (record, { workspace }) => {
      await reporter.value.ended(workspace, record, record);
      reporter.value.goOn();
      return wasStoppedForNext(record) ? undefined : await unhappyWords(record, invocation);
    },
    failed: () => Promise.resolve(),
  }, (ports) => watchFor(workspace, watched, { ...ports, confirm: request.confirm }));
}

export async function watchGraph(
  invocation: Invocation,
  workspace: Workspace,
  request: WatchJobsRequest,
  output: OutputMode | undefined,
): Promise<number> {
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { WatchedJobs } = await import("../../app/watch/watch_jobs.ts");
  let face: GraphFace | undefined;
  const watched = new WatchedJobs(
    request,
    (current) => face = new GraphFace(invocation, reporter.value, current, output),
  );
  const { names, heading } = request;
  const [name, it] = heading !== undefined
    ? [heading, "them"]
    : names.length === 1
    ? [names[0]!, "it"]
    : ["the jobs", "them"];
  return await watching(invocation, reporter.value, {
    makingRoom: (what) => say(invocation, `${what}; ending ${name} to run ${it} again`),
    again: name,
    ended: async (record, { workspace }) => {
      await face?.end();
      await reporter.value.ended(workspace, record, record);
      reporter.value.goOn();
      if (wasStoppedForNext(record)) return undefined;
      const isTold = !invocation.isQuiet || record.status !== "succeeded";
      return isTold ? graphSummary(record, invocation.console.errStyle, invocation) : undefined;
    },
    failed: async () => await face?.end(),
  }, (ports) => watchFor(workspace, watched, { ...ports, confirm: request.confirm }));
}

/** What the runs of a watch look like. */
interface Rounds {
  makingRoom(what: string): void;
  /** What runs again. */
  readonly again: string;
  /** Shows the end of a run; returns further words on how it ended. */
  ended(record: RunRecord, news: { readonly workspace: Workspace }): Promise<string | undefined>;
  failed(): Promise<void>;
}

async function watching(
  invocation: Invocation,
  reporter: RunReporter,
  rounds: Rounds,
  watch: (ports: Omit<WatchPorts, "confirm">) => Promise<Result<WatchEnd, Failure>>,
): Promise<number> {
  const face = new WatchFace(invocation, rounds);
  const ended = await watch({
    open: () => invocation.workspace(),
    servicesOf: servicesFor,
    show: (news) => face.show(news),
  });
  if (!ended.ok) return invocation.fail(ended.failure);
  reporter.stopped();
  return ended.value.kind === "signal"
    ? exitCodeOfSignal(ended.value.signal)
    : exitCodeOfRun(ended.value.record);
}

function wasStoppedForNext({ stopped_by }: RunRecord): boolean {
  return stopped_by?.cause.kind === "change";
}

function say({ console, isQuiet }: Invocation, line: string): void {
  if (!isQuiet) console.err(`${console.errStyle.dim(line)}\n`);
}

class WatchFace {
  readonly #invocation: Invocation;
  readonly #rounds: Rounds;

  constructor(invocation: Invocation, rounds: Rounds) {
    this.#invocation = invocation;
    this.#rounds = rounds;
  }

  async show(news: WatchNews): Promise<void> {
    const invocation = this.#invocation;
    switch (news.kind) {
      case "ended": {
        const words = await this.#rounds.ended(news.record, news);
        if (words !== undefined) invocation.console.err(words);
        return;
      }
      case "failed":
        await this.#rounds.failed();
        await news.workspace.close();
        await invocation.fail(news.failure);
        return;
      case "waiting":
        return say(invocation, "waiting for changes");
      case "changed": {
        const what = visible(describeChange(news.change));
        return news.isRunning
          ? this.#rounds.makingRoom(what)
          : say(invocation, `${what}; running ${this.#rounds.again} again`);
      }
      case "habits": {
        const [first, ...others] = news.names;
        const what = others.length === 0 ? quote(first!) : `${quote(first!)} and ${others.length} more`;
        return invocation.warn(
          `${what} changed at the same moment of many runs in a row, so the job seems to write it; at that moment it ` +
            'no longer counts. To exclude it, add it to .gitignore or name the files that count: --watch "src/**"',
        );
      }
      case "unheard": {
        const [first, ...others] = news.names;
        const what = others.length === 0 ? quote(first!) : `${quote(first!)} and ${others.length} more`;
        return invocation.warn(
          `Cannot watch ${what}: permission denied; it is left out, and everything else is watched`,
        );
      }
      case "deaf":
        return invocation.warn(`${describeFailure(news.failure).headline}; the run continues to its end`);
    }
  }
}
