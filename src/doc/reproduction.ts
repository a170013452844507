/** How to reproduce the result that a document describes, as command lines for a fresh clone. Pure. */

import type { CommandWord, WriteCommand } from "../model/next_step.ts";
import { MASK } from "../model/secrets.ts";
import { shellWord } from "../model/shell_word.ts";
import { type Block, code, heading, type Inline, paragraph, text } from "./page.ts";
import type { ReproductionFacts, RunFacts, TaskFacts } from "./task_facts.ts";
import { commandWords } from "./words.ts";

const PROJECT_FILE = "orchastration.toml";

export function reproduction(
  { plan, build, reproduction }: TaskFacts,
  write: WriteCommand,
): readonly Block[] {
  const run = build ?? plan;
  if (run === null) return [];
  return [
    heading("How to reproduce"),
    paragraph(text(
      reproduction.project_folder === null
        ? "In the folder of the project:"
        : "In a fresh clone of the repository:",
    )),
    { kind: "fence", language: "sh", lines: stepLines(reproduction, write) },
    ...remarks(reproduction, run),
    paragraph(text("The command alone:")),
    { kind: "fence", language: "sh", lines: aloneLines(run) },
  ];
}

function stepLines(
  { commit, project_folder, config_path, steps }: ReproductionFacts,
  write: WriteCommand,
): readonly string[] {
  const lines: string[] = [];
  if (commit !== null) lines.push(`git checkout ${commit}`);
  if (project_folder !== null && project_folder !== "") lines.push(`cd ${shellWord(project_folder)}`);
  const config = config_path === PROJECT_FILE || isAbsolute(config_path) ? undefined : config_path;
  steps.forEach(({ task, extra_args, env_flags, confirmed_by_person }, index) => {
    const variables = Object.entries(env_flags).flatMap(([name, value]) => ["--env", settingOf(name, value)]);
    const extra = extra_args.length === 0 ? [] : ["--", ...extra_args];
    lines.push(write("build run", [task, "--plan", ...variables, ...extra], config));
    // The last build needs nobody's confirmation in order to be built.
    if (index === steps.length - 1) return;
    for (const id of confirmed_by_person) lines.push(write("plan accept", [task, id], config));
  });
  return lines;
}

function aloneLines({ working_dir, env, secrets, command }: RunFacts): readonly string[] {
  const settings = Object.entries(env).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) =>
    `${setting(name, secrets.includes(name) ? null : value)} `
  );
  return [
    ...(working_dir === "." ? [] : [`cd ${shellWord(working_dir)}`]),
    `${settings.length === 0 ? "" : `env ${settings.join("")}`}${commandWords(command)}`,
  ];
}

/** The remarks that command lines cannot express. */
function remarks({ commit, config_path, steps }: ReproductionFacts, run: RunFacts): readonly Block[] {
  const items: Inline[][] = [];
  if (isAbsolute(config_path)) {
    items.push([text("The configuration is not part of the project; it was"), code(config_path), text(".")]);
  }
  if (commit === null && run.git !== null && run.git.commit !== null) {
    items.push([
      text("The task works in another repository, which was at"),
      code(run.git.commit),
      text("."),
    ]);
  }
  const waiting = steps.slice(0, -1).filter((step) => step.confirmed_by_person.length > 0);
  for (const { task } of waiting) {
    items.push([
      text("Before"),
      code(`plan accept ${task}`),
      text(", a person checks whether this is true."),
    ]);
  }
  const secrets = new Set([
    ...run.secrets.filter((name) => name in run.env),
    ...steps.flatMap(({ env_flags }) => Object.keys(env_flags).filter((name) => env_flags[name] === null)),
  ]);
  if (secrets.size > 0 || run.command.some((word) => word.includes(MASK))) {
    const names = [...secrets].flatMap((name, index) => index === 0 ? [code(name)] : [text(","), code(name)]);
    items.push([
      text("Secret values are not recorded"),
      ...(names.length === 0 ? [] : [text("; set these first:"), ...names]),
      text("."),
    ]);
  }
  if (run.env_files.length > 0) {
    const names = run.env_files.flatMap((path, index) =>
      index === 0 ? [code(path)] : [text(","), code(path)]
    );
    items.push([text("Variables were read from"), ...names, text(", which git may not have.")]);
  }
  if (run.git?.dirty === true) {
    items.push([
      text("The working tree had changes at that time that are in no commit, so this may differ."),
    ]);
  }
  return items.length === 0 ? [] : [{ kind: "list", items }];
}

/** A secret is replaced by a shell variable of its name. */
function setting(name: string, value: string | null): string {
  const word = settingOf(name, value);
  return typeof word === "string" ? shellWord(word) : `${name}="$${name}"`;
}

function settingOf(name: string, value: string | null): CommandWord {
  return value === null && /^[A-Za-z_]\w*$/.test(name) ? { inherited: name } : `${name}=${value ?? ""}`;
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}
