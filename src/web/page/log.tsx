/** The output of a run: a range of it, live at its end, with a search and the way to the first failure. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LogRange } from "../../app/views/log_range.ts";
import type { FoundLine } from "../../app/views/search_log.ts";
import { visible } from "../../model/visible.ts";
import { Ansi } from "./ansi.tsx";
import { appended, EMPTY, type LogWindow, prepended, shownRows, windowOf } from "./log_window.ts";
import { ask, onNews, report } from "./source.ts";
import { sizeWords } from "./words.ts";

/** Before a line that is jumped to. */
const CONTEXT_BYTES = 8 * 1024;
/** So near to its end, the reader follows the output. */
const NEAR_PX = 40;

interface Jump {
  readonly end: number;
}

export function Log(
  { run, status, attempts }: { readonly run: string; readonly status: string; readonly attempts: number },
) {
  const [attempt, setAttempt] = useState<number | undefined>();
  const [range, setRange] = useState<LogRange | undefined>();
  const [window, setWindow] = useState<LogWindow>(EMPTY);
  const [jump, setJump] = useState<Jump | undefined>();
  const [words, setWords] = useState("");
  const [wraps, setWraps] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const isBusy = useRef(false);
  const latest = useRef(window);
  const question = `run=${encodeURIComponent(run)}${attempt === undefined ? "" : `&attempt=${attempt}`}`;
  const load = async (where: string, take: (range: LogRange) => LogWindow) => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      const answered = await ask(`log?${question}${where}`);
      if (!answered.ok) return setWords(answered.problem.headline);
      if (answered.view.kind !== "log") return;
      const { view } = answered;
      setRange(view);
      // At once, because the next range is asked for from the end of this one, maybe before it is shown.
      latest.current = take(view);
      setWindow(latest.current);
    } catch {
      setWords("Cannot load the output: the program behind this page does not answer.");
    } finally {
      isBusy.current = false;
    }
  };
  const showEnd = () => {
    isFollowing.current = true;
    setJump(undefined);
    return load("", windowOf);
  };
  useEffect(() => void showEnd(), [question]);
  useEffect(() => {
    if (range === undefined || range.isOver) return;
    return onNews(() => {
      const { to } = latest.current;
      // Output behind the window is loaded when the reader goes there.
      if (to >= range.size || isFollowing.current) {
        void load(`&from=${to}`, (more) => appended(latest.current, more));
      }
    });
  }, [question, range]);
  // What came after the last news of a run that has ended.
  useEffect(() => {
    if (status !== "running" && range?.isOver === false) {
      void load(`&from=${latest.current.to}`, (more) => appended(latest.current, more));
    }
  }, [status, range]);
  useEffect(() => {
    if (box.current === null) return;
    if (jump !== undefined) box.current.querySelector(".found")?.scrollIntoView({ block: "center" });
    else if (isFollowing.current) box.current.scrollTop = box.current.scrollHeight;
  }, [window, jump]);
  const scrolled = () => {
    // Its last event can come after the view has gone.
    if (box.current === null) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    isFollowing.current = jump === undefined && scrollTop + clientHeight >= scrollHeight - NEAR_PX &&
      window.to >= (range?.size ?? 0);
  };
  const jumpTo = async ({ end }: Pick<FoundLine, "end">) => {
    isFollowing.current = false;
    await load(`&from=${Math.max(0, end - CONTEXT_BYTES)}`, windowOf);
    setJump({ end });
  };
  const rows = useMemo(() => shownRows(window), [window]);
  const foundKey = jump === undefined ? undefined : nearest(rows, jump.end);
  const size = range?.size ?? 0;
  return (
    <section class="log" aria-label="Output">
      <div class="bar">
        <h2>Output</h2>
        {attempts > 1 && report === undefined
          ? (
            <label>
              attempt{" "}
              <select
                value={attempt ?? attempts}
                onChange={({ currentTarget }) => setAttempt(Number(currentTarget.value))}
              >
                {Array.from(
                  { length: attempts },
                  (_, at) => <option key={at} value={at + 1}>{at + 1}</option>,
                )}
              </select>
            </label>
          )
          : null}
        {report === undefined ? <Search question={question} jumpTo={jumpTo} /> : null}
        <label>
          <input type="checkbox" checked={wraps} onChange={() => setWraps(!wraps)} /> wrap
        </label>
      </div>
      {words === "" ? null : <p class="remark" role="status">{visible(words)}</p>}
      {range?.remarks.map((remark) => <p key={remark} class="dim">{visible(remark)}</p>)}
      {size === 0 ? null : (
        <div class="places">
          <span class="dim">
            {window.from === 0 && window.to >= size
              ? sizeWords(size)
              : `${sizeWords(window.from)} to ${sizeWords(window.to)} of ${sizeWords(size)}`}
          </span>
          {report !== undefined || (window.from === 0 && window.to >= size) ? null : (
            <>
              <button
                type="button"
                disabled={window.from === 0}
                onClick={() => {
                  isFollowing.current = false;
                  setJump(undefined);
                  void load("&from=0", windowOf).then(() => box.current?.scrollTo(0, 0));
                }}
              >
                begin
              </button>
              <button
                type="button"
                disabled={window.from === 0}
                onClick={() => {
                  isFollowing.current = false;
                  void load(`&to=${window.from}`, (more) => prepended(window, more));
                }}
              >
                earlier
              </button>
              <button
                type="button"
                disabled={window.to >= size}
                onClick={() => void load(`&from=${window.to}`, (more) => appended(window, more))}
              >
                later
              </button>
              <button type="button" onClick={() => void showEnd()}>end</button>
            </>
          )}
        </div>
      )}
      {rows.length === 0
        ? <p class="dim">{range === undefined ? "…" : range.remarks.length > 0 ? "" : "It wrote nothing."}</p>
        : (
          <div
            class={`lines ${wraps ? "wraps" : ""}`}
            ref={box}
            onScroll={scrolled}
            tabIndex={0}
            role="log"
            aria-label={`The output of ${run}`}
            aria-live="off"
          >
            {rows.map(({ key, stream, shown, leftOut }) => (
              <div key={key} class={`line ${stream} ${key === foundKey ? "found" : ""}`}>
                <span class="stream" aria-hidden="true">{stream === "stderr" ? "err" : ""}</span>
                <span class="text">
                  <Ansi text={shown} />
                  {leftOut === 0 ? null : <span class="dim">… {leftOut} more characters</span>}
                </span>
              </div>
            ))}
          </div>
        )}
    </section>
  );
}

