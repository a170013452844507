/** Command lines and environments of Windows, and what its console host says: pure, so tested everywhere. */

import { assertEquals } from "@std/assert";
import { ConsoleTalk } from "../../src/host/console_talk.ts";
import { batchCommandLine, commandLine, environmentBlock } from "../../src/host/windows_words.ts";

const HOSTILE = [
  "",
  " ",
  "a b",
  '"',
  'a"b',
  "\\",
  "a\\",
  "a b\\",
  'a\\"b',
  '\\\\"',
  "a\\\\b c\\\\",
  "\t",
  "%PATH%",
  "ü",
  "--x=1",
  "*",
];

/** Splits a line as the C runtime does. Source: "Parsing C command-line arguments". */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length;) {
    const slashes = /^\\*/.exec(line.slice(at))![0].length;
    const next = line[at + slashes];
    if (next === '"') {
      word = (word ?? "") + "\\".repeat(slashes >> 1);
      if (slashes % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      at += slashes + 1;
    } else if (slashes > 0) {
      word = (word ?? "") + "\\".repeat(slashes);
      at += slashes;
    } else if (!isQuoted && (next === " " || next === "\t")) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else {
      word = (word ?? "") + next;
      at++;
    }
  }
  return word === undefined ? words : [...words, word];
}

Deno.test("Windows: a program splits its command line into exactly the words that it was given", () => {
  for (const first of HOSTILE) {
    for (const second of HOSTILE) {
      const line = commandLine("C:\\Program Files\\x.exe", [first, second]);
      assertEquals(wordsOf(line), ["C:\\Program Files\\x.exe", first, second], line);
    }
  }
});

Deno.test("Windows: cmd.exe expands nothing in the words of a batch file, and reads no other command", () => {
  const line = (...args: string[]) => batchCommandLine("C:\\cmd.exe", "C:\\my tools\\t.cmd", args);
  const begin = '"C:\\cmd.exe" /e:ON /v:OFF /d /c ""C:\\my tools\\t.cmd" ';
  assertEquals(line("plain", "--x=1", "a/b:c"), `${begin}plain "--x=1" a/b:c"`);
  assertEquals(line("%PATH%"), `${begin}"%%cd:~,%PATH%%cd:~,%""`);
  assertEquals(line('x"&echo y'), `${begin}"x""&echo y""`);
  assertEquals(line("", "a\\", 'b\\"c'), `${begin}"" "a\\\\" "b\\\\""c""`);
  assertEquals(line("^&|<>()!"), `${begin}"^&|<>()!""`);
});

Deno.test("Windows: variables are sorted by name without regard to case, and the block ends with NUL", () => {
  const text = (env: Record<string, string>) => new TextDecoder("utf-16le").decode(environmentBlock(env));
  assertEquals(text({ b: "2", A: "ü", "=C:": "C:\\x", _: "" }), "=C:=C:\\x\0A=ü\0b=2\0_=\0\0");
  assertEquals(text({}), "\0\0");
});

/** The output and the answers, when the bytes come in these pieces. */
function talkIn(pieces: readonly Uint8Array[]): { output: string; answers: readonly string[] } {
  const answers: string[] = [];
  const talk = new ConsoleTalk((text) => answers.push(text));
  const decoder = new TextDecoder();
  let output = "";
  for (const piece of pieces) output += decoder.decode(talk.take(piece).slice(), { stream: true });
  return { output: output + decoder.decode(talk.end().slice()), answers };
}

const DRAWN =
  "\x1b[6n\x1b[?9001h\x1b[?1004h\x1b[2J\x1b[m\x1b[H\x1b[?25l\x1b[1t\x1b[cwörld\x1b[31m red\x1b[m\x1b[2J\x1b[H!\r\n\x1b[?9001l\x1b[?1004l\x1b";

Deno.test("Windows: questions of the console host are answered and left out, wherever the bytes are cut", () => {
  const bytes = new TextEncoder().encode(DRAWN);
  const expected = {
    output: "\x1b[?25lwörld\x1b[31m red\x1b[m\x1b[2J\x1b[H!\r\n\x1b",
    answers: ["\x1b[1;1R", "\x1b[?61c"],
  };
  assertEquals(talkIn([bytes]), expected);
  assertEquals(talkIn(Array.from(bytes, (byte) => Uint8Array.of(byte))), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assertEquals(talkIn([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
  }
});
