/** Measures what Orchastration costs beside references, in turns, and says which budgets hold. */

import { runScript } from "./build/tool.ts";
import { CASES } from "./bench/cases.ts";
import { measureAll } from "./bench/measure_all.ts";
import { aligned } from "./bench/table.ts";
import { HELP, readWords } from "./bench/words.ts";

await runScript(async () => {
  const wanted = readWords(Deno.args);
  if (wanted === undefined) return console.log(HELP);
  if (wanted.isList) return console.log(aligned(CASES.map(({ name, group, what }) => [name, group, what])));
  const report = await measureAll(wanted, (text) => console.log(text));
  await Deno.writeTextFile(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nresults: ${wanted.json}`);
  const missed = report.cases.filter(({ verdict }) => verdict === "does_not_hold" || verdict === "too_noisy");
  if (report.failed.length > 0 || (wanted.isStrict && missed.length > 0)) Deno.exitCode = 1;
});
