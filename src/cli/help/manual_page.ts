/** The manual page, from the command table and the topics of help. Pure. Source: man(7), groff_man(7). */

import { VERSION } from "../../version.ts";
import type { CommandEntry, CommandTable, Term } from "./command_table.ts";
import { type TopicName, type TopicPart, TOPICS } from "./topics.ts";

const TOPIC_SECTIONS: Readonly<Record<TopicName, string>> = {
  "exit-codes": "EXIT STATUS",
  config: "CONFIGURATION",
  environment: "ENVIRONMENT",
};

export function manualPage({ globalOptions, commands }: CommandTable): string {
  const [program, ...below] = commands;
  const inShort = program!.sentence.replace(/\.$/, "");
  const lines = [
    `.TH ORCHASTRATION 1 "" "orchastration ${VERSION}" "User Commands"`,
    // Words are not hyphenated, because they may be names, and lines are not stretched to the right edge.
    ".nh",
    ".ad l",
    ".SH NAME",
    `orchastration \\- ${roff(inShort.charAt(0).toLowerCase() + inShort.slice(1))}`,
    ".SH SYNOPSIS",
    ".B orchastration",
    `[\\fIoptions\\fR] \\fIcommand\\fR`,
    ".SH DESCRIPTION",
    "Commands are lists of arguments, and run without a shell.",
    "The intent is on disk before a process starts, and the outcome before it is reported.",
    ".SH OPTIONS",
    "They stand before the command or after it.",
    ...termLines([...program!.options, ...globalOptions]),
    ".SH COMMANDS",
    ...below.flatMap(commandLines),
    ...(Object.keys(TOPIC_SECTIONS) as TopicName[]).flatMap((name) => [
      `.SH ${TOPIC_SECTIONS[name]}`,
      // A section starts with a paragraph by itself.
      ...TOPICS[name].flatMap(partLines).slice(1),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function commandLines(entry: CommandEntry): readonly string[] {
  // A noun above other commands adds nothing to what these say.
  if (entry.commands.length > 0) return [];
  const lines = [
    `.SS ${roff(entry.usage.replace(/^\S+ /, "").replace(" [options]", ""))}`,
    roff(entry.sentence),
  ];
  lines.push(...termLines([...entry.arguments, ...entry.options]));
  for (const { line, does } of entry.examples) lines.push(".PP", `${roff(does)}:`, ...verbatim(line));
  return lines;
}

function termLines(terms: readonly Term[]): readonly string[] {
  return terms.flatMap(({ term, meaning }) => [".TP", `\\fB${roff(term)}\\fR`, roff(meaning)]);
}

function partLines(part: TopicPart): readonly string[] {
  switch (part.kind) {
    case "paragraph":
      return [".PP", named(part.text)];
    case "terms":
      return part.terms.flatMap(([term, meaning]) => [".TP", `\\fB${roff(term)}\\fR`, named(meaning)]);
    case "example":
      return [".PP", ...verbatim(part.text)];
  }
}

function verbatim(text: string): readonly string[] {
  return [".RS 4", ".nf", ...text.split("\n").map(roff), ".fi", ".RE"];
}

/** A text with names in backticks, which become bold. */
function named(text: string): string {
  return text.split("`").map((part, index) => index % 2 === 0 ? roff(part) : `\\fB${roff(part)}\\fR`).join(
    "",
  );
}

/**
 * The text in a form that roff prints literally: signs that it would change are escaped, and so are lines
 * that it would take as requests.
 */
function roff(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    '"': "\\(dq",
  };
  return text.replace(/[\\\-'`^~"]/g, (sign) => signs[sign]!).replace(/^\./, "\\&.");
}
