/**
 * A hook of an assistant's client. The client waits for it, so it has a bound whatever happens: the work is done by a second process
 * of this program, and a disk that does not answer keeps that one alone.
 */

import { agentOf, askerOf, asRecord } from "../../app/recording/requester.ts";
import { boundHost } from "../../app/hooks/bound_host.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Environment } from "../../host/environment.ts";
import type { StartedAgain } from "../../host/processes.ts";
import { readText } from "../../app/workspace/read_text.ts";
import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import { EXIT } from "./exit_code.ts";
import { type HookInput, readHookInput } from "./hook_input.ts";
import type { Invocation } from "./invocation.ts";

/** The bound on a whole hook. */
const HOOK_BOUND_MS = 1800;
/** The work stops by itself this long before the bound, so that it can still log that. */
const LET_GO_MS = 300;
const LEAST_WORK_MS = 100;
const LAST_MS = 100;
/** An answer is a few lines. */
const MAX_ANSWER_CHARACTERS = 64 * 1024;
/** The facts are passed in a variable of the environment, whose size is limited by the system. */
const MAX_TEXT_CHARACTERS = 16 * 1024;

/** The facts of the client that are used. */
export type HookFacts = Readonly<Record<string, string | boolean>>;

export interface Hook<Answer> {
  /** The name of the hook, as the word after `hook`. */
  readonly name: string;
  /** As the client calls it. */
  readonly event: string;
  /** undefined where there is nothing to do. */
  facts(input: HookInput): HookFacts | undefined;
  ask(facts: HookFacts, workspace: Workspace): Promise<Result<Answer, Failure>>;
  /** undefined: there is no answer. */
  answer(answer: Answer): Promise<object | undefined>;
}

/** The facts that the first process passes to the second. */
interface HandedHook {
  /** null: the input is of another form. */
  readonly facts: HookFacts | null;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

export async function carryOutHook<Answer>(invocation: Invocation, hook: Hook<Answer>): Promise<number> {
  // stdout is the answer, and nothing else.
  invocation.answerBriefly();
  const { host } = invocation;
  const handed = readHanded(host.environment.handedOver);
  if (handed !== undefined) return await work(invocation, hook, handed);
  const bound = host.clock.after(HOOK_BOUND_MS);
  const untilMs = host.clock.nowMs() + HOOK_BOUND_MS;
  const input = await readHookInput(invocation, hook.event);
  const facts = input === undefined ? null : hook.facts(input);
  if (facts === undefined) {
    bound.cancel();
    return EXIT.done;
  }
  const started = startWork(invocation, hook, { facts, untilMs }, clientOf(input ?? {}, host.environment));
  if (started === undefined) {
    bound.cancel();
    return await work(invocation, hook, { facts, untilMs });
  }
  const said = await Promise.race([answerOf(started), bound.elapsed]);
  started.end();
  if (said !== undefined) invocation.console.out(said);
  bound.cancel();
  return EXIT.done;
}

/** undefined where no further process can be started. */
function startWork<Answer>(
  { host, flags }: Invocation,
  { name }: Hook<Answer>,
  { facts, untilMs }: HandedHook,
  agent: string | undefined,
): StartedAgain | undefined {
  const { config, stateDir } = flags;
  const words = [
    "hook",
    name,
    ...(config === undefined ? [] : ["--config", config]),
    ...(stateDir === undefined ? [] : ["--state-dir", stateDir]),
  ];
  const short = facts === null ? null : Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [
      key,
      typeof value === "string" ? value.slice(0, MAX_TEXT_CHARACTERS) : value,
    ]),
  );
  const asker = { ...askerOf(host.environment, host.terminal), ...(agent === undefined ? {} : { agent }) };
  const started = host.processes.startAgain(
    JSON.stringify({ ...asker, hook: { facts: short, untilMs } }),
    words,
  );
  return started.ok ? started.value : undefined;
}

/** The client, if its variables do not identify it: a hook does not always get the variables of a command. */
function clientOf(input: HookInput, environment: Environment): string | undefined {
  if (agentOf(environment) !== null) return undefined;
  if (environment.get("CLAUDE_PROJECT_DIR") !== undefined) return "claude-code";
  return typeof input["turn_id"] === "string" || typeof input["model"] === "string" ? "codex" : undefined;
}

/** Empty if it did not succeed, because a partial answer is useless. */
async function answerOf({ stdout, stderr, exited }: StartedAgain): Promise<string> {
  const [said, , exit] = await Promise.all([
    readText(stdout, MAX_ANSWER_CHARACTERS),
    readText(stderr, MAX_ANSWER_CHARACTERS),
    exited,
  ]);
  return exit.kind === "exited" && exit.exit_code === EXIT.done ? said : "";
}

/** The variable can be set by hand, so it may contain anything. */
function readHanded(text: string | undefined): HandedHook | undefined {
  const hook = text === undefined ? undefined : asRecord(text)["hook"] as Partial<HandedHook> | null;
  const { untilMs, facts } = hook ?? {};
  return typeof untilMs === "number" && typeof facts === "object" ? { untilMs, facts } : undefined;
}

async function work<Answer>(
  invocation: Invocation,
  hook: Hook<Answer>,
  { facts, untilMs }: HandedHook,
): Promise<number> {
  const { host } = invocation;
  const boundMs = Math.max(LEAST_WORK_MS, untilMs - LET_GO_MS - host.clock.nowMs());
  const tools = boundHost(host);
  const workspace = invocation.workspace(tools.host);
  if (!workspace.ok) return EXIT.done;
  const asked = ask(hook, facts, workspace.value);
  const bound = host.clock.after(boundMs);
  const answered = await Promise.race([asked, bound.elapsed]);
  bound.cancel();
  await tools.end();
  if (answered === undefined) {
    // Without its tools it ends, unless it waits for something else.
    const last = host.clock.after(LAST_MS);
    await Promise.race([asked, last.elapsed]);
    last.cancel();
  }
  if (answered === undefined) await note(workspace.value, hook, "it took too long");
  else if (answered.ok && answered.value !== undefined) {
    const answer = await hook.answer(answered.value);
    if (answer !== undefined) invocation.console.out(`${JSON.stringify(answer)}\n`);
  }
  return EXIT.done;
}

/** The value is undefined if there is no answer. */
async function ask<Answer>(
  hook: Hook<Answer>,
  facts: HookFacts | null,
  workspace: Workspace,
): Promise<{ readonly ok: boolean; readonly value?: Answer }> {
  const project = await workspace.project();
  // A folder without a configuration has no tasks that could be open.
  if (!project.ok) return { ok: false };
  if (facts === null) {
    await note(workspace, hook, "its input is not known");
    return { ok: false };
  }
  const { noteFired } = await import("../../app/hooks/note_fired.ts");
  await noteFired(workspace, hook.name);
  const answered = await hook.ask(facts, workspace);
  if (answered.ok) return answered;
  await note(workspace, hook, `it failed with ${answered.failure.code}`);
  return { ok: false };
}

/** Problems are only logged, and the client continues, because a failing hook would disturb it. */
async function note<Answer>(workspace: Workspace, { event }: Hook<Answer>, why: string): Promise<void> {
  const project = await workspace.project();
  if (!project.ok) return;
  (await workspace.log(project.value.logging)).warning("hook let go", { event: "hook", hook: event, why });
}
