/** `help`: commands and topics, on terminals of any width. */

import { assert, assertEquals } from "@std/assert";
import { commandsBelow, pathOf } from "../../../src/cli/base/command_tree.ts";
import { examplesOf } from "../../../src/cli/base/examples.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { TOPIC_SENTENCES } from "../../../src/cli/help/topics.ts";
import { COMMAND_GROUPS } from "../../../src/cli/table.ts";
import { call, expectCall, machineWith } from "../../support/cli.ts";

const TOPICS = Object.keys(TOPIC_SENTENCES);
const PROGRAM = (await loadProgram()).root;
const COMMANDS = commandsBelow(PROGRAM);

Deno.test("help: the topics are listed", async () => {
  using host = machineWith(undefined);
  const { stdout } = await call(host, ["help"]);
  const listed = stdout.split("\nTopics, for help <topic>:\n")[1]!.split("\n\n")[0]!.split("\n");
  assertEquals(
    listed.map((line) => line.trim().split(/ {2,}/)),
    Object.entries(TOPIC_SENTENCES).map((row) => [...row]),
  );
});

for (const topic of TOPICS) {
  Deno.test(`help ${topic}: the topic is shown, without a configuration and without colour`, async () => {
    using host = machineWith("broken", { isTerminal: true });
    const said = await call(host, ["help", topic]);
    assertEquals([said.code, said.stderr], [0, ""]);
    assert(said.stdout.length > 300 && !/`|undefined/.test(said.stdout), said.stdout);
    assert(!said.stdout.includes("\x1b"), said.stdout);
    assertEquals(host.disk.exists("/home/ada/.cache"), false);
  });

  Deno.test(`help ${topic} --json: the topic is printed in one document`, async () => {
    using host = machineWith(undefined);
    const { format, kind, ...others } = JSON.parse((await call(host, ["help", topic, "--json"])).stdout);
    assertEquals([format, kind, others.topic], [1, "help_topic", topic]);
    assert(others.parts.length > 1);
  });
}

Deno.test("help exit-codes: the codes are shown in two columns", async () => {
  using host = machineWith(undefined);
  const { stdout } = await call(host, ["help", "exit-codes"]);
  const lines = stdout.split("\n");
  assertEquals(lines.slice(0, 3), [
    "The exit codes of Orchastration:",
    "",
    "  0         Done. The job succeeded according to its success_exit_codes.",
  ]);
  assert(lines.includes("  78        The configuration is missing, unreadable or wrong."));
  assert(lines.includes("  128 + n   Stopped by signal n."));
});

Deno.test("help <command>: the output equals that of <command> --help, at any depth", async () => {
  using host = machineWith(undefined);
  for (const command of COMMANDS.slice(1)) {
    const words = pathOf(command).split(" ").slice(1);
    if (words.length === 1 && TOPICS.includes(words[0]!)) continue;
    const help = await call(host, ["help", ...words]);
    assertEquals(help, await call(host, [...words, "--help"]));
  }
});

Deno.test("help <command> --json: the command is printed as data", async () => {
  using host = machineWith(undefined);
  const document = JSON.parse((await call(host, ["help", "runs", "show", "--json"])).stdout);
  assertEquals([document.format, document.kind], [1, "command_help"]);
  assertEquals(document.path, "orchastration runs show");
  assertEquals(document.arguments.map(({ term }: { term: string }) => term), ["<run>"]);
});

function refuse(words: readonly string[], ...lines: readonly string[]): void {
  Deno.test(`help ${words.join(" ")}: a usage error is reported`, async () => {
    using host = machineWith(undefined);
    const stderr = lines.map((line, index) => `${index === 0 ? "error: " : "  "}${line}\n`).join("");
    await expectCall(host, ["help", ...words], { code: 64, stderr });
  });
}

refuse(
  ["exit-code"],
  'Cannot understand "exit-code": orchastration has no such command',
  'did you mean "exit-codes"?',
  "try: orchastration --help",
);
refuse(
  ["env"],
  'Cannot understand "env": orchastration has no such command',
  'did you mean "environment"?',
  "try: orchastration --help",
);
refuse(
  ["runs", "lst"],
  'Cannot understand "lst": orchastration runs has no such command',
  'did you mean "list"?',
  "try: orchastration runs --help",
);
refuse(
  ["environment", "x"],
  'Cannot understand "environment": orchastration has no such command',
  "try: orchastration --help",
);

/** Only command lines, which are pasted in one piece, and single words are wider than the terminal. */
function checkWidth(columns: number, atMost: number): void {
  Deno.test(`help: on a terminal of ${columns} columns, no line is wider`, async () => {
    using host = machineWith(undefined, { isTerminal: true, columns });
    const calls = [...TOPICS.map((topic) => ["help", topic])];
    for (const command of COMMANDS) calls.push([...pathOf(command).split(" ").slice(1), "--help"]);
    const whole = new Set(COMMANDS.flatMap(examplesOf).map(({ line }) => `  ${line}`));
    for (const argv of calls) {
      const { code, stdout } = await call(host, argv);
      assertEquals(code, 0);
      const wide = stdout.split("\n").filter((line) => line.length > atMost && !whole.has(line));
      assertEquals([argv, wide], [argv, []]);
      assert(!stdout.includes("\x1b["), "there is no colour in help");
      assert(!/ $/m.test(stdout), `a space ends a line of ${argv.join(" ")}`);
    }
  });
}

checkWidth(40, 40);
checkWidth(80, 80);
checkWidth(200, 120);

/** The headings of a help text, each with the first words of its lines. */
function groupsOf(stdout: string): Readonly<Record<string, readonly string[]>> {
  const groups: Record<string, string[]> = {};
  for (const part of stdout.split("\n\n")) {
    const [heading, ...lines] = part.trimEnd().split("\n");
    if (!/^[A-Z][\w ]*:$/.test(heading!)) continue;
    groups[heading!] = lines.map((line) => /^ {2}((?:[a-z-]+ )*)/.exec(line)![1]!.trim())
      .filter((name) => name !== "");
  }
  return groups;
}

Deno.test("help: the program shows about twelve everyday commands, under headings", async () => {
  using host = machineWith(undefined);
  const { "Options:": _, "Global options:": __, ...groups } = groupsOf((await call(host, ["--help"])).stdout);
  assertEquals(groups, {
    "Setting up:": ["init", "doctor"],
    "Jobs:": ["list", "run", "status"],
    "What was recorded:": ["logs", "runs"],
    "Tasks:": ["plan", "build", "doc", "git"],
    "More:": ["hash"],
  });
});

Deno.test("help all: every command that can be called, once, under the headings of the table", async () => {
  using host = machineWith("broken");
  const { code, stdout, stderr } = await call(host, ["help", "all"]);
  assertEquals([code, stderr], [0, ""]);
  const listed = Object.values(groupsOf(stdout)).flat();
  const verbs = COMMANDS.filter(({ commands }) => commands.length === 0).map(pathOf);
  assertEquals(listed.map((path) => `orchastration ${path}`), verbs);
  assertEquals(Object.keys(groupsOf(stdout)), COMMAND_GROUPS.map(({ heading }) => `${heading}:`));
});

Deno.test("help all --json: the whole command table is printed, every command with its options", async () => {
  using host = machineWith(undefined);
  const document = JSON.parse((await call(host, ["help", "all", "--json"])).stdout);
  assertEquals([document.format, document.kind], [1, "command_table"]);
  assertEquals(document.commands.map(({ path }: { path: string }) => path), COMMANDS.map(pathOf));
  const list = document.commands.find(({ path }: { path: string }) => path === "orchastration list");
  assertEquals(list.options.map(({ term }: { term: string }) => term), ["--all"]);
});

for (const noun of COMMANDS.filter(({ commands }) => commands.length > 0)) {
  const words = pathOf(noun).split(" ").slice(1);
  Deno.test(`help: ${pathOf(noun)} alone lists its commands, and exits with 0`, async () => {
    using host = machineWith("broken");
    const help = await call(host, [...words, "--help"]);
    assertEquals(await call(host, words), help);
    assertEquals(await call(host, [...words, "--no-color"]), help);
    const document = JSON.parse((await call(host, [...words, "--json"])).stdout);
    assertEquals([help.code, document.kind, document.path], [0, "command_help", pathOf(noun)]);
  });
}

Deno.test("help: a group of commands has a help of its own", async () => {
  using host = machineWith(undefined);
  const { stdout } = await call(host, ["runs", "--help"]);
  assert(/\n {2}help \[command\] +show the help of a command\n$/.test(stdout), stdout);
  assertEquals(await call(host, ["runs", "help", "list"]), await call(host, ["runs", "list", "--help"]));
});
