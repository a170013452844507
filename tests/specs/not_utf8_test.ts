/**
 * Names, arguments and variables that are not UTF-8: passed on unchanged, or reported in one sentence; never
 * a stack trace.
 */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealSaid } from "../support/real_program.ts";

/** Changes a file that cannot be named and then another one, each wait for a fact and with a bound, and sees the run after that. */
const WATCH = `
mkdir w; cd w; printf '[jobs.w]\\ncommand = ["echo", "ran"]\\n' > orchastration.toml
"$@" run w --watch "*.txt" --log-level error > ../out 2> ../err & pid=$!
until_said() { for i in $(seq 200); do [ "$(grep -c "$1" "$2")" -ge "$3" ] && return; sleep 0.1; done; }
until_said '^waiting' ../err 1
echo x > "caf$e.md"; echo y > a.txt
until_said '^ran' ../out 2
kill -TERM $pid; wait $pid; [ $? = 143 ] && cat ../out
`;
const CONFIG = `[jobs.show]
command = ["sh", "-c", "env | grep -a '^BYTES' | od -An -tx1"]
[jobs.needs]
command = ["echo", "\${env:BYTES}"]
[tasks.out]
command = ["sh", "-c", "mkdir dist; echo a > dist/a.txt; echo b > \\"dist/$(printf 'caf\\\\351').txt\\""]
outputs = ["dist/*", "dist"]
`;

/** The output of a line of `sh`, in which "$@" is the program and `$e` an e with an accent in Latin-1. */
function says(rule: string, line: string, expected: (said: RealSaid) => void): void {
  Deno.test({
    name: `not UTF-8: ${rule}`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", CONFIG);
        const said = await folder.shell(`e=$(printf '\\351'); mkdir "caf$e"; echo hi > "caf$e.txt"; ${line}`);
        for (const text of [said.stdout, said.stderr]) {
          assert(!/bug in Orchastration|^\s+at /m.test(text), text);
        }
        expected(said);
      }),
  });
}

const QUIET = "--log-level error";

says("a variable reaches the job as it is", `BYTES="v$e" "$@" run show ${QUIET}`, ({ code, stdout }) => {
  assertEquals([code, stdout.trim()], [0, "42 59 54 45 53 3d 76 e9 0a"]);
});
says("a variable in an argument is told", `BYTES="v$e" "$@" run needs`, ({ code, stderr }) => {
  assertEquals(code, 78);
  assert(
    stderr.includes("the variable BYTES is not UTF-8 text, so it cannot be part of an argument"),
    stderr,
  );
});
says("an argument is refused", `"$@" run show -- "b$e"`, ({ code, stderr }) => {
  assertEquals([code, stderr], [
    64,
    'error: Cannot use the argument "b\\xe9": it is not UTF-8 text, and only UTF-8 text can be passed on\n',
  ]);
});
says(
  "the name of a file is refused, and not said to be missing",
  `"$@" hash --file "caf$e.txt"`,
  ({ code, stderr }) => {
    assertEquals(code, 64);
    assert(stderr.includes('"caf\\xe9.txt": it is not UTF-8 text'), stderr);
  },
);
says("a current folder is told", `cd "caf$e" && "$@" list`, ({ code, stderr }) => {
  assertEquals(code, 74);
  assert(/Cannot find the current directory: the path ".*caf\\xE9" is not UTF-8 text/.test(stderr), stderr);
});
says(
  "an output is one line in the result, and not the end of the build",
  `"$@" plan create out >plan.txt && "$@" build run out ${QUIET} && "$@" plan status out`,
  ({ code, stdout }) => {
    assertEquals(code, 0);
    const lines = stdout.split("\n").filter((line) => /^(?:output|left out) /.test(line));
    const unnamed = "left out  dist/caf\ufffd.txt is a name that is not UTF-8 text";
    assertEquals(lines, [
      "output    dist/a.txt: created, 2 bytes",
      unnamed,
      "output    dist: created, 2 bytes",
      unnamed,
    ]);
  },
);
says(
  "a file beside those that an input matches is told, and one that is left out is not",
  `printf '[jobs.a]\\ncommand = ["true"]\\ninputs = ["*.md"]\\n[jobs.b]\\ncommand = ["true"]\\ninputs = ["*", "!caf*"]\\n' > orchastration.toml
  for job in a b a b; do "$@" run $job --json ${QUIET} | tr -d '\\n'; echo; done`,
  ({ code, stdout }) => {
    assertEquals(code, 0, stdout);
    const problem = "caf\ufffd: its name is not UTF-8";
    const runs = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(runs.map(({ status, inputs }) => [status, inputs.files, inputs.problem]), [
      ["succeeded", 0, problem],
      ["succeeded", 1, null],
      ["succeeded", 0, problem],
      ["up_to_date", 1, null],
    ]);
  },
);
says("a change to such a file does not end a watch", WATCH, ({ code, stdout, stderr }) => {
  assertEquals([code, stdout.match(/^ran$/gm)?.length], [0, 2], stderr);
});
says("a home is told", `HOME="$PWD/caf$e" "$@" run show ${QUIET}`, ({ code, stderr }) => {
  assertEquals(code, 74);
  assert(stderr.includes("$HOME is not UTF-8 text"), stderr);
});
says(
  "with another place for the records, the home goes on as it is",
  `HOME="$PWD/caf$e" BYTES=1 "$@" run show ${QUIET} --state-dir state`,
  ({ code, stdout }) => {
    assertEquals([code, stdout.trim()], [0, "42 59 54 45 53 3d 31 0a"]);
  },
);
