/** `recover`: finishes the records of runs that were cut off. */

import { nextCommand } from "../../model/next_step.ts";
import type { LivingRun, RecoverReport } from "../../app/runs/recover_runs.ts";
import { visible } from "../../model/visible.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { damagedJson, damagedWarnings } from "../reports/damaged_records.ts";

interface RecoverWords {
  readonly reference: string | undefined;
  /** The flags that say what to do with the living; at most one of them can be meant. */
  readonly withLiving: readonly ("kill" | "wait" | "leave")[];
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[run]", "only this run")
      .option("--kill", "end the processes of such a run that are still alive")
      .option("--wait", "wait until they have ended")
      .option("--leave", "let them go on, without a record"),
  examples: [
    { line: "orchastration recover", does: "all runs whose processes are gone" },
    {
      line: "orchastration recover sample --kill",
      does: "end what is left of the newest run, then finish its record",
    },
  ],
  request: ([reference], options): RecoverWords => ({
    reference,
    withLiving: (["kill", "wait", "leave"] as const).filter((each) => options[each] === true),
  }),
  misuse: ({ withLiving }) =>
    withLiving.length > 1
      ? {
        code: "arguments_invalid",
        action: "recover",
        value: undefined,
        fact: `${
          withLiving.map((each) => `--${each}`).join(", ").replace(/, (?=[^,]*$)/, " and ")
        } contradict each other`,
        next: [nextCommand("recover", "--help")],
      }
      : undefined,
  carryOut: recover,
});

async function recover(
  { reference: asked, withLiving }: RecoverWords,
  invocation: Invocation,
): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { recoverRuns } = await import("../../app/runs/recover_runs.ts");
  const reference = asked === undefined ? undefined : await workspace.value.withOwnName(asked);
  const request = { reference, withLiving: withLiving[0] ?? "refuse" } as const;
  const report = await recoverRuns(workspace.value, request, (record, count) => {
    invocation.console.err(`waiting for ${count} ${count === 1 ? "process" : "processes"} of ${record.id}\n`);
  });
  if (!report.ok) return invocation.fail(report.failure);
  for (const warning of damagedWarnings(report.value.damaged)) invocation.warn(warning);
  if (invocation.isJson) invocation.console.json(jsonOf(report.value));
  else invocation.console.out(textOf(report.value));
  if (report.value.alive.length === 0) return EXIT.done;
  if (!invocation.isJson) {
    for (const run of report.value.alive) invocation.console.err(livingText(run, invocation));
  }
  return EXIT.checkFailed;
}

function livingText({ record, processes, reason }: LivingRun, invocation: Invocation): string {
  const ways = processes === "unknown" ? ["--leave"] : ["--kill", "--wait", "--leave"];
  const next = invocation.nextLine(ways.map((way) => nextCommand("recover", record.id, way)));
  const when = processes === "unknown" ? ", when you know that it is gone" : "";
  const style = invocation.console.errStyle;
  return `${style.yellow(`${record.id} is left as it is:`)} ${reason}\n` +
    `  ${style.dim("try:")} ${next}${when}\n`;
}

function textOf({ recovered, alive, passedOver, removedLeftovers }: RecoverReport): string {
  const lines = [
    ...recovered.map(({ id, reason }) => `${id}: ${reason}`),
    ...passedOver.map(({ id, reason }) => `${id} is left as it is: ${reason}`),
    ...removedLeftovers === 0 ? [] : [
      `${removedLeftovers} temporary ${removedLeftovers === 1 ? "file" : "files"} of a crash removed`,
    ],
  ];
  if (lines.length === 0 && alive.length === 0) lines.push("Nothing to recover.");
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function jsonOf({ recovered, alive, passedOver, damaged, removedLeftovers }: RecoverReport) {
  return {
    format: 1,
    kind: "recovery",
    recovered: recovered.map(({ id, reason, recovery }) => ({ id, reason, recovery })),
    alive: alive.map(({ record, processes }) => ({
      id: record.id,
      process: record.process,
      processes: processes === "unknown" ? null : processes,
    })),
    passed_over: passedOver,
    damaged: damagedJson(damaged),
    removed_leftovers: removedLeftovers,
  };
}
