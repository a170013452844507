/**
 * Decisions about the machine without touching it: which file is started for a name, which processes belong
 * to a tree.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findProgram, type ProgramFiles } from "../../src/host/find_program.ts";
import { formatProblem, startsKind } from "../../src/host/program_format.ts";
import { pathsFor } from "../support/paths.ts";
import {
  membersOf,
  parsePsOutput,
  parseStatLine,
  type TableEntry,
  type TreeQuery,
} from "../../src/host/process_table.ts";

const CARRIAGE_RETURN = "with a carriage return (\\r) after it: the file has Windows line ends";
/** The header of a program: 64 bit, little-endian, for x86_64. */
const ELF = elf(2, 62);

function elf(type: number, machine: number): string {
  return `\x7fELF\x02\x01\x01${"\0".repeat(9)}${String.fromCharCode(type)}\0${
    String.fromCharCode(machine)
  }\0`;
}

/** Files by path; a folder is null, one without permission starts with "-". */
function filesOf(content: Readonly<Record<string, string | null>>, windows: boolean): ProgramFiles {
  const at = (path: string) => {
    const key = Object.keys(content).find((each) =>
      windows ? each.toLowerCase() === path.toLowerCase() : each === path
    );
    return key === undefined ? undefined : { text: content[key] };
  };
  return {
    facts(path) {
      const found = at(path);
      if (found === undefined) return undefined;
      if (found.text === null) return { kind: "directory", executable: true };
      return { kind: "file", executable: !found.text!.startsWith("-") };
    },
    head: (path) => new TextEncoder().encode(at(path)?.text ?? ""),
    startsForeignKind: (head) => new TextDecoder().decode(head).startsWith("MZ registered"),
  };
}

interface Search {
  readonly files: Readonly<Record<string, string | null>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly name: string;
}

function search(os: "linux" | "windows", { files, env = {}, name }: Search): string {
  const workingDir = os === "windows" ? "C:\\work" : "/work";
  const found = findProgram(
    name,
    { os, arch: "x86_64", paths: pathsFor(os), workingDir, env },
    filesOf(files, os === "windows"),
  );
  return found.ok ? found.value : `${found.failure.kind}: ${found.failure.reason}`;
}

const onLinux: Readonly<Record<string, readonly [Search, string]>> = {
  "the first folder of PATH that has it": [
    { name: "x", env: { PATH: "/a:/b" }, files: { "/a/x": ELF, "/b/x": ELF } },
    "/a/x",
  ],
  "a file that cannot be executed is skipped": [
    { name: "x", env: { PATH: "/a:/b:/c" }, files: { "/a/x": "-#!", "/b/x": null, "/c/x": ELF } },
    "/c/x",
  ],
  "a file that cannot be executed is reported if nothing else is found": [
    { name: "x", env: { PATH: "/a:/b" }, files: { "/b/x": `-${ELF}` } },
    "not_executable: /b/x has no execute permission (chmod +x)",
  ],
  "an empty element of PATH is the working folder": [
    { name: "x", env: { PATH: "/a::/b" }, files: { "/work/x": ELF, "/b/x": ELF } },
    "/work/x",
  ],
  "a relative element is resolved against the working folder": [
    { name: "x", env: { PATH: "bin" }, files: { "/work/bin/x": ELF } },
    "/work/bin/x",
  ],
  "no PATH: the usual folders": [{ name: "x", files: { "/usr/bin/x": ELF } }, "/usr/bin/x"],
  "a path is not searched for in PATH": [
    { name: "./x", env: { PATH: "/a" }, files: { "/a/x": ELF } },
    "not_found: /work/x does not exist",
  ],
  "a name with other letters is another name": [
    { name: "X", env: { PATH: "/a" }, files: { "/a/x": ELF } },
    'not_found: no program "X" in the folders of PATH',
  ],
  "a program for another machine": [
    { name: "/x", files: { "/x": elf(2, 40) } },
    "not_executable: /x is a program for arm, and this machine is x86_64",
  ],
  "a program for a machine without a name": [
    { name: "/x", files: { "/x": elf(3, 99) } },
    "not_executable: /x is a program for machine 99, and this machine is x86_64",
  ],
  "a program of 32 bit": [{ name: "/x", files: { "/x": elf(3, 3) } }, "/x"],
  "a part of a program": [
    { name: "/x.o", files: { "/x.o": elf(1, 62) } },
    "not_executable: /x.o is a part of a program, not a program",
  ],
  "a program that is cut off": [
    { name: "/x", files: { "/x": "\x7fELF" } },
    "not_executable: /x is only the beginning of a program; the rest is missing",
  ],
  "a program of Windows": [
    { name: "/x.exe", files: { "/x.exe": "MZ\x01\0" } },
    "not_executable: /x.exe is a program of Windows",
  ],
  "a program of Windows that a registered interpreter starts": [
    { name: "/x.exe", files: { "/x.exe": "MZ registered" } },
    "/x.exe",
  ],
  "a script with line ends of Windows": [
    { name: "/x", files: { "/x": "#!/bin/sh\r\necho\r\n", "/bin/sh": ELF } },
    `not_executable: /x names the interpreter /bin/sh ${CARRIAGE_RETURN}`,
  ],
  "a script with line ends of Windows, by env": [
    { name: "/x", files: { "/x": "#! /usr/bin/env bash\r\n", "/usr/bin/env": ELF } },
    `not_executable: /x names the interpreter bash ${CARRIAGE_RETURN}`,
  ],
  "a script whose interpreter has a name that ends in a carriage return": [
    { name: "/x", files: { "/x": "#!/i\r\n", "/i": ELF, "/i\r": ELF } },
    "/x",
  ],
  "a script of one line without an end": [{ name: "/x", files: { "/x": "#!/i -e", "/i": ELF } }, "/x"],
  "a name with a NUL byte": [
    { name: "x\0y", files: {} },
    "not_found: a program's name cannot contain a NUL byte",
  ],
};
for (const [name, [given, expected]] of Object.entries(onLinux)) {
  Deno.test(`findProgram on Linux: ${name}`, () => assertEquals(search("linux", given), expected));
}

