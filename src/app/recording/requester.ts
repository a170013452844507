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
    pid: environment.pid,
    tty: terminal.stdin.isTerminal || terminal.stdout.isTerminal,
    parent: environment.parentProgram() ?? null,
    agent: agentOf(environment),
  };
}

/** The assistant that makes itself known; null where none does. */
export function agentOf(environment: Environment): string | null {
  const named = environment.get("ORCHASTRATION_AGENT");
  if (named !== undefined && named !== "") return named;
  return AGENT_VARIABLES.find(([variable]) => (environment.get(variable) ?? "") !== "")?.[1] ?? null;
}
