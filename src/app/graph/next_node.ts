/**
 * The node that begins as soon as another one has ended, in a graph whose nodes end within milliseconds: its intent is made durable while the
 * others still run, so that no slot waits for the disk. If it does not begin in a moment, its intent is forgotten.
 */

import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import type { Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import type { ExaminedJob } from "../jobs/examine_job.ts";
import { reserveJob, type RunAhead, type RunJobRequest } from "../jobs/run_job.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** A slower node does not wait for the disk for a noticeable part of its time. */
const QUICK_MS = 20;
/** Later, the place of its program, for example, may be another one. */
const FRESH_MS = 50;

interface Ahead {
  readonly name: string;
  readonly atMs: number;
  readonly reserved: Promise<RunAhead | undefined>;
}

export class NextNode {
  readonly #workspace: Workspace;
  readonly #graph: RunWriter | undefined;
  #ahead: Ahead | undefined;
  /** Whether the newest node that ended took a moment only. */
  #isQuick = false;
  readonly #forgotten: Promise<void>[] = [];

  constructor(workspace: Workspace, graph: RunWriter | undefined) {
    this.#workspace = workspace;
    this.#graph = graph;
  }

  noteEnd({ duration_ms: durationMs }: RunRecord): void {
    this.#isQuick = durationMs !== null && durationMs <= QUICK_MS;
  }

  /** Does nothing for a node that needs more than a slot, and without a log, in which an intent can be forgotten. */
  prepare(
    name: string,
    job: Job,
    examine: () => Promise<Result<ExaminedJob, Failure>>,
    request: RunJobRequest,
  ): void {
    if (this.#ahead !== undefined || !this.#isQuick || this.#graph?.nodeLog === undefined || !isPlain(job)) {
      return;
    }
    const reserve = async () => {
      const looked = await examine();
      return looked.ok ? await reserveJob(this.#workspace, looked.value, request) : undefined;
    };
    this.#ahead = { name, atMs: this.#workspace.host.clock.monotonicMs(), reserved: reserve() };
  }

  /** The node begins now, with what was done for it. */
  async take(name: string): Promise<RunAhead | undefined> {
    const ahead = this.#ahead;
    if (ahead?.name !== name) return undefined;
    if (this.#workspace.host.clock.monotonicMs() - ahead.atMs > FRESH_MS) return this.forget(name);
    this.#ahead = undefined;
    return await ahead.reserved;
  }

  /** The node does not begin now. */
  forget(name: string): undefined {
    const ahead = this.#ahead;
    if (ahead?.name !== name) return undefined;
    this.#ahead = undefined;
    this.#forgotten.push(ahead.reserved.then((reserved) => reserved?.writer.forget()));
  }

  /** Resolves when nothing is left of nodes that did not begin. */
  async settled(): Promise<void> {
    if (this.#ahead !== undefined) this.forget(this.#ahead.name);
    await Promise.all(this.#forgotten.splice(0));
  }
}

/** Its files of variables are read when its needs have ended, and its outputs are looked at before it begins. */
function isPlain(
  { executor, pool, inputs, uses, outputs, envFiles, interactive, stdin, leaveRunning }: Job,
): boolean {
  return executor !== "slurm" && pool === undefined && inputs === undefined && uses.length === 0 &&
    outputs.length === 0 && envFiles.length === 0 && !interactive && stdin === "none" && !leaveRunning;
}
