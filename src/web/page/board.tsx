/** The tasks in columns by their derived status. Nothing can be moved: a status is proven, not chosen. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import type { BoardPage } from "../../app/views/board_page.ts";
import { Mark, Text } from "./parts.tsx";
import { taskLink } from "./words.ts";

type Card = BoardPage["cards"][number];

const COLUMNS: readonly (readonly [string, readonly Card["status"][]])[] = [
  ["Not planned", ["unplanned"]],
  ["Planned", ["planned"]],
  ["In progress", ["in_progress"]],
  ["Failed", ["failed", "interrupted"]],
  ["Done", ["done"]],
];

export function Board({ data }: { readonly data: BoardPage }) {
  return (
    <main>
      <h1>Tasks</h1>
      {data.damaged.map(({ path, reason }) => (
        <p key={path} class="problem" role="alert">
          Cannot read the record <Text>{path}</Text>: <Text>{reason}</Text>
        </p>
      ))}
      {data.cards.length === 0 ? <p>No tasks are configured.</p> : (
        <div class="board">
          {COLUMNS.map(([heading, statuses]) => {
            const cards = data.cards.filter(({ status }) => statuses.includes(status));
            return (
              <section key={heading} aria-label={`${heading}: ${cards.length}`}>
                <h2>
                  {heading} <span class="dim">{cards.length}</span>
                </h2>
                {cards.map((card) => <TaskCard key={card.name} card={card} />)}
              </section>
            );
          })}
        </div>
      )}
    </main>
  );
}

function TaskCard({ card }: { readonly card: Card }) {
  return (
    <article class="card">
      <h3>
        <Mark status={card.status} />{" "}
        <a href={taskLink(card.name)}>
          <bdi>{card.name}</bdi>
        </a>
      </h3>
      {card.description === undefined ? null : (
        <p>
          <Text>{card.description}</Text>
        </p>
      )}
      {card.criteria === 0 ? null : (
        <p class="dim">
          {card.proven} of {card.criteria} criteria proven
        </p>
      )}
      {card.status === "failed" || card.status === "interrupted"
        ? (
          <p class="dim">
            <Text>{card.reason}</Text>
          </p>
        )
        : null}
      {card.stale === undefined ? null : (
        <p class="warn">
          stale: <Text>{card.stale}</Text>
        </p>
      )}
      {card.drifted ? <p class="warn">changed since its plan</p> : null}
      {card.needs.length === 0 ? null : <p class="dim">needs {card.needs.join(", ")}</p>}
      {card.owner === undefined ? null : (
        <p class="owner">
          <Text>{card.owner}</Text> works on it
        </p>
      )}
    </article>
  );
}
