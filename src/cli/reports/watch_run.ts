/** Shows a watch: the output of each run, and short messages between them. */

import { describeFailure } from "../../model/failure_words.ts";
import { quote, visible } from "../../model/visible.ts";
import { describeChange } from "../../model/run.ts";
import { watchJob, type WatchJobRequest, type WatchNews } from "../../app/watch/watch_job.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import { exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { RunReporter, unhappyWords } from "./run_reporter.ts";

export async function watchRun(
  invocation: Invocation,
  workspace: Workspace,
  request: WatchJobRequest,
): Promise<number> {
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const project = await workspace.project();
  const name = request.name ?? (project.ok ? project.value.defaultJob : undefined);
  const face = new WatchFace(invocation, reporter.value, name ?? "");
  const ended = await watchJob(workspace, request, {
    open: () => invocation.workspace(),
    observer: reporter.value,
    show: (news) => face.show(news),
  });
  if (!ended.ok) return invocation.fail(ended.failure);
  reporter.value.stopped();
  return ended.value.kind === "signal"
    ? exitCodeOfSignal(ended.value.signal)
    : exitCodeOfRun(ended.value.record);
}

class WatchFace {
  readonly #invocation: Invocation;
  readonly #reporter: RunReporter;
  readonly #job: string;

  constructor(invocation: Invocation, reporter: RunReporter, job: string) {
    this.#invocation = invocation;
    this.#reporter = reporter;
    this.#job = job;
  }

  async show(news: WatchNews): Promise<void> {
    const invocation = this.#invocation;
    switch (news.kind) {
      case "ended": {
        const { record, workspace } = news;
        await this.#reporter.ended(workspace, record, record);
        this.#reporter.goOn();
        const isMadeRoom = record.stopped_by?.cause.kind === "change";
        const words = isMadeRoom ? undefined : await unhappyWords(record, invocation);
        if (words !== undefined) invocation.console.err(words);
        return;
      }
      case "failed":
        await news.workspace.close();
        await invocation.fail(news.failure);
        return;
      case "waiting":
        return this.#say("waiting for changes");
      case "changed": {
        const what = visible(describeChange(news.change));
        return news.isRunning
          ? this.#reporter.makingRoom(`${what}; ending ${this.#job} to run it again`)
          : this.#say(`${what}; running ${this.#job} again`);
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

  #say(line: string): void {
    if (this.#invocation.isQuiet) return;
    const { console } = this.#invocation;
    console.err(`${console.errStyle.dim(line)}\n`);
  }
}
