/**
 * The requester of a run: the person, the machine, and the assistant at the keyboard, as far as it identifies
 * itself.
 */

import type { Project } from "../../model/project.ts";
import type { RequestedBy } from "../../model/run.ts";
import type { Environment } from "../../host/environment.ts";
import type { Host } from "../../host/host.ts";
import type { Terminal } from "../../host/terminal.ts";
import { parsedJson } from "../../model/parsed_json.ts";

/**
 * Variables by which coding assistants identify themselves to programs that they start. ORCHASTRATION_AGENT
 * is ours, for those that do not.
 */
const AGENT_VARIABLES: readonly (readonly [variable: string, agent: string])[] = [
  ["CLAUDECODE", "claude-code"],
  ["CODEX_SANDBOX", "codex"],
  ["CODEX_THREAD_ID", "codex"],
  ["CODEX_CI", "codex"],
  ["CURSOR_AGENT", "cursor"],
  ["GEMINI_CLI", "gemini-cli"],
  ["OPENCODE", "opencode"],
  ["ANTIGRAVITY_AGENT", "antigravity"],
  ["AUGMENT_AGENT", "augment"],
  ["QWEN_CODE", "qwen-code"],
  ["CRUSH", "crush"],
  ["AMP_CURRENT_THREAD_ID", "amp"],
  ["PI_CODING_AGENT", "pi"],
];

/** Variables that any assistant may set to its own name. */
const NAMING_VARIABLES = ["AI_AGENT", "AGENT"] as const;

/** All of them, for callers that must not look like an assistant. */
export const ALL_AGENT_VARIABLES: readonly string[] = [
  "ORCHASTRATION_AGENT",
  ...AGENT_VARIABLES.map(([variable]) => variable),
  ...NAMING_VARIABLES,
];

/** A name is recorded with each run, so that a text of any length cannot be one. */
const MAX_NAME_CHARACTERS = 80;

/** In the environment of every process of a run: its id. */
export const RUN_ID_VARIABLE = "ORCHASTRATION_RUN_ID";

/** The run that this process belongs to; undefined outside of runs. */
export function outerRun(environment: Environment): string | undefined {
  return environment.get(RUN_ID_VARIABLE) || undefined;
}

export function requestedBy(environment: Environment, terminal: Terminal): RequestedBy {
  return {
    user: environment.userName() ?? null,
    host: environment.hostName() ?? null,
    agent: agentOf(environment),
    ...(environment.handedOver === undefined
      ? askerOf(environment, terminal)
      : readAsker(environment.handedOver)),
  };
}

/** The same for all runs of a call. */
const requesters = new WeakMap<Project, { readonly environment: Environment; readonly by: RequestedBy }>();

export function requesterOf({ environment, terminal }: Host, project: Project): RequestedBy {
  const known = requesters.get(project);
  if (known?.environment === environment) return known.by;
  const by = requestedBy(environment, terminal);
  requesters.set(project, { environment, by });
  return by;
}

/** The caller and the time, for notes beside records. */
export function calledNow(
  { clock, environment, terminal }: Pick<Host, "clock" | "environment" | "terminal">,
): { readonly at: string; readonly by: string | null } {
  const { user, agent } = requestedBy(environment, terminal);
  return { at: new Date(clock.nowMs()).toISOString(), by: agent ?? user };
}

/** The facts about a caller that the supervisor of a detached run can no longer find out. */
export type Asker = Pick<RequestedBy, "pid" | "tty" | "parent"> & {
  /** Set if the caller knows more than the variables say. */
  readonly agent?: string;
  readonly schedule?: string;
  /** Only for a caller that may start nothing else. */
  readonly trusted?: CheckedTrust | undefined;
};

/** Names what was checked at the request, with the digest of each content, by `job test` or `task site`. */
export type CheckedTrust = Readonly<Record<string, string>>;

/** undefined where anything may be started. */
export function handedTrust({ handedOver }: Environment): CheckedTrust | undefined {
  const trusted = handedOver === undefined ? undefined : asRecord(handedOver)["trusted"];
  return typeof trusted === "object" && trusted !== null
    ? Object.fromEntries(Object.entries(trusted))
    : undefined;
}

export function askerOf(environment: Environment, terminal: Terminal): Asker {
  return {
    pid: environment.pid,
    tty: terminal.stdin.isTerminal || terminal.stdout.isTerminal,
    parent: environment.parentProgram() ?? null,
  };
}

/** Whether the process that started this one did so for users of a service. */
export function isForUsers({ handedOver }: Environment): boolean {
  return handedOver !== undefined && asRecord(handedOver)["for_users"] === true;
}

/** The variable can be set by hand, so it may contain anything. */
function readAsker(text: string): Asker {
  const facts = asRecord(text);
  const { pid, tty, parent, agent, schedule } = facts;
  return {
    pid: Number.isSafeInteger(pid) && Number(pid) > 0 ? Number(pid) : 0,
    tty: tty === true,
    parent: typeof parent === "string" ? parent : null,
    ...(typeof agent === "string" ? { agent: agent.slice(0, MAX_NAME_CHARACTERS) } : {}),
    ...(typeof schedule === "string" ? { schedule: schedule.slice(0, MAX_NAME_CHARACTERS) } : {}),
  };
}

/** The object in a text of JSON; empty where there is none. */
export function asRecord(text: string): Readonly<Record<string, unknown>> {
  const value = parsedJson(text);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The assistant that identifies itself; null if none does. */
export function agentOf(environment: Environment): string | null {
  return declarationOf(environment)?.agent ?? null;
}

/** How an assistant identifies itself to programs that it starts. */
export interface Declaration {
  readonly agent: string;
  /** The variable that identifies it, with its value. */
  readonly variable: string;
  readonly value: string;
}

export function declarationOf(environment: Environment): Declaration | undefined {
  const value = (variable: string) => environment.get(variable);
  const named = value("ORCHASTRATION_AGENT");
  if (named !== undefined && named !== "") {
    return { agent: named, variable: "ORCHASTRATION_AGENT", value: named };
  }
  const known = AGENT_VARIABLES.find(([variable]) => isSet(value(variable)));
  if (known !== undefined) return { agent: known[1], variable: known[0], value: value(known[0])! };
  const variable = NAMING_VARIABLES.find((variable) => isSet(value(variable)));
  if (variable === undefined) return undefined;
  const name = value(variable)!;
  // The value is a switch instead of a name, because some assistants do not give a name.
  const agent = /^(?:1|true|yes)$/i.test(name) ? "assistant" : name.slice(0, MAX_NAME_CHARACTERS);
  return { agent, variable, value: name };
}

/** A variable that is switched off counts as not set. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && !/^(?:|0|false|no)$/i.test(value);
}
