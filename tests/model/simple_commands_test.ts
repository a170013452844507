/** The simple commands in a line for a shell. */

import { assertEquals } from "@std/assert";
import { simpleCommands } from "../../src/model/simple_commands.ts";

const CASES: readonly (readonly [line: string, commands: readonly (readonly string[])[]])[] = [
  ["npm test", [["npm", "test"]]],
  ["cd web && npm  test", [["cd", "web"], ["npm", "test"]]],
  ["npm test 2>&1 | tail -n 5", [["npm", "test"], ["tail", "-n", "5"]]],
  ["npm test >out.txt 2> err.txt </dev/null", [["npm", "test"]]],
  ["npm test &> all.txt; echo done", [["npm", "test"], ["echo", "done"]]],
  ["npm test &", [["npm", "test"]]],
  ["sh -c 'a && b | c'", [["sh", "-c", "a && b | c"]]],
  ['echo "a \\"b\\" c" d\\ e ""', [["echo", 'a "b" c', "d e", ""]]],
  ["npm \\\n  test # all of them\nmake", [["npm", "test"], ["make"]]],
  // Only a shell knows the words of these.
  ["npm test $WORDS", []],
  ['npm test "$(words)"; make', [["make"]]],
  ["npm test *.js", []],
  ["(npm test)", []],
  ["make; echo 'never closed", [["make"]]],
  ["", []],
];

Deno.test("simple commands: words are told apart as a shell does, and what only a shell knows is left out", () => {
  for (const [line, commands] of CASES) assertEquals(simpleCommands(line), commands, line);
});
