/** Renders the facts of a document in one of its formats. Pure. */

import type { WriteCommand } from "../model/next_step.ts";
import { isOurHtml, renderHtml } from "./html.ts";
import { type BoardEntry, indexJson, indexPage } from "./index_page.ts";
import { managedPart, type Obstacle, unformatted, withManagedPart } from "./managed_text.ts";
import { renderMarkdown } from "./markdown.ts";
import type { DocumentFormat } from "../model/document_format.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { Page } from "./page.ts";
import { isSameJson, isSameText } from "./same_meaning.ts";
import type { TaskFacts } from "./task_facts.ts";
import { taskPage } from "./task_page.ts";

/** The file name extension, without the dot. */
export const EXTENSIONS: Readonly<Record<DocumentFormat, string>> = {
  markdown: "md",
  html: "html",
  json: "json",
};

/** A rendered document, and how to insert it into its file. */
export interface Rendered {
  readonly text: string;
  /** The whole new file, given its present content; undefined where there is no file. */
  into(existing: string | undefined, force: boolean): Result<string, Obstacle>;
}

export function renderTask(facts: TaskFacts, format: DocumentFormat, write: WriteCommand): Rendered {
  return rendered(format, `doc generate ${facts.task}`, () => taskPage(facts, write), facts);
}

export function renderIndex(entries: readonly BoardEntry[], format: DocumentFormat): Rendered {
  return rendered(format, "doc generate --all", () => indexPage(entries), indexJson(entries));
}

function rendered(
  format: DocumentFormat,
  about: string,
  page: () => Page,
  data: { readonly kind: string },
): Rendered {
  switch (format) {
    case "markdown": {
      const text = managedPart(about, unformatted(renderMarkdown(page())));
      return { text, into: (existing, force) => withManagedPart(existing, text, force) };
    }
    case "html":
      return whole(renderHtml(page()), isOurHtml, isSameText);
    case "json":
      return whole(
        `${JSON.stringify(data, null, 2)}\n`,
        (existing) => isOurJson(existing, data.kind),
        isSameJson,
      );
  }
}

function isOurJson(existing: string, kind: string): boolean {
  return new RegExp(`^\\ufeff?\\{\\s*"format": ?1,\\s*"kind": ?"${kind}",`).test(existing);
}

/**
 * For a file that is generated as a whole, where it is recognized as such; it stays unchanged where its
 * meaning is the same.
 */
function whole(
  text: string,
  isOurs: (existing: string) => boolean,
  isSame: (existing: string, text: string) => boolean,
): Rendered {
  return {
    text,
    into(existing, force) {
      if (existing === undefined || existing.trim() === "") return ok(text);
      if (isOurs(existing)) return ok(isSame(existing, text) ? existing : text);
      return force ? ok(text) : fail({ kind: "unmarked" });
    },
  };
}
