/**
 * The requester of a run: the person, the machine, and the assistant at the keyboard, as far as it identifies
 * itself.
 */

import type { RequestedBy } from "../../model/run.ts";
import type { Environment, Terminal } from "../../host/host.ts";

/**
 * Variables by which coding assistants identify themselves to programs that they start. ORCHASTRATION_AGENT
 * is ours, for those that do not.
 */
const AGENT_VARIABLES: readonly (readonly [variable: string, agent: string])[] = [
  ["CLAUDECODE", "claude-code"],
  ["CODEX_SANDBOX", "codex"],
  ["CODEX_THREAD_ID", "codex"],
  ["CURSOR_AGENT", "cursor"],
  ["GEMINI_CLI", "gemini-cli"],
  ["OPENCODE", "opencode"],
];

export function requestedBy(environment: Environment, terminal: Terminal): RequestedBy {
  return {
    user: environment.userName() ?? null,
    host: environment.hostName() ?? null,
    ...(environment.handedOver === undefined
      ? askerOf(environment, terminal)
      : readAsker(environment.handedOver)),
    agent: agentOf(environment),
  };
}

/** What a process knows of its caller that the supervisor of a detached run cannot find out any more. */
export type Asker = Pick<RequestedBy, "pid" | "tty" | "parent">;

export function askerOf(environment: Environment, terminal: Terminal): Asker {
  return {
    pid: environment.pid,
    tty: terminal.stdin.isTerminal || terminal.stdout.isTerminal,
    parent: environment.parentProgram() ?? null,
  };
}

/** Somebody can set the variable by hand, so that it may hold anything. */
function readAsker(text: string): Asker {
  const facts = asRecord(text);
  const { pid, tty, parent } = facts;
  return {
    pid: Number.isSafeInteger(pid) && Number(pid) > 0 ? Number(pid) : 0,
    tty: tty === true,
    parent: typeof parent === "string" ? parent : null,
  };
}

function asRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The assistant that makes itself known; null where none does. */
export function agentOf(environment: Environment): string | null {
  const named = environment.get("ORCHASTRATION_AGENT");
  if (named !== undefined && named !== "") return named;
  return AGENT_VARIABLES.find(([variable]) => (environment.get(variable) ?? "") !== "")?.[1] ?? null;
}
