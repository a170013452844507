/**
 * Texts of the configuration with variables in them: `${env:NAME}`, `${env:NAME:-default}`, `${project_root}`, `${task}`,
 * `${job}`. Everything else is a shell's or nobody's, and stays. Pure.
 */

import { isNear } from "./suggest.ts";

export type Variable =
  | { readonly kind: "env"; readonly name: string; readonly fallback: string | undefined }
  | { readonly kind: "project_root" | "task" | "job" };

export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly variable: Variable; readonly written: string }
  /** What was probably meant as a variable and is none. */
  | { readonly kind: "problem"; readonly message: string; readonly hint: string };

const WORDS = ["project_root", "task", "job"] as const;
/** One dollar more before what would be read as a variable makes it a text. */
const OPENING = /(\$+)\{/g;
/** Windows has names such as `ProgramFiles(x86)`. */
const ENV_NAME = /^[^\s{}$=:"'`\\]+$/;
/** `${env:-x}` and its like ask a shell for its own variable `env`. */
const SHELL_OPERATOR = /^[-=+?\d\s]/;
const ENV_SLIPS = /^(?:env|evn|nev|envs|environ|environment):/i;
const FORMS = "${env:NAME} or ${env:NAME:-default}";

/** The parts of a text, in order. Most texts are one part. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  if (!text.includes("${")) return [{ kind: "text", text }];
  const parts: TemplatePart[] = [];
  let kept = 0;
  // Of its own, as a hint is made with the same pattern meanwhile.
  const opening = new RegExp(OPENING);
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const dollars = match[1]!.length;
    const start = match.index + dollars - 1;
    const part = partAt(text, start);
    if (part === undefined) continue;
    if (dollars > 1) {
      // The text without the dollar that made it one.
      parts.push({ kind: "text", text: text.slice(kept, start - 1) });
      kept = start;
      continue;
    }
    if (start > kept) parts.push({ kind: "text", text: text.slice(kept, start) });
    const end = text.indexOf("}", start);
    kept = part.kind === "variable" ? end + 1 : text.length;
    parts.push(part);
    opening.lastIndex = kept;
  }
  if (kept < text.length) parts.push({ kind: "text", text: text.slice(kept) });
  return parts;
}

/** A text as it has to be written to be read as itself. */
export function asTemplate(text: string): string {
  return text.replace(
    OPENING,
    (opening, dollars: string, index: number) =>
      partAt(text, index + dollars.length - 1) === undefined ? opening : `$${opening}`,
  );
}

/** What begins at the last dollar before a brace; undefined for what is not ours. */
function partAt(text: string, start: number): TemplatePart | undefined {
  const end = text.indexOf("}", start);
  const body = text.slice(start + 2, end < 0 ? undefined : end);
  const written = text.slice(start, end < 0 ? undefined : end + 1);
  const problem = (message: string, meant?: string): TemplatePart => ({
    kind: "problem",
    message,
    hint: `${meant === undefined ? `write ${FORMS}.` : `did you mean "${meant}"?`} ` +
      // Cut short before, which also bounds how deep one lies in another.
      `Written "$\${${asTemplate(shortened(written).slice(2))}", it is the text itself`,
  });
  const word = WORDS.find((each) => each === body);
  if (end < 0) {
    return word === "project_root" || body.startsWith("env:") && !SHELL_OPERATOR.test(body.slice(4))
      ? problem(
        `the variable ${shortened(written)} is not closed`,
        body === "env:" ? undefined : `\${${shortened(body)}}`,
      )
      : undefined;
  }
  if (word !== undefined) return { kind: "variable", variable: { kind: word }, written };
  if (body.startsWith("env:")) return envPart(body.slice(4), written, problem);
  const meant = meantBy(body);
  return meant === undefined ? undefined : problem(`there is no variable ${shortened(written)}`, meant);
}

function envPart(
  rest: string,
  written: string,
  problem: (message: string, meant?: string) => TemplatePart,
): TemplatePart | undefined {
  if (SHELL_OPERATOR.test(rest)) return undefined;
  const colon = rest.indexOf(":");
  const name = colon < 0 ? rest : rest.slice(0, colon);
  if (name === "") return problem(`the variable ${written} names no variable of the environment`);
  if (!ENV_NAME.test(name)) return problem(`the variable ${shortened(written)} cannot be read`);
  if (colon < 0) return { kind: "variable", variable: { kind: "env", name, fallback: undefined }, written };
  const fallback = rest.slice(colon + 2);
  if (rest[colon + 1] !== "-") return problem(`the variable ${shortened(written)} cannot be read`);
  // Up to the first brace, so that one inside would be cut apart.
  if (fallback.includes("${")) return problem("a default is plain text, without variables in it");
  return { kind: "variable", variable: { kind: "env", name, fallback }, written };
}

/** The variable that somebody who wrote this most likely meant. */
function meantBy(body: string): string | undefined {
  const trimmed = body.trim();
  if (trimmed !== body && (WORDS.some((word) => word === trimmed) || /^env:[^\s]+$/.test(trimmed))) {
    return `\${${trimmed}}`;
  }
  const slip = ENV_SLIPS.exec(body);
  if (slip !== null) {
    const rest = body.slice(slip[0].length);
    return SHELL_OPERATOR.test(rest) ? undefined : `\${env:${rest}}`;
  }
  // Words in capitals are variables of the environment, which a shell is asked for.
  if (!/^[A-Za-z][\w.-]*$/.test(body) || body === body.toUpperCase()) return undefined;
  const plain = body.toLowerCase().replace(/[_.-]/g, "");
  return plain === "projectroot" || isNear(body, "project_root", 1) ? "${project_root}" : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
