/** Reads what a client of assistants hands to a hook: one JSON object on standard input. Unknown forms are no failure: a hook that fails would disturb the client. */

import type { Invocation } from "./invocation.ts";
import { parsedJson } from "../../model/parsed_json.ts";

/** The fields that we read are far shorter. */
const MAX_BYTES = 1024 * 1024;
/** A client that does not close the input delays us no longer than this. */
const BOUND_MS = 700;

export type HookInput = Readonly<Record<string, unknown>>;

/** undefined where it is not the event that was expected. */
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
  const value = parsedJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
