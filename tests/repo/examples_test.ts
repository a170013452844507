/** The example configuration works: every job in it can be run, does no harm, and succeeds. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { decode } from "../../src/config/decode.ts";
import { parse } from "smol-toml";
import { inRealFolder } from "../support/real_program.ts";

const EXAMPLE = fromFileUrl(new URL("../../configs/config.example.toml", import.meta.url));
const { settings, problems } = decode(parse(Deno.readTextFileSync(EXAMPLE)), "linux");

Deno.test("example: the configuration is valid, and contains jobs and tasks", () => {
  assertEquals(problems, []);
  assertEquals([settings.jobs.has("sample"), settings.tasks.has("sample_task")], [true, true]);
});

Deno.test("example: the quick start has separate commands for Windows", () => {
  const windows = decode(parse(Deno.readTextFileSync(EXAMPLE)), "windows");
  assertEquals(windows.problems, []);
  const { jobs, tasks } = windows.settings;
  assertEquals([jobs.get("sample")!.command, tasks.get("sample_task")!.command], [
    ["cmd", "/c", "dir"],
    ["cmd", "/c", "(if not exist dist mkdir dist) && echo hello> dist\\example.txt"],
  ]);
});

for (const name of settings.jobs.keys()) {
  Deno.test({
    name: `example: the job "${name}" runs and succeeds`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("notes.md", "a line\n");
        const said = await folder.orchastration(
          "--config",
          EXAMPLE,
          "--state-dir",
          "state",
          "run",
          name,
          "--yes",
        );
        // A job with inputs says why it runs.
        const why = settings.jobs.get(name)?.inputs === undefined ? "" : "runs: never succeeded\n";
        assertEquals([said.code, said.stderr], [0, why]);
        const record = JSON.parse(folder.read(`state/runs/${name}/last.json`));
        assertEquals([record.name, record.status], [name, "succeeded"]);
        assertEquals(folder.read(".cache/orchastration/orchastration.log").includes(record.id), true);
      }),
  });
}
