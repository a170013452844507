/** Processes at a pseudo-console, with a fake kernel32 that reads the structures at the places that Windows defines. */

import { assertEquals } from "@std/assert";
import type { SpawnRequest } from "../../src/host/processes.ts";
import { startAtConsole } from "../../src/host/windows_console.ts";
import { FakeKernel } from "../support/fake_kernel.ts";
import { text } from "./expect.ts";

const CMD = "C:\\Windows\\System32\\cmd.exe";
const REQUEST: SpawnRequest = {
  program: "C:\\tools\\x.exe",
  args: ["a b"],
  workingDir: "C:\\work",
  env: { PATH: "C:\\tools", A: "1" },
  placement: "own_session",
  stdin: "none",
  terminal: { columns: 91, rows: 23 },
  marker: { variable: "CHAIN", token: "t" },
};

function start(kernel: FakeKernel, change: Partial<SpawnRequest> = {}) {
  return startAtConsole(kernel.calls, { ...REQUEST, ...change }, CMD);
}

function started(kernel: FakeKernel, change: Partial<SpawnRequest> = {}) {
  const child = start(kernel, change);
  if (child === undefined) throw new Error("Cannot go on: nothing was started");
  return child;
}

async function endOf(kernel: FakeKernel, child: ReturnType<typeof started>, code = 0) {
  kernel.endProcess(code);
  const exit = await child.exited;
  let drawn = "";
  for (let bytes = await child.stdout.read(); bytes !== undefined; bytes = await child.stdout.read()) {
    drawn += text(bytes);
  }
  await kernel.settled();
  return { exit, drawn };
}

Deno.test("Windows: a program at a console has its words, variables and folder, and an empty input that alone is inherited", async () => {
  const kernel = new FakeKernel();
  const child = started(kernel);
  assertEquals(child.pid, FakeKernel.PID);
  assertEquals(kernel.sizes, [{ columns: 91, rows: 23 }]);
  const input = kernel.opened("NUL");
  assertEquals(kernel.process, {
    program: REQUEST.program,
    line: '"C:\\tools\\x.exe" "a b"',
    inherits: true,
    // EXTENDED_STARTUPINFO_PRESENT and CREATE_UNICODE_ENVIRONMENT.
    flags: 0x80400,
    variables: "A=1\0PATH=C:\\tools\0\0",
    folder: "C:\\work",
    startup: { size: 112, flags: 0x100, input, output: 0n, error: 0n },
    // PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE and PROC_THREAD_ATTRIBUTE_HANDLE_LIST.
    attributes: new Map([[0x20016n, [FakeKernel.CONSOLE]], [0x20002n, [input]]]),
  });
  await endOf(kernel, child);
});

Deno.test("Windows: a program that takes our input inherits nothing, and gets the input of its console", async () => {
  const kernel = new FakeKernel();
  const child = started(kernel, { stdin: "inherit" });
  assertEquals([kernel.process?.inherits, kernel.process?.startup.input], [false, 0n]);
  assertEquals(kernel.process?.attributes, new Map([[0x20016n, [FakeKernel.CONSOLE]]]));
  await endOf(kernel, child);
});

Deno.test("Windows: a batch file is started by cmd.exe", async () => {
  const kernel = new FakeKernel();
  const child = started(kernel, { program: "C:\\t.CMD", args: ["%A%"] });
  assertEquals([kernel.process?.program, kernel.process?.line], [
    CMD,
    `"${CMD}" /e:ON /v:OFF /d /c ""C:\\t.CMD" "%%cd:~,%A%%cd:~,%""`,
  ]);
  await endOf(kernel, child);
});

Deno.test("Windows: the console is closed when its program has ended, all of the output is read, and every handle is closed once", async () => {
  const kernel = new FakeKernel();
  const child = started(kernel);
  kernel.draw("hel");
  assertEquals(text((await child.stdout.read())!), "hel");
  kernel.draw("lo\x1b[");
  assertEquals(text((await child.stdout.read())!), "lo");
  kernel.draw("6n!");
  assertEquals(text((await child.stdout.read())!), "!");
  kernel.draw("\r\n");
  assertEquals(kernel.isConsoleClosed, false);
  // A status of 32 bits, as the runtime gives it.
  const { exit, drawn } = await endOf(kernel, child, 0xc0000005);
  assertEquals([exit, drawn], [{ kind: "exited", exit_code: -1073741819 }, "\r\n"]);
  assertEquals(kernel.typed, "\x1b[1;1R");
  assertEquals(kernel.isConsoleClosed, true);
  assertEquals(kernel.open(), []);
  child.terminal.resize({ columns: 1, rows: 1 });
  await child.terminal.write(new TextEncoder().encode("late"));
  assertEquals([kernel.typed, kernel.sizes.length], ["\x1b[1;1R", 1]);
});

Deno.test("Windows: a reader that is cancelled closes the console, whose output is then read by nobody else", async () => {
  for (const isReading of [true, false]) {
    const kernel = new FakeKernel();
    const child = started(kernel);
    const pending = isReading ? child.stdout.read() : undefined;
    child.stdout.cancel();
    kernel.draw("more");
    assertEquals([await pending, await child.stdout.read()], [undefined, undefined]);
    kernel.endProcess(1);
    await child.exited;
    await kernel.settled();
    assertEquals([kernel.isConsoleClosed, kernel.open()], [true, []]);
  }
});

Deno.test("Windows: typed lines end with Enter, the end of input is Ctrl-Z, and the size follows ours", async () => {
  const kernel = new FakeKernel();
  const child = started(kernel, { stdin: "inherit" });
  const type = (keys: string) => child.terminal.write(new TextEncoder().encode(keys));
  await Promise.all([type("wörld\n"), type("a\r\n"), type("\x1b[A"), type("\x04")]);
  assertEquals(kernel.typed, "wörld\ra\r\n\x1b[A\x1a\r");
  child.terminal.resize({ columns: 40, rows: 10 });
  assertEquals(kernel.sizes[1], { columns: 40, rows: 10 });
  await endOf(kernel, child);
});

for (
  const failing of [
    ...["CreatePipe", "second CreatePipe", "CreatePseudoConsole", "CreateFileW"] as const,
    ...["InitializeProcThreadAttributeList", "UpdateProcThreadAttribute", "CreateProcessW"] as const,
  ]
) {
  Deno.test(`Windows: where ${failing} fails, nothing is started and no handle stays open`, async () => {
    const kernel = new FakeKernel(failing);
    assertEquals(start(kernel), undefined);
    await kernel.settled();
    assertEquals(kernel.open(), []);
  });
}
