/** Timers as lines of the user's table of cron, beside lines that are not ours and stay as they are. */

import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { crontabLines, splitCrontab } from "./crontab_lines.ts";
import type { Timer, Timers, TimerText } from "./timer.ts";
import { callTool } from "./timer_tool.ts";

const PLACE = "crontab";

export class CronTimers implements Timers {
  readonly kind = "cron";
  readonly #host: Host;
  readonly #workingDir: string;

  constructor(host: Host, workingDir: string) {
    this.#host = host;
    this.#workingDir = workingDir;
  }

  texts(timer: Timer): Result<readonly TimerText[], string> {
    const lines = crontabLines(timer);
    return lines.ok ? ok([{ place: PLACE, text: lines.value }]) : lines;
  }

  calls(): readonly (readonly string[])[] {
    return [["crontab", "-"]];
  }

  async installed(prefix: string): Promise<Result<ReadonlyMap<string, readonly TimerText[]>, string>> {
    const table = await this.#table();
    if (!table.ok) return table;
    const { timers } = splitCrontab(table.value, prefix);
    return ok(new Map([...timers].sort().map(([id, text]) => [id, [{ place: PLACE, text }]])));
  }

  async install(timer: Timer): Promise<Result<void, string>> {
    const lines = crontabLines(timer);
    return lines.ok ? await this.#replace(timer.id, lines.value) : lines;
  }

  async remove(id: string): Promise<Result<void, string>> {
    return await this.#replace(id, "");
  }

  async #replace(id: string, lines: string): Promise<Result<void, string>> {
    const table = await this.#table();
    if (!table.ok) return table;
    const { timers, others } = splitCrontab(table.value, id);
    // An id can begin with another one.
    const longer = [...timers].filter(([each]) => each !== id).map(([, text]) => text).join("");
    const said = await callTool(this.#host, ["crontab", "-"], this.#workingDir, `${others}${longer}${lines}`);
    if (!said.ok) return said;
    return said.value.isGood ? ok(undefined) : fail(said.value.words);
  }

  /** Empty if the user has none. Any other problem of reading is a failure, so that the table is not lost. */
  async #table(): Promise<Result<string, string>> {
    const said = await callTool(this.#host, ["crontab", "-l"], this.#workingDir);
    if (!said.ok) return said;
    if (said.value.isGood) return ok(said.value.stdout);
    return /no crontab for /.test(said.value.words) ? ok("") : fail(said.value.words);
  }
}
