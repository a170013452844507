/** `git issue create`: creates the issue of a task on GitHub, once. */

import type { IssuePreview, IssueReport } from "../../../../app/github/create_issue.ts";
import { ok } from "../../../../model/result.ts";
import { visible } from "../../../../model/visible.ts";
import { wordValue, wordValues } from "../../../base/arguments.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";
import { table } from "../../../output/style.ts";

type Answer =
  | { readonly kind: "preview"; readonly preview: IssuePreview }
  | { readonly kind: "created"; readonly report: IssueReport };

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option(
        "--repo <repo>",
        "the repository, as owner/name, if neither the task nor the git remotes name one",
        wordValue,
      )
      .option("--label <label>", "a label of the repository; can be repeated", wordValues)
      .option("--relink", "ignore the recorded issue and search the repository for it")
      .option("--dry-run", "only show what would be sent"),
  examples: [
    {
      line: "orchastration git issue create sample_task --dry-run",
      does: "show title and text; nothing is sent",
    },
    { line: "orchastration git issue create sample_task", does: "one issue, however often this is called" },
  ],
  request: ([name], { repo, label = [], relink, dryRun }) => ({
    name,
    repo,
    labels: [...new Set(label)],
    relink: relink === true,
    dryRun: dryRun === true,
  }),
  async ask(workspace, { dryRun, ...request }) {
    const { createIssue, previewIssue } = await import("../../../../app/github/create_issue.ts");
    if (dryRun) {
      const preview = await previewIssue(workspace, request);
      return preview.ok ? ok<Answer>({ kind: "preview", preview: preview.value }) : preview;
    }
    const created = await createIssue(workspace, request);
    return created.ok ? ok<Answer>({ kind: "created", report: created.value }) : created;
  },
  json(answer, _, { name }) {
    if (answer.kind === "preview") {
      const { repository, title, body, labels } = answer.preview;
      return { format: 1, kind: "issue_preview", task: name, repo: repository, title, body, labels };
    }
    const { run, link: { repo, number, url }, how } = answer.report;
    return { ...run, issue: { repo, number, url, is_new: how === "created", how } };
  },
  text: (answer, invocation) =>
    answer.kind === "preview"
      ? previewText(answer.preview, invocation)
      : createdText(answer.report, invocation),
});

function createdText({ link, how }: IssueReport, { console }: Invocation): string {
  const name = console.outStyle.bold(visible(`${link.repo}#${link.number}`));
  switch (how) {
    case "created":
      return `${name} created: ${visible(link.url)}\n`;
    case "found":
      return `${name} exists already, and was linked: ${visible(link.url)}\n`;
    case "linked":
      return `${name} exists already: ${visible(link.url)}\n`;
  }
}

function previewText({ repository, title, body, labels }: IssuePreview, { console }: Invocation): string {
  const rows = [["repository", visible(repository)], ["title", visible(title)]];
  if (labels.length > 0) rows.push(["labels", visible(labels.join(", "))]);
  const head = table(rows.map(([key, value]) => [console.outStyle.dim(key!), value!]), {
    columns: console.columns,
  });
  return `${head}\n${body.split("\n").map(visible).join("\n")}`;
}