Deno.test("formats registered with the kernel are recognized by their first bytes, or by name", () => {
  const qemu = "enabled\ninterpreter /usr/bin/qemu-arm\nflags: F\noffset 0\n" +
    "magic 7f454c4601010100000000000000000002002800\nmask ffffffffffffff00fffffffffffffffffeffffff\n";
  const head = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
  const arm = head("\x7fELF\x01\x01\x01\x09".padEnd(16, "\0") + "\x03\0\x28\0");
  assertEquals(startsKind(qemu, arm, "/x"), true);
  assertEquals(startsKind(qemu.replace("enabled", "disabled"), arm, "/x"), false);
  assertEquals(startsKind(qemu, head(elf(2, 62)), "/x"), false);
  assertEquals(startsKind(qemu, arm.subarray(0, 8), "/x"), false);
  const python = "enabled\ninterpreter /usr/bin/python3\nflags: \noffset 2\nmagic 0d0a\n";
  assertEquals(["ab\r\n", "\r\nab"].map((text) => startsKind(python, head(text), "/x")), [true, false]);
  const jar = "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n";
  assertEquals(["/a.jar", "/a"].map((path) => startsKind(jar, head("PK"), path)), [true, false]);
});

Deno.test("a program for another system, or for another processor of macOS, is refused", () => {
  const head = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
  const mach = (cpu: number) => head(`\xcf\xfa\xed\xfe${String.fromCharCode(cpu)}\0\0\x01`);
  const on = (os: "linux" | "darwin", arch: string, bytes: Uint8Array) => formatProblem(bytes, { os, arch });
  assertEquals(on("darwin", "aarch64", head(elf(2, 183))), "is a program of Linux or another Unix");
  assertEquals(on("linux", "aarch64", mach(12)), "is a program of macOS");
  assertEquals(on("darwin", "x86_64", mach(12)), "is a program for aarch64, and this machine is x86_64");
  assertEquals([on("darwin", "aarch64", mach(7)), on("darwin", "aarch64", mach(12))], [undefined, undefined]);
  assertEquals(on("darwin", "x86_64", head("\xca\xfe\xba\xbe")), undefined);
});

