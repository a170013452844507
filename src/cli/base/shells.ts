/** The shells that completion knows. */

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

/** The first word of the calls that the scripts make; nobody types it, so help does not show it. */
export const COMPLETE_WORD = "__complete";
