/** Builds Orchastration for one system into dist/. Called by build-linux.sh and the other build scripts. */

import { buildProgram } from "./build/build_program.ts";
import { OPTIONS, readWords } from "./build/words.ts";
import { runScript } from "./build/tool.ts";

const HELP =
  `Builds Orchastration into dist/: one executable where Deno's compile base can be downloaded, else the portable
form, a launcher with the runtime and the program in a folder beside it.

${OPTIONS}`;

await runScript(async () => {
  const words = readWords(Deno.args, "dist");
  if (words === undefined) console.log(HELP);
  else await buildProgram(words.wanted);
});
