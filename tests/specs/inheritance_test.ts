/**
 * The parts that a job inherits from its caller, with the program run from its sources; the smoke test checks
 * the same for built forms.
 */

import { assertEquals } from "@std/assert";
import { differencesOf } from "../../scripts/smoke/inheritance.ts";
import { inRealFolder } from "../support/real_program.ts";

Deno.test({
  name: "spec: a job has the environment, limits, signals and umask that it would have from a shell",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inRealFolder(async (folder) => {
      const { DENO_DIR } = folder.env;
      const env = { HOME: folder.path, ...(DENO_DIR === undefined ? {} : { DENO_DIR }) };
      const caller = { program: folder.command, folder: folder.path, env, isNode: false };
      assertEquals(await differencesOf(caller), []);
    }),
});
