/** The files on the page of a task: its outputs and documents, with their digests. Pure. */

import { LEFT_OUT_WORDS } from "../model/left_out_words.ts";
import type { WriteCommand } from "../model/next_step.ts";
import type { LeftOut } from "../model/run.ts";
import { type Block, code, digest, heading, text } from "./page.ts";
import type { DocumentFacts, OutputFacts, TaskFacts } from "./task_facts.ts";
import { isTelling, outputState, sizeWords } from "./words.ts";

export function outputs({ outputs, declared_outputs }: TaskFacts, write: WriteCommand): readonly Block[] {
  if (outputs.length === 0) {
    if (declared_outputs.length === 0) return [];
    return [heading("Outputs"), {
      kind: "list",
      items: declared_outputs.map((path) => [code(path), text("expected")]),
    }];
  }
  const counted = outputs.filter(({ path, left_out }) => !left_out.some((each) => each.path === path));
  const leftOut = outputs.flatMap(({ left_out }) => left_out);
  return [
    heading("Outputs"),
    {
      kind: "table",
      head: ["Output", "By the build", "Now", "Size", "SHA-256"],
      rows: counted.map((output) => {
        const state = outputState(output);
        return [
          [code(output.path)],
          [text(state.built)],
          [text(state.now)],
          [text(sizeWords(output.bytes))],
          isTelling(output.sha256) ? [digest(output.sha256)] : [],
        ];
      }),
    },
    ...leftOutList(leftOut),
    ...wholeDigests(outputs, write),
  ];
}

function leftOutList(leftOut: readonly LeftOut[]): readonly Block[] {
  if (leftOut.length === 0) return [];
  return [{
    kind: "list",
    items: leftOut.map(({ path, why }) => [
      text("Left out:"),
      code(path),
      text(`, which is ${LEFT_OUT_WORDS[why]}.`),
    ]),
  }];
}

export function documents({ documents, plan }: TaskFacts, write: WriteCommand): readonly Block[] {
  if (documents.length === 0) return [];
  return [heading("Documents"), {
    kind: "table",
    head: ["Document", "Since the plan", "Size", "SHA-256"],
    rows: documents.map(({ path, type, bytes, sha256, since_plan, is_this_document }) => [
      [code(path)],
      [text(
        is_this_document
          ? "this document"
          : since_plan ?? (type === "missing" ? type : plan === null ? "" : "not in the plan"),
      )],
      [text(sizeWords(bytes))],
      isTelling(sha256) ? [digest(sha256)] : [],
    ]),
  }, ...wholeDigests(documents, write)];
}

function wholeDigests(
  files: readonly (OutputFacts | DocumentFacts)[],
  write: WriteCommand,
): readonly Block[] {
  const entries = files.flatMap(({ path, type, sha256 }) =>
    isTelling(sha256)
      ? [{
        sha256,
        name: type === "directory" ? `${path} (directory)` : path,
        isDirectory: type === "directory",
      }]
      : []
  );
  if (entries.length === 0) return [];
  return [{
    kind: "digests",
    line: [text("The full digests, in the format that"), code(write("hash", ["--check"])), text("reads:")],
    entries,
  }];
}
