/** `hash`: digests of files as sha256sum prints them, and the verification of lists of them. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

/** Digests of "hello\n", of nothing, and of "abc". Source: the tools of GNU coreutils. */
const HELLO = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const HELLO_SHA1 = "f572d396fae9206628714fb2ce00f72e94f2258f";
const HELLO_SHA512 = "e7c22b994c59d9cf2b48e549b1e24666636045930d3da7c1acb299d1c3b7f931" +
  "f94aae41edda2c2b207a36e10f8bcb8d45223e54878f5b316e7ce3b6bc019629";

function machine(options: FakeHostOptions = {}, toml?: string): FakeHost {
  return machineWith(toml, {
    stdin: "abc",
    ...options,
    files: {
      [`${PROJECT}/hello`]: "hello\n",
      [`${PROJECT}/empty`]: "",
      [`${PROJECT}/sub/abc`]: "abc",
      [`${PROJECT}/two words`]: "abc",
      [`${PROJECT}/back\\slash`]: "abc",
      [`${PROJECT}/line\nend\r`]: "abc",
      [`${PROJECT}/secret`]: "abc",
      [`${PROJECT}/--json`]: "abc",
    },
  });
}

interface Case {
  readonly argv: readonly string[];
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly toml?: string;
  readonly host?: FakeHostOptions;
}

function check(name: string, { argv, files, toml, host: options, ...expected }: Case): void {
  Deno.test(`hash: ${name}`, async () => {
    using host = machine(options, toml);
    host.disk.setAccess(`${PROJECT}/secret`, { readable: false });
    for (const [path, content] of Object.entries(files ?? {})) host.disk.write(`${PROJECT}/${path}`, content);
    await expectCall(host, ["hash", ...argv], expected);
    assertEquals(host.disk.openFiles(PROJECT), []);
  });
}

check("a file", { argv: ["--file", "hello"], stdout: `${HELLO}  hello\n` });
check("an empty file", { argv: ["--file", "empty"], stdout: `${EMPTY}  empty\n` });
check("the path stands as it was given", {
  argv: ["--file", `${PROJECT}/hello`, "--file", "./sub/../sub/abc"],
  stdout: `${HELLO}  ${PROJECT}/hello\n${ABC}  ./sub/../sub/abc\n`,
});
check("several files, in the order in which they were given", {
  argv: ["--file", "sub/abc", "--file", "hello", "--file", "sub/abc"],
  stdout: `${ABC}  sub/abc\n${HELLO}  hello\n${ABC}  sub/abc\n`,
});
check("further files without the option", {
  argv: ["--file", "hello", "empty", "sub/abc"],
  stdout: `${HELLO}  hello\n${EMPTY}  empty\n${ABC}  sub/abc\n`,
});
check("the option with an equals sign", { argv: ["--file=hello"], stdout: `${HELLO}  hello\n` });
check("a file whose name looks like an option", {
  argv: ["--file", "./--json", "--", "--json"],
  stdout: `${ABC}  ./--json\n${ABC}  --json\n`,
});
check("spaces stay as they are", { argv: ["--file", "two words"], stdout: `${ABC}  two words\n` });
check("a backslash and line ends in a name are escaped as sha256sum does", {
  argv: ["--file", "back\\slash", "--file", "line\nend\r"],
  stdout: `\\${ABC}  back\\\\slash\n\\${ABC}  line\\nend\\r\n`,
});
check("- is standard input", { argv: ["--file", "-"], stdout: `${ABC}  -\n` });
check("standard input beside files", {
  argv: ["--file", "hello", "--file", "-"],
  stdout: `${HELLO}  hello\n${ABC}  -\n`,
});
check("sha1", { argv: ["--file", "hello", "--algorithm", "sha1"], stdout: `${HELLO_SHA1}  hello\n` });
check("sha512", { argv: ["--file", "hello", "--algorithm", "sha512"], stdout: `${HELLO_SHA512}  hello\n` });
check("the configuration's algorithm", {
  argv: ["--file", "hello"],
  toml: '[hash]\nalgorithm = "sha1"\n',
  stdout: `${HELLO_SHA1}  hello\n`,
});
check("the algorithm that was asked for wins over the configuration's", {
  argv: ["--file", "hello", "--algorithm", "sha256"],
  toml: '[hash]\nalgorithm = "sha1"\n',
  stdout: `${HELLO}  hello\n`,
});
check("a configuration with problems is refused where its algorithm is wanted", {
  argv: ["--file", "hello"],
  toml: '[hash]\nalgorithm = "sha3"\n',
  code: 78,
  stderr: `error: Cannot use configuration "${PROJECT}/orchastration.toml": 1 problem, nothing was run

${PROJECT}/orchastration.toml:2:13: hash.algorithm: expected "sha256", "sha1" or "sha512", found "sha3"
  2 | algorithm = "sha3"
    |             ^
  hint: did you mean "sha1"?
`,
});
check("a configuration with problems does not matter where an algorithm is named", {
  argv: ["--file", "hello", "--algorithm", "sha256"],
  toml: '[hash]\nalgorithm = "sha3"\n',
  stdout: `${HELLO}  hello\n`,
});
check("an algorithm that there is not", {
  argv: ["--file", "hello", "--algorithm", "sha265"],
  code: 64,
  stderr: 'error: Cannot use --algorithm "sha265": expected one of sha256, sha1, sha512\n' +
    '  did you mean "sha256"?\n  try: orchastration hash --help\n',
});
check("an algorithm that is like none of them", {
  argv: ["--file", "hello", "--algorithm", "crc"],
  code: 64,
  stderr: 'error: Cannot use --algorithm "crc": expected one of sha256, sha1, sha512\n' +
    "  try: orchastration hash --help\n",
});
check("unreadable files are reported, and the others are hashed", {
  argv: ["--file", "gone", "--file", "hello", "--file", "sub", "--file", "secret", "--file", "empty"],
  code: 74,
  stdout: `${HELLO}  hello\n${EMPTY}  empty\n`,
  stderr: 'error: Cannot hash "gone": no such file or directory\n' +
    'error: Cannot hash "sub": it is a directory\n' +
    'error: Cannot hash "secret": permission denied\n',
});
check("a path with control characters is shown and not obeyed", {
  argv: ["--file", "go\x1b[2Jne"],
  code: 74,
  stderr: 'error: Cannot hash "go\\u001b[2Jne": no such file or directory\n',
});
check("an empty path, as an unset variable of a shell gives it, is told as empty", {
  argv: [""],
  code: 74,
  stderr: 'error: Cannot hash "": the path is empty\n',
});
check("a path with a NUL", {
  argv: ["--file", "a\0b"],
  code: 74,
  stderr: 'error: Cannot hash "a\\u0000b": the path contains a NUL byte\n',
});
const NEXT = "  try: orchastration hash --file <path>, or orchastration hash --check <list>\n";
check("neither a file nor a list", {
  argv: [],
  code: 64,
  stderr: `error: Cannot hash: no file was named\n${NEXT}`,
});
check("a file and a list", {
  argv: ["--file", "hello", "--check", "SUMS"],
  code: 64,
  stderr: `error: Cannot hash: --check and --file cannot be used together\n${NEXT}`,
});

