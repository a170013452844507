/** `git issue status`: shows the issue of a task as it is on GitHub. */

import type { ShownIssue } from "../../../../app/github/change_issue.ts";
import { visible } from "../../../../model/visible.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";
import { table } from "../../../output/style.ts";

export const command = defineCommand({
  flags: (command) => command.argument("<task>", "name of the task"),
  examples: [
    {
      line: "orchastration git issue status sample_task",
      does: "open or closed, and whether its text is up to date",
    },
  ],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../../../app/github/change_issue.ts")).showIssue(workspace, name),
  json({ link, issue, text }, _, { name }) {
    const { number, url, state, title } = issue;
    return {
      format: 1,
      kind: "issue_status",
      task: name,
      issue: { repo: link.repo, number, url, state, title, text, run: link.run },
    };
  },
  text: (shown, invocation, { name }) => text(name, shown, invocation),
});

const TEXT_WORDS: Readonly<Record<ShownIssue["text"], string>> = {
  up_to_date: "up to date",
  outdated: "out of date",
  damaged: "without its marks, so it cannot be updated",
};

function text(name: string, { link, issue, text }: ShownIssue, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const rows: (readonly [string, string])[] = [
    ["issue", outStyle.bold(visible(`${link.repo}#${link.number}`))],
    ["state", issue.state === "open" ? outStyle.green("open") : "closed"],
    ["title", visible(issue.title)],
    ["text", TEXT_WORDS[text]],
    ["url", visible(issue.url)],
  ];
  if (text === "outdated") rows.push(["next", invocation.commandLine("git issue update", name)]);
  return table(rows.map(([key, value]) => [outStyle.dim(key), value]), { columns });
}
