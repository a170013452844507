/** Types for a build after its process has ended. */

import type { Outcome, RunRecord } from "../../model/run.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import type { KnownFiles } from "../files/fingerprint_files.ts";
import type { ResolvedTask } from "./resolve_task.ts";
import type { RunObserver } from "../recording/run_to_record.ts";

export interface BuildObserver extends RunObserver {
  /** A plan was made before the build. */
  planned(plan: RunRecord): void;
  /** Before each task of a call that builds several. */
  building(name: string): void;
  /** Before each check. */
  checking(criterion: string, text: string): void;
  /** The state of a task, with the run in which it was built. */
  built(record: TaskRecord, run: RunRecord): void;
}

/** A build whose process has ended, as far as it was started. */
export interface EndedBuild {
  readonly run: RunRecord;
  readonly outcome: Outcome;
  /** The outputs before the build. */
  readonly before: KnownFiles;
  readonly secrets: readonly string[];
  /** The addresses of its services, for its checks. */
  readonly variables: Readonly<Record<string, string>>;
  readonly resolved: ResolvedTask;
  readonly stops: StopRequests;
  /** The places that the build has, for runs inside its checks. */
  readonly places?: string | undefined;
}
