/**
 * Generates docs/commands.md from the command table: `deno task docs`. With --check it writes nothing, and
 * exits with 1 where the document is out of date.
 */

import { type CommandEntry, commandTable, type Term } from "../src/cli/help/command_table.ts";
import { loadProgram } from "../src/cli/program.ts";
import { TOPIC_SENTENCES, type TopicName, type TopicPart, TOPICS } from "../src/cli/help/topics.ts";

const DOCUMENT = new URL("../docs/commands.md", import.meta.url);

const HEAD = `# Commands
Written by \`deno task docs\` from the command table of the program; a test compares the two. The same text is shown by
\`orchastration help all\` and \`orchastration <command> --help\`.
`;

/** The whole document. */
export async function commandsDocument(): Promise<string> {
  const program = (await loadProgram()).root;
  const { globalOptions, commands } = commandTable(program);
  const [top, ...below] = commands;
  const parts = [
    HEAD,
    contents(below),
    "## Global options\n\nThey can stand before the command or after it.\n",
    termTable("Option", globalOptions),
    termTable("Only without a command", top!.options),
    ...below.map(section),
    "## Topics\n\n`orchastration help <topic>` shows these.\n",
    ...(Object.keys(TOPICS) as TopicName[]).map(topicSection),
  ];
  return parts.join("\n");
}

function contents(commands: readonly CommandEntry[]): string {
  const rows = commands.filter(({ commands }) => commands.length === 0)
    .map((entry) => `| [\`${wordsOf(entry)}\`](#${anchorOf(entry)}) | ${inText(entry.sentence)} |`);
  return `| Command | What it does |\n|---|---|\n${rows.join("\n")}\n`;
}

function section(entry: CommandEntry): string {
  const parts = [
    `## ${wordsOf(entry)}\n`,
    `${inText(entry.sentence)}\n`,
    `\`\`\`text\n${entry.usage}\n\`\`\`\n`,
  ];
  if (entry.arguments.length > 0) parts.push(termTable("Argument", entry.arguments));
  if (entry.options.length > 0) parts.push(termTable("Option", entry.options));
  if (entry.commands.length > 0) parts.push(termTable("Command", entry.commands));
  if (entry.examples.length > 0) {
    const lines = entry.examples.map(({ line, does }) => `# ${does}\n${line}\n`);
    parts.push(`\`\`\`sh\n${lines.join("\n")}\`\`\`\n`);
  }
  return parts.join("\n");
}

function termTable(head: string, terms: readonly Term[]): string {
  const rows = terms.map(({ term, meaning }) =>
    `| \`${term.replaceAll("|", "\\|")}\` | ${inText(meaning)} |\n`
  );
  return `| ${head} | Meaning |\n|---|---|\n${rows.join("")}`;
}

function topicSection(name: TopicName): string {
  return [`### ${name}\n`, `In short: ${TOPIC_SENTENCES[name]}.\n`, ...TOPICS[name].map(topicPart)].join(
    "\n",
  );
}

function topicPart(part: TopicPart): string {
  switch (part.kind) {
    case "paragraph":
      return `${part.text}\n`;
    case "terms":
      return `| | |\n|---|---|\n${
        part.terms.map(([term, meaning]) => `| \`${term}\` | ${meaning} |\n`).join("")
      }`;
    case "example":
      return `\`\`\`toml complete\n${part.text}\n\`\`\`\n`;
  }
}

/** The words of a sentence, with escapes where Markdown would interpret them. */
function inText(text: string): string {
  return text.replace(/[\\|<>*`]|\[(?=[^\]]*\][(:[])/g, (char) => `\\${char}`);
}

/** As it is typed, without the name of the program. */
function wordsOf({ path }: CommandEntry): string {
  return path.replace(/^\S+ /, "");
}

function anchorOf(entry: CommandEntry): string {
  return wordsOf(entry).replaceAll(" ", "-");
}

if (import.meta.main) {
  const wanted = await commandsDocument();
  if (Deno.args.includes("--check")) {
    const isTrue = await Deno.readTextFile(DOCUMENT).catch(() => "") === wanted;
    if (!isTrue) console.error("docs/commands.md differs from the command table\n  try: deno task docs");
    Deno.exitCode = isTrue ? 0 : 1;
  } else {
    await Deno.writeTextFile(DOCUMENT, wanted);
  }
}
