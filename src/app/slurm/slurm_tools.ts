/** Slurm's own commands, each called within a bound, and what their answers mean. */

import type { SlurmSettings } from "../../model/executor.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { ToolResult } from "../../host/processes.ts";
import { pendingJobs } from "./pending_jobs.ts";

/** A controller under load answers late; after this, nobody knows whether it took the job. */
const SUBMIT_BOUND_MS = 60_000;
const ASK_BOUND_MS = 20_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** The most that a message repeats of a tool's output. */
const MAX_WORDS = 300;
const JOB_NAME = "orchastration";
/** Variables that would change what these commands do, or whom they show. */
const MISLEADING = /^(SQUEUE_|SCANCEL_|SBATCH_(WAIT|ARRAY_INX|HOLD|CLUSTERS|TEST_ONLY)$|SLURM_CLUSTERS$)/;

export interface SlurmJob {
  readonly id: string;
  /** As Slurm writes it, such as PENDING. */
  readonly state: string;
  readonly node: string | null;
  readonly reason: string | null;
}

export type Submitted =
  | { readonly kind: "submitted"; readonly id: string }
  /** It is not known whether Slurm has the job. */
  | { readonly kind: "unknown"; readonly reason: string };

/** States after which a job does nothing any more. Every other word means that Slurm has the job. */
const ENDED_STATES = [
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED"],
  ...["NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"],
];

/** Whether a job in this state does nothing any more. */
export function hasEnded(state: string): boolean {
  return ENDED_STATES.includes(state);
}

export class SlurmTools {
  readonly #host: Host;
  #askBoundMs = ASK_BOUND_MS;
  /** Answers are shared: one question tells about all jobs. */
  #asked:
    | { readonly atMs: number; readonly answer: Promise<Result<ReadonlyMap<string, SlurmJob>, string>> }
    | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** How long squeue may take from now on. */
  askWithin(boundMs: number): void {
    this.#askBoundMs = boundMs;
  }

  /** Why Slurm's commands cannot be called, as the second half of a sentence; undefined where they are here. */
  missing(): string | undefined {
    for (const name of ["sbatch", "squeue", "scancel"]) {
      const found = this.#find(name);
      if (!found.ok) return found.failure.reason;
    }
    return undefined;
  }

  async submit(
    { key, folder, settings, limitMs }: {
      readonly key: string;
      readonly folder: string;
      readonly settings: SlurmSettings;
      /** How long the command and its end may take; undefined: without a bound. */
      readonly limitMs: number | undefined;
    },
    batch: string,
  ): Promise<Submitted> {
    const minutes = settings.timeSeconds !== undefined
      ? Math.ceil(settings.timeSeconds / 60)
      : limitMs === undefined
      ? undefined
      // Slurm counts in minutes, and ends a job up to half a minute late.
      : Math.ceil((limitMs + 30_000) / 60_000);
    const option = (name: string, value: string | number | undefined) =>
      value === undefined ? [] : [`--${name}=${value}`];
    const args = [
      "--parsable",
      "--export=NONE",
      "--no-requeue",
      "--nodes=1",
      "--ntasks=1",
      `--job-name=${JOB_NAME}`,
      `--comment=${key}`,
      `--chdir=${folder}`,
      // A name with "%" would be a pattern.
      `--output=${folder.replaceAll("%", "%%")}/slurm.log`,
      "--open-mode=append",
      ...option("time", minutes),
      ...option("partition", settings.partition),
      ...option("account", settings.account),
      ...option("qos", settings.qos),
      ...option("cpus-per-task", settings.cpus),
      ...option("mem", settings.memory),
      ...option("gpus", settings.gpus),
      ...settings.extraArgs,
    ];
    const ran = await this.#call("sbatch", args, SUBMIT_BOUND_MS, batch);
    if (!ran.ok) return { kind: "unknown", reason: wordsOf("sbatch", ran) };
    // With several clusters, the name of one follows.
    const id = /^(\d+)(;\S+)?$/m.exec(new TextDecoder().decode(ran.value.stdout))?.[1];
    return isGood(ran.value) && id !== undefined
      ? { kind: "submitted", id }
      : { kind: "unknown", reason: wordsOf("sbatch", ran) };
  }

