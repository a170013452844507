/**
 * Reads the targets of a Makefile that a person would call. Does not run make: the results of shell calls
 * stay unknown.
 */

import { ok } from "../../../model/result.ts";
import { MakeConditions } from "./make_conditions.ts";
import { assignmentIn, logicalLines, ruleIn, splitComment } from "./make_lines.ts";
import { expand, type MakeVariables, splitOutside, words } from "./make_variables.ts";
import { canBeGiven, oneLine, type Proposal, type Reading } from "./proposal.ts";
import { joined, type Source } from "./source.ts";

const MAX_INCLUDED_FILES = 50;
/** A rule with one of these as its target only forces others to be made. */
const FORCING = /^(?:force|frc|phony|always)$/i;

export function makeTargets(text: string, from: string, source: Source): Reading {
  const reader = new MakeReader(source);
  reader.read(text, from);
  return ok(reader.proposals());
}

interface Target {
  readonly from: string;
  description: string | undefined;
  readonly group: string | undefined;
}

class MakeReader {
  readonly #source: Source;
  readonly #variables: MakeVariables;
  readonly #targets = new Map<string, Target>();
  readonly #phony = new Set<string>();
  readonly #phonyWords = new Map<string, string>();
  readonly #readFiles = new Set<string>();
  readonly #conditions = new MakeConditions();
  #group: string | undefined;
  #recipePrefix = "\t";

