/** The version, in a file that imports nothing: `--version` answers before anything is loaded. Equal to deno.json by test. */

export const VERSION = "0.1.0";

/** Written in by scripts/build.ts. A program that runs from its source has none: the source may have changed since. */
export const COMMIT: string = "";

/** What `--version` says. */
export function versionLine(
  machine: { readonly runtime: string; readonly arch: string; readonly os: string },
): string {
  const commit = COMMIT === "" ? "" : `${COMMIT}, `;
  return `orchastration ${VERSION} (${commit}${machine.runtime}, ${machine.arch}-${machine.os})\n`;
}
