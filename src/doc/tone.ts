/** The tone of a word, for forms that have colours; the word alone says the same. */
export type Tone = "good" | "bad" | "open" | "plain";

/** The tone of a task's status, also as shown in a diagram. */
export function toneOfStatus(status: string): Tone {
  if (/, stale$/.test(status)) return "open";
  switch (status) {
    case "done":
      return "good";
    case "failed":
    case "interrupted":
      return "bad";
    case "in_progress":
      return "open";
    default:
      return "plain";
  }
}
