/** What several views share: the marks of statuses, commands to copy, and values that come from elsewhere. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { visible } from "../../model/visible.ts";
import type { Line, Problem } from "../page_data.ts";
import { hasRun } from "./source.ts";
import { runLink, statusWords } from "./words.ts";

/** Each status has a form of its own, so that nobody has to tell colours apart. */
const MARKS: Readonly<Record<string, JSX.Element>> = {
  succeeded: <circle cx="8" cy="8" r="6" class="full" />,
  up_to_date: <circle cx="8" cy="8" r="5" class="open" />,
  failed: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2" class="full" />
      <path d="M5 5l6 6M11 5l-6 6" class="cut" />
    </>
  ),
  signalled: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2" class="full" />
      <path d="M8 4.5v4M8 11v.5" class="cut" />
    </>
  ),
  timed_out: (
    <>
      <path d="M8 1.5l7 12.5H1z" class="full" />
      <path d="M8 6v3.5M8 11.5v.5" class="cut" />
    </>
  ),
  cancelled: <path d="M8 1.5L14.5 8 8 14.5 1.5 8z" class="full" />,
  interrupted: <path d="M8 2a6 6 0 1 0 0 12M9.5 3.5l-2 3.5h3l-2.5 5" class="open" />,
  not_started: <rect x="3" y="3" width="10" height="10" rx="1.5" class="open" />,
  skipped: <path d="M3 8h10" class="open" />,
  waiting: <circle cx="8" cy="8" r="2.5" class="full" />,
  unconfirmed: <path d="M3 8.5l3.5 3.5L13 4.5" class="open dotted" />,
  in_progress: (
    <>
      <circle cx="8" cy="8" r="5" class="open" />
      <path d="M8 3a5 5 0 0 1 0 10z" class="full" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5" class="open dotted turning" />
      <circle cx="8" cy="8" r="2" class="full" />
    </>
  ),
};
const UNKNOWN = <path d="M5.5 6a2.5 2.5 0 1 1 2.5 2.6V10M8 12v.6" class="open" />;

/** The same forms for the words of tasks. */
const SAME: Readonly<Record<string, string>> = {
  done: "succeeded",
  passed: "succeeded",
  confirmed: "succeeded",
  planned: "not_started",
  unplanned: "skipped",
  open: "not_started",
  not_run: "skipped",
};

export function toneOf(status: string): string {
  return SAME[status] ?? status;
}

/** Decoration: the word stands beside it, or in the label of what contains it. */
export function Mark({ status }: { readonly status: string }) {
  const tone = toneOf(status);
  return (
    <svg class={`mark s-${tone}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {MARKS[tone] ?? UNKNOWN}
    </svg>
  );
}

export function Status({ status }: { readonly status: string }) {
  return (
    <span class={`status t-${toneOf(status)}`}>
      <Mark status={status} /> {statusWords(status)}
    </span>
  );
}

/** Where the mark stands above it. */
export function StatusWord({ status }: { readonly status: string }) {
  return <span class={`status t-${toneOf(status)}`}>{statusWords(status)}</span>;
}

/** A text from a record or a file: its hidden characters are shown, and it cannot reorder what is around it. */
export function Text({ children }: { readonly children: string | null | undefined }) {
  return children === null || children === undefined ? null : <bdi>{visible(children)}</bdi>;
}

/** Only its words where a report does not have the run. */
export function RunLink({ run, children }: { readonly run: string; readonly children?: ComponentChildren }) {
  const words = children ?? <bdi>{run}</bdi>;
  return hasRun(run) ? <a href={runLink(run)}>{words}</a> : <span class="dim">{words}</span>;
}

/** A command line to copy: the page itself starts nothing. */
export function Command({ does, line }: Line) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // Without the right to the clipboard, the line can still be selected.
    }
  };
  return (
    <div class="command">
      <span class="does">{does}</span>
      <code>{visible(line)}</code>
      <button type="button" onClick={copy} aria-label={`Copy the command: ${does}`}>
        {isCopied ? "copied" : "copy"}
      </button>
    </div>
  );
}

export function Commands({ lines }: { readonly lines: readonly Line[] }) {
  return lines.length === 0 ? null : (
    <section class="commands" aria-label="Commands to type">
      {lines.map((each) => <Command key={each.line} {...each} />)}
    </section>
  );
}

export function ProblemBox({ problem }: { readonly problem: Problem }) {
  return (
    <div class="problem" role="alert">
      <p>
        <Text>{problem.headline}</Text>
      </p>
      {problem.notes.map((note) => (
        <p key={note} class="dim">
          <Text>{note}</Text>
        </p>
      ))}
      {problem.next === undefined ? null : (
        <p>
          try: <code>{visible(problem.next)}</code>
        </p>
      )}
    </div>
  );
}

/** A row of a table of facts; nothing where there is no value. */
export function Fact({ name, children }: { readonly name: string; readonly children?: ComponentChildren }) {
  if (children === undefined || children === null || children === "" || children === false) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The time, renewed from time to time. In a report it stands still. */
export function useNow(everyMs: number, fixedMs: number | undefined): number {
  const [nowMs, setNow] = useState(fixedMs ?? Date.now());
  useEffect(() => {
    if (fixedMs !== undefined) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, fixedMs]);
  return nowMs;
}
