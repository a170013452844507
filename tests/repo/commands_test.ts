/** docs/commands.md is what the command table gives, and has every command of it. */

import { assert, assertEquals } from "@std/assert";
import { commandsDocument } from "../../scripts/generate_docs.ts";
import { commandsBelow, pathOf } from "../../src/cli/base/command_tree.ts";
import { loadProgram } from "../../src/cli/program.ts";

Deno.test("docs/commands.md is up to date (deno task docs writes it)", async () => {
  const written = await Deno.readTextFile(new URL("../../docs/commands.md", import.meta.url));
  assertEquals(written, await commandsDocument());
});

Deno.test("docs/commands.md has every command, with every option of it", async () => {
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
