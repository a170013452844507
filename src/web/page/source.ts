/** Where the data of the page comes from: the server, live, or the report that this page is. */

/// <reference lib="dom" />
import type { Answered, ReportData } from "../page_data.ts";

/** "lost": the server does not answer any more. */
export type Connection = "live" | "lost" | "report";

/** News that come while a view is loaded wait this many times as long as it took, so that a slow view does not load all the time. */
const RELATIVE_PAUSE = 3;
const LOST_MS = 2500;

export const report: ReportData | undefined = readReport();

function readReport(): ReportData | undefined {
  const text = document.getElementById("report")?.textContent;
  return text ? JSON.parse(text) : undefined;
}

/** Whether the view of a run can be opened: a report has some runs only. */
export function hasRun(run: string): boolean {
  return report === undefined || Object.hasOwn(report.answers, `run?run=${encodeURIComponent(run)}`);
}

/** `address`: the view and its question, as in `run?run=sample`. */
export async function ask(address: string, signal?: AbortSignal): Promise<Answered> {
  if (report !== undefined) {
    return report.answers[address] ??
      problem("This is not part of the report.", "make the report of this run, or of everything");
  }
  const answer = await fetch(`/data/${address}`, { signal: signal ?? null });
  if (answer.ok) return await answer.json();
  return problem((await answer.text()).trim(), undefined);
}

function problem(headline: string, next: string | undefined): Answered {
  return { ok: false, problem: { headline, notes: [], next } };
}

type Hear = (news: ReadonlySet<string>) => void;
const hearers = new Set<Hear>();
const connectionHearers = new Set<(connection: Connection) => void>();
let connection: Connection = report === undefined ? "live" : "report";
let stream: EventSource | undefined;

function setConnection(now: Connection): void {
  if (now === connection) return;
  connection = now;
  for (const hear of connectionHearers) hear(now);
}

function connect(): void {
  if (stream !== undefined || report !== undefined) return;
  stream = new EventSource("/events");
  let lost: ReturnType<typeof setTimeout> | undefined;
  stream.onopen = () => {
    clearTimeout(lost);
    lost = undefined;
    // Whatever happened meanwhile is news, too.
    if (connection === "lost") tell(new Set(["records", "output"]));
    setConnection("live");
  };
  stream.onmessage = ({ data }) => tell(new Set(String(data).split(" ")));
  stream.onerror = () => {
    lost ??= setTimeout(() => setConnection("lost"), LOST_MS);
    if (stream?.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an answer that is no stream.
    stream = undefined;
    setTimeout(connect, LOST_MS);
  };
}

function tell(news: ReadonlySet<string>): void {
  for (const hear of [...hearers]) hear(news);
}

/** Until the returned function is called. */
export function onNews(hear: Hear): () => void {
  connect();
  hearers.add(hear);
  return () => void hearers.delete(hear);
}

export function onConnection(hear: (connection: Connection) => void): () => void {
  connectionHearers.add(hear);
  hear(connection);
  return () => void connectionHearers.delete(hear);
}

/** Loads a view now, and again with each news that is wanted, one after the other. */
export function follow(
  address: string,
  wanted: readonly string[],
  show: (answered: Answered) => void,
): () => void {
  const abort = new AbortController();
  let isLoading = false;
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = async () => {
    isLoading = true;
    isDue = false;
    const startedMs = performance.now();
    try {
      const answered = await ask(address, abort.signal);
      if (!abort.signal.aborted) show(answered);
    } catch {
      // The connection says so; the last content stays.
    }
    timer = setTimeout(() => {
      isLoading = false;
      if (isDue && !abort.signal.aborted) void load();
    }, RELATIVE_PAUSE * (performance.now() - startedMs));
  };
  const unhear = onNews((news) => {
    if (!wanted.some((each) => news.has(each))) return;
    isDue = true;
    if (!isLoading) void load();
  });
  void load();
  return () => {
    abort.abort();
    clearTimeout(timer);
    unhear();
  };
}
