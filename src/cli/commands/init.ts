/** `init`: writes a first configuration for this folder, or for the user. */

import type { ClientName } from "../../app/assistants/assistant_parts.ts";
import type { Failure } from "../../model/failure.ts";
import { type CommandWord, nextCommand, placeholder } from "../../model/next_step.ts";
import type { Initialized, InitPlan } from "../../app/setup/init_config.ts";
import type { ProposedJob } from "../../app/setup/name_jobs.ts";
import { visible } from "../../model/visible.ts";
import { shellWord } from "../../model/shell_word.ts";
import { ask, canAsk } from "../base/ask.ts";
import { ASSISTANT, assistantOption } from "../base/assistant_flag.ts";
import { defineActivity } from "../base/command.ts";
import { argumentUse } from "../../app/setup/config_text.ts";
import { lastingCommand } from "../base/command_line.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { table } from "../output/style.ts";

interface InitRequest {
  readonly isYes: boolean;
  readonly force: boolean;
  readonly isUser: boolean;
  /** undefined: a configuration is written. */
  readonly assistant: ClientName | undefined;
  readonly isRemoval: boolean;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .option("--yes", "ask nothing and take every job that was found")
      .option("--force", "replace an existing configuration, keeping a backup of it")
      .option(
        "--user",
        "write the user's own configuration, used in folders without one; with --assistant, its own files",
      )
      .addOption(assistantOption(
        "prepare a coding assistant for this project instead: its instructions, skill, server and hooks",
      ))
      .option("--remove", "with --assistant: take away everything that it wrote"),
  examples: [
    {
      line: "orchastration init",
      does: "propose jobs for what the folder has: a Makefile, a package.json, a pyproject.toml and others",
    },
    { line: "orchastration init --yes", does: "the same without a question" },
    {
      line: "orchastration init --assistant codex",
      does: "show what AGENTS.md and the settings of Codex get, and write it; for Claude Code: claude",
    },
    { line: "orchastration init --assistant claude --remove", does: "take it away again, and nothing else" },
    {
      line: "orchastration init --state-dir .orchastration/state",
      does: "records in the folder of the project, as [state] dir, where git ignores them",
    },
  ],
  request: (_, { yes, force, user, assistant, remove }): InitRequest => ({
    isYes: yes === true,
    force: force === true,
    isUser: user === true,
    assistant,
    isRemoval: remove === true,
  }),
  misuse({ assistant, isRemoval, force }, { config }) {
    const wrong = (
      option: string,
      value: string | undefined,
      fact: string,
      ...words: CommandWord[]
    ): Failure => ({
      code: "arguments_invalid",
      action: `use ${option}`,
      value,
      fact,
      next: [nextCommand("init", ...words)],
    });
    if (assistant === undefined && isRemoval) {
      const fact = "it takes away what --assistant wrote, which has to be named";
      return wrong("--remove", undefined, fact, ASSISTANT, placeholder("client"), "--remove");
    }
    if (assistant !== undefined && force) {
      return wrong("--force", undefined, "with --assistant nobody's text is ever replaced");
    }
    return config === undefined || assistant !== undefined ? undefined : wrong(
      "--config",
      config,
      "init writes orchastration.toml in the current folder, or the user's own file with --user",
    );
  },
  async carryOut({ assistant: client, isRemoval, ...request }, invocation) {
    if (client === undefined) return await init(request, invocation);
    const { prepareAssistant } = await import("../reports/prepare_assistant.ts");
    return await prepareAssistant({ client, isUser: request.isUser, isRemoval }, request.isYes, invocation);
  },
});

type ConfigRequest = Pick<InitRequest, "isYes" | "isUser" | "force">;

async function init({ isYes, isUser, force }: ConfigRequest, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { carryOutInit, planInit } = await import("../../app/setup/init_config.ts");
  const plan = await planInit(workspace.value, { isUser, force, stateDir: invocation.flags.stateDir });
  if (!plan.ok) return invocation.fail(plan.failure);
  for (const { file, reason } of plan.value.proposals.notUnderstood) {
    invocation.warn(`${visible(file)} exists but could not be read: ${visible(reason)}`);
  }
  const chosen = isYes || !canAsk(invocation) ? plan.value.jobs : await choose(invocation, plan.value);
  if (chosen === undefined) {
    return invocation.fail({
      code: "refused",
      action: "write",
      value: plan.value.path,
      fact: "confirmation was declined, so nothing was written",
      next: [],
    });
  }
  const done = await carryOutInit(workspace.value, plan.value, chosen);
  if (!done.ok) return invocation.fail(done.failure);
  const { unignored } = done.value;
  if (unignored !== undefined) {
    invocation.warn(`git does not ignore the records, which can be committed: ${visible(unignored)}`);
  }
  if (invocation.isJson) invocation.console.json(jsonOf(done.value, plan.value));
  else invocation.console.out(textOf(done.value, plan.value, invocation));
  return EXIT.done;
}

