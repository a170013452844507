/** The first view: what runs now, then one row a job and task, with one cell a run. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { visible } from "../../model/visible.ts";
import type { RunCell } from "../../app/views/home_page.ts";
import type { HomeData } from "../page_data.ts";
import { Mark, ProblemBox, RunLink, Text, useNow } from "./parts.tsx";
import { agoWords, countWords, durationWords, runLink, statusWords, taskLink, timeWords } from "./words.ts";
import { report } from "./source.ts";

type Row = HomeData["rows"][number];

const HEADINGS: readonly (readonly [string, readonly Row["kind"][]])[] = [
  ["Jobs", ["job", "group"]],
  ["Tasks", ["task"]],
  ["Services", ["service"]],
  ["Graphs", ["graph"]],
  ["No longer configured", ["other"]],
];

const LEGEND = [
  "succeeded",
  "up_to_date",
  "failed",
  "signalled",
  "timed_out",
  "cancelled",
  "interrupted",
  "not_started",
  "running",
];

export function Home({ data }: { readonly data: HomeData }) {
  const nowMs = useNow(1000, report === undefined ? undefined : data.nowMs);
  return (
    <main>
      <h1>{data.project === undefined ? "Runs" : <bdi>{data.project}</bdi>}</h1>
      {data.problem === undefined ? null : <ProblemBox problem={data.problem} />}
      <section aria-label="Running now" aria-live="polite">
        {data.running.length === 0 ? <p class="dim">Nothing runs now.</p> : (
          <ul class="running">
            {data.running.map((cell) => (
              <li key={cell.run}>
                <Mark status="running" /> <RunLink run={cell.run}>{nameOf(cell)}</RunLink>{" "}
                <span class="dim">{durationWords(nowMs - cell.startedAtMs)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {data.rows.length === 0 ? <p>Nothing is configured or recorded here.</p> : null}
      {HEADINGS.map(([heading, kinds]) => {
        const rows = data.rows.filter(({ kind }) => kinds.includes(kind));
        return rows.length === 0 ? null : (
          <section key={heading} class="rows">
            <h2>{heading}</h2>
            {rows.map((row) => <RunRow key={row.name} row={row} nowMs={nowMs} />)}
          </section>
        );
      })}
      <ul class="legend" aria-label="The marks">
        {LEGEND.map((status) => (
          <li key={status}>
            <Mark status={status} /> {statusWords(status)}
          </li>
        ))}
      </ul>
    </main>
  );
}

function RunRow({ row, nowMs }: { readonly row: Row; readonly nowMs: number }) {
  const [newest] = row.cells;
  const href = row.kind === "task"
    ? taskLink(row.name)
    : newest === undefined
    ? undefined
    : runLink(newest.run);
  return (
    <div class="row">
      <div class="name">
        {href === undefined
          ? (
            <b>
              <bdi>{row.name}</bdi>
            </b>
          )
          : (
            <a href={href}>
              <bdi>{row.name}</bdi>
            </a>
          )}
        <span class="dim description">
          <Text>{row.description}</Text>
        </span>
      </div>
      <div
        class="cells"
        role="group"
        aria-label={`The newest runs of ${row.name}, the newest first`}
        onKeyDown={moveFocus}
      >
        {row.cells.map((cell, at) => <Cell key={cell.run} cell={cell} isFirst={at === 0} nowMs={nowMs} />)}
      </div>
      <div class="last dim">
        {newest === undefined
          ? "never run"
          : newest.status === "running"
          ? "now"
          : agoWords(endOf(newest), nowMs)}
        {row.recorded > row.cells.length ? ` · ${countWords(row.recorded, "run")}` : ""}
      </div>
    </div>
  );
}

function Cell(
  { cell, isFirst, nowMs }: { readonly cell: RunCell; readonly isFirst: boolean; readonly nowMs: number },
) {
  const words = [
    statusWords(cell.status),
    visible(cell.reason),
    cell.status === "running"
      ? `for ${durationWords(nowMs - cell.startedAtMs)}`
      : durationWords(cell.durationMs),
    ...cell.action === "job.run" || cell.action === "" ? [] : [cell.action.replaceAll(".", " ")],
    timeWords(cell.startedAtMs),
  ].filter((each) => each !== "");
  return (
    <a
      class="cell"
      href={runLink(cell.run)}
      data-tip={words.join(" · ")}
      aria-label={`${words[0]}, ${timeWords(cell.startedAtMs)}, ${visible(cell.reason)}`}
      tabIndex={isFirst ? 0 : -1}
    >
      <Mark status={cell.status} />
    </a>
  );
}

/** The arrow keys move within a row, and Tab goes from row to row. */
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const cells = [...event.currentTarget.querySelectorAll<HTMLElement>("a.cell")];
  const next = cells[cells.findIndex((cell) => cell === document.activeElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** The name alone does not tell what is done for a task. */
function nameOf({ run, action }: RunCell): string {
  const name = run.slice(0, run.lastIndexOf("/"));
  return action === "job.run" || action === "graph.run" ? name : `${name}, ${action.replaceAll(".", " ")}`;
}

function endOf({ startedAtMs, durationMs }: RunCell): number {
  return startedAtMs + (durationMs ?? 0);
}
