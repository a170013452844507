/** Decisions for Windows that do not need Windows: everything there that is our code. */

import { assertEquals } from "@std/assert";
import { receivedSignalsOf } from "../../src/host/deno_signals.ts";
import { batchProblem, taskkillArgs } from "../../src/host/deno_processes_windows.ts";
import { findProgram } from "../../src/host/find_program.ts";
import { MOST_TRIES, PAUSE_MS, whileHeldOpen } from "../../src/host/retry_while_open.ts";
import { pathsFor } from "../support/paths.ts";

const paths = pathsFor("windows");

Deno.test("Windows: a tree is asked to stop first, and then killed", () => {
  const asked = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => taskkillArgs(42, signal));
  assertEquals(asked, Array(3).fill(["/PID", "42", "/T"]));
  assertEquals(taskkillArgs(42, "SIGKILL"), ["/PID", "42", "/T", "/F"]);
});

Deno.test("Windows: Ctrl-Break stops a run as SIGTERM does, and only signals of Windows are handled", () => {
  assertEquals(receivedSignalsOf("windows"), [
    ["SIGINT", "SIGINT"],
    ["SIGBREAK", "SIGTERM"],
    ["SIGHUP", "SIGHUP"],
  ]);
  assertEquals(
    receivedSignalsOf("linux").every(([signal, meaning]) => signal === meaning),
    true,
  );
});

const arguments_: readonly (readonly [string, string[], boolean])[] = [
  ["C:\\a\\x.exe", ["a\nb"], true],
  ["C:\\a\\x.cmd", ["a\nb"], false],
  ["C:\\a\\x.BAT", ["fine", "a\rb"], false],
  ["C:\\a\\x.cmd", ["%PATH%", "a b", '"', "^&|<>", ""], true],
  ["C:\\a.cmd\\x.exe", ["a\r\nb"], true],
];
for (const [program, args, isPossible] of arguments_) {
  Deno.test(`Windows: ${program} with ${JSON.stringify(args)} is ${isPossible ? "possible" : "refused"}`, () => {
    assertEquals(batchProblem(program, args) === undefined, isPossible);
  });
}

const folders: readonly (readonly [base: string, path: string, expected: string])[] = [
  ["C:\\work", "a", "C:\\work\\a"],
  ["C:\\work", "..\\a/b", "C:\\a\\b"],
  ["C:\\work", "D:\\a", "D:\\a"],
  ["C:\\work", "c:\\A", "c:\\A"],
  // Without a drive: the root of the current drive.
  ["C:\\work", "\\a", "C:\\a"],
  ["C:\\work", "/a", "C:\\a"],
  // A drive without a root: below the folder, when it is on that drive.
  ["C:\\work", "C:a", "C:\\work\\a"],
  ["C:\\work", "\\\\server\\share\\a", "\\\\server\\share\\a"],
  ["\\\\server\\share\\work", "..\\a", "\\\\server\\share\\a"],
  ["\\\\server\\share\\work", "..\\..\\..\\a", "\\\\server\\share\\a"],
  ["\\\\server\\share\\work", "\\a", "\\\\server\\share\\a"],
  // The form for long paths, which our paths need not use: the runtime adds it where the system wants it.
  ["\\\\?\\C:\\work", "a", "\\\\?\\C:\\work\\a"],
  ["C:\\work", "x".repeat(300), `C:\\work\\${"x".repeat(300)}`],
];
for (const [base, path, expected] of folders) {
  Deno.test(`Windows: ${base} and ${path.slice(0, 30)} is ${expected.slice(0, 40)}`, () => {
    assertEquals(paths.resolve(base, path), expected);
    assertEquals(paths.isAbsolute(expected), true);
  });
}

Deno.test("Windows: a path that lacks its drive or its root is not absolute", () => {
  const isAbsolute = (path: string) => paths.isAbsolute(path);
  assertEquals(["C:", "C:a", "a\\b", "", ".\\a"].map(isAbsolute), Array(5).fill(false));
});

Deno.test("Windows: a program on a share, and one with a long path, can be started", () => {
  const tool = "\\\\server\\tools\\x.exe";
  const long = `\\\\?\\C:\\${"d".repeat(300)}\\x.exe`;
  const find = (name: string, Path: string) =>
    findProgram(name, { os: "windows", arch: "x86_64", paths, workingDir: "C:\\work", env: { Path } }, {
      facts: (path) => [tool, long].includes(path) ? { kind: "file", executable: true } : undefined,
      head: () => undefined,
      startsForeignKind: () => false,
    });
  assertEquals(find("x", "C:\\a;\\\\server\\tools"), { ok: true, value: tool });
  assertEquals(find("\\\\server\\tools\\x", ""), { ok: true, value: tool });
  assertEquals(find(long, ""), { ok: true, value: long });
});

Deno.test("Windows: an operation on an open file is tried again, for a bounded time", () => {
  const held = new Error("held");
  const attempts = (failures: number) => {
    const pauses: number[] = [];
    const run = () => {
      if (pauses.length < failures) throw held;
      return "moved";
    };
    return {
      pauses,
      call: () => whileHeldOpen(run, (error) => error === held, (ms) => void pauses.push(ms)),
    };
  };
  const brief = attempts(3);
  assertEquals([brief.call(), brief.pauses], ["moved", [PAUSE_MS, PAUSE_MS, PAUSE_MS]]);
  const forever = attempts(Infinity);
  assertEquals(thrownBy(forever.call), held);
  assertEquals(forever.pauses.length, MOST_TRIES - 1);
});

Deno.test("Windows: every other problem is reported at once", () => {
  const missing = new Deno.errors.NotFound("none");
  const refuse = () => {
    throw missing;
  };
  const pause = () => {
    throw new Error("nothing to wait for");
  };
  assertEquals(thrownBy(() => whileHeldOpen(refuse, () => false, pause)), missing);
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
}
