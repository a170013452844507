/** `doctor`: whether everything that a run depends on is well. */

import type { Finding } from "../../app/setup/doctor.ts";
import { ok } from "../../model/result.ts";
import { defineCommand } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Style } from "../output/style.ts";

export const command = defineCommand({
  flags: (command) => command,
  examples: [
    { line: "orchastration doctor", does: "a line for each thing, and what to do; exit 1 on a problem" },
  ],
  request: () => undefined,
  ask: async (workspace) => ok(await (await import("../../app/setup/doctor.ts")).examine(workspace)),
  json: (findings) => ({
    format: 1,
    kind: "doctor",
    problems: problemsOf(findings),
    findings: findings.map(({ next, ...found }) => ({ ...found, next: next ?? null })),
  }),
  text: (findings, { console }) => findings.map((finding) => line(finding, console.outStyle)).join(""),
  exitCode: (findings) => problemsOf(findings) > 0 ? EXIT.checkFailed : EXIT.done,
});

function problemsOf(findings: readonly Finding[]): number {
  return findings.filter(({ status }) => status === "problem").length;
}

function line({ subject, status, fact, next }: Finding, style: Style): string {
  const paint = { ok: style.green, warning: style.yellow, problem: style.red }[status];
  const space = " ".repeat("problem".length - status.length);
  const text = `${paint(status)}${space}  ${style.bold(subject)}: ${fact}\n`;
  return next === undefined ? text : `${text}         ${style.dim("try:")} ${next}\n`;
}
