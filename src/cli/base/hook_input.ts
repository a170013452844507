/** Reads the input that an assistant's client passes to a hook: one JSON object on standard input. Unknown forms are not a failure, because a failing hook would disturb the client. */

import type { Invocation } from "./invocation.ts";

/** The fields that we read are far shorter. */
const MAX_BYTES = 1024 * 1024;
/** A client that does not close the input delays us no longer than this. */
const BOUND_MS = 1000;
/** The bound on a whole hook. */
export const HOOK_BOUND_MS = 1800;

export type HookInput = Readonly<Record<string, unknown>>;

/** undefined if it is not the expected event. */
export async function readHookInput(invocation: Invocation, event: string): Promise<HookInput | undefined> {
  const bound = invocation.host.clock.after(BOUND_MS);
  const text = await Promise.race([readAll(invocation), bound.elapsed]);
  bound.cancel();
  if (text === undefined) return undefined;
  const value = parse(text);
  return value?.["hook_event_name"] === event ? value : undefined;
}

async function readAll({ host }: Invocation): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  while (text.length < MAX_BYTES) {
    const read = await host.terminal.stdin.read(buffer);
    if (!read.ok || read.value === undefined) break;
    text += decoder.decode(buffer.subarray(0, read.value), { stream: true });
  }
  return text;
}

function parse(text: string): HookInput | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Answers a hook within its bound. A problem is only logged, and the client continues. */
export async function withinHook<Answer>(
  invocation: Invocation,
  event: string,
  ask: (input: HookInput, workspace: OpenedWorkspace) => Promise<HookAnswer<Answer>>,
): Promise<Answer | undefined> {
  // stdout is the answer, and nothing else.
  invocation.answerBriefly();
  const input = await readHookInput(invocation, event);
  const workspace = invocation.workspace();
  if (!workspace.ok) return undefined;
  if (input === undefined) return await noted(workspace.value, event, "its input is not known");
  const bound = invocation.host.clock.after(HOOK_BOUND_MS);
  const answered = await Promise.race([ask(input, workspace.value), bound.elapsed]);
  bound.cancel();
  if (answered === undefined) {
    return await noted(workspace.value, event, `it took longer than ${HOOK_BOUND_MS} ms`);
  }
  if (answered.ok) return answered.value;
  // A folder without a configuration has no tasks that could be open.
  return answered.failure.code.startsWith("config_")
    ? undefined
    : await noted(workspace.value, event, `it failed with ${answered.failure.code}`);
}

type Opened = ReturnType<Invocation["workspace"]>;
type OpenedWorkspace = Extract<Opened, { readonly ok: true }>["value"];
type HookAnswer<Answer> =
  | { readonly ok: true; readonly value: Answer }
  | { readonly ok: false; readonly failure: { readonly code: string } };

async function noted(workspace: OpenedWorkspace, event: string, why: string): Promise<undefined> {
  const project = await workspace.project();
  if (!project.ok) return undefined;
  (await workspace.log(project.value.logging)).warning("hook let go", { event: "hook", hook: event, why });
  return undefined;
}