function nearest(
  rows: readonly { readonly key: string; readonly end: number }[],
  end: number,
): string | undefined {
  let best: { readonly key: string; readonly end: number } | undefined;
  for (const row of rows) {
    if (best === undefined || Math.abs(row.end - end) < Math.abs(best.end - end)) best = row;
  }
  return best?.key;
}

interface Searching {
  readonly lines: readonly FoundLine[];
  readonly next: number | undefined;
}

function Search(
  { question, jumpTo }: { readonly question: string; readonly jumpTo: (line: FoundLine) => void },
) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Searching | undefined>();
  const [words, setWords] = useState("");
  const search = async (wanted: string, from: number, before: readonly FoundLine[]) => {
    setWords("…");
    let at: number | undefined = from;
    const lines = [...before];
    const first = lines.length;
    // Each step examines a bounded part, so a page that is closed meanwhile stops the search.
    while (at !== undefined && lines.length === first) {
      const answered = await ask(`search?${question}&text=${encodeURIComponent(wanted)}&from=${at}`);
      if (!answered.ok || answered.view.kind !== "found") return setWords("The search failed.");
      lines.push(...answered.view.lines);
      at = answered.view.next;
    }
    if (wanted === "") {
      const [line] = lines;
      setFound(undefined);
      setWords(line === undefined ? "No line states a failure." : "");
      if (line !== undefined) jumpTo(line);
      return;
    }
    setWords(lines.length === 0 ? "Not found." : "");
    setFound({ lines, next: at });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (text !== "") void search(text, 0, []);
  };
  return (
    <>
      <form role="search" onSubmit={submit}>
        <input
          type="search"
          value={text}
          placeholder="search"
          aria-label="Search the output"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </form>
      <button type="button" onClick={() => void search("", 0, [])}>first failure</button>
      <span role="status" class="dim">{words}</span>
      {found === undefined || found.lines.length === 0 ? null : (
        <ol class="results">
          {found.lines.map((line) => (
            <li key={line.end}>
              <button type="button" onClick={() => jumpTo(line)}>
                <bdi>{visible(line.text)}</bdi>
              </button>
            </li>
          ))}
          {found.next === undefined ? null : (
            <li>
              <button type="button" onClick={() => void search(text, found.next!, found.lines)}>more</button>
            </li>
          )}
          <li>
            <button type="button" onClick={() => setFound(undefined)}>close</button>
          </li>
        </ol>
      )}
    </>
  );
}
