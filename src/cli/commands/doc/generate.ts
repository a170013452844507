/** `doc generate`: writes documents of tasks from the records. */

import { nextCommand, type NextSteps, placeholder } from "../../../model/next_step.ts";
import { Option } from "@commander-js/extra-typings";
import type { DocumentedFile } from "../../../app/documents/document_task.ts";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../model/document_format.ts";
import type { Failure } from "../../../model/failure.ts";
import { describeFailure } from "../../../model/failure_words.ts";
import { visible } from "../../../model/visible.ts";
import { pathValue } from "../../base/arguments.ts";
import { defineActivity } from "../../base/command.ts";
import { EXIT, exitCodeOfFailure } from "../../base/exit_code.ts";
import { showFailure } from "../../base/failure_report.ts";
import type { Invocation } from "../../base/invocation.ts";

const STANDARD_OUTPUT = "-";

interface GenerateOptions {
  readonly name: string | undefined;
  readonly all: boolean;
  readonly output: string | undefined;
  readonly check: boolean;
  readonly force: boolean;
  /** undefined: not given. */
  readonly format: DocumentFormat | undefined;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[task]", "name of the task")
      .option("--all", "every task, and an index of them")
      .option(
        "--output <path>",
        "write to this path instead of <working_dir>/docs/tasks; - is standard output",
        pathValue,
      )
      .option("--check", "write nothing; exit 1 if a document is out of date or missing")
      .option("--force", "add to an existing file that this command did not make")
      .addOption(
        new Option("--format <format>", "format of the document (default: markdown)").choices(
          DOCUMENT_FORMATS,
        ),
      ),
  examples: [
    {
      line: "orchastration doc generate sample_task",
      does: "docs/tasks/sample_task.md; what you wrote around the marks stays",
    },
    { line: "orchastration doc generate --all --check", does: "whether all documents match the records" },
    {
      line: "orchastration doc generate sample_task --format html --output report.html",
      does: "one page to print",
    },
  ],
  request: ([name], { all, output, check, force, format }): GenerateOptions => ({
    name,
    all: all === true,
    output,
    check: check === true,
    force: force === true,
    format,
  }),
  misuse: (options, { json }) => misuseOf(options, json === true),
  carryOut: generate,
});

async function generate(options: GenerateOptions, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { documentTasks, printDocument } = await import("../../../app/documents/document_task.ts");
  const format = options.format ?? "markdown";
  if (options.output === STANDARD_OUTPUT) {
    const printed = await printDocument(workspace.value, options.name!, invocation.isJson ? "json" : format);
    if (!printed.ok) return invocation.fail(printed.failure);
    invocation.console.out(printed.value);
    return EXIT.done;
  }
  const { name, output, check, force } = options;
  const files = await documentTasks(workspace.value, { name, output, check, force, format });
  if (!files.ok) return invocation.fail(files.failure);
  const short = (path: string) => shortPath(path, workspace.value.currentFolder);
  return report(files.value, options, short, invocation);
}

function misuseOf(options: GenerateOptions, isJson: boolean): Failure | undefined {
  const { name, all, output, check, format } = options;
  const misuse = (fact: string, ...next: NextSteps): Failure => ({
    code: "arguments_invalid",
    action: "generate documents",
    value: undefined,
    fact,
    next,
  });
  const allTasks = nextCommand("doc generate", "--all");
  if (name === undefined && !all) {
    return misuse("no task was named", nextCommand("doc generate", placeholder("task")), allTasks);
  }
  if (name !== undefined && all) {
    return misuse("a task and --all cannot be combined", allTasks);
  }
  if (all && output !== undefined) {
    return misuse("--output is for one document, but --all writes several", allTasks);
  }
  if (output === STANDARD_OUTPUT && check) {
    return misuse(
      "there is nothing to check on standard output",
      nextCommand("doc generate", name!, "--check"),
    );
  }
  if (output === STANDARD_OUTPUT && isJson && format !== undefined && format !== "json") {
    return misuse(
      `--json prints JSON, but --format asks for ${format}`,
      nextCommand("doc generate", name!, "--output", "-"),
    );
  }
  return undefined;
}

function report(
  files: readonly DocumentedFile[],
  options: GenerateOptions,
  short: (path: string) => string,
  invocation: Invocation,
): number {
  const failed = files.flatMap(({ failure }) => failure === undefined ? [] : [failure]);
  const outdated = files.flatMap(({ path, state }) =>
    options.check && (state === "outdated" || state === "missing") ? [{ path: short(path), state }] : []
  );
  const words = [options.all ? "--all" : options.name!];
  if (options.format !== undefined) words.push("--format", options.format);
  if (options.output !== undefined) words.push("--output", options.output);
  const problems: Failure[] = outdated.length === 0 ? failed : [...failed, {
    code: "documents_outdated",
    documents: outdated,
    next: [nextCommand("doc generate", ...words)],
  }];
  const exitCode = problems[0] === undefined ? EXIT.done : exitCodeOfFailure(problems[0]);
  for (const problem of problems) showFailure(problem, invocation);
  if (invocation.isJson) {
    invocation.console.json({
      format: 1,
      kind: "documents",
      check: options.check,
      documents: files.map(({ task, path, state, failure, run }) => ({
        task: task ?? null,
        path,
        state,
        run: run ?? null,
        problem: failure === undefined ? null : describeFailure(failure).headline,
      })),
      exit_code: exitCode,
    });
    return exitCode;
  }
  for (const { path, state } of files) {
    if (state === "written") invocation.console.out(`Wrote ${visible(short(path))}\n`);
    if (state === "current") invocation.console.out(`${visible(short(path))} is up to date\n`);
  }
  return exitCode;
}

/** The path as a person in this folder would write it. */
function shortPath(path: string, folder: string): string {
  const separator = /[/\\]$/.test(folder) ? "" : path.charAt(folder.length);
  const isBelow = path.startsWith(folder) && /^[/\\]?$/.test(separator);
  return isBelow && path !== folder ? path.slice(folder.length + separator.length) : path;
}
