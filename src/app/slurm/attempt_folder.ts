/** What a run and its node tell each other: the files in the folder of one attempt. */

import { NOT_STARTED_CAUSES, type NotStartedCause } from "../../model/run.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { RunnerTexts } from "./runner.ts";

const MAX_FACTS_BYTES = 4096;

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

type Machine = Pick<Host, "files" | "paths">;

export class AttemptFolder {
  readonly path: string;
  readonly #machine: Machine;

  constructor(machine: Machine, path: string) {
    this.#machine = machine;
    this.path = path;
  }

  /** Makes the folder; why it cannot be made, as the second half of a sentence. */
  prepare({ run, command }: Pick<RunnerTexts, "run" | "command">): Result<void, string> {
    const { files, paths } = this.#machine;
    const made = files.makeFolders(this.path);
    if (!made.ok) return fail(`cannot make the folder ${this.path}: ${made.failure.reason}`);
    for (const [name, text] of [["run", run], ["command", command]] as const) {
      const file = files.createNew(paths.join(this.path, name));
      if (!file.ok) return fail(`cannot write into ${this.path}: ${file.failure.reason}`);
      const written = file.value.write(new TextEncoder().encode(text));
      const synced = written.ok ? file.value.sync() : written;
      file.value.close();
      if (!synced.ok) return fail(`cannot write into ${this.path}: ${synced.failure.reason}`);
    }
    return ok(undefined);
  }

  /** undefined where the folder cannot be listed now. */
  look(): FolderLook | undefined {
    // The names come first: on a network disk, only a list asks the server again.
    const names = this.#machine.files.list(this.path);
    if (!names.ok) return undefined;
    const claim = names.value.includes("claim") ? claimOf(this.#text("claim") ?? "") : undefined;
    const ending = names.value.includes("exit") ? endingOf(this.#text("exit") ?? "") : undefined;
    return { claim, ending };
  }

  /**
   * Takes the claim, so that nothing can begin any more. "held": it has begun. undefined: this cannot be found out
   * now.
   */
  takeClaim(): "taken" | "held" | undefined {
    const { files, paths } = this.#machine;
    const file = files.createNew(paths.join(this.path, "claim"));
    if (file.ok) {
      file.value.write(new TextEncoder().encode("job \nnode \nbegin \ntaken back\n"));
      file.value.sync();
      file.value.close();
      // It has the values of all variables, and nobody needs it any more.
      files.remove(paths.join(this.path, "command"));
      return "taken";
    }
    if (file.failure.kind !== "already_exists") return undefined;
    return (this.#text("claim") ?? "").includes("taken back") ? "taken" : "held";
  }

  /** Removes what is in it. A job that began afterwards would find nothing to run. */
  remove(): void {
    const { files, paths } = this.#machine;
    const names = files.list(this.path);
    if (!names.ok) return;
    for (const name of names.value) files.remove(paths.join(this.path, name));
    files.remove(this.path);
  }

  #text(name: string): string | undefined {
    const { files, paths } = this.#machine;
    const bytes = files.readBytes(paths.join(this.path, name), MAX_FACTS_BYTES);
    return bytes.ok ? new TextDecoder().decode(bytes.value) : undefined;
  }
}

/** The facts come after the name of the file, so some may be missing at first. */
function claimOf(text: string): Claim {
  const fact = (name: string) => new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? null;
  const begin = /^begin (\d{1,12})$/m.exec(text)?.[1];
  const beginTime = begin === undefined ? null : new Date(Number(begin) * 1000).toISOString();
  return { jobId: fact("job"), node: fact("node"), beginTime };
}

/** undefined where the text is not whole. */
function endingOf(text: string): Ending | undefined {
  const found = /^(exited|stopped|timed_out|refused) (\w+)\nend (\d{1,12})\nstdout (\d+)\nstderr (\d+)\n$/
    .exec(
      text,
    );
  if (found === null) return undefined;
  const [, kind, word, end, stdout, stderr] = found;
  const endTime = new Date(Number(end) * 1000).toISOString();
  const bytes = { endTime, stdoutBytes: Number(stdout), stderrBytes: Number(stderr) };
  if (kind === "exited" || kind === "stopped" || kind === "timed_out") {
    return { end: { kind, code: word === "none" ? null : Number(word) }, ...bytes };
  }
  const cause = NOT_STARTED_CAUSES.find((each) => each === word);
  return cause === undefined ? undefined : { end: { kind: "refused", cause }, ...bytes };
}
