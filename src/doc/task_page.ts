/** The page of a task: the verdict first, then the plan beside the result, then the evidence. Pure. */

import { inWords } from "../model/in_words.ts";
import type { WriteCommand } from "../model/next_step.ts";
import { diagramOf } from "./diagram.ts";
import { type Block, code, heading, isPlainUrl, type Line, type Page, paragraph, text } from "./page.ts";
import { reproduction } from "./reproduction.ts";
import { acceptance } from "./task_acceptance.ts";
import { HISTORY_LENGTH, LOG_LINES, type RunFacts, type TaskFacts } from "./task_facts.ts";
import { documents, outputs } from "./task_files.ts";
import {
  commandWords,
  durationWords,
  endSentence,
  endWords,
  gitWords,
  toneOfTask,
  valueWords,
  verdict,
  whenWords,
} from "./words.ts";

export function taskPage(facts: TaskFacts, write: WriteCommand): Page {
  return {
    title: facts.task,
    blocks: [
      ...opening(facts),
      ...planAndBuild(facts),
      ...deviations(facts),
      ...acceptance(facts),
      ...outputs(facts, write),
      ...documents(facts, write),
      ...taskAndNeeds(facts),
      ...history(facts),
      ...reproduction(facts, write),
      ...logs(facts),
    ],
  };
}

function opening(facts: TaskFacts): readonly Block[] {
  const blocks: Block[] = [{
    kind: "verdict",
    tone: toneOfTask(facts),
    word: verdict(facts),
    sentence: `${facts.reason}.`,
  }];
  if (facts.description !== null && facts.description !== "") blocks.push(paragraph(text(facts.description)));
  const links: Line[] = [];
  if (facts.issue !== null) {
    const { repo, number, url } = facts.issue;
    const name = code(`${repo}#${number}`);
    links.push([text("Issue"), ...(isPlainUrl(url) ? [name, { kind: "url", text: url } as const] : [name])]);
  }
  if (facts.branch !== null) links.push([text("Branch"), code(facts.branch)]);
  if (facts.next !== null) links.push([text("Next:"), code(facts.next)]);
  if (links.length > 0) blocks.push({ kind: "list", items: links });
  return blocks;
}

function planAndBuild({ plan, build }: TaskFacts): readonly Block[] {
  if (plan === null && build === null) return [];
  const row = (name: string, of: (run: RunFacts) => Line, happened = of) => [
    [text(name)],
    plan === null ? [] : of(plan),
    build === null ? [] : happened(build),
  ];
  /** A long command is not repeated. */
  const sameRow = (name: string, of: (run: RunFacts) => string) =>
    row(
      name,
      (run) => [code(of(run))],
      (run) => plan !== null && of(plan) === of(run) ? [text("as planned")] : [code(of(run))],
    );
  const limit = ({ timeout_ms }: RunFacts) =>
    timeout_ms === null ? "none" : `after ${durationWords(timeout_ms)}`;
  const rows: Line[][] = [
    sameRow("Command", (run) => commandWords(run.command)),
    sameRow("Working directory", (run) => run.working_dir),
    row(
      "Ending",
      (run) => [text(`exit ${run.success_exit_codes.join(" or ")}`)],
      (run) => [text(endSentence(run))],
    ),
    row(
      "Timeout",
      (run) => [text(limit(run))],
      (run) => [text(run.timed_out ? "passed" : run.timeout_ms === null ? "none" : "not reached")],
    ),
    row("Duration", () => [], (run) => [text(durationWords(run.duration_ms))]),
    row("When", (run) => [text(whenWords(run.start_time))]),
    row("Asked by", (run) => [text(run.asked_by)]),
    row("Git commit", (run) => [text(gitWords(run.git))]),
    row("Record", (run) => [code(run.run)]),
  ];
  if (build !== null && build.attempts > 1) {
    rows.splice(5, 0, row("Attempts", () => [], (run) => [text(String(run.attempts))]));
  }
  const blocks: Block[] = [
    heading("Plan and build"),
    { kind: "table", head: ["", "Planned", "Actual"], rows },
  ];
  if (build === null) blocks.push(paragraph(text("It has not been built yet.")));
  return blocks;
}

