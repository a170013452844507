/** Decisions for macOS that do not need macOS: numbers and layouts, from the definitions in its headers. */

import { assertEquals } from "@std/assert";
import { ptySystem } from "../../src/host/posix_pty_calls.ts";
import { shellWords } from "../../src/host/shell_terminal.ts";

/** Source: sys/ioccom.h: direction, size of the argument, group, number. */
function request(direction: "none" | "in", bytes: number, group: string, number: number): bigint {
  const bits = { none: 0x20000000, in: 0x80000000 }[direction];
  return BigInt(bits) + (BigInt(bytes) << 16n) + BigInt((group.charCodeAt(0) << 8) | number);
}

Deno.test("macOS: requests to terminals are those of its headers, with four 16-bit numbers as a size", () => {
  const { numbers, library } = ptySystem("darwin", "aarch64")!;
  assertEquals(numbers.SET_WINDOW_SIZE, request("in", 4 * 2, "t", 103));
  assertEquals(numbers.CLOSE_ON_EXEC, request("none", 0, "f", 1));
  assertEquals(library, "/usr/lib/libSystem.B.dylib");
});

Deno.test("macOS: variable arguments are passed on the stack on ARM alone", () => {
  const passed = (["aarch64", "x86_64"] as const).map((arch) => ptySystem("darwin", arch)?.variable);
  assertEquals(passed, ["stack", "registers"]);
  assertEquals(ptySystem("linux", "aarch64")?.variable, "registers");
  assertEquals(ptySystem("windows", "x86_64"), undefined);
});

Deno.test("macOS: a shell gives back the variables that it changes, and those that the system takes from programs of its own", () => {
  const env = {
    PATH: "/bin",
    TOKEN: "secret",
    PWD: "/x",
    DYLD_LIBRARY_PATH: "/a b",
    MY_DYLD_X: "1",
  };
  const words = shellWords({ program: "/bin/ls", args: ["-l", "--"], env, stdin: "none" }, "/dev/ttys003");
  assertEquals(words.slice(0, 2), ["-p", "-c"]);
  assertEquals(words.slice(3), [
    "sh",
    "/dev/ttys003",
    "PWD=/x",
    "DYLD_LIBRARY_PATH=/a b",
    "--",
    "/bin/ls",
    "-l",
    "--",
  ]);
});
