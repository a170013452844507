/** Says what is wrong with a value that should be a record, as half a sentence. Pure. */

import * as v from "valibot";

const MAX_SHOWN_LENGTH = 60;

export function issueText(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? "the record";
  if (issue.received === "undefined") return `${place} is missing`;
  if (issue.kind === "schema") {
    return `${place}: expected ${issue.expected}, found ${shortened(issue.received)}`;
  }
  return `${place}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
