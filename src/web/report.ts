/** The views of a run, a graph, a task or everything as one file, which needs no server and loads nothing. */

import { writeReport, type WrittenReport } from "../app/views/write_report.ts";
import type { Workspace } from "../app/workspace/workspace.ts";
import type { Host } from "../host/host.ts";
import type { Failure } from "../model/failure.ts";
import type { NextSteps } from "../model/next_step.ts";
import { ok, type Result } from "../model/result.ts";
import { VERSION } from "../version.ts";
import type { Answered, ReportData, RunData, TaskData } from "./page_data.ts";
import { askFor, dataOf } from "./pages.ts";
import { STYLE } from "./style.ts";

/** As large as issue trackers accept, with room for the page itself. */
const MAX_DATA_BYTES = 8 * 1024 * 1024;
const MARK = "<!doctype html>\n<!-- A report of Orchastration -->\n";

export interface ReportRequest {
  /** A run, a graph or a task; undefined: everything. */
  readonly reference: string | undefined;
  readonly output: string;
}

export interface Report extends WrittenReport {
  readonly runs: number;
  /** Sentences about the parts that would have made it too large. */
  readonly leftOut: readonly string[];
}

export interface ReportPorts {
  readonly workspace: Workspace;
  /** The script of the page. */
  readonly script: string;
  nextLine(steps: NextSteps): string | undefined;
}

export async function makeReport(
  ports: ReportPorts,
  request: ReportRequest,
): Promise<Result<Report, Failure>> {
  const collection = new Collection(ports);
  const { reference } = request;
  const start = reference === undefined
    ? await everything(collection)
    : await about(collection, ports, reference);
  if (!start.ok) return start;
  const { host } = ports.workspace;
  const data: ReportData = {
    madeAt: new Date(host.clock.nowMs()).toISOString(),
    madeBy: `Orchastration ${VERSION}`,
    start: start.value,
    leftOut: collection.leftOut,
    answers: Object.fromEntries(collection.answers),
  };
  const written = writeReport(ports.workspace, request, await reportText(host, ports.script, data), MARK);
  return written.ok ? ok({ ...written.value, runs: collection.runs, leftOut: collection.leftOut }) : written;
}

/** The views of all rows and tasks, then their runs, the newest first. */
async function everything(collection: Collection): Promise<Result<string, Failure>> {
  const home = await collection.require("home", new URLSearchParams());
  if (!home.ok) return home;
  const { view } = home.value;
  if (view.kind !== "home") throw new Error("Cannot report: the first view is another one");
  await collection.add("board", new URLSearchParams());
  for (const { kind, name } of view.rows) {
    if (kind === "task") await collection.add("task", new URLSearchParams({ task: name }));
  }
  const cells = view.rows.flatMap(({ cells }) => cells)
    .sort((one, other) => other.startedAtMs - one.startedAtMs);
  for (const { run } of cells) await addRun(collection, run);
  return ok("#/");
}

async function about(
  collection: Collection,
  { workspace }: ReportPorts,
  reference: string,
): Promise<Result<string, Failure>> {
  const project = await workspace.project();
  if (project.ok && project.value.tasks.has(reference)) {
    const task = await collection.require("task", new URLSearchParams({ task: reference }));
    if (!task.ok) return task;
    const view = task.value.view as TaskData;
    const evidence = view.criteria.flatMap(({ check }) => check?.run ?? []);
    for (const run of [...evidence, ...view.history.map(({ run }) => run)]) await addRun(collection, run);
    return ok(`#/task/${reference}`);
  }
  const asked = await askFor(collection.asking, "run", new URLSearchParams({ run: reference }));
  if (asked === undefined || !asked.ok) return asked ?? ok("#/");
  const { record } = asked.value as RunData;
  await addRun(collection, record.id);
  return ok(`#/run/${record.id}`);
}

/** With its output, and the runs that it consists of. */
async function addRun(collection: Collection, run: string): Promise<void> {
  const view = await collection.add("run", new URLSearchParams({ run }));
  if (view?.ok !== true || view.view.kind !== "run") return;
  const { record } = view.view;
  if (record.attempts.length > 0) await collection.add("log", new URLSearchParams({ run }));
  for (const node of record.graph?.nodes ?? []) if (node.run !== null) await addRun(collection, node.run);
  for (const check of record.checks) if (check.run !== null) await addRun(collection, check.run);
}

/** The answers so far, by their addresses, within the bound. */
class Collection {
  readonly answers = new Map<string, Answered>();
  readonly asking: Parameters<typeof askFor>[0];
  runs = 0;
  readonly #missing = new Map<string, number>();
  readonly #tried = new Set<string>();
  #left = MAX_DATA_BYTES;

  constructor({ workspace, nextLine }: ReportPorts) {
    this.asking = { workspace, nextLine };
  }

  get leftOut(): readonly string[] {
    return [...this.#missing].map(([view, count]) => {
      const what = view === "log" ? "the output of runs" : view === "run" ? "runs" : "views";
      return `To keep the report small, ${what} are left out: ${count}.`;
    });
  }

  async require(
    view: string,
    query: URLSearchParams,
  ): Promise<Result<Extract<Answered, { ok: true }>, Failure>> {
    const asked = await askFor(this.asking, view, query);
    if (asked === undefined) throw new Error(`Cannot report "${view}": there is no such view`);
    if (!asked.ok) return asked;
    const answered = { ok: true, view: asked.value } as const;
    this.#keep(view, query, answered);
    return ok(answered);
  }

  /** undefined where it is in the report already, or too large. */
  async add(view: string, query: URLSearchParams): Promise<Answered | undefined> {
    const address = addressOf(view, query);
    if (this.#tried.has(address)) return undefined;
    this.#tried.add(address);
    if (this.#left <= 0) {
      this.#leaveOut(view);
      return undefined;
    }
    const answered = await dataOf(this.asking, view, query);
    return answered !== undefined && this.#keep(view, query, answered) ? answered : undefined;
  }

  #keep(view: string, query: URLSearchParams, answered: Answered): boolean {
    const size = new TextEncoder().encode(JSON.stringify(answered)).length;
    if (size > this.#left) {
      this.#leaveOut(view);
      return false;
    }
    this.#left -= size;
    this.answers.set(addressOf(view, query), answered);
    if (view === "run") this.runs++;
    return true;
  }

  #leaveOut(view: string): void {
    this.#missing.set(view, (this.#missing.get(view) ?? 0) + 1);
  }
}

/** As the page asks for it (src/web/page). */
function addressOf(view: string, query: URLSearchParams): string {
  const words = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return words.length === 0 ? view : `${view}?${words.join("&")}`;
}

async function reportText({ digests }: Host, script: string, data: ReportData): Promise<string> {
  // Within a script element, these letters would end it.
  const code = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const hash = async (text: string) => {
    const hex = await digests.sha256(new TextEncoder().encode(text));
    return `'sha256-${Uint8Array.fromHex(hex).toBase64()}'`;
  };
  const policy = [
    "default-src 'none'",
    `script-src ${await hash(code)}`,
    `style-src ${await hash(STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `${MARK}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report</title>
<style>${STYLE}</style>
</head>
<body>
<div id="page"><noscript>This report needs JavaScript. It loads nothing.</noscript></div>
<script type="application/json" id="report">${jsonInPage(data)}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/** No text of a record can end the element, or begin a comment in it. */
function jsonInPage(data: ReportData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
