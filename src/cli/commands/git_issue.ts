/** `git issue`: the issue of a task on GitHub, through gh. */

import type { ChangedIssue, ShownIssue } from "../../app/github/change_issue.ts";
import type { IssuePreview, IssueReport } from "../../app/github/create_issue.ts";
import { visible } from "../../model/visible.ts";
import { wordValue, wordValues } from "../base/arguments.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { table } from "../output/style.ts";

export function issueCommand(start: Start): AnyCommand {
  const command = describe("issue", "the issue of a task on GitHub, through gh");
  command.addCommand(createCommand(start)).addCommand(statusCommand(start)).addCommand(updateCommand(start))
    .addCommand(closeCommand(start));
  complete(command, []);
  return command;
}

function createCommand(start: Start): AnyCommand {
  const command = describe("create", "make an issue for a task, or find the one that was made")
    .argument("<task>", "name of the task")
    .option(
      "--repo <repo>",
      "the repository, as owner/name, where task and git remotes do not name one",
      wordValue,
    )
    .option("--label <label>", "a label that the repository has; may be given several times", wordValues)
    .option("--relink", "do not believe the recorded issue, look for it in the repository")
    .option("--dry-run", "only show what would be sent");
  complete(command, [
    {
      line: "orchastration git issue create sample_task --dry-run",
      does: "title and text, and nobody is asked",
    },
    { line: "orchastration git issue create sample_task", does: "one issue, however often it is called" },
  ]);
  return command.action((name, options) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { createIssue, previewIssue } = await import("../../app/github/create_issue.ts");
      const request = {
        name,
        repo: options.repo,
        labels: [...new Set(options.label ?? [])],
        relink: options.relink === true,
      };
      if (options.dryRun === true) {
        const preview = await previewIssue(workspace.value, request);
        if (!preview.ok) return invocation.fail(preview.failure);
        if (invocation.isJson) {
          invocation.console.json({ format: 1, kind: "issue_preview", ...previewJson(name, preview.value) });
        } else invocation.console.out(previewText(preview.value, invocation));
        return 0;
      }
      const created = await createIssue(workspace.value, request);
      if (!created.ok) return invocation.fail(created.failure);
      if (invocation.isJson) invocation.console.json(createdJson(created.value));
      else invocation.console.out(createdText(created.value, invocation));
      return 0;
    })
  );
}

function createdText({ link, how }: IssueReport, { console, isToldByLog }: Invocation): string {
  if (isToldByLog) return "";
  const name = console.outStyle.bold(visible(`${link.repo}#${link.number}`));
  switch (how) {
    case "created":
      return `${name} created: ${visible(link.url)}\n`;
    case "found":
      return `${name} is there already, and was linked: ${visible(link.url)}\n`;
    case "linked":
      return `${name} is there already: ${visible(link.url)}\n`;
  }
}

function createdJson({ run, link, how }: IssueReport) {
  const { repo, number, url } = link;
  return { ...run, issue: { repo, number, url, is_new: how === "created", how } };
}

function previewText({ repository, title, body, labels }: IssuePreview, { console }: Invocation): string {
  const rows: (readonly [string, string])[] = [["repository", visible(repository)], [
    "title",
    visible(title),
  ]];
  if (labels.length > 0) rows.push(["labels", visible(labels.join(", "))]);
  const head = table(rows.map(([key, value]) => [console.outStyle.dim(key), value]), {
    columns: console.columns,
  });
  return `${head}\n${body.split("\n").map(visible).join("\n")}`;
}

function previewJson(task: string, { repository, title, body, labels }: IssuePreview) {
  return { task, repo: repository, title, body, labels };
}

function statusCommand(start: Start): AnyCommand {
  const command = describe("status", "show the issue of a task as it is on GitHub").argument(
    "<task>",
    "name of the task",
  );
  complete(command, [
    {
      line: "orchastration git issue status sample_task",
      does: "open or closed, and whether its text is true",
    },
  ]);
  return command.action((name) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { showIssue } = await import("../../app/github/change_issue.ts");
      const shown = await showIssue(workspace.value, name);
      if (!shown.ok) return invocation.fail(shown.failure);
      if (invocation.isJson) {
        invocation.console.json({ format: 1, kind: "issue_status", ...statusJson(name, shown.value) });
      } else invocation.console.out(statusText(name, shown.value, invocation));
      return 0;
    })
  );
}

const TEXT_WORDS: Readonly<Record<ShownIssue["text"], string>> = {
  up_to_date: "up to date",
  outdated: "out of date",
  damaged: "without the marks that it was made with, so it cannot be brought up to date",
};

function statusText(name: string, { link, issue, text }: ShownIssue, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const rows: (readonly [string, string])[] = [
    ["issue", outStyle.bold(visible(`${link.repo}#${link.number}`))],
    ["state", issue.state === "open" ? outStyle.green("open") : "closed"],
    ["title", visible(issue.title)],
    ["text", TEXT_WORDS[text]],
    ["url", visible(issue.url)],
  ];
  if (text === "outdated") rows.push(["next", invocation.commandLine(`git issue update ${name}`)]);
  return table(rows.map(([key, value]) => [outStyle.dim(key), value]), { columns });
}

function statusJson(task: string, { link, issue, text }: ShownIssue) {
  const { number, url, state, title } = issue;
  return { task, issue: { repo: link.repo, number, url, state, title, text, run: link.run } };
}

function updateCommand(start: Start): AnyCommand {
  const command = describe("update", "bring the issue's text and checklist up to date").argument(
    "<task>",
    "name of the task",
  );
  complete(command, [
    {
      line: "orchastration git issue update sample_task",
      does: "what people wrote around the marks stays as it is",
    },
  ]);
  return command.action((name) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { updateIssue } = await import("../../app/github/change_issue.ts");
      const changed = await updateIssue(workspace.value, name);
      if (!changed.ok) return invocation.fail(changed.failure);
      return reportChange(changed.value, invocation, ["brought up to date", "is up to date"]);
    })
  );
}

function closeCommand(start: Start): AnyCommand {
  const command = describe("close", "close the issue of a task that is done").argument(
    "<task>",
    "name of the task",
  );
  complete(command, [
    { line: "orchastration git issue close sample_task", does: "refused as long as the task is not done" },
  ]);
  return command.action((name) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { closeIssue } = await import("../../app/github/change_issue.ts");
      const changed = await closeIssue(workspace.value, name);
      if (!changed.ok) return invocation.fail(changed.failure);
      return reportChange(changed.value, invocation, ["closed", "is closed already"]);
    })
  );
}

function reportChange(
  { run, link, isChanged }: ChangedIssue,
  { console, isJson, isToldByLog }: Invocation,
  [changed, unchanged]: readonly [string, string],
): number {
  const { repo, number, url } = link;
  if (isJson) console.json({ ...run, ...{ issue: { repo, number, url, is_changed: isChanged } } });
  else {
    const name = console.outStyle.bold(visible(`${repo}#${number}`));
    console.out(`${name} ${isChanged ? changed : unchanged}${isToldByLog ? "" : `: ${visible(url)}`}\n`);
  }
  return 0;
}
