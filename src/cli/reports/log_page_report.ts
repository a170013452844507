/** A part of a run's output as `logs` shows it: the lines on stdout, and on stderr the size of the part and the command that continues. */

import type { LogPage } from "../../app/runs/log_page.ts";
import type { Invocation } from "../base/invocation.ts";
import { grouped } from "./brief_report.ts";

/** Between lines that do not follow one another. */
const GAP = "--";

export function printLogPage(page: LogPage, invocation: Invocation): void {
  const { console, isJson } = invocation;
  const { record, attempt, lines, lookedAt, next, hasMore } = page;
  if (isJson) {
    console.json({
      format: 1,
      kind: "log_page",
      run: record.id,
      status: record.status,
      attempt: attempt ?? null,
      absence: page.absence ?? null,
      lines: lines.map(({ stream, text, isAfterGap }) => ({ stream, text, is_after_gap: isAfterGap })),
      looked_at: lookedAt,
      next,
      has_more: hasMore,
    });
    return;
  }
  let text = "";
  for (const [index, line] of lines.entries()) {
    if (line.isAfterGap && index > 0) text += `${GAP}\n`;
    text += `${line.text}\n`;
  }
  if (text !== "") console.out(text);
  const count = `shown ${grouped(lines.length)} of ${grouped(lookedAt)} ${lookedAt === 1 ? "line" : "lines"}`;
  const isOpen = hasMore || record.status === "running";
  const rest = isOpen ? `; next: ${invocation.commandLine("logs", record.id, "--after", next)}` : "";
  console.err(`${count}${rest}\n`);
}
