/** `--output` of every command that writes one file: the folders on its way, and places where no file can be. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import "../../../src/app/documents/document_task.ts";
import "../../../src/app/exports/export_run.ts";
import "../../../src/web/report.ts";

const TOML = `
[jobs.hello]
command = ["hello"]
[tasks.site]
command = ["hello"]
`;
const COMMANDS = [
  ["export", "hello", "--format", "junit"],
  ["report", "hello"],
  ["doc", "generate", "site"],
] as const;

async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML);
  host.program("hello", () => Promise.resolve());
  // The script of the pages that a report holds.
  host.program("/usr/bin/orchastration", (p) => p.stdout("render();"));
  await call(host, ["run", "hello", "--quiet"]);
  return host;
}

for (const words of COMMANDS) {
  const line = words.join(" ");

  Deno.test(`${line} --output: folders that are missing are made`, async () => {
    using host = await machine();
    const said = await call(host.another(), [...words, "--output", "out/of/here/file"]);
    assertEquals([said.code, said.stderr], [0, ""]);
    assertEquals(host.disk.list(`${PROJECT}/out/of/here`), ["file"]);
  });

  Deno.test(`${line} --output: a folder, or a path through a file, is refused with the next step`, async () => {
    using host = await machine();
    host.disk.write(`${PROJECT}/folder/inside`, "kept\n");
    for (
      const [path, reason] of [
        ["folder", "it is a directory"],
        ["folder/", "it is a directory"],
        [
          "orchastration.toml/file",
          words[0] === "doc"
            ? "a part of the path is not a directory"
            : `${PROJECT}/orchastration.toml is not a directory`,
        ],
      ] as const
    ) {
      await expectCall(host.another(), [...words, "--output", path], {
        code: 74,
        stderr: `error: Cannot write "${PROJECT}/${path.replace(/\/$/, "")}": ${reason}\n` +
          `  try: orchastration ${line} --output <path>\n`,
      });
    }
    assertEquals(host.disk.list(`${PROJECT}/folder`), ["inside"]);
  });

  Deno.test(`${line} --output: an empty path, or an option in its place, is a mistake`, async () => {
    using host = await machine();
    for (const value of ["", "--quiet"]) {
      const said = await call(host, [...words, "--output", value]);
      assertEquals([said.code, said.stdout], [64, ""]);
      const fact = value === ""
        ? "found nothing|is missing"
        : "its <path> is missing|found the option --quiet";
      assertEquals(new RegExp(fact).test(said.stderr), true, said.stderr);
    }
  });
}