/** The jobs chosen at the terminal; undefined: nothing is written. */
async function choose(
  invocation: Invocation,
  plan: InitPlan,
): Promise<readonly ProposedJob[] | undefined> {
  const { jobs, replaces } = plan;
  const { console } = invocation;
  const file = nameOf(plan, plan.path, invocation);
  console.err(`${replaces ? "Replace" : "Write"} ${file} with these jobs?\n\n`);
  console.err(table(
    jobs.map(({ name, command, from }, index) => [
      `  ${index + 1}`,
      console.errStyle.bold(name),
      visible(command.map(shellWord).join(" ")),
      console.errStyle.dim(visible(from)),
    ]),
    { columns: undefined, right: [0] },
  ));
  console.err("\n");
  for (;;) {
    const answer = await ask(invocation, "Enter for all, numbers such as 1 3-5 for some, n for no: ");
    if (answer === undefined) return undefined;
    if (/^n(o)?$/i.test(answer)) return undefined;
    const picked = pick(answer, jobs.length);
    if (picked !== undefined) return jobs.filter((_, index) => picked.has(index + 1));
    console.err(`Expected numbers from 1 to ${jobs.length}.\n`);
  }
}

/** The numbers in "1 3-5" or "1,3"; all of them for an empty text; undefined where it cannot be parsed. */
function pick(answer: string, count: number): ReadonlySet<number> | undefined {
  const words = answer.split(/[\s,]+/).filter((word) => word !== "");
  const picked = new Set<number>();
  if (words.length === 0 || /^y(es)?$|^all$/i.test(answer)) words.splice(0, words.length, `1-${count}`);
  for (const word of words) {
    const [, from, to] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(word) ?? [];
    if (from === undefined) return undefined;
    const [first, last] = [Number(from), Number(to ?? from)];
    if (first < 1 || last > count || first > last) return undefined;
    for (let number = first; number <= last; number++) picked.add(number);
  }
  return picked;
}

/** A file in the current folder is shown by its name alone. */
function nameOf(plan: InitPlan, path: string, { host: { paths } }: Invocation): string {
  return visible(plan.isUser ? path : paths.relative(paths.dirname(plan.path), path));
}

function textOf(done: Initialized, plan: InitPlan, invocation: Invocation): string {
  const { path, backup, schemaPath, jobs, stateDir, ignored } = done;
  const { leftOut, packagesLeftOut } = plan.proposals;
  const { bold, dim } = invocation.console.outStyle;
  let text = `Wrote ${nameOf(plan, path, invocation)}:\n\n`;
  text += table(
    jobs.map(({ name, command }) => [`  ${bold(name)}`, visible(command.map(shellWord).join(" "))]),
    { columns: undefined },
  );
  if (leftOut.length > 0) {
    const were = leftOut.length === 1 ? "was" : "were";
    text += dim(`  and ${leftOut.length} more that ${were} left out; as comments in the file, to be added\n`);
  }
  if (packagesLeftOut > 0) {
    text += dim(`  and ${packagesLeftOut} more packages of the workspace, which were not read\n`);
  }
  text += nothingFoundText(plan);
  text += `\nFor editors: ${nameOf(plan, schemaPath, invocation)}\n`;
  if (stateDir !== undefined) text += `Records: ${visible(stateDir)}\n`;
  if (ignored !== undefined) text += `Added to .gitignore: ${visible(ignored)}\n`;
  if (backup !== undefined) {
    text += `The previous file is kept as ${nameOf(plan, backup, invocation)}\n`;
  }
  // Running tests is harmless, which is not known for other jobs.
  const callable = jobs.filter((job) => !requiresArgument(job));
  const next = callable.find(({ name }) => name === "test") ?? callable[0];
  // The file names the place of the records, so the flag is not needed.
  const line = next === undefined ? lastingCommand("list", []) : lastingCommand("run", [next.name]);
  return `${text}\nNext: ${line}\n`;
}

function requiresArgument({ args = [] }: Initialized["jobs"][number]): boolean {
  return args.some(({ default: otherwise, required }) => otherwise === undefined && required !== false);
}

/** In a repository an example is unexpected, so the reason is given. */
function nothingFoundText({ isUser, proposals }: InitPlan): string {
  if (isUser || proposals.jobs.length > 0) return "";
  const { found, notUnderstood, lookedFor } = proposals;
  const empty = found.filter((file) => !notUnderstood.some((each) => each.file === file));
  const has = empty.length === 0
    ? ""
    : `${empty.map(visible).join(", ")}: contains nothing that can be run.\n`;
  return `\nNothing to run was found here, so this is an example.\n${has}Looked for ${
    lookedFor.join(", ")
  }.\n`;
}

function jsonOf({ path, backup, schemaPath, jobs, stateDir, ignored }: Initialized, { proposals }: InitPlan) {
  const { leftOut, packagesLeftOut, found, notUnderstood, lookedFor } = proposals;
  return {
    format: 1,
    kind: "init",
    path,
    backup: backup ?? null,
    schema_path: schemaPath,
    state_dir: stateDir ?? null,
    added_to_gitignore: ignored ?? null,
    left_out: leftOut.length,
    packages_left_out: packagesLeftOut,
    jobs: jobs.map(({ name, command, args = [], description, from }) => ({
      name,
      command: [...command, ...args.map(argumentUse)],
      description: description ?? null,
      from,
    })),
    found,
    not_understood: notUnderstood,
    looked_for: lookedFor,
  };
}
