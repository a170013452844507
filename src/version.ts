/** The version, in a file that imports nothing: `--version` answers before anything is loaded. Equal to deno.json by test. */

export const VERSION = "0.1.0";

/** What `--version` says. */
export function versionLine(
  machine: { readonly runtime: string; readonly arch: string; readonly os: string },
): string {
  return `orchastration ${VERSION} (${machine.runtime}, ${machine.arch}-${machine.os})\n`;
}
