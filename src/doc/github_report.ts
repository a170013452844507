/**
 * Recorded runs for GitHub Actions: a summary in Markdown, and an annotation for each failure. Source: GitHub's documentation of
 * workflow commands and job summaries. Pure.
 */

import { formatDuration } from "../model/duration.ts";
import { countCases, type ExportedRun, type TestCase, testCases } from "./test_cases.ts";

/** GitHub shows ten annotations of each kind in a step. */
const MAX_ANNOTATIONS = 10;
/** A summary may have 1 MiB; the longest part is the output of failures. */
const MAX_SUMMARY_TAILS = 20;
const MARKS: Readonly<Record<TestCase["state"], string>> = {
  passed: "✅",
  failed: "❌",
  error: "⚠️",
  skipped: "⏭️",
};

export function githubSummary(exported: ExportedRun): string {
  const { record } = exported;
  const cases = testCases(exported);
  const { passed, failed, error, skipped } = countCases(cases);
  const counts = [[passed, "passed"], [failed, "failed"], [error, "with an error"], [
    skipped,
    "skipped",
  ]] as const;
  const rows = cases.map((each) =>
    `| ${MARKS[each.state]} | ${cell(titleOf(each))} | ${formatDuration(each.durationMs)} | ${
      cell(each.reason)
    } |\n`
  );
  const tails = cases.filter(({ tail }) => tail.length > 0);
  return `### ${cell(record.id)}\n\n${cell(record.reason)}\n\n` +
    `${counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(", ")}\n\n` +
    `| | | Duration | |\n| --- | --- | --- | --- |\n${rows.join("")}` +
    tails.slice(0, MAX_SUMMARY_TAILS).map(tailOf).join("") +
    (tails.length > MAX_SUMMARY_TAILS ? `\n${tails.length - MAX_SUMMARY_TAILS} more failed.\n` : "");
}

/** Its owner where that is not its own name. */
function titleOf({ owner, name }: TestCase): string {
  return owner === name ? name : `${owner} · ${name}`;
}

function tailOf(testCase: TestCase): string {
  const text = testCase.tail.join("\n");
  // Longer than every run of backticks in the text.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `\n<details><summary>${
    html(titleOf(testCase))
  }: its last lines</summary>\n\n${fence}text\n${text}\n${fence}\n\n</details>\n`;
}

/** Lines such as `::error title=…::…`, which GitHub shows at the step. */
export function githubAnnotations(exported: ExportedRun): string {
  return testCases(exported).filter(({ state }) => state === "failed" || state === "error")
    .slice(0, MAX_ANNOTATIONS)
    .map((each) => {
      const { reason, tail } = each;
      return `::error title=${property(titleOf(each))}::${
        message([reason, ...tail.slice(-10)].join("\n"))
      }\n`;
    })
    .join("");
}

/** Source: `escapeData` and `escapeProperty` of @actions/core. */
function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function cell(text: string): string {
  return html(text).replace(/[\\`*_[\]|~#@]/g, "\\$&").replace(/\s+/g, " ");
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/\s+/g, " ");
}
