/** `doctor`: checks everything that a run depends on. */

import type { Finding } from "../../app/setup/doctor.ts";
import { CLIENTS } from "../../app/assistants/assistant_parts.ts";
import { ok } from "../../model/result.ts";
import { assistantsOption } from "../base/assistant_flag.ts";
import { defineCommand } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { EVERYWHERE, EVERYWHERE_WORDS } from "../reports/record_place.ts";
import type { Invocation } from "../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command.option(EVERYWHERE, EVERYWHERE_WORDS).addOption(assistantsOption(
      "only the coding assistants, or one of them: whether what init --assistant writes is there, trusted and in use",
    )),
  examples: [
    { line: "orchastration doctor", does: "one line for each check, and what to do; exit 1 on a problem" },
    {
      line: "orchastration doctor --assistant codex",
      does: "whether Codex has our parts, trusts them, and when each hook fired last",
    },
  ],
  request: (_, { everywhere, assistant }) => ({ everywhere: everywhere === true, assistant }),
  async ask(workspace, { everywhere, assistant }) {
    if (assistant === undefined) {
      return ok(await (await import("../../app/setup/doctor.ts")).examine(workspace, everywhere));
    }
    const { examineAssistant } = await import("../../app/assistants/examine_assistant.ts");
    const { ASSISTANT_TEXTS } = await import("../reports/assistant_texts.ts");
    const findings: Finding[] = [];
    for (const client of assistant === true ? CLIENTS : [assistant]) {
      findings.push(...await examineAssistant(workspace, client, ASSISTANT_TEXTS));
    }
    return ok(findings);
  },
  json: (findings, invocation) => ({
    format: 1,
    kind: "doctor",
    problems: problemsOf(findings),
    findings: findings.map(({ next, ...found }) => ({ ...found, next: invocation.nextLine(next) ?? null })),
  }),
  text: (findings, invocation) => findings.map((finding) => line(finding, invocation)).join(""),
  exitCode: (findings) => problemsOf(findings) > 0 ? EXIT.checkFailed : EXIT.done,
});

function problemsOf(findings: readonly Finding[]): number {
  return findings.filter(({ status }) => status === "problem").length;
}

function line({ subject, status, fact, next: steps }: Finding, invocation: Invocation): string {
  const style = invocation.console.outStyle;
  const paint = { ok: style.green, warning: style.yellow, problem: style.red }[status];
  const space = " ".repeat("problem".length - status.length);
  const text = `${paint(status)}${space}  ${style.bold(subject)}: ${fact}\n`;
  const next = invocation.nextLine(steps);
  return next === undefined ? text : `${text}         ${style.dim("try:")} ${next}\n`;
}