const onWindows: Readonly<Record<string, readonly [Search, string]>> = {
  "the extensions of PATHEXT, in their order": [
    {
      name: "x",
      env: { Path: "C:\\a", PATHEXT: ".EXE;.CMD" },
      files: { "C:\\a\\x.cmd": "", "C:\\a\\x.exe": "MZ" },
    },
    "C:\\a\\x.exe",
  ],
  "a folder comes before an extension": [
    {
      name: "x",
      env: { Path: "C:\\a;C:\\b", PATHEXT: ".EXE;.CMD" },
      files: { "C:\\a\\x.cmd": "", "C:\\b\\x.exe": "MZ" },
    },
    "C:\\a\\x.cmd",
  ],
  "no PATHEXT: the usual ones": [
    { name: "x", env: { PATH: "C:\\a" }, files: { "C:\\a\\x.bat": "" } },
    "C:\\a\\x.bat",
  ],
  "an empty PATHEXT counts as missing": [
    { name: "x", env: { PATH: "C:\\a", PATHEXT: "" }, files: { "C:\\a\\x.bat": "" } },
    "C:\\a\\x.bat",
  ],
  "an empty PATHEXT, and a path": [
    { name: ".\\x", env: { PATHEXT: ";" }, files: {} },
    "not_found: C:\\work\\x does not exist",
  ],
  "a name that has its extension": [
    { name: "x.EXE", env: { path: "C:\\a" }, files: { "C:\\a\\x.exe": "MZ" } },
    "C:\\a\\x.EXE",
  ],
  "an extension that starts nothing gets one that does": [
    {
      name: "x.txt",
      env: { PATH: "C:\\a", PATHEXT: ".EXE" },
      files: { "C:\\a\\x.txt": "", "C:\\a\\x.txt.exe": "MZ" },
    },
    "C:\\a\\x.txt.exe",
  ],
  "a file without an extension is not a program": [
    { name: "x", env: { PATH: "C:\\a" }, files: { "C:\\a\\x": "#!" } },
    'not_found: no program "x" in the folders of PATH',
  ],
  "elements in quotes, and empty ones": [
    { name: "x", env: { PATH: ';;"C:\\Program Files\\a";' }, files: { "C:\\Program Files\\a\\x.exe": "MZ" } },
    "C:\\Program Files\\a\\x.exe",
  ],
  "never the working folder for a bare name": [
    { name: "x", env: { PATH: "C:\\a" }, files: { "C:\\work\\x.exe": "MZ" } },
    'not_found: no program "x" in the folders of PATH',
  ],
  "a path with either slash, against the working folder": [
    { name: "tools/x", env: { PATH: "C:\\a" }, files: { "C:\\work\\tools\\x.exe": "MZ" } },
    "C:\\work\\tools\\x.exe",
  ],
  "a missing path is reported": [
    { name: ".\\tools\\nosuch", files: {} },
    "not_found: C:\\work\\tools\\nosuch does not exist",
  ],
  "a script that Explorer would open with another program": [
    { name: "tools\\a.js", env: { PATHEXT: ".EXE;.JS" }, files: { "C:\\work\\tools\\a.js": "1" } },
    "not_executable: C:\\work\\tools\\a.js is not a program of this system",
  ],
  "a text file with the name of a program": [
    { name: "x.exe", env: { PATH: "C:\\a" }, files: { "C:\\a\\x.exe": "hello" } },
    "not_executable: C:\\a\\x.exe is not a program of this system",
  ],
  "a program has priority over a script of the same name, whatever PATHEXT says": [
    {
      name: "x",
      env: { PATH: "C:\\a", PATHEXT: ".VBS;.CMD" },
      files: { "C:\\a\\x.vbs": "1", "C:\\a\\x.cmd": "" },
    },
    "C:\\a\\x.cmd",
  ],
  "a program under any other name": [
    { name: "tools\\x.dat", env: { PATHEXT: ".EXE;.DAT" }, files: { "C:\\work\\tools\\x.dat": "MZ" } },
    "C:\\work\\tools\\x.dat",
  ],
};
for (const [name, [given, expected]] of Object.entries(onWindows)) {
  Deno.test(`findProgram on Windows: ${name}`, () => assertEquals(search("windows", given), expected));
}

Deno.test("findProgram: whatever the name and PATH, a found program exists and can be started", () => {
  const part = fc.constantFrom("a", "b", "x", ".", "..", "", "x.exe", "X");
  const anyPath = fc.array(part, { maxLength: 4 });
  const os = fc.constantFrom("linux" as const, "windows" as const);
  fc.assert(fc.property(os, anyPath, fc.array(anyPath, { maxLength: 3 }), anyPath, (os, name, path, file) => {
    const [slash, colon, root] = os === "linux" ? ["/", ":", "/"] : ["\\", ";", "C:\\"];
    const at = `${root}${file.filter((each) => each !== "" && !each.startsWith(".")).join(slash)}`;
    const files = { [at]: ELF };
    const found = search(os, {
      name: name.join(slash),
      env: { PATH: path.map((each) => root + each.join(slash)).join(colon), PATHEXT: ".EXE" },
      files,
    });
    const isFound = !/^not_(found|executable): /.test(found);
    if (isFound) assertEquals(found.toLowerCase(), at.toLowerCase());
  }));
});

