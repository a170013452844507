/** The shared folder, asked within bounds: a disk of a network whose server is away never answers. */

import type { FilesBeside } from "../../host/files.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";

/** A request to stop waits no longer than this for the disk. */
const ANSWER_BOUND_MS = 5000;
/** Before a job is submitted there is time. */
const PREPARE_BOUND_MS = 60_000;

export class SharedDisk {
  readonly #beside: FilesBeside;
  readonly #clock: Host["clock"];
  /** A call that has not returned is waited for again instead of being made again, so that a dead disk holds few threads. */
  readonly #open = new Map<string, Promise<HostResult<unknown>>>();

  constructor({ files, clock }: Pick<Host, "files" | "clock">) {
    this.#beside = files.beside;
    this.#clock = clock;
  }

  /** Names in a folder. On a disk of a network, only this asks the server anew. */
  list(path: string): Promise<HostResult<readonly string[]>> {
    return this.#within(`list ${path}`, ANSWER_BOUND_MS, () => this.#beside.list(path));
  }

  readPart(path: string, offsetBytes: number, maxBytes: number): Promise<HostResult<Uint8Array>> {
    return this.#within(
      `read ${offsetBytes} ${path}`,
      ANSWER_BOUND_MS,
      () => this.#beside.readPart(path, offsetBytes, maxBytes),
    );
  }

  /** Creates a file of ours; `already_exists` where somebody else was first. */
  createNew(path: string, text: string, when: "before" | "later"): Promise<HostResult<void>> {
    const boundMs = when === "before" ? PREPARE_BOUND_MS : ANSWER_BOUND_MS;
    return this.#within(
      `create ${path}`,
      boundMs,
      () => this.#beside.createNew(path, new TextEncoder().encode(text)),
    );
  }

  makeFolders(path: string): Promise<HostResult<void>> {
    return this.#within(`make ${path}`, PREPARE_BOUND_MS, () => this.#beside.makeFolders(path));
  }

  remove(path: string): Promise<HostResult<void>> {
    return this.#within(`remove ${path}`, ANSWER_BOUND_MS, () => this.#beside.remove(path));
  }

  async #within<T>(
    name: string,
    boundMs: number,
    call: () => Promise<HostResult<T>>,
  ): Promise<HostResult<T>> {
    const open = this.#open.get(name) as Promise<HostResult<T>> | undefined;
    const answer = open ?? call().finally(() => this.#open.delete(name));
    this.#open.set(name, answer);
    const timer = this.#clock.after(boundMs);
    const late = timer.elapsed.then(() => undefined);
    const first = await Promise.race([answer, late]);
    timer.cancel();
    return first ??
      {
        ok: false,
        failure: { kind: "timed_out", reason: `the disk did not answer within ${boundMs / 1000} s` },
      };
  }
}

const known = new WeakMap<Host, SharedDisk>();

/** The same for every run of this process, so that they share the calls that have not returned. */
export function sharedDisk(host: Host): SharedDisk {
  const disk = known.get(host) ?? new SharedDisk(host);
  known.set(host, disk);
  return disk;
}
