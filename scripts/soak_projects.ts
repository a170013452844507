/**
 * Plans, builds, confirms and prunes in two work trees of one repository at once, many times
 * (tests/support/project_loops.ts). `--rounds <n>` in each, 50 by default.
 */

import { loopInWorktrees } from "../tests/support/project_loops.ts";
import { inRealFolder } from "../tests/support/real_program.ts";

const at = Deno.args.indexOf("--rounds");
const rounds = at < 0 ? 50 : Number(Deno.args[at + 1]);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error("Cannot read --rounds: expected a number from 1 on");
}
const sinceMs = performance.now();
await inRealFolder((folder) => loopInWorktrees(folder, rounds));
const took = Math.round((performance.now() - sinceMs) / 1000);
console.log(
  `${rounds} rounds in each of two work trees, in ${took} s: every file whole, no confirmation lost`,
);
