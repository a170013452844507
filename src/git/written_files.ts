/** Compares files in a work tree with a revision byte by byte, also those that git was killed while writing. Knows no tasks. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { asking, gitEnvironment, type GitMachine } from "./git.ts";
import type { GitCalls } from "./git_calls.ts";

const BOUND_MS = 60_000;
const MAX_BYTES = 300 * 1024 * 1024;

/** The content of a blob, `<revision>:<path>` or an object; as a checkout writes it, or as git stores it. */
export async function blobBytes(
  machine: GitMachine,
  git: GitCalls,
  top: string,
  blob: string,
  form: "written" | "stored",
): Promise<Result<Uint8Array | undefined, Failure>> {
  const { processes, environment } = machine;
  const env = gitEnvironment(environment.all());
  const program = processes.findProgram("git", { workingDir: top, env });
  if (!program.ok) return git.failed(program.failure.reason);
  const words = form === "written" ? ["--filters", blob] : ["blob", blob];
  const ran = await processes.runTool({
    program: program.value,
    args: asking(top, "cat-file", ...words),
    workingDir: top,
    env,
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_BYTES,
  });
  if (!ran.ok) return git.failed(ran.failure.reason);
  const { exit, stdout } = ran.value;
  return ok(exit.kind === "exited" && exit.exit_code === 0 ? stdout : undefined);
}

/**
 * Those of the files that have nothing that the revision lacks: the content that it has under this name, or the beginning of
 * it. A file that is gone is one of them.
 */
export async function filesOf(
  machine: GitMachine,
  git: GitCalls,
  top: string,
  names: readonly string[],
  revision: string,
): Promise<Result<ReadonlySet<string>, Failure>> {
  const found = new Set<string>();
  for (const name of names) {
    const here = contentOf(machine, top, name);
    if (here === undefined) continue;
    if (here === "gone") {
      found.add(name);
      continue;
    }
    for (const form of ["stored", "written"] as const) {
      const there = await blobBytes(machine, git, top, `${revision}:${name}`, form);
      if (!there.ok) return there;
      if (there.value === undefined || !isBeginning(here.bytes, there.value)) continue;
      // git makes a link at once.
      if (here.isLink && here.bytes.length !== there.value.length) continue;
      found.add(name);
    }
  }
  return ok(found);
}

/** undefined: neither a file nor a link, or it cannot be read. */
function contentOf(
  { files, paths }: GitMachine,
  top: string,
  name: string,
): { readonly bytes: Uint8Array; readonly isLink: boolean } | "gone" | undefined {
  const path = paths.join(top, name);
  const entry = files.entry(path);
  if (!entry.ok) return entry.failure.kind === "not_found" ? "gone" : undefined;
  if (files.isLink(path)) {
    const target = files.readLink(path);
    return target.ok ? { bytes: new TextEncoder().encode(target.value), isLink: true } : undefined;
  }
  const bytes = files.readBytes(path, MAX_BYTES);
  return bytes.ok ? { bytes: bytes.value, isLink: false } : undefined;
}

function isBeginning(short: Uint8Array, long: Uint8Array): boolean {
  return short.length <= long.length && short.every((byte, index) => byte === long[index]);
}
