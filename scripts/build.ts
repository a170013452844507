/** Builds Orchastration for one system into dist/. The scripts build-linux.sh and its like call it. */

import { parseArgs } from "node:util";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { VERSION } from "../src/version.ts";
import { bundleProgram } from "./build/bundle.ts";
import { refuseDenoCli } from "./build/deno_cli.ts";
import { compileProgram } from "./build/native.ts";
import {
  checkAnswer,
  portableRuntimes,
  putPortable,
  removeEarlier,
  writeChecksums,
} from "./build/product.ts";
import { readRevision } from "./build/revision.ts";
import { programName, type Target, TARGETS } from "./build/targets.ts";
import { Problem, runScript, withScratch } from "./build/tool.ts";

const ROOT = fromFileUrl(new URL("../", import.meta.url)).replaceAll("\\", "/");

const HELP =
  `Builds Orchastration into dist/: one executable where Deno's compile base can be downloaded, else the portable
form, a launcher with the runtime and the program in a folder beside it.

  --os linux|macos|windows   the system to build for (the scripts name it)
  --arch x64|arm64           its processor (default: the one of this machine)
  --out <folder>             where to (default: dist)
  --portable                 make the portable form, and do not try for the executable
  --require-native           make the executable or nothing
  --commit <name>            what --version names as the commit (default: what git says)
`;

interface Wanted {
  readonly target: Target;
  readonly out: string;
  readonly form: "native" | "portable" | "best";
  readonly commit: string | undefined;
}

if (import.meta.main) {
  await runScript(async () => {
    const wanted = readWords(Deno.args);
    if (wanted === undefined) console.log(HELP.trimEnd());
    else await build(wanted);
  });
}

/** undefined where only help was wanted. */
function readWords(words: readonly string[]): Wanted | undefined {
  const { values } = parsed(words);
  if (values.help) return undefined;
  const arch = values.arch ?? (Deno.build.arch === "aarch64" ? "arm64" : "x64");
  const target = TARGETS.find((each) => each.os === values.os && each.arch === arch);
  if (target === undefined) {
    const known = TARGETS.map((each) => `--os ${each.os} --arch ${each.arch}`).join("\n  ");
    throw new Problem(`Cannot build for --os ${values.os} --arch ${arch}: known are\n  ${known}`);
  }
  if (values.portable && values["require-native"]) {
    throw new Problem("Cannot obey both --portable and --require-native: they exclude each other");
  }
  return {
    target,
    out: join(ROOT, "dist", "."),
    ...(values.out === undefined ? {} : { out: values.out.replaceAll("\\", "/") }),
    form: values.portable ? "portable" : values["require-native"] ? "native" : "best",
    commit: values.commit,
  };
}

function parsed(words: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        ...{ os: text, arch: text, out: text, commit: text },
        ...{ portable: flag, "require-native": flag, help: flag },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(error.message, "--help");
  }
}

async function build({ target, out, form, commit: givenCommit }: Wanted): Promise<void> {
  const { commit } = await readRevision(ROOT, givenCommit);
  await Deno.mkdir(out, { recursive: true });
  await removeEarlier(target, out);
  await withScratch(async (scratch) => {
    const program = join(scratch, "program");
    await bundleProgram(ROOT, program, commit);
    const made = form === "portable" ? "portable" : await tryNative(target, scratch, out, form);
    if (made === "portable") await putPortable(target, program, out);
    const path = join(out, programName(target, made));
    try {
      await refuseDenoCli(out, portableRuntimes());
      await checkAnswer(target, path, versionAnswer(commit));
    } catch (error) {
      await removeEarlier(target, out);
      throw error;
    }
    await writeChecksums(program, out);
    console.log(`built ${path} (${made}, ${VERSION}${commit === "" ? "" : `, ${commit}`}, ${target.triple})`);
  });
}

/** The executable is made elsewhere and moved in when it is known to be ours. */
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
