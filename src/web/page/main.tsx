/** The page in the browser: finds the view that its address names, and keeps it up to date. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answered } from "../page_data.ts";
import { Board } from "./board.tsx";
import { Home } from "./home.tsx";
import { Command, ProblemBox } from "./parts.tsx";
import { Run } from "./run.tsx";
import { type Connection, follow, onConnection, report } from "./source.ts";
import { Task } from "./task.tsx";
import { Tooltip } from "./tooltip.tsx";
import { timeWords } from "./words.ts";

const root = document.getElementById("page")!;

const ALL_VIEWS = [["#/", "home", "Runs"], ["#/board", "board", "Tasks"]] as const;
/** A report about one run has no others. */
const VIEWS = ALL_VIEWS.filter(([, view]) => report === undefined || report.answers[view] !== undefined);

interface Route {
  readonly address: string;
  readonly title: string;
}

/** From the part of the address behind "#". */
function routeOf(hash: string): Route {
  const [, view, ...rest] = hash.replace(/^#/, "").split("/").map(decoded);
  const name = rest.join("/");
  switch (view) {
    case "run":
      return { address: `run?run=${encodeURIComponent(name)}`, title: name };
    case "task":
      return { address: `task?task=${encodeURIComponent(name)}`, title: name };
    case "board":
      return { address: "board", title: "Tasks" };
    default:
      return { address: "home", title: "Runs" };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function currentHash(): string {
  return location.hash === "" && report !== undefined ? report.start : location.hash;
}

function App() {
  const [hash, setHash] = useState(currentHash());
  const [connection, setConnection] = useState<Connection>("live");
  const top = useRef<HTMLDivElement>(null);
  const { address, title } = routeOf(hash);
  useEffect(() => {
    const change = () => {
      setHash(currentHash());
      scrollTo(0, 0);
      // A reader of the screen begins with the new view.
      top.current?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  useEffect(() => onConnection(setConnection), []);
  useEffect(() => {
    document.title = `${title} · Orchastration`;
  }, [title]);
  return (
    <>
      <header>
        <a class="home" href={report?.start ?? "#/"}>Orchastration</a>
        <nav aria-label="Views">
          {VIEWS.map(([hash, view, words]) => (
            <a key={view} href={hash} aria-current={address === view ? "page" : undefined}>{words}</a>
          ))}
        </nav>
        <ConnectionWords connection={connection} />
      </header>
      {connection === "lost"
        ? (
          <div class="problem" role="alert">
            <p>The program behind this page has ended. What is shown may be out of date.</p>
            <Command does="open a new page" line={root.dataset["again"] ?? ""} />
          </div>
        )
        : null}
      {report?.leftOut.map((words) => <p key={words} class="remark">{words}</p>)}
      <div ref={top} tabIndex={-1} class="view">
        <View key={address} address={address} />
      </div>
      <Tooltip />
    </>
  );
}

function ConnectionWords({ connection }: { readonly connection: Connection }) {
  if (report !== undefined) {
    return <span class="connection dim">{report.madeBy}, {timeWords(report.madeAt)}</span>;
  }
  return <span class={`connection ${connection}`}>{connection === "live" ? "live" : "not connected"}</span>;
}

function View({ address }: { readonly address: string }) {
  const [answered, setAnswered] = useState<Answered | undefined>();
  // A problem is shown above the last content, which stays.
  const last = useRef<Extract<Answered, { ok: true }> | undefined>(undefined);
  useEffect(() => follow(address, ["records"], setAnswered), [address]);
  if (answered === undefined) return <p class="dim loading">…</p>;
  if (answered.ok) last.current = answered;
  return (
    <>
      {answered.ok ? null : <ProblemBox problem={answered.problem} />}
      {last.current === undefined ? null : <Content answered={last.current} />}
    </>
  );
}

function Content({ answered: { view } }: { readonly answered: Extract<Answered, { ok: true }> }) {
  switch (view.kind) {
    case "home":
      return <Home data={view} />;
    case "run":
      return <Run data={view} />;
    case "task":
      return <Task data={view} />;
    case "board":
      return <Board data={view} />;
    case "log":
    case "found":
      return null;
  }
}

render(<App />, root);