  constructor(source: Source) {
    this.#source = source;
    const { os } = source;
    this.#variables = {
      values: new Map([["OS", os === "windows" ? "Windows_NT" : ""], ["MAKECMDGOALS", ""]]),
      wildcard: (pattern) => this.#matching(pattern).filter((path) => source.kindOf(path) !== "missing"),
      uname: os === "linux" ? "Linux" : os === "darwin" ? "Darwin" : undefined,
    };
  }

  proposals(): readonly Proposal[] {
    return [...this.#targets].flatMap(([name, { from, description, group }]) => {
      const isPhony = this.#phony.has(name);
      if (!isPhony && /[./\\]/.test(name)) return [];
      const words = oneLine(description ?? this.#phonyWords.get(name) ?? "");
      return [{
        name,
        tool: "make",
        command: ["make", name],
        description: words,
        isDocumented: words !== undefined,
        isMinor: !isPhony && words === undefined,
        from,
        group,
      }];
    });
  }

  read(text: string, from: string): void {
    this.#readFiles.add(from);
    let comments: string[] = [];
    let inRule = false;
    let defining: { readonly name: string; depth: number } | undefined;
    for (const line of logicalLines(text)) {
      if (defining !== undefined) {
        if (/^\s*define\b/.test(line)) defining.depth++;
        if (/^\s*endef\b/.test(line) && --defining.depth === 0) defining = undefined;
        continue;
      }
      if (inRule && line.startsWith(this.#recipePrefix)) {
        comments = [];
        continue;
      }
      if (line.trim() === "") {
        comments = [];
        continue;
      }
      const { code, comment } = splitComment(line);
      if (code.trim() === "") {
        const heading = /^##@\s*(.*?)\s*$/.exec(comment!.trim())?.[1];
        if (heading === undefined) comments.push(comment!);
        else this.#group = heading === "" ? undefined : heading;
        continue;
      }
      if (this.#conditions.take(code, this.#variables)) continue;
      const definition = /^\s*(?:(?:export|override)\s+)*define\s+([^\s=]+)/.exec(code);
      if (definition !== null) {
        defining = { name: definition[1]!, depth: 1 };
        inRule = false;
        // Its body is a recipe or a template, which only make can use.
        this.#variables.values.set(defining.name, undefined);
      } else if (!this.#conditions.areMet) {
        inRule = ruleIn(code) !== undefined || inRule;
      } else if (this.#takeAssignment(code)) inRule = false;
      else if (this.#takeInclude(code)) inRule = false;
      else if (this.#takeRule(code, comment, comments, from)) {
        inRule = true;
        if (/^\s*\.PHONY\s*:/.test(code)) continue;
      }
      comments = [];
    }
  }

  #takeAssignment(code: string): boolean {
    const assignment = assignmentIn(code);
    if (assignment === undefined) return false;
    const { operator } = assignment;
    const { values } = this.#variables;
    const name = expand(assignment.name, this.#variables);
    if (name === undefined) return true;
    const value = operator === "!=" ? undefined : assignment.value;
    if (name === ".RECIPEPREFIX") this.#recipePrefix = value?.[0] ?? "\t";
    const before = values.get(name);
    if (operator === "?=") {
      if (!values.has(name)) values.set(name, value);
    } else if (operator === "+=") {
      values.set(
        name,
        values.has(name) && before === undefined ? undefined : `${before ?? ""} ${value}`.trim(),
      );
    } else if (operator.startsWith(":")) {
      values.set(
        name,
        value === undefined ? undefined : expand(value, this.#variables)?.replaceAll("$", "$$$$"),
      );
    } else values.set(name, value);
    return true;
  }

  #takeInclude(code: string): boolean {
    const paths = /^\s*(?:include|-include|sinclude)\s+(.*)$/.exec(code)?.[1];
    if (paths === undefined) return false;
    for (const word of splitOutside(paths, /\s/)) {
      for (
        const path of words(expand(word, this.#variables) ?? "").flatMap((each) => this.#matching(each))
      ) {
        if (this.#readFiles.size > MAX_INCLUDED_FILES || this.#readFiles.has(path)) continue;
        const found = this.#source.read(path);
        if (found.kind !== "text") continue;
        const group = this.#group;
        this.read(found.text, path);
        this.#group = group;
      }
    }
    return true;
  }

  /** The paths that match a pattern in the last part; make searches from the folder in which it is called. */
  #matching(written: string): readonly string[] {
    const path = joined("", written);
    if (!path.includes("*")) return [path];
    const folder = path.split("/").slice(0, -1).join("/");
    const name = path.slice(folder === "" ? 0 : folder.length + 1);
    if (folder.includes("*")) return [];
    const pattern = new RegExp(
      `^${name.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^/]*")}$`,
    );
    return this.#source.list(folder === "" ? "." : folder).filter((each) => pattern.test(each)).map((each) =>
      joined(folder, each)
    );
  }

  /** The words of a list, without those that only make can expand. */
  #expanded(list: string): readonly string[] {
    return splitOutside(list, /\s/).flatMap((word) => words(expand(word, this.#variables) ?? ""));
  }

  #takeRule(code: string, comment: string | undefined, comments: readonly string[], from: string): boolean {
    const rule = ruleIn(code);
    if (rule === undefined) return false;
    const written = this.#expanded(rule.targets);
    // A variable that contains a colon makes another rule than the visible one.
    if (written.some((name) => /(?<!\\):/.test(name))) return true;
    const names = written.map((name) => name.replaceAll("\\:", ":"));
    const behind = wordsOf(comment === undefined ? [] : [comment], undefined);
    if (names.includes(".PHONY")) {
      const phony = this.#expanded(rule.rest).map((name) => name.replaceAll("\\:", ":"));
      for (const name of phony) this.#phony.add(name);
      if (phony.length === 1 && behind !== undefined) this.#phonyWords.set(phony[0]!, behind);
      return true;
    }
    for (const name of names) {
      if (!isCallable(name)) continue;
      const description = behind ?? wordsOf(comments, name);
      const known = this.#targets.get(name);
      if (known !== undefined) known.description ??= description;
      else this.#targets.set(name, { from, description, group: this.#group });
    }
    return true;
  }
}

function isCallable(name: string): boolean {
  return canBeGiven(name) && !/[%$()*]/.test(name) && !/^[._]/.test(name) && !FORCING.test(name);
}

/** The description in comment lines, up to the end of its first sentence; undefined where there is none. */
function wordsOf(comments: readonly string[], target: string | undefined): string | undefined {
  const lines = comments.filter((line) => !/^\s*###/.test(line)).map((line) =>
    line.trim().replace(/^#+[!@]?\s*/, "").replace(/[\s#=*~-]+$/, "")
  );
  // A heading consists of signs, or follows three of them; commented-out code is no description either.
  const prose = lines.filter((line) => /\p{L}{2}/u.test(line) && !/^[^\s]+\s*[:?+]?=|^[@$\t]/.test(line));
  // A further line continues the sentence only where it begins with a small letter.
  const more = prose.findIndex((line, index) => index > 0 && !/^\p{Ll}/u.test(line));
  let text = prose.slice(0, more < 0 ? undefined : more).join(" ");
  if (target !== undefined && text.startsWith(target)) {
    text = text.slice(target.length).replace(/^\s*(?::|-+|–|—)\s+/, "") || text;
  }
  const sentence = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return sentence.trim() === "" ? undefined : sentence.trim();
}
