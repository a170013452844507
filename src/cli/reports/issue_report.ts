/** The changes of a task's issue, in words. */

import type { ChangedIssue } from "../../app/github/change_issue.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";

export function changedIssueJson({ run, link, isChanged }: ChangedIssue) {
  const { repo, number, url } = link;
  return { ...run, issue: { repo, number, url, is_changed: isChanged } };
}

export function changedIssueText(
  { link, isChanged }: ChangedIssue,
  { console }: Invocation,
  words: { readonly changed: string; readonly unchanged: string },
): string {
  const name = console.outStyle.bold(visible(`${link.repo}#${link.number}`));
  return `${name} ${isChanged ? words.changed : words.unchanged}: ${visible(link.url)}\n`;
}