function deviations({ plan, build, deviations, stale }: TaskFacts): readonly Block[] {
  if (plan === null && build === null) return [];
  const { drift, extra_args, env_flags, built_by_earlier_plan, left_open } = deviations;
  const items: Line[] = [];
  if (extra_args.length > 0) {
    items.push([text("The build was given extra arguments:"), code(commandWords(extra_args))]);
  }
  if (env_flags.length > 0) {
    items.push([text("The build was given extra variables:"), code(commandWords(env_flags))]);
  }
  if (built_by_earlier_plan !== null) {
    items.push([text("The last build followed an earlier plan,"), code(built_by_earlier_plan), text(".")]);
  }
  if (left_open !== undefined) {
    const { by, at, criteria } = left_open;
    const what = criteria.length === 0 ? "." : `: ${criteria.join(", ")}.`;
    items.push([text(`${by ?? "Somebody"} left it open, ${whenWords(at)}${what}`)]);
  }
  for (const reason of stale) items.push([text(`Stale: ${reason}.`)]);
  if (items.length === 0 && drift.length === 0) {
    const none = build === null
      ? "None so far: the definition matches the plan."
      : build.status === "succeeded"
      ? "None: the build followed its plan, and its outputs are unchanged."
      : "None: the build followed its plan.";
    return [heading("Deviations"), paragraph(text(none))];
  }
  const blocks: Block[] = [heading("Deviations")];
  if (items.length > 0) blocks.push({ kind: "list", items });
  if (drift.length > 0) {
    blocks.push({
      kind: "table",
      head: ["Field", "Planned", "Now"],
      rows: drift.map(({ field, planned, now }) => [
        [code(field)],
        planned === undefined ? [] : [code(valueWords(planned))],
        now === undefined ? [] : [code(valueWords(now))],
      ]),
    });
  }
  return blocks;
}

function taskAndNeeds({ task, graph, declared_outputs }: TaskFacts): readonly Block[] {
  const needs = graph.slice(1).map(({ name, status }) => `${name} (${inWords(status)})`);
  const parts = [
    ...(needs.length === 0 ? [] : [`needs ${needs.join(", ")}`]),
    ...(declared_outputs.length === 0 ? [] : [`leaves ${declared_outputs.join(", ")}`]),
  ];
  return [heading("Task and needs"), {
    kind: "diagram",
    diagram: diagramOf(graph, declared_outputs),
    name: `${task} ${parts.join(" and ") || "needs nothing"}`,
  }];
}

const ACTIONS: Readonly<Record<string, string>> = {
  "plan.create": "plan",
  "build.run": "build",
  "check.run": "check",
};

function history({ history, history_is_cut, history_unreadable }: TaskFacts): readonly Block[] {
  if (history.length === 0 && history_unreadable === 0) return [];
  const blocks: Block[] = [heading("History")];
  if (history.length > 0) {
    blocks.push({
      kind: "table",
      head: ["When", "What", "Ended", "Took", "Asked by", "Record"],
      rows: history.map((run) => [
        [text(whenWords(run.start_time))],
        [text(ACTIONS[run.action] ?? run.action)],
        [text(endWords(run))],
        [text(durationWords(run.duration_ms))],
        [text(run.asked_by)],
        [code(run.run)],
      ]),
    });
  }
  if (history_is_cut) {
    blocks.push(paragraph(text(`These are the newest ${HISTORY_LENGTH}; there are older ones.`)));
  }
  if (history_unreadable > 0) {
    const many = history_unreadable === 1 ? "1 record is" : `${history_unreadable} records are`;
    blocks.push(paragraph(text(`${many} present but cannot be read.`)));
  }
  return blocks;
}

function logs({ log }: TaskFacts): readonly Block[] {
  const blocks: Block[] = [];
  for (const { stream, lines, is_cut } of log) {
    if (lines.length === 0) continue;
    blocks.push(
      paragraph(text(is_cut ? `The last ${LOG_LINES} lines of` : "All of"), code(stream), text(":")),
      { kind: "fence", language: "text", lines },
    );
  }
  return blocks.length === 0 ? [] : [heading("Log of the build"), ...blocks];
}
