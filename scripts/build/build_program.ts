/**
 * Builds the program for one system, as an executable or in portable form, and keeps only what was verified.
 */

import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { VERSION } from "../../src/version.ts";
import { bundleProgram, START } from "./bundle.ts";
import { writeList } from "./checksums.ts";
import { refuseDenoCli } from "./deno_cli.ts";
import { compileProgram } from "./native.ts";
import { checkAnswer, portableRuntimes, putPortable, removeEarlier } from "./product.ts";
import { readRevision, type Revision } from "./revision.ts";
import { programName, type Target } from "./targets.ts";
import { Problem, withScratch } from "./tool.ts";

export const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");

export interface Wanted {
  readonly target: Target;
  /** The output folder. */
  readonly out: string;
  readonly form: "native" | "portable" | "best";
  readonly commit: string | undefined;
}

export interface Built {
  readonly form: "native" | "portable";
  readonly revision: Revision;
}

export async function buildProgram({ target, out, form, commit: givenCommit }: Wanted): Promise<Built> {
  const revision = await readRevision(ROOT, givenCommit);
  const { commit } = revision;
  await Deno.mkdir(out, { recursive: true });
  await removeEarlier(target, out);
  return await withScratch(async (scratch) => {
    const program = join(scratch, "program");
    await bundleProgram(ROOT, program, revision);
    const made = form === "portable" ? "portable" : await tryNative(target, scratch, out, form);
    const path = join(out, programName(target, made));
    try {
      if (made === "portable") await putPortable(target, program, out);
      await refuseDenoCli(out, portableRuntimes());
      await checkAnswer(target, path, versionAnswer(commit));
    } catch (error) {
      await removeEarlier(target, out);
      throw error;
    }
    await writeList(out, join(program, START));
    console.log(`built ${path} (${made}, ${VERSION}${commit === "" ? "" : `, ${commit}`}, ${target.triple})`);
    return { form: made, revision };
  });
}

/** The executable is made elsewhere and moved in after it was verified to be ours. */
async function tryNative(
  target: Target,
  scratch: string,
  out: string,
  form: "native" | "best",
): Promise<"native" | "portable"> {
  const made = join(scratch, programName(target, "native"));
  const compiled = await compileProgram(target, scratch, made);
  if (compiled.kind === "done") {
    await Deno.copyFile(made, join(out, programName(target, "native")));
    return "native";
  }
  if (form === "native") {
    throw new Problem(
      `Cannot make the executable for ${target.triple}: Deno's compile base cannot be downloaded (${compiled.reason})`,
      "the same without --require-native, for the portable form",
    );
  }
  console.log(
    `Deno's compile base cannot be downloaded here (${compiled.reason}), so this is the portable form, which does the same.`,
  );
  return "portable";
}

function versionAnswer(commit: string): RegExp {
  const escaped = [VERSION, commit].map((text) => text.replace(/[.+]/g, "\\$&"));
  return new RegExp(`^orchastration ${escaped[0]} \\(${commit === "" ? "" : `${escaped[1]}, `}deno `);
}
