/** How a word is meant, for forms that have colours; the word says it by itself. */
export type Tone = "good" | "bad" | "open" | "plain";

/** Of the status of a task, also as it stands in a diagram. */
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