Deno.test("a line of /proc/<pid>/stat is read whatever the name is", () => {
  const number = fc.nat({ max: 4_194_304 });
  const processName = fc.string({ unit: fc.constantFrom(..."ab ()0\n"), maxLength: 15 });
  fc.assert(fc.property(number, number, number, number, fc.nat(), processName, fc.constantFrom(..."RSDZTX"), (
    pid,
    parentPid,
    groupId,
    sessionId,
    startTicks,
    name,
    state,
  ) => {
    const between = Array(15).fill("0").join(" ");
    const line =
      `${pid} (${name}) ${state} ${parentPid} ${groupId} ${sessionId} ${between} ${startTicks} 1 2 3\n`;
    assertEquals(parseStatLine(line), { pid, name, state, parentPid, groupId, sessionId, startTicks });
  }));
  for (const line of ["", "1", "1 )(", "1 (a"]) assertEquals(parseStatLine(line), undefined);
});

Deno.test("the output of ps is read, without zombies and headings", () => {
  assertEquals(
    parsePsOutput(
      "    1     0     1 Ss   /sbin/launchd\n  502     1   502 S+   /Applications/My App.app/x (y)\n" +
        "  503   502   502 Z    (gone)\n  504   502   502 U    -zsh\n\nPID PPID\n",
    ).map(({ pid, parentPid, groupId, startTicks, name }) => [pid, parentPid, groupId, startTicks, name]),
    [
      [1, 0, 1, null, "/sbin/launchd"],
      [502, 1, 502, null, "/Applications/My App.app/x (y)"],
      [504, 502, 502, null, "-zsh"],
    ],
  );
});

const OWN = 100;
const LEADER = 200;

/** Processes with pids from 1 on, each with a parent among those before it, in some group and session. */
const processes: fc.Arbitrary<readonly TableEntry[]> = fc.array(
  fc.record({
    pid: fc.constantFrom(OWN, LEADER, 1, 2, 3, 201, 202, 203, 204, 205),
    parentPid: fc.constantFrom(OWN, LEADER, 1, 201, 202, 203),
    groupId: fc.constantFrom(OWN, LEADER, 1, 203),
    sessionId: fc.constantFrom(OWN, LEADER, 1, 203),
    startTicks: fc.constantFrom(5, 6),
    name: fc.constant("x"),
  }),
  { maxLength: 10 },
).map((entries) => [...new Map(entries.map((entry) => [entry.pid, entry])).values()]);

Deno.test("the members of a tree are its roots and their descendants, and no process of another tree", () => {
  const query = fc.record({
    ownSession: fc.boolean(),
    others: fc.subarray<number>([201, 202, 1]),
    seen: fc.array(fc.tuple(fc.constantFrom(202, 204, 205), fc.constantFrom(5, 6)), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(processes, query, (table, { ownSession, others, seen }) => {
      const asked: TreeQuery = {
        leaderPid: LEADER,
        ownSession,
        ownPid: OWN,
        others: new Set(others),
        seen: new Map(seen),
      };
      const known = new Map<number, number>(seen);
      const isExcluded = (pid: number) => pid === OWN || others.includes(pid);
      // By definition: repeated until nothing is added any more.
      const expected = new Set<number>();
      for (let before = -1; before !== expected.size;) {
        before = expected.size;
        for (const { pid, parentPid, groupId, sessionId, startTicks } of table) {
          if (isExcluded(pid)) continue;
          const isRoot = pid === LEADER || (ownSession && (groupId === LEADER || sessionId === LEADER)) ||
            (known.has(pid) && known.get(pid) === startTicks);
          if (isRoot || expected.has(parentPid)) expected.add(pid);
        }
      }
      const found = membersOf(table, asked).map(({ pid }) => pid);
      assertEquals(found.toSorted(), [...expected].toSorted());
      assert(!found.includes(OWN));
    }),
    { numRuns: 2000 },
  );
});
