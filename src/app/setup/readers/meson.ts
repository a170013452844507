/** The commands for a meson.build at the root of a project. */

import { fail, ok } from "../../../model/result.ts";
import type { Proposal, Reading } from "./proposal.ts";

export function mesonJobs(text: string, from: string): Reading {
  if (!/^\s*project\s*\(/m.test(text.replace(/#[^\n]*/g, ""))) {
    return fail("it has no project(), so it is a part of another project");
  }
  const job = (name: string, command: Proposal["command"], description: string): Proposal => ({
    name,
    tool: "meson",
    command,
    description,
    from,
  });
  return ok([
    job("setup", ["meson", "setup", "build"], "Prepare the folder build"),
    job("build", ["meson", "compile", "-C", "build"], "Compile"),
    job("test", ["meson", "test", "-C", "build"], "Run the tests"),
  ]);
}
