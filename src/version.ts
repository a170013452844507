/** The version, in a file that imports nothing: `--version` answers before anything is loaded. A test compares it with deno.json. */

export const VERSION = "0.1.0";

/** Inserted by scripts/build.ts. A program that runs from source has no commit, because the source may have changed. */
export const COMMIT: string = "";

/** The line that `--version` prints. */
export function versionLine(
  machine: { readonly runtime: string; readonly arch: string; readonly os: string },
): string {
  const commit = COMMIT === "" ? "" : `${COMMIT}, `;
  return `orchastration ${VERSION} (${commit}${machine.runtime}, ${machine.arch}-${machine.os})\n`;
}
