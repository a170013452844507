/** Words of command lines for copying: a real shell reads each one back unchanged. */

import { assertEquals } from "@std/assert";
import { shellWord } from "../../src/model/shell_word.ts";

const WORDS = [
  "plain",
  "",
  "a b",
  "it's",
  '"$HOME" `x` \\ !',
  "*",
  "~",
  "a\nb\tc\r",
  "\x1b[31mred\x1b[0m",
  "\x01f\x7f",
  "\\n in a \x1b word",
  "'\x1b'",
  "\u0085\u202eabc",
  "grüße",
];

for (const shell of ["bash", "zsh", "ksh"]) {
  const isThere = isInstalled(shell);
  Deno.test({
    name: `shell word: ${shell} reads quoted words back${isThere ? "" : " (not installed)"}`,
    ignore: !isThere,
    async fn() {
      const line = `printf '%s\\0' ${WORDS.map(shellWord).join(" ")}`;
      // deno-lint-ignore no-control-regex
      assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false);
      const { stdout } = await new Deno.Command(shell, {
        args: ["-c", line],
        stdin: "null",
        env: { LC_ALL: "C.UTF-8" },
      }).output();
      assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), WORDS);
    },
  });
}

function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["-c", "true"], stdin: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
