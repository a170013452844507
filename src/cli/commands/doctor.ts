/** `doctor`: whether everything that a run depends on is well. */

import type { Finding } from "../../app/setup/doctor.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import type { Style } from "../output/style.ts";

export function doctorCommand(start: Start): AnyCommand {
  const command = describe("doctor", "check everything that runs depend on, and say what to do");
  complete(command, [
    { line: "orchastration doctor", does: "a line for each thing, and what to do; exit 1 on a problem" },
  ]);
  return command.action(() => start(globalFlags(command), doctor));
}

async function doctor(invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { examine } = await import("../../app/setup/doctor.ts");
  const findings = await examine(workspace.value);
  const problems = findings.filter(({ status }) => status === "problem").length;
  const { console } = invocation;
  if (invocation.isJson) {
    console.json({
      format: 1,
      kind: "doctor",
      ...{ problems, findings: findings.map(({ next, ...said }) => ({ ...said, next: next ?? null })) },
    });
  } else console.out(findings.map((finding) => textOf(finding, console.outStyle)).join(""));
  return problems > 0 ? EXIT.checkFailed : EXIT.done;
}

function textOf({ subject, status, fact, next }: Finding, style: Style): string {
  const paint = { ok: style.green, warning: style.yellow, problem: style.red }[status];
  const line = `${paint(status)}${" ".repeat("problem".length - status.length)}  ${
    style.bold(subject)
  }: ${fact}\n`;
  return next === undefined ? line : `${line}         ${style.dim("try:")} ${next}\n`;
}
