/** Decides whether a command that runs something gives a short answer. */

import { agentOf } from "../../app/recording/requester.ts";
import type { Invocation } from "./invocation.ts";

/**
 * By a flag, or because the caller is an assistant that requested no other form, such as the whole output or one JSON document. The
 * variables of assistants are easily set and unset, so only the form of an answer depends on them.
 */
export function chooseBriefness(invocation: Invocation): void {
  const { flags, host } = invocation;
  // The supervisor of a detached run has no reader.
  if (host.environment.handedOver !== undefined) return;
  const isAssistant = flags.as === undefined ? agentOf(host.environment) !== null : flags.as === "assistant";
  const isOtherForm = flags.quiet === true || flags.json === true;
  if (flags.brief === true || (isAssistant && !isOtherForm)) invocation.answerBriefly();
}
