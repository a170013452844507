/** `git issue close`: closes the issue of a task that is done. */

import { defineCommand } from "../../../base/command.ts";
import { changedIssueJson, changedIssueText } from "../../../reports/issue_report.ts";

export const command = defineCommand({
  flags: (command) => command.argument("<task>", "name of the task"),
  examples: [
    { line: "orchastration git issue close sample_task", does: "refused while the task is not done" },
  ],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../../../app/github/change_issue.ts")).closeIssue(workspace, name),
  json: changedIssueJson,
  text: (changed, invocation) =>
    changedIssueText(changed, invocation, { changed: "closed", unchanged: "is closed already" }),
});
