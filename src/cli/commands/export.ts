/** `export`: prints a recorded run in a form that other tools read. */

import { Option } from "@commander-js/extra-typings";
import type { ExportFormat, ExportRequest } from "../../app/exports/export_run.ts";
import { nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { pathValue } from "../base/arguments.ts";
import { defineCommand } from "../base/command.ts";
import { damagedWarnings } from "../reports/damaged_records.ts";

/** Spelled again, so that help does not load what reads records. */
const FORMATS = ["junit", "otlp-json", "github", "asciicast"] as const satisfies readonly ExportFormat[];

export const command = defineCommand({
  flags: (command) =>
    command
      .argument(
        "<run>",
        "an id or the beginning of one, a job's name for its newest run, a task's for its newest build, or graph",
      )
      .addOption(
        new Option("--format <format>", "the tool's form").choices(FORMATS).makeOptionMandatory(),
      )
      .option("-o, --output <path>", "write it to this file (default: stdout)", pathValue)
      .option("--send", "with otlp-json, send it to $OTEL_EXPORTER_OTLP_ENDPOINT"),
  examples: [
    {
      line: "orchastration export graph --format junit --output junit.xml",
      does: "the newest graph, with a test case for each job and criterion",
    },
    {
      line: "orchastration export sample_task --format github",
      does: "a summary and annotations, in a step of GitHub Actions",
    },
    {
      line: "orchastration export sample --format asciicast > sample.cast",
      does: "its output, as asciinema plays it",
    },
  ],
  request: ([reference], { format, output, send }): ExportRequest => ({
    reference,
    format,
    output,
    send: send === true,
  }),
  misuse({ reference, format, output, send }) {
    const misused = (value: string, fact: string, ...words: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "use",
        value,
        fact,
        next: [nextCommand("export", reference, ...words)],
      }) as const;
    if (!send) return undefined;
    if (format !== "otlp-json") {
      return misused("--send", "a collector takes otlp-json alone", "--format", "otlp-json", "--send");
    }
    return output === undefined
      ? undefined
      : misused("--output", "--send writes no file", "--format", format, "--send");
  },
  ask: async (workspace, request) =>
    (await import("../../app/exports/export_run.ts")).exportRun(workspace, request),
  warnings: ({ damaged, gaps }) => [...damagedWarnings(damaged), ...gaps.map(visible)],
  json: ({ run, text, wentTo }) => ({
    format: 1,
    kind: "export",
    run,
    text: text ?? null,
    went_to: wentTo ?? null,
  }),
  text: ({ text, wentTo, run }, _, { send }) =>
    text ?? `${visible(run)}: ${send ? "sent to" : "written to"} ${visible(wentTo ?? "")}\n`,
});
