/** `init --assistant`: shows the changes to the files of a client, asks at a terminal, and writes them. */

import type { AssistantRequest } from "../../app/assistants/prepare_assistant.ts";
import { nextCommand } from "../../model/next_step.ts";
import { ask, canAsk } from "../base/ask.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { doneText, planJson, plannedText } from "./assistant_report.ts";
import { ASSISTANT_TEXTS } from "./assistant_texts.ts";

export async function prepareAssistant(
  request: AssistantRequest,
  isYes: boolean,
  invocation: Invocation,
): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { carryOutAssistant, planAssistant } = await import("../../app/assistants/prepare_assistant.ts");
  const plan = await planAssistant(workspace.value, request, ASSISTANT_TEXTS);
  if (!plan.ok) return invocation.fail(plan.failure);
  const { console } = invocation;
  const { client, isRemoval, files } = plan.value;
  const isNothing = files.every(({ before, after }) => before === after);
  if (!isNothing) {
    console.err(plannedText(plan.value, invocation));
    if (!isYes && canAsk(invocation)) {
      const answer = await ask(invocation, `${isRemoval ? "Take this away" : "Write this"}? [y/N] `);
      if (answer === undefined) console.err("\n");
      if (answer === undefined || !/^y(es)?$/i.test(answer)) {
        return invocation.fail({
          code: "refused",
          action: isRemoval ? "remove the parts for" : "prepare",
          value: client,
          fact: "confirmation was declined, so nothing was written",
          next: [],
        });
      }
    }
  }
  const done = carryOutAssistant(workspace.value, plan.value);
  if (!done.ok) return invocation.fail(done.failure);
  if (invocation.isJson) console.json(planJson(plan.value));
  else {
    console.out(doneText(plan.value, invocation));
    if (!isRemoval) {
      const next = [nextCommand("doctor", "--assistant", client), nextCommand("trust")];
      console.out(`\nNext: ${next.map((step) => invocation.nextLine([step])).join(", then ")}\n`);
    }
  }
  return EXIT.done;
}
