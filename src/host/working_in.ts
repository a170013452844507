/** Which processes have their working directory in a folder, as lsof lists them on macOS. */

import type { ProcessMember, ToolRequest, ToolResult } from "./processes.ts";

const LSOF_BOUND_MS = 20_000;
const LSOF_MAX_BYTES = 64 * 1024 * 1024;

export function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** `run`: runs a tool; undefined where lsof gives no answer. */
export async function lsofWorkingIn(
  folder: string,
  run: (
    request: ToolRequest,
  ) => Promise<{ readonly ok: true; readonly value: ToolResult } | { readonly ok: false }>,
): Promise<readonly ProcessMember[] | undefined> {
  const ran = await run({
    program: "/usr/sbin/lsof",
    args: ["-w", "-a", "-d", "cwd", "-F", "pcn"],
    workingDir: "/",
    env: { LC_ALL: "C" },
    timeoutMs: LSOF_BOUND_MS,
    maxOutputBytes: LSOF_MAX_BYTES,
  });
  // It ends with 1 where it could not examine some processes, and still lists the others.
  return ran.ok ? parseLsof(new TextDecoder().decode(ran.value.stdout), folder) : undefined;
}

/** Parses fields of a letter and a value each, one a line. Source: lsof(8), "Output for other programs". */
function parseLsof(text: string, folder: string): readonly ProcessMember[] {
  const found: ProcessMember[] = [];
  let pid = 0;
  let name = "";
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    if (line.startsWith("c")) name = value;
    if (line.startsWith("n") && isBelow(folder, value)) found.push({ pid, name });
  }
  return found;
}
