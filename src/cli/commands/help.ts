/** `help`: shows the help of a command, or a topic. */

import { helpOf } from "../base/parse_errors.ts";
import type { Failure } from "../../model/failure.ts";
import { suggest } from "../../model/suggest.ts";
import { defineActivity } from "../base/command.ts";
import { type AnyCommand, childOf, type CommandTree, pathOf } from "../base/command_tree.ts";
import { EXIT } from "../base/exit_code.ts";
import { helpColumns } from "../base/help_layout.ts";
import type { Invocation } from "../base/invocation.ts";
import { ALL_COMMANDS, showAllCommands, showHelp } from "../help/show_help.ts";
import { isTopic, TOPIC_SENTENCES, type TopicName, TOPICS } from "../help/topics.ts";

export const command = defineActivity({
  flags: (command) =>
    command.argument(
      "[words...]",
      `a command; all, for every command; or a topic: ${Object.keys(TOPIC_SENTENCES).join(", ")}`,
    ),
  examples: [
    { line: "orchastration help runs list", does: "the same as orchastration runs list --help" },
    { line: "orchastration help all", does: "every command in one list" },
    { line: "orchastration help exit-codes", does: "a topic" },
  ],
  request: ([words]) => ({ words }),
  async carryOut({ words }, invocation, makeTree) {
    const tree = makeTree();
    const [first, ...others] = words;
    if (first !== undefined && others.length === 0) {
      if (first === ALL_COMMANDS) return await showAllCommands(tree, invocation);
      if (isTopic(first)) return await showTopic(invocation, first, tree);
    }
    let command = tree.root;
    for (const word of words) {
      const next = childOf(command, word);
      if (next === undefined) return await invocation.fail(unknown(command, word));
      command = next;
    }
    return await showHelp(command, tree, invocation);
  },
});

async function showTopic(invocation: Invocation, name: TopicName, { root }: CommandTree): Promise<number> {
  const { topicText } = await import("../help/topic_text.ts");
  const { console, isJson } = invocation;
  // A topic can have the name of a command; the command's help is then named below it.
  const command = childOf(root, name) === undefined ? "" : `\nThe command: orchastration ${name} --help\n`;
  if (isJson) console.json({ format: 1, kind: "help_topic", topic: name, parts: TOPICS[name] });
  else console.out(topicText(TOPICS[name], helpColumns(console.columns)) + command);
  return EXIT.done;
}

function unknown(command: AnyCommand, word: string): Failure {
  const topics = command.parent === null ? [ALL_COMMANDS, ...Object.keys(TOPIC_SENTENCES)] : [];
  const path = pathOf(command);
  const known = [...command.commands.map((each) => each.name()), ...topics].filter((each) => each !== word);
  return {
    code: "arguments_invalid",
    action: "understand",
    value: word,
    fact: `${path} has no such command`,
    suggestion: suggest(word, known) ??
      (word === "" ? undefined : known.find((each) => each.startsWith(word))),
    next: [helpOf(path)],
  };
}
