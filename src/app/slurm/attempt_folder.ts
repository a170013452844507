/** What a run and its node tell each other: the files in the folder of one attempt. */

import {
  MEMORY_SOURCES,
  type MemoryRecord,
  NOT_STARTED_CAUSES,
  type NotStartedCause,
} from "../../model/run.ts";
import { joinBytes } from "../../model/bytes.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { Paths } from "../../host/paths.ts";
import type { RunnerTexts } from "./runner.ts";
import { type SharedDisk, sharedDisk } from "./shared_disk.ts";

const MAX_FACTS_BYTES = 4096;
const LOG_PART_BYTES = 256 * 1024;
const MAX_LOG_READ_BYTES = 64 * 1024 * 1024;

export interface Claim {
  readonly jobId: string | null;
  readonly node: string | null;
  readonly beginTime: string | null;
}

/** How the node says that it is over, and how much output there was. */
export interface Ending {
  readonly end: NodeEnd;
  /** By the clock of the node. */
  readonly endTime: string;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** undefined: the node could not find it out. */
  readonly memory: MemoryRecord | undefined;
}

export type NodeEnd = CommandEnd | { readonly kind: "refused"; readonly cause: NotStartedCause };

export interface CommandEnd {
  /** "stopped": the node received SIGTERM for it. */
  readonly kind: "exited" | "stopped" | "timed_out";
  /** null: the command had not begun. */
  readonly code: number | null;
}

export interface FolderLook {
  /** undefined: nobody has begun. */
  readonly claim: Claim | undefined;
  readonly ending: Ending | undefined;
}

export class AttemptFolder {
  readonly path: string;
  readonly #disk: SharedDisk;
  readonly #paths: Paths;

  constructor(host: Host, path: string) {
    this.#disk = sharedDisk(host);
    this.#paths = host.paths;
    this.path = path;
  }

  /** Makes the folder; why it cannot be made, as the second half of a sentence. */
  async prepare({ run, command }: Pick<RunnerTexts, "run" | "command">): Promise<Result<void, string>> {
    const made = await this.#disk.makeFolders(this.path);
    if (!made.ok) return fail(`cannot make the folder ${this.path}: ${made.failure.reason}`);
    for (const [name, text] of [["run", run], ["command", command]] as const) {
      const written = await this.#disk.createNew(this.#file(name), text, "before");
      if (!written.ok) return fail(`cannot write into ${this.path}: ${written.failure.reason}`);
    }
    return ok(undefined);
  }

  /** Why the folder cannot be listed now, as the second half of a sentence. */
  async look(): Promise<Result<FolderLook, string>> {
    // The names come first: on a network disk, only a list asks the server again.
    const names = await this.#disk.list(this.path);
    if (!names.ok) return fail(names.failure.reason);
    const claim = names.value.includes("claim") ? claimOf(await this.text("claim") ?? "") : undefined;
    const ending = names.value.includes("exit") ? endingOf(await this.text("exit") ?? "") : undefined;
    return ok({ claim, ending });
  }

  /**
   * Takes the claim, so that nothing can begin any more. "held": it has begun. undefined: this cannot be found out
   * now.
   */
  async takeClaim(): Promise<"taken" | "held" | undefined> {
    const text = "job \nnode \nbegin \ntaken back\n";
    const file = await this.#disk.createNew(this.#file("claim"), text, "later");
    if (file.ok) {
      // It has the values of all variables, and nobody needs it any more.
      await this.#disk.remove(this.#file("command"));
      return "taken";
    }
    if (file.failure.kind !== "already_exists") return undefined;
    return (await this.text("claim") ?? "").includes("taken back") ? "taken" : "held";
  }

  /** What Slurm wrote about it until now; the end of it, where it is long. */
  async slurmLog(): Promise<string> {
    const path = this.#file("slurm.log");
    const parts: Uint8Array[] = [];
    for (let offset = 0; offset < MAX_LOG_READ_BYTES;) {
      const part = await this.#disk.readPart(path, offset, LOG_PART_BYTES);
      if (!part.ok || part.value.length === 0) break;
      offset += part.value.length;
      parts.push(part.value);
      if (parts.length > 2) parts.shift();
    }
    return new TextDecoder().decode(joinBytes(parts));
  }

  /** Removes what is in it. A job that began afterwards would find nothing to run. */
  async remove(): Promise<void> {
    const names = await this.#disk.list(this.path);
    if (!names.ok) return;
    for (const name of names.value) {
      const removed = await this.#disk.remove(this.#file(name));
      if (!removed.ok && removed.failure.kind === "timed_out") return;
    }
    await this.#disk.remove(this.path);
  }

  /** The beginning of one of its files; undefined where it cannot be read now. */
  async text(name: string): Promise<string | undefined> {
    const bytes = await this.#disk.readPart(this.#file(name), 0, MAX_FACTS_BYTES);
    return bytes.ok ? new TextDecoder().decode(bytes.value) : undefined;
  }

  #file(name: string): string {
    return this.#paths.join(this.path, name);
  }
}

const ENDING = new RegExp(
  "^(exited|stopped|timed_out|refused) (\\w+)\\nend (\\d{1,12})\\nstdout (\\d{1,15})\\nstderr (\\d{1,15})\\n" +
    "(?:memory (\\d{1,15}) (cgroup|sstat)\\n)?$",
);

/** The facts come after the name of the file, so some may be missing at first. */
function claimOf(text: string): Claim {
  const fact = (name: string) => new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? null;
  const begin = /^begin (\d{1,12})$/m.exec(text)?.[1];
  const beginTime = begin === undefined ? null : new Date(Number(begin) * 1000).toISOString();
  return { jobId: fact("job"), node: fact("node"), beginTime };
}

/** undefined where the text is not whole. */
function endingOf(text: string): Ending | undefined {
  const found = ENDING.exec(text);
  if (found === null) return undefined;
  const [, kind, word, end, stdout, stderr, used, source] = found;
  const endTime = new Date(Number(end) * 1000).toISOString();
  const by = MEMORY_SOURCES.find((each) => each === source);
  const memory = by === undefined ? undefined : { bytes: Number(used), source: by };
  const facts = { endTime, stdoutBytes: Number(stdout), stderrBytes: Number(stderr), memory };
  if (kind === "exited" || kind === "stopped" || kind === "timed_out") {
    return { end: { kind, code: word === "none" ? null : Number(word) }, ...facts };
  }
  const cause = NOT_STARTED_CAUSES.find((each) => each === word);
  return cause === undefined ? undefined : { end: { kind: "refused", cause }, ...facts };
}
