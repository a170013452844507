/** The documents in every package: about the program, and required by others. */

import { join } from "@std/path/posix";
import { needTool, withScratch } from "../build/tool.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export interface Papers {
  readonly example: string;
  readonly notices: string;
  readonly changelog: string;
  readonly manualPage: string;
  readonly completions: Readonly<Record<typeof SHELLS[number], string>>;
}

/** The program at `root` prints some of them. */
export async function readPapers(root: string, notices: string): Promise<Papers> {
  const read = (path: string) => Deno.readTextFile(join(root, path));
  return await withScratch(async (home) => {
    const ask = (...words: string[]) =>
      needTool("ask the program", Deno.execPath(), ["run", "-A", "--no-prompt", "src/main.ts", ...words], {
        cwd: root,
        env: { XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, ORCHASTRATION_CONFIG: "" },
      });
    const completions: Record<string, string> = {};
    for (const shell of SHELLS) completions[shell] = await ask("completion", shell);
    return {
      example: await read("configs/config.example.toml"),
      changelog: await read("docs/changelog.md"),
      manualPage: await ask("man"),
      notices,
      completions: completions as Papers["completions"],
    };
  });
}