  /**
   * The jobs of this user that Slurm shows, by their keys, as they were at `sinceMs` (on the monotonic clock) or
   * later; why there is no answer, as a sentence.
   */
  async jobs(sinceMs: number): Promise<Result<ReadonlyMap<string, SlurmJob>, string>> {
    if (this.#asked === undefined || this.#asked.atMs < sinceMs) {
      this.#asked = { atMs: this.#host.clock.monotonicMs(), answer: this.#ask() };
    }
    return await this.#asked.answer;
  }

  /** Asks in the background, where the last question is at least this long ago. */
  askAgain(pollMs: number): void {
    void this.jobs(this.#host.clock.monotonicMs() - pollMs + 1);
  }

  /** Whether there is an answer since then, or another question is not one too many. */
  isFree(sinceMs: number, pollMs: number): boolean {
    if (this.#asked === undefined || this.#asked.atMs >= sinceMs) return true;
    return this.#host.clock.monotonicMs() - this.#asked.atMs >= pollMs;
  }

  /** Why the request did not reach Slurm; undefined where it did. It says nothing about the job. */
  async cancel(id: string, how: "ask" | "kill"): Promise<string | undefined> {
    const args = how === "ask" ? [id] : ["--signal=KILL", "--full", id];
    const ran = await this.#call("scancel", args, ASK_BOUND_MS);
    return ran.ok && isGood(ran.value) ? undefined : wordsOf("scancel", ran);
  }

  async #ask(): Promise<Result<ReadonlyMap<string, SlurmJob>, string>> {
    const user = this.#host.environment.userName();
    const args = ["-h", "-t", "all", "-o", "%A|%T|%N|%k|%r", `--name=${JOB_NAME}`];
    const ran = await this.#call(
      "squeue",
      user === undefined ? args : [...args, "-u", user],
      this.#askBoundMs,
    );
    if (!ran.ok || !isGood(ran.value)) return fail(wordsOf("squeue", ran));
    const lines = new TextDecoder().decode(ran.value.stdout).split("\n").filter((line) => line !== "");
    const read = lines.map((line) => /^(\d+)\|([A-Z_]+)\|([^|]*)\|([^|]*)\|(.*)$/.exec(line));
    // A half answer must not make a job absent.
    if (read.some((each) => each === null)) {
      return fail(`squeue answered with "${lines[read.indexOf(null)]!.slice(0, MAX_WORDS)}"`);
    }
    const none = (text: string | undefined) =>
      text === undefined || /^\(?(null|None)?\)?$/.test(text) ? null : text;
    const jobs = new Map(read.map((each) => {
      const [, id, state, node, key, reason] = each!;
      return [key!, { id: id!, state: state!, node: none(node), reason: none(reason) }] as const;
    }));
    pendingJobs(this.#host).seen(jobs);
    return ok(jobs);
  }

  #find(name: string): HostResult<string> {
    return this.#host.processes.findProgram(name, {
      workingDir: this.#folder(),
      env: this.#host.environment.all(),
    });
  }

  async #call(
    name: string,
    args: readonly string[],
    timeoutMs: number,
    stdin?: string,
  ): Promise<HostResult<ToolResult>> {
    const program = this.#find(name);
    if (!program.ok) return program;
    const all = Object.entries(this.#host.environment.all());
    return await this.#host.processes.runTool({
      program: program.value,
      args,
      workingDir: this.#folder(),
      env: Object.fromEntries(all.filter(([variable]) => !MISLEADING.test(variable))),
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) }),
    });
  }

  #folder(): string {
    const here = this.#host.environment.currentFolder();
    return here.ok ? here.value : "/";
  }
}

const known = new WeakMap<Host, SlurmTools>();

/** The same for every run of this process, so that they share the answers. */
export function slurmTools(host: Host): SlurmTools {
  const tools = known.get(host) ?? new SlurmTools(host);
  known.set(host, tools);
  return tools;
}

function isGood({ exit }: ToolResult): boolean {
  return exit.kind === "exited" && exit.exit_code === 0;
}

/** What went wrong, as a sentence. */
function wordsOf(name: string, ran: HostResult<ToolResult>): string {
  if (!ran.ok) return `${name}: ${ran.failure.reason}`;
  const { exit, stderr, stdout } = ran.value;
  const decoder = new TextDecoder();
  const said = (decoder.decode(stderr).trim() || decoder.decode(stdout).trim()).replace(/\s+/g, " ");
  const end = exit.kind === "exited" ? `exited with status ${exit.exit_code}` : `was ended by ${exit.signal}`;
  return `${name} ${end}${said === "" ? "" : `: ${said.slice(0, MAX_WORDS)}`}`;
}
