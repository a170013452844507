/**
 * The results of one or more calls of the benchmark as Markdown. With several calls, a budget holds where it
 * held in each.
 */

import type { CaseResult, Report } from "../report.ts";
import { budgetText, figureText, ratioText } from "../table.ts";

/** The same case in each call. */
type Row = readonly [CaseResult, ...CaseResult[]];

/** By the name of their section. */
export function sections(reports: readonly Report[]): Readonly<Record<string, string>> {
  const last = reports.at(-1)!;
  const rows = last.cases.map(({ name }) =>
    reports.flatMap(({ cases }) => cases.filter((each) => each.name === name)) as unknown as Row
  );
  return {
    machine: machine(reports),
    budgets: budgets(rows.filter(([{ group }]) => group !== "others" && group !== "peers")),
    others: others(rows.filter(([{ group }]) => group === "others")),
    // Measured less often than the rest, because some of the programs need minutes.
    ...(rows.some(([{ group }]) => group === "peers")
      ? { peers: peers(rows.filter(([{ group }]) => group === "peers")) }
      : {}),
    durable: durable(last),
    growth: growth(last),
    timeline: timeline(last),
  };
}

function machine(reports: readonly Report[]): string {
  const { machine: found, subject, tools, stopwatch, measured_at } = reports.at(-1)!;
  const memory = `${(found.memory_bytes / 1024 ** 3).toFixed(0)} GiB`;
  const named = Object.entries(tools).flatMap(([name, version]) => version === null ? [] : [[name, version]]);
  return [
    `Measured ${measured_at.slice(0, 10)} at commit ${subject.commit ?? "unknown"}${
      subject.is_changed ? ", with changes" : ""
    }, ${reports.length === 1 ? "once" : `${reports.length} times in a row`}, with ${stopwatch}${
      found.is_real_time ? ", at a real-time priority, because others were at work on the machine" : ""
    }.`,
    "",
    `- ${found.cpu}, ${found.cores} cores, ${memory}, ${found.os} ${found.arch} ${found.kernel}, Deno ${found.deno}`,
    `- ${named.map(([name, version]) => `${name} ${versionNumber(version!)}`.trim()).join(", ")}`,
  ].join("\n");
}

/** Programs print their version in different forms. */
function versionNumber(version: string): string {
  return /\d+(?:\.\d+)+/.exec(version)?.[0] ?? "";
}

function budgets(rows: readonly Row[]): string {
  const table = rows.map((row) => {
    const shown = row.at(-1)!;
    return [
      shown.what,
      figureText(shown.ours.median, shown.figure),
      `${figureText(shown.reference.median, shown.figure)}, ${code(shown.against)}`,
      row.map(ratioText).join(", "),
      budgetText(shown),
      verdict(row),
    ];
  });
  const notes = rows.flatMap(([{ what, note }]) => note === null ? [] : [`- ${what}: ${note}`]);
  return [
    markdown(["Case", "Ours", "Reference", "In each call", "Budget", ""], table),
    ...(notes.length === 0 ? [] : ["", ...notes]),
  ].join("\n");
}

function verdict(row: Row): string {
  if (row[0].verdict === "no_budget") return "";
  const held = row.filter((each) => each.verdict === "holds").length;
  const noisy = row.filter((each) => each.verdict === "too_noisy").length;
  if (held === row.length) return "holds";
  if (noisy > 0 && noisy + held === row.length) return "too noisy to say";
  return held === 0 ? "does not hold" : `holds in ${held} of ${row.length}`;
}

function others(rows: readonly Row[]): string {
  const table = rows.map((row) => {
    const shown = row.at(-1)!;
    return [
      shown.against,
      figureText(shown.reference.median, "time"),
      figureText(shown.ours.median, "time"),
      row.map(ratioText).join(", "),
      shown.note ?? "",
    ];
  });
  return markdown(["Program", "Its time", "Ours", "Ours / its, in each call", "What to know"], table);
}

function peers(rows: readonly Row[]): string {
  const table = rows.map((row) => {
    const shown = row.at(-1)!;
    return [
      shown.what,
      figureText(shown.reference.median, "time"),
      figureText(shown.ours.median, "time"),
      row.map(ratioText).join(", "),
      shown.note ?? "",
    ];
  });
  return markdown(["Case", "Its time", "Ours", "Ours / its, in each call", "What to know"], table);
}

function durable({ durable_writes }: Report): string {
  return markdown(
    ["What is done", "Median", "Middle half"],
    durable_writes.map(({ what, took: { q1, median, q3 } }) => [
      what,
      `${median.toFixed(0)} µs`,
      `${q1.toFixed(0)} to ${q3.toFixed(0)} µs`,
    ]),
  );
}

function growth({ growth: all }: Report): string {
  return all.map(({ what, lines }) =>
    markdown(
      [upperFirst(what), ...lines[0]!.points.map(({ size }) => String(size))],
      lines.map(({ label, points }) => [
        code(label),
        ...points.map(({ took }) => figureText(took.median, "time")),
      ]),
    )
  ).join("\n\n");
}

function timeline({ timelines }: Report): string {
  return timelines.map(({ label, alone_ms, watched_ms }) =>
    `- ${label}: ${figureText(watched_ms, "time")}, and ${figureText(alone_ms, "time")} when nobody watches.`
  ).join("\n");
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), `|${header.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function code(words: string): string {
  return /^[\w ]+$/.test(words) ? words : `\`${words}\``;
}

function upperFirst(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
