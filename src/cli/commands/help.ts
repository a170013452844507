/** `help`: the help of a command, or a topic. */

import { suggest } from "../../model/suggest.ts";
import { type AnyCommand, complete, describe, globalFlags, pathOf, type Start } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { helpColumns } from "../base/help_layout.ts";
import type { Invocation } from "../base/invocation.ts";
import { isTopic, TOPIC_SENTENCES, type TopicName } from "../help/topics.ts";

export function helpCommand(start: Start): AnyCommand {
  const command = describe("help", "show the help of a command, or of a topic")
    .argument("[words...]", `a command, or a topic: ${Object.keys(TOPIC_SENTENCES).join(", ")}`);
  complete(command, [
    { line: "orchastration help runs list", does: "the same as orchastration runs list --help" },
    { line: "orchastration help exit-codes", does: "a topic" },
  ]);
  return command.action((words) =>
    start(
      globalFlags(command),
      (invocation) => help(invocation, command.parent as unknown as AnyCommand, words),
    )
  );
}

async function help(invocation: Invocation, program: AnyCommand, words: readonly string[]): Promise<number> {
  const [first, ...others] = words;
  if (first !== undefined && isTopic(first) && others.length === 0) {
    return await showTopic(invocation, first, program);
  }
  let command = program;
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word) as AnyCommand | undefined;
    if (next === undefined) return unknown(invocation, command, word);
    command = next;
  }
  if (invocation.isJson) {
    const { commandEntry } = await import("../help/command_table.ts");
    invocation.console.json({ format: 1, kind: "command_help", ...commandEntry(command) });
  } else command.outputHelp();
  return EXIT.done;
}

async function showTopic(invocation: Invocation, name: TopicName, program: AnyCommand): Promise<number> {
  const [{ TOPICS }, { topicText }] = await Promise.all([
    import("../help/topics.ts"),
    import("../help/topic_text.ts"),
  ]);
  const { columns } = invocation.console;
  // A topic can have the name of a command, which is then one step away.
  const isCommand = program.commands.some((each) => each.name() === name);
  const command = isCommand ? `\nThe command: orchastration ${name} --help\n` : "";
  if (invocation.isJson) {
    invocation.console.json({ format: 1, kind: "help_topic", ...{ topic: name, parts: TOPICS[name] } });
  } else invocation.console.out(topicText(TOPICS[name], helpColumns(columns)) + command);
  return EXIT.done;
}

function unknown(invocation: Invocation, command: AnyCommand, word: string): Promise<number> {
  const topics = command.parent === null ? Object.keys(TOPIC_SENTENCES) : [];
  const path = pathOf(command);
  const known = [...command.commands.map((each) => each.name()), ...topics].filter((each) => each !== word);
  return invocation.fail({
    code: "arguments_invalid",
    action: "understand",
    value: word,
    fact: `${path} has no such command`,
    suggestion: suggest(word, known) ??
      (word === "" ? undefined : known.find((each) => each.startsWith(word))),
    next: `${path} --help`,
  });
}
