/** The page of a task: the verdict first, then what was promised beside what happened, then the evidence. Pure. */

import { diagram } from "./diagram.ts";
import {
  type Block,
  code,
  heading,
  type Inline,
  isPlainUrl,
  type Line,
  type Page,
  paragraph,
  strong,
  text,
} from "./page.ts";
import { reproduction } from "./reproduction.ts";
import { HISTORY_LENGTH, LOG_LINES, type RunFacts, type TaskFacts } from "./task_facts.ts";
import {
  commandWords,
  criterionState,
  durationWords,
  endWords,
  gitWords,
  outputState,
  sizeWords,
  valueWords,
  verdict,
  whenWords,
} from "./words.ts";

export function taskPage(facts: TaskFacts): Page {
  return {
    title: facts.task,
    blocks: [
      ...opening(facts),
      ...intentAndOutcome(facts),
      ...deviations(facts),
      ...acceptance(facts),
      ...outputs(facts),
      ...documents(facts),
      heading("Task and needs"),
      { kind: "fence", language: "mermaid", lines: diagram(facts.graph, facts.declared_outputs) },
      ...history(facts),
      ...reproduction(facts),
      ...logs(facts),
    ],
  };
}

function opening(facts: TaskFacts): readonly Block[] {
  const blocks: Block[] = [paragraph(strong(`${verdict(facts)}:`), text(`${facts.reason}.`))];
  if (facts.description !== null && facts.description !== "") blocks.push(paragraph(text(facts.description)));
  const links: Line[] = [];
  if (facts.issue !== null) {
    const { repo, number, url } = facts.issue;
    const name = code(`${repo}#${number}`);
    links.push([text("Issue"), ...(isPlainUrl(url) ? [name, { kind: "url", text: url } as const] : [name])]);
  }
  if (facts.branch !== null) links.push([text("Branch"), code(facts.branch)]);
  if (facts.next !== null) links.push([text("Next:"), code(`orchastration ${facts.next}`)]);
  if (links.length > 0) blocks.push({ kind: "list", items: links });
  return blocks;
}

function intentAndOutcome({ plan, build }: TaskFacts): readonly Block[] {
  if (plan === null && build === null) return [];
  const row = (name: string, of: (run: RunFacts) => Line, happened = of) => [
    [text(name)],
    plan === null ? [] : of(plan),
    build === null ? [] : happened(build),
  ];
  const limit = ({ timeout_ms }: RunFacts) =>
    timeout_ms === null ? "none" : `after ${durationWords(timeout_ms)}`;
  const rows: Line[][] = [
    row("Command", (run) => [code(commandWords(run.command))]),
    row("Working directory", (run) => [code(run.working_dir)]),
    row(
      "Ending",
      (run) => [text(`exit ${run.success_exit_codes.join(" or ")}`)],
      (run) => [text(endWords(run))],
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
    heading("Intent and outcome"),
    { kind: "table", head: ["", "Promised", "Happened"], rows },
  ];
  if (build === null) blocks.push(paragraph(text("It was not built yet.")));
  else blocks.push(paragraph(text("The build"), text(`${build.reason}.`)));
  return blocks;
}

function deviations({ plan, build, deviations, stale }: TaskFacts): readonly Block[] {
  if (plan === null && build === null) return [];
  const { drift, extra_args, env_flags, built_by_earlier_plan } = deviations;
  const items: Line[] = [];
  if (extra_args.length > 0) {
    items.push([text("The build got extra arguments:"), code(commandWords(extra_args))]);
  }
  if (env_flags.length > 0) {
    items.push([text("The build got further variables:"), code(commandWords(env_flags))]);
  }
  if (built_by_earlier_plan !== null) {
    items.push([text("The last build was made by an earlier plan,"), code(built_by_earlier_plan), text(".")]);
  }
  for (const reason of stale) items.push([text(`Stale: ${reason}.`)]);
  if (items.length === 0 && drift.length === 0) {
    const none = build === null
      ? "None so far: the definition is what was planned."
      : "None: what was built is what was planned, and it is still as it was built.";
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

function acceptance({ acceptance }: TaskFacts): readonly Block[] {
  if (acceptance.length === 0) return [];
  return [heading("Acceptance"), {
    kind: "table",
    head: ["Criterion", "What", "State", "Evidence"],
    rows: acceptance.map(({ id, text: what, check, state, evidence, confirmation, earlier }) => {
      const proof: Inline[] = evidence !== null
        ? [
          code(evidence.run),
          text(
            evidence.exit_code === null ? evidence.status.replaceAll("_", " ") : `exit ${evidence.exit_code}`,
          ),
          ...digest("stdout", evidence.stdout_sha256),
          ...digest("stderr", evidence.stderr_sha256),
        ]
        : confirmation !== null
        ? [
          text(`${confirmation.by ?? "somebody"}, ${whenWords(confirmation.at)}`),
          ...(confirmation.note === null || confirmation.note === "" ? [] : [text(`: ${confirmation.note}`)]),
        ]
        : check === null
        ? [text("to be confirmed by a person")]
        : [text("to be checked by"), code(commandWords(check))];
      if (earlier !== null) proof.push(text("; changed since the build:"), text(earlier.words));
      return [[code(id)], [text(what)], [strong(criterionState(state))], proof];
    }),
  }];
}

function digest(stream: string, sha256: string | null): Line {
  return sha256 === null ? [] : [text(`, ${stream}`), code(sha256)];
}

function outputs({ outputs, declared_outputs }: TaskFacts): readonly Block[] {
  if (outputs.length === 0) {
    if (declared_outputs.length === 0) return [];
    return [heading("Outputs"), {
      kind: "list",
      items: declared_outputs.map((path) => [code(path), text("expected")]),
    }];
  }
  return [heading("Outputs"), {
    kind: "table",
    head: ["Output", "By the build", "Now", "Size", "SHA-256"],
    rows: outputs.map((output) => {
      const state = outputState(output);
      return [
        [code(output.path)],
        [text(state.built)],
        [text(state.now)],
        [text(sizeWords(output.bytes))],
        output.sha256 === null ? [] : [code(output.sha256)],
      ];
    }),
  }];
}

function documents({ documents, plan }: TaskFacts): readonly Block[] {
  if (documents.length === 0) return [];
  return [heading("Documents"), {
    kind: "table",
    head: ["Document", "Since the plan", "Size", "SHA-256"],
    rows: documents.map(({ path, type, bytes, sha256, since_plan, is_this_document }) => [
      [code(path)],
      [text(
        is_this_document
          ? "this document"
          : since_plan ?? (type === "missing" ? type : plan === null ? "" : "not in the plan"),
      )],
      [text(sizeWords(bytes))],
      sha256 === null ? [] : [code(sha256)],
    ]),
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
    blocks.push(paragraph(text(`${many} there and cannot be read.`)));
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
