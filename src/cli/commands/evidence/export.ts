/** `evidence export`: writes everything about the last build of a task into one folder. */

import type { Exported } from "../../../app/evidence/export_evidence.ts";
import { visible } from "../../../model/visible.ts";
import { pathValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option("--output <path>", "a new folder (default: <task>-evidence in the current folder)", pathValue)
      .option(
        "--key <path>",
        "the private key with which the build was signed (default: your own)",
        pathValue,
      ),
  examples: [
    { line: "orchastration evidence export sample_task", does: "into sample_task-evidence" },
    { line: "orchastration evidence export sample_task --output ../handover", does: "into another folder" },
  ],
  request: ([task], { output, key }) => ({ task, output, key }),
  ask: async (workspace, request) =>
    (await import("../../../app/evidence/export_evidence.ts")).exportEvidence(workspace, request),
  json: ({ folder, description, files }) => ({ ...description, kind: "evidence_exported", folder, files }),
  text,
});

function text({ folder, description, files }: Exported, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${outStyle.bold(description.task)}: ${files.length} files, ${bytes} bytes in ${visible(folder)}\n` +
    `key ${description.key}\n` +
    "It contains records with commands and names, and captured output: read README.md there before you pass it on.\n" +
    `${outStyle.dim("next:")} ${invocation.commandLine("evidence verify", folder)}\n`;
}
