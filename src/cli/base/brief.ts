/** Whether a command that runs something answers briefly. */

import { agentOf } from "../../app/recording/requester.ts";
import type { Invocation } from "./invocation.ts";

/**
 * Asked for, or because the caller is an assistant. Where an assistant asked for another form, that one is taken: the whole output, or
 * one JSON document. The variables of an assistant are easily set and unset, so that nothing but the form of an answer depends on them.
 */
export function chooseBriefness(invocation: Invocation): void {
  const { flags, host } = invocation;
  // The supervisor of a detached run answers nobody.
  if (host.environment.handedOver !== undefined) return;
  const isAssistant = flags.as === undefined ? agentOf(host.environment) !== null : flags.as === "assistant";
  const isOtherForm = flags.quiet === true || flags.json === true;
  if (flags.brief === true || (isAssistant && !isOtherForm)) invocation.answerBriefly();
}
