/** docs/commands.md matches the command table, and contains every command of it. */

import { assert, assertEquals } from "@std/assert";
import { commandsDocument } from "../../scripts/generate_docs.ts";
import { commandsBelow, pathOf } from "../../src/cli/base/command_tree.ts";
import { loadProgram } from "../../src/cli/program.ts";

Deno.test("docs/commands.md is up to date (deno task docs writes it)", async () => {
  const written = await Deno.readTextFile(new URL("../../docs/commands.md", import.meta.url));
  assertEquals(written, await commandsDocument());
});

Deno.test("docs/commands.md has every command with every option", async () => {
  const program = (await loadProgram()).root;
  const text = await commandsDocument();
  const sections = new Map(text.split(/^## /m).slice(1).map((part) => [part.split("\n")[0]!, part]));
  for (const command of commandsBelow(program).slice(1)) {
    const words = pathOf(command).replace("orchastration ", "");
    const section = `${sections.get(words)}${sections.get("Global options")}`;
    for (const option of command.options) {
      assert(section.includes(`| \`${option.flags}\` | `), `${words} ${option.flags}`);
    }
    for (const argument of command.registeredArguments) assert(section.includes(argument.name()), words);
  }
});

Deno.test("every next step is a command of the table, with existing options", async () => {
  const { root } = await loadProgram();
  const byPath = new Map(commandsBelow(root).map((command) => [pathOf(command), command]));
  const globals = root.options.map(({ long }) => long);
  let found = 0;
  for (const [file, text] of sources(new URL("../../src/", import.meta.url))) {
    for (const words of callsOf("nextCommand", text)) {
      found++;
      const paths = words.first.filter((word) => word !== "");
      for (const path of paths) {
        const command = byPath.get(`orchastration ${path}`);
        assert(command !== undefined, `${file}: ${path}`);
        for (const flag of words.others.filter((word) => /^--./.test(word))) {
          const known = [...globals, ...command.options.map(({ long }) => long), "--help"];
          assert(known.includes(flag), `${file}: ${path} ${flag}`);
        }
      }
    }
  }
  assert(found > 30, `${found} were found`);
});

function* sources(folder: URL): Generator<readonly [file: string, text: string]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else yield [name, Deno.readTextFileSync(new URL(name, folder))];
  }
}

/** The texts in the first argument of each call of a function, and those in the others. */
function* callsOf(name: string, text: string) {
  for (const { index } of text.matchAll(new RegExp(`\\b${name}\\(`, "g"))) {
    let depth = 0;
    let end = index + name.length;
    let comma: number | undefined;
    for (; end < text.length; end++) {
      if (text[end] === "(") depth++;
      else if (text[end] === ")" && --depth === 0) break;
      else if (text[end] === "," && depth === 1) comma ??= end;
    }
    const literals = (part: string) =>
      [...part.replace(/=== "[^"]*"/g, "").matchAll(/"([^"]*)"/g)].map(([, literal]) => literal!);
    yield {
      first: literals(text.slice(index, comma ?? end)),
      others: comma === undefined ? [] : literals(text.slice(comma, end)),
    };
  }
}
