/** `runs adopt`: adopts records from before the project was moved. */

import { visible } from "../../../model/visible.ts";
import { pathValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import { homeWord } from "../../reports/record_place.ts";

export const command = defineCommand({
  flags: (command) =>
    command.argument(
      "<path>",
      "the previous folder of the project, or the state folder with its records",
      pathValue,
    ),
  examples: [
    { line: "orchastration runs adopt ../old-name", does: "the records of the project that was there" },
  ],
  request: ([path]) => ({ path }),
  ask: async (workspace, { path }) =>
    (await import("../../../app/runs/adopt_records.ts")).adoptRecords(workspace, path),
  json: ({ from, to, runs, tasks, stayed, isGone }) => ({
    format: 1,
    kind: "adoption",
    from,
    to,
    runs,
    tasks,
    stayed,
    is_gone: isGone,
  }),
  text({ from, to, runs, tasks, stayed }, { host }) {
    const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;
    const old = visible(homeWord(from, host));
    const lines = [
      runs.length === 0 && tasks.length === 0
        ? `No records of this project are in ${old}.`
        : `${count(runs.length, "run")} and ${count(tasks.length, "task record")} adopted into ${
          visible(homeWord(to, host))
        }.`,
    ];
    if (stayed.length > 0) {
      lines.push(`Left in ${old}:`, ...stayed.map(({ what, reason }) => `  ${what}: ${reason}`));
    }
    return lines.map((line) => `${line}\n`).join("");
  },
});
