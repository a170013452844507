/** The shells with completion, the script of each, and how it is installed. */

import { BASH } from "./bash.ts";
import { FISH } from "./fish.ts";
import { POWERSHELL } from "./powershell.ts";
import { ZSH } from "./zsh.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

export interface CompletionScript {
  /** Lines for people: instructions that end in a colon, each followed by what to type. */
  readonly install: readonly string[];
  /** The script with the same lines as a comment at its top. */
  readonly text: string;
}

const INSTALL: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    "Add this line to ~/.bashrc, and open a new shell:",
    '  eval "$(orchastration completion bash)"',
  ],
  zsh: [
    "Add this line to ~/.zshrc, below the line with compinit, and open a new shell:",
    '  eval "$(orchastration completion zsh)"',
  ],
  fish: [
    "Run this once; new shells find it:",
    "  orchastration completion fish > ~/.config/fish/completions/orchastration.fish",
  ],
  powershell: [
    "Add this line to the file that $PROFILE names, and open a new shell:",
    "  orchastration completion powershell | Out-String | Invoke-Expression",
  ],
};

const BODIES: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

export function completionScript(shell: Shell): CompletionScript {
  const install = INSTALL[shell];
  // compinit reads the first line of the files in $fpath.
  const first = shell === "zsh" ? ["#compdef orchastration"] : [];
  const head = [
    ...first,
    `# Completion of orchastration for ${shell}.`,
    ...install.map((line) => `# ${line}`),
  ];
  return { install, text: `${head.join("\n")}\n\n${BODIES[shell]}` };
}