// Lists.

check("--check: every file as listed", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `${HELLO}  hello\n${ABC}  sub/abc\n` },
  stdout: "hello: OK\nsub/abc: OK\n",
});
check("--check: the length of a digest determines its algorithm, whatever is configured", {
  argv: ["--check", "SUMS"],
  toml: '[hash]\nalgorithm = "sha1"\n',
  files: { SUMS: `${HELLO_SHA1}  hello\n${HELLO.toUpperCase()} *hello\n${HELLO_SHA512}  hello\n` },
  stdout: "hello: OK\nhello: OK\nhello: OK\n",
});
check("--check: escaped names are those of the files", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `\\${ABC}  back\\\\slash\n\\${ABC}  line\\nend\\r\n` },
  stdout: "back\\slash: OK\nline\\nend\\r: OK\n",
});
check("--check: a line separator of Unicode is a character of a name as any other", {
  argv: ["--check", "SUMS"],
  files: { "a\u2028b": "abc", SUMS: `${ABC}  a\u2028b\n` },
  stdout: "a\u2028b: OK\n",
});
check("--check: lines of Windows, a byte order mark, comments and empty lines", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `\ufeff# sums\r\n\r\n${HELLO}  hello\r\n${ABC}  sub/abc\r\n` },
  stdout: "hello: OK\nsub/abc: OK\n",
});
check("--check: a list from standard input", {
  argv: ["--check", "-"],
  host: { stdin: `${HELLO}  hello\n` },
  stdout: "hello: OK\n",
});
check("--check: a file that changed", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `${ABC}  hello\n${ABC}  sub/abc\n${EMPTY}  sub/abc\n` },
  code: 1,
  stdout: "hello: FAILED\nsub/abc: OK\nsub/abc: FAILED\n",
  stderr: "warning: 2 files do not match\n",
});
check("--check: files that cannot be read", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `${HELLO}  hello\n${ABC}  gone\n${ABC}  sub\n` },
  code: 1,
  stdout: "hello: OK\ngone: FAILED open or read\nsub: FAILED open or read\n",
  stderr: "warning: 2 files could not be read\n",
});
check("--check: a changed file, a missing file, an invalid line", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `${ABC}  hello\n${ABC}  gone\nnonsense\n` },
  code: 1,
  stdout: "hello: FAILED\ngone: FAILED open or read\n",
  stderr: 'warning: 1 line does not have the form "<digest>  <path>"\n' +
    "warning: 1 file could not be read\nwarning: 1 file does not match\n",
});
check("--check: invalid lines are a warning as long as other lines are valid", {
  argv: ["--check", "SUMS"],
  files: { SUMS: `${HELLO}  hello\n${HELLO.slice(1)}  hello\n${HELLO} hello\n${HELLO}  \n` },
  stdout: "hello: OK\n",
  stderr: 'warning: 3 lines do not have the form "<digest>  <path>"\n',
});
const NO_LINE = 'no line has the form "<digest>  <path>" with sha256, sha1, sha512';
check("--check: an empty list", {
  argv: ["--check", "SUMS"],
  files: { SUMS: "" },
  code: 74,
  stderr: `error: Cannot check the list "SUMS": ${NO_LINE}\n`,
});
check("--check: a file that is no list", {
  argv: ["--check", "hello"],
  code: 74,
  stderr: `error: Cannot check the list "hello": ${NO_LINE}\n`,
});
check("--check: a list that is not there", {
  argv: ["--check", "gone"],
  code: 74,
  stderr: 'error: Cannot read the list "gone": no such file or directory\n',
});
check("--check: a directory", {
  argv: ["--check", "sub"],
  code: 74,
  stderr: 'error: Cannot read the list "sub": it is a directory\n',
});

