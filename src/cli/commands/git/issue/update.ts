/** `git issue update`: updates the issue's text and checklist. */

import { defineCommand } from "../../../base/command.ts";
import { changedIssueJson, changedIssueText } from "../../../reports/issue_report.ts";

export const command = defineCommand({
  flags: (command) => command.argument("<task>", "name of the task"),
  examples: [
    {
      line: "orchastration git issue update sample_task",
      does: "text that people wrote around the marks stays",
    },
  ],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../../../app/github/change_issue.ts")).updateIssue(workspace, name),
  json: changedIssueJson,
  text: (changed, invocation) =>
    changedIssueText(changed, invocation, { changed: "updated", unchanged: "is up to date" }),
});
