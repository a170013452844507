/**
 * Replaces the generated sections of a document that people write: between two comments, and nowhere else.
 */

import { Problem } from "../../../build/tool.ts";

/** Replaces the text between `<!-- bench:<name> -->` and `<!-- /bench -->`, for each section. */
export function replaceSections(document: string, sections: Readonly<Record<string, string>>): string {
  let replaced = document;
  for (const [name, content] of Object.entries(sections)) {
    const [begin, end] = [`<!-- bench:${name} -->\n`, "\n<!-- /bench -->"];
    const from = replaced.indexOf(begin);
    const to = from < 0 ? -1 : replaced.indexOf(end, from);
    if (to < 0) {
      throw new Problem(
        `Cannot find the section "${name}" in the page: expected ${begin.trim()} and ${end.trim()}`,
      );
    }
    replaced = `${replaced.slice(0, from + begin.length)}\n${content}\n${replaced.slice(to)}`;
  }
  return replaced;
}
