/** When each node of a graph waited for its needs, waited for a slot, and ran. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import type { GraphNodeRecord, GraphRecord } from "../../model/graph_record.ts";
import { countWords as statusCounts } from "../../model/graph_words.ts";
import { visible } from "../../model/visible.ts";
import { Mark, toneOf } from "./parts.tsx";
import { durationWords, runLink, statusWords, taskLink } from "./words.ts";

const WIDTH = 1000;

interface Props {
  readonly graph: GraphRecord;
  readonly startTime: string;
  readonly endTime: string | null;
  readonly nowMs: number;
}

export function Timeline({ graph, startTime, endTime, nowMs }: Props) {
  const beginMs = Date.parse(startTime);
  const ends = graph.nodes.map(({ end_time }) => end_time === null ? beginMs : Date.parse(end_time));
  const isOpen = graph.nodes.some(({ status }) => status === "running" || status === "waiting");
  const lastMs = endTime !== null ? Date.parse(endTime) : isOpen ? nowMs : Math.max(beginMs, ...ends);
  const totalMs = Math.max(1, lastMs - beginMs);
  const critical = new Set(graph.critical_path);
  const readyMs = readyTimes(graph, beginMs);
  const rows = graph.nodes.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
  return (
    <section>
      <h2>Timeline</h2>
      <p class="dim">
        {statusCounts(graph)}; {durationWords(totalMs)} in all, {graph.jobs} at a time
      </p>
      <ul class="legend">
        <li>
          <span class="swatch needs" /> waiting for needs
        </li>
        <li>
          <span class="swatch slot" /> waiting for a slot
        </li>
        <li>
          <span class="swatch ran" /> running
        </li>
        {critical.size === 0 ? null : (
          <li>
            <span class="star">★</span> critical path
          </li>
        )}
      </ul>
      <div class="timeline" role="list">
        <div class="axis" aria-hidden="true">
          <span />
          <span class="ticks">
            <span>0</span>
            <span>{durationWords(totalMs / 2)}</span>
            <span>{durationWords(totalMs)}</span>
          </span>
        </div>
        {rows.map((node) => (
          <Bar
            key={node.name}
            node={node}
            isCritical={critical.has(node.name)}
            beginMs={beginMs}
            readyMs={readyMs.get(node.name)}
            lastMs={lastMs}
            totalMs={totalMs}
          />
        ))}
      </div>
    </section>
  );
}

/** When the last need of each node ended: from then on it waited for a slot, a pool or a lock alone. */
function readyTimes({ nodes, edges }: GraphRecord, beginMs: number): ReadonlyMap<string, number | undefined> {
  const ends = new Map(
    nodes.map(({ name, end_time }) => [name, end_time === null ? undefined : Date.parse(end_time)]),
  );
  const ready = new Map<string, number | undefined>(nodes.map(({ name }) => [name, beginMs]));
  for (const { from, to } of edges) {
    const [before, end] = [ready.get(to), ends.get(from)];
    ready.set(to, before === undefined || end === undefined ? undefined : Math.max(before, end));
  }
  return ready;
}

/** In the order in which they began; those that never did come last. */
function keyOf({ start_time, ready_time }: GraphNodeRecord): string {
  return start_time ?? ready_time ?? "9";
}

interface BarProps {
  readonly node: GraphNodeRecord;
  readonly isCritical: boolean;
  readonly beginMs: number;
  readonly readyMs: number | undefined;
  readonly lastMs: number;
  readonly totalMs: number;
}

function Bar({ node, isCritical, beginMs, readyMs, lastMs, totalMs }: BarProps) {
  const at = (time: string | null) => time === null ? undefined : Date.parse(time);
  const isOpen = node.status === "running" || node.status === "waiting";
  const start = at(node.start_time);
  const ready = readyMs ?? start;
  const end = at(node.end_time) ?? (isOpen ? lastMs : start ?? ready);
  const spans = [
    ["needs", beginMs, ready ?? (isOpen ? lastMs : beginMs)],
    ["slot", ready, start ?? (node.status === "waiting" ? lastMs : ready)],
    [`ran s-${toneOf(node.status)}`, start, start === undefined ? undefined : end],
  ] as const;
  const length = ([, from, to]: typeof spans[number]) =>
    from === undefined || to === undefined ? 0 : Math.max(0, to - from);
  const words = [
    statusWords(node.status),
    ...length(spans[0]) > 0 ? [`waited ${durationWords(length(spans[0]))} for its needs`] : [],
    ...length(spans[1]) > 0 ? [`${durationWords(length(spans[1]))} for a slot`] : [],
    ...start === undefined ? [] : [`ran ${durationWords(length(spans[2]))}`],
    ...isCritical ? ["on the critical path"] : [],
    visible(node.reason),
  ].join(" · ");
  const href = node.run !== null
    ? runLink(node.run)
    : node.subject === "task"
    ? taskLink(node.name)
    : undefined;
  const name = (
    <>
      <Mark status={node.status} /> <bdi>{node.name}</bdi>
      {isCritical ? <span class="star" aria-hidden="true">★</span> : null}
    </>
  );
  return (
    <div class="node" role="listitem">
      <span class="name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
      <span class="hidden">{words}</span>
      <svg
        class="spans"
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        data-tip={`${node.name} · ${words}`}
        aria-hidden="true"
      >
        {spans.map((span) =>
          length(span) === 0 && !(span[0].startsWith("ran") && start !== undefined) ? null : (
            <rect
              key={span[0]}
              class={span[0]}
              x={(span[1]! - beginMs) / totalMs * WIDTH}
              y={span[0].startsWith("ran") ? 0 : 3}
              width={Math.max(2, length(span) / totalMs * WIDTH)}
              height={span[0].startsWith("ran") ? 10 : 4}
            />
          )
        )}
      </svg>
    </div>
  );
}
