/**
 * How often a repository's own readme and CI call a command. Pure text; knows no formats of build systems.
 */

import type { Proposal } from "./proposal.ts";
import type { Source } from "./source.ts";

const DOCUMENTS =
  /^(?:readme|contributing|hacking|install|development|building)(?:\.(?:md|rst|txt|adoc|org))?$/i;
const CI_FILES = [
  ".gitlab-ci.yml",
  ".travis.yml",
  ".circleci/config.yml",
  "azure-pipelines.yml",
  "Jenkinsfile",
  "appveyor.yml",
];
const CI_FOLDERS = [".github/workflows", ".forgejo/workflows", ".gitea/workflows"];
const MAX_FILES = 30;

/** Command lines in the repository's own documents, with single blanks between words. */
export function calledLines(source: Source): readonly string[] {
  const documents = source.list(".").filter((name) => DOCUMENTS.test(name));
  const workflows = CI_FOLDERS.flatMap((folder) =>
    source.list(folder).filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`)
  );
  const texts = (paths: readonly string[]) =>
    paths.slice(0, MAX_FILES).flatMap((path) => {
      const found = source.read(path);
      return found.kind === "text" ? [found.text] : [];
    });
  return [
    ...texts(documents).flatMap(codeOfDocument),
    ...texts([...CI_FILES, ...workflows]).flatMap((text) => text.replace(/(^|\s)#[^\n]*/g, "$1").split("\n")),
  ].map((line) => line.trim().replace(/\s+/g, " ")).filter((line) => line !== "");
}

/** Prose contains "make sure" and "go test it"; commands stand in code blocks and between backticks. */
function codeOfDocument(text: string): readonly string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) {
      fence = fence === undefined ? mark : line.trim().startsWith(fence) ? undefined : fence;
      continue;
    }
    const isIndented = /^(?: {4}|\t)\s*\S/.test(line);
    if (fence !== undefined || isIndented) lines.push(line.replace(/^\s*[$>%]\s+/, ""));
    else lines.push(...[...line.matchAll(/(`+)([^`]+)\1/g)].map(([, , code]) => code!));
  }
  return lines;
}

/** For each proposal, and for each tool as a whole, how many lines call it. */
export class Calls {
  readonly #own = new Map<Proposal, number>();
  readonly #ofTool = new Map<string, number>();

  constructor(lines: readonly string[], proposals: readonly Proposal[]) {
    const padded = lines.map((line) => paddedWords(line.replace(/["'();&|`]+/g, " ").split(" ")));
    for (const proposal of proposals) {
      const spelled = spellingsOf(proposal).map(paddedWords);
      const count = padded.filter((line) => spelled.some((each) => line.includes(each))).length;
      this.#own.set(proposal, count);
      this.#ofTool.set(proposal.tool, (this.#ofTool.get(proposal.tool) ?? 0) + count);
    }
  }

  ofProposal(proposal: Proposal): number {
    return this.#own.get(proposal) ?? 0;
  }

  ofTool({ tool }: Proposal): number {
    return this.#ofTool.get(tool) ?? 0;
  }
}

/**
 * Compared between blanks, so that a word counts only as a whole; `make -j4 V=1 test` is a call of `make
 * test`.
 */
function paddedWords(words: readonly string[]): string {
  return ` ${words.filter((word) => word !== "" && !/^-|^\w+=/.test(word)).join(" ")} `;
}

/** People omit `run` where the tool allows it. */
function spellingsOf({ command, name, tool }: Proposal): readonly (readonly string[])[] {
  const isScript = ["npm", "pnpm", "yarn", "bun"].includes(tool) && command[1] === "run";
  return isScript ? [command, [tool, name]] : [command];
}
