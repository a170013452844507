/** The definitions that a person can trust, and the trusted ones, as lines. */

import type { Trustable } from "../../app/trust/trust_definitions.ts";
import { untrustedWords } from "../../model/trust.ts";
import { visible } from "../../model/visible.ts";
import type { Document } from "../output/console.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";
import { argvWords } from "./run_report.ts";

/** The argv of the command and of each check, the names of variables, and what changed. */
export function trustableLines({ content, verdict }: Trustable, style: Style): string {
  const { subject, name, argv, working_dir, files, definition, around = {} } = content;
  const [command = [], ...checks] = argv;
  const all: (readonly [string, string])[] = [
    ["command", argvWords(command)],
    ...checks.map((check) => ["check", argvWords(check)] as const),
    ["in", visible(working_dir)],
    ["variables", namesIn(definition["env"])],
    ["variables from", pathsIn(definition["env_file"])],
    ...Object.entries(around).map(([what, { argv: [first = []] }]) => [what, argvWords(first)] as const),
    ["leaves", textsIn(definition["outputs"])],
    ["files", Object.keys(files).map(visible).join(", ")],
  ];
  const rows = all.filter(([, value]) => value !== "");
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${style.dim(label.padEnd(width))}  ${value}`);
  const state = verdict.kind === "trusted" ? "trusted" : visible(untrustedWords(verdict));
  return `${style.bold(`${subject} ${name}`)}: ${state}\n${lines.join("\n")}\n`;
}

function namesIn(env: unknown): string {
  return typeof env === "object" && env !== null ? Object.keys(env).map(visible).join(", ") : "";
}

function textsIn(texts: unknown): string {
  return Array.isArray(texts) ? texts.map((text) => visible(String(text))).join(", ") : "";
}

function pathsIn(files: unknown): string {
  if (!Array.isArray(files)) return "";
  return files.map((file: { readonly path: string }) => visible(file.path)).join(", ");
}

export function trustRows(found: readonly Trustable[], { console }: Invocation): string {
  if (found.length === 0) return "There are no jobs and no tasks.\n";
  const { outStyle, columns } = console;
  const rows = found.map(({ content, verdict }) => [
    outStyle.bold(content.name),
    content.subject,
    verdict.kind === "trusted" ? outStyle.green("trusted") : outStyle.yellow("not trusted"),
    verdict.kind === "trusted" ? verdict.entry.trusted_at : visible(untrustedWords(verdict)),
  ]);
  return table(rows, { columns });
}

export function trustList(found: readonly Trustable[]): Document & { readonly entries: readonly unknown[] } {
  return {
    format: 1,
    kind: "trust_list",
    entries: found.map(({ content, verdict }) => ({
      subject: content.subject,
      name: content.name,
      is_trusted: verdict.kind === "trusted",
      trusted_at: verdict.kind === "trusted" ? verdict.entry.trusted_at : null,
      changes: verdict.kind === "changed" ? verdict.changes : null,
      argv: content.argv,
      files: Object.keys(content.files),
    })),
  };
}
