/** `man`: the page contains everything in the command table, and tools that read such pages accept it. */

import { assert, assertEquals } from "@std/assert";
import { commandsBelow, pathOf } from "../../../src/cli/base/command_tree.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { call, expectCall, machineWith } from "../../support/cli.ts";

async function page(): Promise<string> {
  using host = machineWith("broken");
  const { code, stdout, stderr } = await call(host, ["man"]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("man: every command, option and example is in the page", async () => {
  const text = (await page()).replaceAll("\\-", "-");
  const program = (await loadProgram()).root;
  for (const command of commandsBelow(program)) {
    if (command.commands.length > 0) continue;
    assert(text.includes(`\n.SS ${pathOf(command).replace("orchastration ", "")}`), pathOf(command));
    for (const option of command.options) assert(text.includes(`\\fB${option.flags}\\fR\n`), option.flags);
  }
  for (const section of ["NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT"]) {
    assert(text.includes(`\n.SH ${section}\n`), section);
  }
  assert(text.includes("\norchastration runs list sample --status failed --since 7d\n"));
});

Deno.test("man: no line is an accidental troff request, and no Markdown is left", async () => {
  const text = await page();
  const requests = [...text.matchAll(/^\.(\w+)/gm)].map(([, request]) => request!);
  assertEquals([...new Set(requests)].toSorted(), [
    "B",
    "PP",
    "RE",
    "RS",
    "SH",
    "SS",
    "TH",
    "TP",
    "ad",
    "fi",
    "nf",
    "nh",
  ]);
  assert(!/^'/m.test(text) && !/[`\x80-\uffff]|undefined/.test(text), text);
});

Deno.test("man: at a terminal, instructions for reading are printed beside the page", async () => {
  using host = machineWith(undefined, { isTerminal: true, sharedOutput: false });
  const stderr = "\nTo read it: orchastration man > orchastration.1, and then man ./orchastration.1\n";
  await expectCall(host, ["man"], { stdout: await page(), stderr });
});

Deno.test("man --json: the page is printed in one document", async () => {
  using host = machineWith(undefined);
  const document = JSON.parse((await call(host, ["man", "--json"])).stdout);
  assertEquals([document.format, document.kind, document.page], [1, "manual_page", await page()]);
});

/** Tools that format such a page, with their warnings switched on. */
const READERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ["groff", "-man", "-ww", "-Tutf8"],
  ["mandoc", "-T", "utf8", "-W", "error"],
  ["man", "--warnings", "-l"],
];

for (const [program, ...args] of READERS) {
  const isThere = isInstalled(program);
  Deno.test({
    name: `man: ${program} renders the page without a warning${isThere ? "" : " (not installed)"}`,
    ignore: !isThere,
    async fn() {
      const path = await Deno.makeTempFile({ prefix: "orchastration-", suffix: ".1" });
      try {
        await Deno.writeTextFile(path, await page());
        const { code, stdout, stderr } = await new Deno.Command(program, {
          args: [...args, path],
          env: { MANPAGER: "cat", MANWIDTH: "100", LC_ALL: "C.UTF-8" },
          stdin: "null",
        }).output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assertEquals([code, text(stderr)], [0, ""]);
        // Without bold and underlined letters, which are made of a letter, a backspace and a letter, or of escapes.
        // deno-lint-ignore no-control-regex
        const shown = text(stdout).replace(/.\x08|\x1b\[[\d;]*m/g, "").replace(/\s+/g, " ");
        assert(shown.includes("--log-format <format>"), shown);
        assert(shown.includes("orchastration hash --file a.bin --file b.bin > SUMS"), shown);
        assert(shown.includes("78 The configuration is missing, unreadable or wrong."), shown);
        assert(shown.includes("%AppData%\\orchastration"), shown);
      } finally {
        await Deno.remove(path);
      }
    },
  });
}

function isInstalled(program: string): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const version = program === "mandoc" ? ["-T", "lint", "/dev/null"] : ["--version"];
    new Deno.Command(program, { args: version, stdin: "null" }).outputSync();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
