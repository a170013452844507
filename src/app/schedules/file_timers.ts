/** Timers that a system reads from files of their own in one folder: systemd, launchd, and the Task Scheduler through copies. */

import { fail, ok, type Result } from "../../model/result.ts";
import type { TimerKind } from "../../model/schedule.ts";
import { replaceFile } from "../../host/durable_write.ts";
import type { Host } from "../../host/host.ts";
import type { Timer, Timers, TimerText } from "./timer.ts";
import { callTool } from "./timer_tool.ts";

type Call = readonly [string, ...string[]];

/** What differs from one system to another. */
export interface FileTimerSystem {
  readonly kind: TimerKind;
  readonly folder: string;
  /** The endings of the files of one timer; the first one belongs to every timer. */
  readonly suffixes: readonly [string, ...string[]];
  /** The texts of a timer, in the order of the endings. */
  write(timer: Timer): Result<readonly string[], string>;
  readonly encoding: "utf-8" | "utf-16le";
  /** A call whose failure is expected says "may_fail". */
  installCalls(id: string, path: string): readonly (readonly [Call, "must" | "may_fail"])[];
  /** Before the files are removed, and after. */
  removeCalls(id: string): { readonly before: readonly Call[]; readonly after: readonly Call[] };
}

const BYTE_ORDER_MARK = "\ufeff";

export class FileTimers implements Timers {
  readonly #host: Host;
  readonly #system: FileTimerSystem;

  constructor(host: Host, system: FileTimerSystem) {
    this.#host = host;
    this.#system = system;
  }

  get kind(): TimerKind {
    return this.#system.kind;
  }

  texts(timer: Timer): Result<readonly TimerText[], string> {
    const texts = this.#system.write(timer);
    if (!texts.ok) return texts;
    return ok(texts.value.map((text, index) => ({ place: this.#path(timer.id, index), text })));
  }

  calls({ id }: Timer): readonly (readonly string[])[] {
    return this.#system.installCalls(id, this.#path(id, 0)).map(([call]) => call);
  }

  // deno-lint-ignore require-await
  async installed(prefix: string): Promise<Result<ReadonlyMap<string, readonly TimerText[]>, string>> {
    const { folder, suffixes: [suffix] } = this.#system;
    const names = this.#host.files.list(folder);
    if (!names.ok) {
      return names.failure.kind === "not_found"
        ? ok(new Map())
        : fail(`the folder ${folder} cannot be read: ${names.failure.reason}`);
    }
    const ids = names.value.filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length)).sort();
    return ok(new Map(ids.map((id) => [id, this.#read(id)])));
  }

  async install(timer: Timer): Promise<Result<void, string>> {
    const { files, paths } = this.#host;
    const texts = this.texts(timer);
    if (!texts.ok) return texts;
    // Nothing is written where the tool is missing that would read it.
    const where = { workingDir: timer.workingDir, env: this.#host.environment.all() };
    for (const [tool] of this.calls(timer)) {
      const found = this.#host.processes.findProgram(tool!, where);
      if (!found.ok) return fail(found.failure.reason);
    }
    const made = files.makeFolders(this.#system.folder, "shared");
    if (!made.ok) return fail(`the folder ${this.#system.folder} cannot be made: ${made.failure.reason}`);
    for (const { place, text } of texts.value) {
      const written = replaceFile(files, paths, place, this.#encode(text), { durable: "new" });
      if (!written.ok) return fail(`${place} cannot be written: ${written.failure.reason}`);
    }
    for (const [call, need] of this.#system.installCalls(timer.id, this.#path(timer.id, 0))) {
      const called = await this.#call(call);
      if (!called.ok && need === "must") return called;
    }
    return ok(undefined);
  }

  async remove(id: string): Promise<Result<void, string>> {
    const { files } = this.#host;
    const { before, after } = this.#system.removeCalls(id);
    const problems: string[] = [];
    // A timer whose manager is gone still loses its files.
    for (const call of before) {
      const called = await this.#call(call);
      if (!called.ok) problems.push(called.failure);
    }
    for (const index of this.#system.suffixes.keys()) {
      const removed = files.remove(this.#path(id, index));
      if (!removed.ok && removed.failure.kind !== "not_found") {
        return fail(`${this.#path(id, index)} cannot be removed: ${removed.failure.reason}`);
      }
    }
    for (const call of after) {
      const called = await this.#call(call);
      if (!called.ok) problems.push(called.failure);
    }
    return problems[0] === undefined ? ok(undefined) : fail(`its files are removed, but ${problems[0]}`);
  }

  async #call(call: Call): Promise<Result<void, string>> {
    const said = await callTool(this.#host, call, this.#system.folder);
    if (!said.ok) return said;
    return said.value.isGood ? ok(undefined) : fail(said.value.words);
  }

  #path(id: string, index: number): string {
    const { folder, suffixes } = this.#system;
    return this.#host.paths.join(folder, `${id}${suffixes[index]}`);
  }

  #read(id: string): readonly TimerText[] {
    return this.#system.suffixes.flatMap((_, index) => {
      const place = this.#path(id, index);
      const bytes = this.#host.files.readBytes(place);
      if (!bytes.ok) return [];
      const text = new TextDecoder(this.#system.encoding).decode(bytes.value);
      return [{ place, text }];
    });
  }

  #encode(text: string): Uint8Array {
    if (this.#system.encoding === "utf-8") return new TextEncoder().encode(text);
    const units = Uint16Array.from(BYTE_ORDER_MARK + text, (unit) => unit.charCodeAt(0));
    return new Uint8Array(units.buffer);
  }
}
