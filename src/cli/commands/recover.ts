/** `recover`: finishes the records of interrupted runs. */

import { nextCommand } from "../../model/next_step.ts";
import type { LivingRun, RecoverReport } from "../../app/runs/recover_runs.ts";
import type { RecordPlace } from "../../app/workspace/record_places.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { visible } from "../../model/visible.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { EVERYWHERE, EVERYWHERE_WORDS, placeJson, placeWord } from "../reports/record_place.ts";
import { damagedJson, damagedWarnings } from "../reports/damaged_records.ts";

interface RecoverWords {
  readonly reference: string | undefined;
  /** The flags that say what to do with living processes; at most one of them. */
  readonly withLiving: readonly ("kill" | "wait" | "leave")[];
  readonly everywhere: boolean;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[run]", "only this run")
      .option("--kill", "end processes of such a run that are still alive")
      .option("--wait", "wait until they have ended")
      .option("--leave", "leave them running, without a record")
      .option(EVERYWHERE, EVERYWHERE_WORDS),
  examples: [
    { line: "orchastration recover", does: "all runs whose processes are gone" },
    {
      line: "orchastration recover sample --kill",
      does: "end what is left of the newest run, then finish its record",
    },
    { line: "orchastration recover --everywhere", does: "the same in all projects" },
  ],
  request: ([reference], options): RecoverWords => ({
    reference,
    everywhere: options.everywhere === true,
    withLiving: (["kill", "wait", "leave"] as const).filter((each) => options[each] === true),
  }),
  misuse: ({ reference, withLiving, everywhere }) =>
    everywhere && reference !== undefined
      ? {
        code: "arguments_invalid",
        action: "recover",
        value: reference,
        fact: `with ${EVERYWHERE} the reference can match runs of several projects`,
        next: [nextCommand("recover", EVERYWHERE), nextCommand("recover", reference)],
      }
      : withLiving.length > 1
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
  { reference, withLiving, everywhere }: RecoverWords,
  invocation: Invocation,
): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { recoverRuns } = await import("../../app/runs/recover_runs.ts");
  const request = { reference, withLiving: withLiving[0] ?? "refuse", everywhere } as const;
  const report = await recoverRuns(workspace.value, request, (record, count) => {
    invocation.console.err(`waiting for ${count} ${count === 1 ? "process" : "processes"} of ${record.id}\n`);
  });
  if (!report.ok) return invocation.fail(report.failure);
  const beside = reference === undefined ? await removedBesideDocuments(workspace.value) : ok(0);
  if (!beside.ok) return invocation.fail(beside.failure);
  const removedLeftovers = report.value.removedLeftovers + beside.value;
  const done = { ...report.value, removedLeftovers };
  for (const warning of damagedWarnings(report.value.damaged)) invocation.warn(warning);
  if (invocation.isJson) invocation.console.json(jsonOf(done, everywhere));
  else invocation.console.out(textOf(done, everywhere, invocation));
  if (report.value.alive.length === 0) return EXIT.done;
  if (!invocation.isJson) {
    for (const run of report.value.alive) invocation.console.err(livingText(run, everywhere, invocation));
  }
  return EXIT.checkFailed;
}

async function removedBesideDocuments(workspace: Workspace): Promise<Result<number, Failure>> {
  const { removeDocumentLeftovers } = await import("../../app/documents/document_leftovers.ts");
  return await removeDocumentLeftovers(workspace);
}

function livingText(
  { record, place, processes, reason, isRecorded = false }: LivingRun,
  everywhere: boolean,
  invocation: Invocation,
): string {
  const elsewhere = everywhere ? ["--state-dir", place.store.layout.stateDir] : [];
  const ways = isRecorded || processes === "unknown" ? ["--leave"] : ["--kill", "--wait", "--leave"];
  const next = invocation.nextLine(ways.map((way) => nextCommand("recover", record.id, way, ...elsewhere)));
  const when = isRecorded
    ? ", which finishes this record alone"
    : processes === "unknown"
    ? ", if you know that it is gone"
    : "";
  const style = invocation.console.errStyle;
  const whose = everywhere ? `${placeWord(place, invocation.host, style)}: ` : "";
  return `${whose}${style.yellow(`${record.id} is left as it is:`)} ${reason}\n` +
    `  ${style.dim("try:")} ${next}${when}\n`;
}

function textOf(
  { recovered, alive, passedOver, removedLeftovers, entered }: RecoverReport,
  everywhere: boolean,
  { console, host }: Invocation,
): string {
  const whose = (place: RecordPlace) => everywhere ? `${placeWord(place, host, console.outStyle)}: ` : "";
  const lines = [
    ...recovered.map(({ record: { id, reason }, place }) => whose(place) + visible(`${id}: ${reason}`)),
    ...passedOver.map(({ id, reason, place }) => whose(place) + visible(`${id} is left as it is: ${reason}`)),
    ...entered.map(({ id, place }) =>
      whose(place) + visible(`${id} is entered in the journal, where its line was lost`)
    ),
    ...removedLeftovers === 0 ? [] : [
      `${removedLeftovers} temporary ${removedLeftovers === 1 ? "file" : "files"} of a crash removed`,
    ],
  ];
  if (lines.length === 0 && alive.length === 0) lines.push("Nothing to recover.");
  return lines.map((line) => `${line}\n`).join("");
}

function jsonOf(
  { recovered, alive, passedOver, damaged, removedLeftovers, entered }: RecoverReport,
  everywhere: boolean,
) {
  const whose = (place: RecordPlace) => everywhere ? { recorded_in: placeJson(place) } : {};
  return {
    format: 1,
    kind: "recovery",
    recovered: recovered.map(({ record: { id, reason, recovery }, place }) => ({
      id,
      reason,
      recovery,
      ...whose(place),
    })),
    alive: alive.map(({ record, place, processes }) => ({
      id: record.id,
      process: record.process,
      processes: processes === "unknown" ? null : processes,
      ...whose(place),
    })),
    passed_over: passedOver.map(({ id, reason, place }) => ({ id, reason, ...whose(place) })),
    damaged: damagedJson(damaged),
    removed_leftovers: removedLeftovers,
    entered: entered.map(({ id, place }) => ({ id, ...whose(place) })),
  };
}
