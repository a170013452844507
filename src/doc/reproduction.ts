/** How to bring about again what a document tells of, as command lines. Pure. */

import { shellWord } from "../model/shell_word.ts";
import { type Block, heading, paragraph, text } from "./page.ts";
import type { TaskFacts } from "./task_facts.ts";
import { commandWords } from "./words.ts";

export function reproduction({ task, plan, build }: TaskFacts): readonly Block[] {
  const run = build ?? plan;
  if (run === null) return [];
  const commit = run.git?.commit ?? null;
  const lines: string[] = [];
  if (commit !== null) lines.push(`git checkout ${commit}`);
  lines.push(`orchastration plan create ${task}`);
  const extra = run.extra_args.length === 0 ? "" : ` -- ${commandWords(run.extra_args)}`;
  const variables = run.env_flags.map((name) => ` --env ${shellWord(`${name}=${run.env[name] ?? ""}`)}`).join(
    "",
  );
  lines.push(`orchastration build run ${task}${variables}${extra}`);
  const alone: string[] = [];
  if (run.working_dir !== ".") alone.push(`cd ${shellWord(run.working_dir)}`);
  const env = Object.entries(run.env).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) =>
    `${shellWord(name)}=${shellWord(value)} `
  );
  alone.push(`${env.length === 0 ? "" : `env ${env.join("")}`}${commandWords(run.command)}`);
  const blocks: Block[] = [
    heading("How to reproduce"),
    { kind: "fence", language: "sh", lines },
    paragraph(text("The command alone:")),
    { kind: "fence", language: "sh", lines: alone },
  ];
  if (run.git?.dirty === true) {
    blocks.push(
      paragraph(text("The working tree had changes at that time that are in no commit, so this may differ.")),
    );
  }
  return blocks;
}
