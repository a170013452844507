/** The nodes that would run, as lines, each with its first reason. */

import type { DryRun, DryRunNode } from "../../app/inputs/dry_run.ts";
import { causeRecordWords } from "../../model/cause_words.ts";
import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import { visible } from "../../model/visible.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { table } from "../output/style.ts";

export async function showDryRun(asked: Result<DryRun, Failure>, invocation: Invocation): Promise<number> {
  if (!asked.ok) return await invocation.fail(asked.failure);
  const { nodes, edges } = asked.value;
  if (invocation.isJson) invocation.console.json({ format: 1, kind: "dry_run", nodes, edges });
  else invocation.console.out(dryRunText(asked.value, invocation));
  return EXIT.done;
}

function dryRunText({ nodes }: DryRun, { console }: Invocation): string {
  const { outStyle, columns } = console;
  const rows = nodes.map((node) => [outStyle.bold(node.name), wouldWord(node), visible(reasonOf(node))]);
  return table(rows, { columns });
}

function wouldWord({ would }: DryRunNode): string {
  return would === "run" ? "would run" : would === "up_to_date" ? "up to date" : "unknown";
}

function reasonOf({ subject, would, causes, compared_with, same_as }: DryRunNode): string {
  if (subject === "group") {
    return would === "up_to_date" ? "all of its needs are up to date" : "a group of the nodes above";
  }
  if (would === "up_to_date") return `same as ${same_as}`;
  if (would === "unknown") return `until the ${subject}s that it needs have run`;
  const [first, ...others] = causes;
  if (first === undefined) return "it has no inputs, so it always runs";
  const more = others.length === 0 ? "" : ` (+${others.length} more)`;
  return `${causeRecordWords(first)}${more}${compared_with === null ? "" : ` since ${compared_with}`}`;
}
