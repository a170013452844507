/** A part of `deno task soak:projects`, which takes fifty rounds. */

import { loopInWorktrees } from "../support/project_loops.ts";
import { inRealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const ROUNDS = 2;
const canRun = Deno.build.os !== "windows" && findTool("git") !== undefined;

Deno.test({
  name: `spec: plans, builds, confirmations and prunes work in two work trees at once${
    canRun ? "" : " (needs sh and git)"
  }`,
  ignore: !canRun,
  fn: () => inRealFolder((folder) => loopInWorktrees(folder, ROUNDS)),
});
