/** Mermaid itself, which runs as a separate program (docs/design/0006-mermaid-in-tests.md). */

import { fromFileUrl } from "@std/path";

const FOLDER = fromFileUrl(new URL("../mermaid/", import.meta.url));

/** Why each diagram cannot be parsed; null where it can. */
export async function parseDiagrams(diagrams: readonly string[]): Promise<readonly (string | null)[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-env", "--config", "deno.json", "parse.ts"],
    cwd: FOLDER,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(diagrams)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`Cannot run Mermaid: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