Deno.test("hash: a file larger than the buffer is digested completely, and a disk that fails in the middle is reported", async () => {
  using host = machine();
  const large = new Uint8Array(1_000_000).map((_, index) => index % 251);
  host.disk.write(`${PROJECT}/large`, large);
  const digest = await crypto.subtle.digest("SHA-256", large);
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await expectCall(host, ["hash", "--file", "large"], { stdout: `${hex}  large\n` });
  host.faults.failNext({ op: "read", path: `${PROJECT}/large`, problem: "other", skip: 2 });
  const said = await call(host, ["hash", "--file", "large", "--file", "hello"]);
  assertEquals([said.code, said.stdout], [74, `${HELLO}  hello\n`]);
  assert(/^error: Cannot hash "large": [^\n]+\n$/.test(said.stderr), said.stderr);
  assertEquals(host.disk.openFiles(PROJECT), []);
});

Deno.test("hash: standard input that cannot be read is an error", async () => {
  using host = machine();
  host.faults.failNext({ op: "readInput", problem: { kind: "other", reason: "the cable is broken" } });
  await expectCall(host, ["hash", "--file", "-"], {
    code: 74,
    stderr: 'error: Cannot hash "-": the cable is broken\n',
  });
});

Deno.test("hash: bad verdicts are red on a terminal", async () => {
  using host = machine({ isTerminal: true, sharedOutput: false });
  host.disk.write(`${PROJECT}/SUMS`, `${HELLO}  hello\n${ABC}  empty\n`);
  await expectCall(host, ["hash", "--check", "SUMS"], {
    code: 1,
    stdout: "hello: OK\nempty: \x1b[31mFAILED\x1b[39m\n",
    stderr: "\x1b[33mwarning:\x1b[39m 1 file does not match\n",
  });
});

Deno.test("hash --json: one document is printed, also if some files cannot be read", async () => {
  using host = machine();
  const said = await call(host, ["hash", "--json", "--file", "hello", "--file", "gone", "--file", "-"]);
  assertEquals([said.code, said.stderr], [74, 'error: Cannot hash "gone": no such file or directory\n']);
  const document = JSON.parse(said.stdout);
  assertEquals(Object.keys(document).slice(0, 2), ["format", "kind"]);
  assertEquals(document, {
    format: 1,
    kind: "hash",
    algorithm: "sha256",
    files: [
      { path: "hello", digest: HELLO, problem: null },
      { path: "gone", digest: null, problem: 'Cannot hash "gone": no such file or directory' },
      { path: "-", digest: ABC, problem: null },
    ],
  });
});

Deno.test("hash --check --json: one document has a verdict for each file", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/SUMS`, `${HELLO}  hello\nnonsense\n${ABC}  empty\n${ABC}  gone\n`);
  const said = await call(host, ["hash", "--check", "SUMS", "--json"]);
  assertEquals(
    [said.code, said.stderr],
    [
      1,
      'warning: 1 line does not have the form "<digest>  <path>"\n' +
      "warning: 1 file could not be read\nwarning: 1 file does not match\n",
    ],
  );
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "hash_check",
    files: [
      { path: "hello", status: "ok", problem: null },
      { path: "empty", status: "changed", problem: null },
      { path: "gone", status: "unreadable", problem: 'Cannot hash "gone": no such file or directory' },
    ],
    malformed_lines: [2],
  });
});

Deno.test("hash: the command logs at debug, so that its output is only the answer", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/SUMS`, `${HELLO}  hello\n${ABC}  gone\n`);
  await expectCall(host, ["hash", "--file", "hello"], { stdout: `${HELLO}  hello\n` });
  assertEquals(logOf(host), []);
  await call(host, ["hash", "--file", "hello", "--file", "gone", "--log-level", "debug"]);
  await call(host, ["hash", "--check", "SUMS", "--log-level", "debug"]);
  const entry = { time: "2026-11-22T06:34:49.123Z", level: "debug" };
  assertEquals(logOf(host), [
    { ...entry, msg: "files hashed", event: "hash", algorithm: "sha256", files: 2, unreadable: 1 },
    { ...entry, msg: "list checked", event: "hash_check", files: 2, failed: 1 },
  ]);
});
