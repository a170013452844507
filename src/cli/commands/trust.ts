/** `trust`: a person reviews what jobs and tasks would run, and lets assistants start them. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { agentOf } from "../../app/recording/requester.ts";
import type { Trustable } from "../../app/trust/trust_definitions.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import { ask, canAsk } from "../base/ask.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { trustableLines, trustList, trustRows } from "../reports/trust_report.ts";

interface TrustWords {
  readonly action: "trust" | "list" | "revoke";
  readonly names: readonly string[];
}

export const command = defineActivity({
  flags: (command) =>
    command.argument(
      "[job-or-task...]",
      "jobs and tasks to review (default: everything that is not trusted); list shows trusted ones, revoke withdraws the trust",
    ),
  examples: [
    { line: "orchastration trust", does: "review everything that is new or changed, and answer for each" },
    { line: "orchastration trust test sample_task", does: "only these" },
    { line: "orchastration trust list", does: "what is trusted, and what changed since" },
    { line: "orchastration trust revoke test", does: "assistants cannot start it any more" },
  ],
  request([words]): TrustWords {
    const [first, ...others] = words ?? [];
    return first === "list" || first === "revoke"
      ? { action: first, names: others }
      : { action: "trust", names: words ?? [] };
  },
  async carryOut({ action, names }, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    switch (action) {
      case "list":
        return await list(names, workspace.value, invocation);
      case "revoke":
        return await revoke(names, workspace.value, invocation);
      case "trust":
        return await trust(names, workspace.value, invocation);
    }
  },
});

async function trust(
  names: readonly string[],
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const { trustables, trustContent } = await import("../../app/trust/trust_definitions.ts");
  const found = await trustables(workspace, names);
  // A person who follows the refusal to a terminal has the right names.
  if (!found.ok) return invocation.fail(found.failure);
  const refused = refusal(names, invocation);
  if (refused !== undefined) return invocation.fail(refused);
  const open = found.value.filter(({ verdict }) => verdict.kind !== "trusted");
  const { console } = invocation;
  if (open.length === 0) {
    console.out("Everything here is trusted as it is.\n");
    return EXIT.done;
  }
  const trusted: Trustable[] = [];
  for (const each of open) {
    console.err(trustableLines(each, console.errStyle));
    const { subject, name } = each.content;
    const answer = await ask(invocation, `trust ${subject} ${name}? [y/N] `);
    if (answer === undefined) console.err("\n");
    if (answer === undefined || !/^y(es)?$/i.test(answer)) continue;
    const written = await trustContent(workspace, each.content);
    if (!written.ok) return invocation.fail(written.failure);
    trusted.push(each);
  }
  const list = trusted.map(({ content }) => content.name).join(", ");
  console.out(trusted.length === 0 ? "Nothing was trusted.\n" : `trusted: ${list}\n`);
  return EXIT.done;
}

/** Only a person can trust: no input that an assistant can type or pipe is accepted. */
function refusal(names: readonly string[], invocation: Invocation): Failure | undefined {
  const agent = agentOf(invocation.host.environment);
  const refused = (fact: string): Failure => ({
    code: "refused",
    action: "trust",
    value: names.length === 0 ? "this project" : names.join(" "),
    fact,
    next: [nextCommand("trust", ...names)],
  });
  if (agent !== null) {
    return refused(`the caller is a coding assistant, ${agent}, and only a person can give trust`);
  }
  return canAsk(invocation) ? undefined : refused("there is no terminal at which a person could review it");
}

async function list(names: readonly string[], workspace: Workspace, invocation: Invocation): Promise<number> {
  const { trustables } = await import("../../app/trust/trust_definitions.ts");
  const found = await trustables(workspace, names);
  if (!found.ok) return invocation.fail(found.failure);
  if (invocation.isJson) invocation.console.json(trustList(found.value));
  else invocation.console.out(trustRows(found.value, invocation));
  return EXIT.done;
}

async function revoke(
  names: readonly string[],
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const { revokeTrust } = await import("../../app/trust/trust_definitions.ts");
  const revoked = await revokeTrust(workspace, names);
  if (!revoked.ok) return invocation.fail(revoked.failure);
  const words = revoked.value.map(({ name }) => name);
  if (invocation.isJson) invocation.console.json({ format: 1, kind: "trust_revoked", names: words });
  else {invocation.console.out(
      words.length === 0 ? "Nothing was trusted.\n" : `not trusted any more: ${words.join(", ")}\n`,
    );}
  return EXIT.done;
}
