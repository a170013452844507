/** Measures the cost of Orchastration compared with references, in turns, and says which budgets hold. */

import { dirname } from "@std/path/posix";
import { Problem, runScript } from "../build/tool.ts";
import { CASES } from "./bench/cases.ts";
import { measureAll } from "./bench/measure_all.ts";
import { aligned } from "./bench/table.ts";
import { HELP, readWords, type Wanted } from "./bench/words.ts";

await runScript(async () => {
  const wanted = readWords(Deno.args);
  if (wanted === undefined) return console.log(HELP);
  if (wanted.isList) return console.log(aligned(CASES.map(({ name, group, what }) => [name, group, what])));
  // Checked before minutes of measuring, not after them.
  await checkFolders(wanted);
  const report = await measureAll(wanted, (text) => console.log(text));
  await Deno.writeTextFile(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nresults: ${wanted.json}`);
  const missed = report.cases.filter(({ verdict }) => verdict === "does_not_hold" || verdict === "too_noisy");
  if (report.failed.length > 0 || (wanted.isStrict && missed.length > 0)) Deno.exitCode = 1;
});

async function checkFolders({ json, scratch, others }: Wanted): Promise<void> {
  for (const folder of [dirname(json), scratch, others]) {
    if (folder === undefined) continue;
    const found = await Deno.stat(folder).catch(() => undefined);
    if (found?.isDirectory !== true) throw new Problem(`Cannot use "${folder}": it is no folder`);
  }
}
