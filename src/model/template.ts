/**
 * Parses texts of the configuration with variables in them: `${env:NAME}`, `${env:NAME:-default}`,
 * `${project_root}`, `${task}`, `${job}`. Any other dollar sign stays as it is, for a shell or as plain text.
 * Pure.
 */

import { isNear } from "./suggest.ts";

export type Variable =
  | { readonly kind: "env"; readonly name: string; readonly fallback: string | undefined }
  | { readonly kind: "project_root" | "task" | "job" }
  /** An argument of the caller. */
  | { readonly kind: "arg"; readonly name: string }
  /** A fact that only one table knows, which names it. */
  | { readonly kind: "fact"; readonly name: string };

export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly variable: Variable; readonly written: string }
  /** Text that was probably meant as a variable but is none. */
  | { readonly kind: "problem"; readonly message: string; readonly hint: string };

const WORDS = ["project_root", "task", "job"] as const;
/** A second dollar sign turns a variable into plain text. */
const OPENING = /(\$+)\{/g;
/** Windows has names such as `ProgramFiles(x86)`. */
const ENV_NAME = /^[^\s{}$=:"'`\\]+$/;
/** `${env:-x}` and similar forms ask a shell for its own variable `env`. */
const SHELL_OPERATOR = /^[-=+?\d\s]/;
const ARG = /^args\.([A-Za-z][\w-]*)$/;
const ENV_SLIPS = /^(?:env|evn|nev|envs|environ|environment):/i;
const FORMS = "${env:NAME} or ${env:NAME:-default}";

/** The parts of a text, in order. Most texts have one part. `facts` names further variables. */
export function parseTemplate(text: string, facts: readonly string[] = []): readonly TemplatePart[] {
  if (!text.includes("${")) return [{ kind: "text", text }];
  const parts: TemplatePart[] = [];
  let kept = 0;
  // A separate expression object, because making a hint uses the same pattern meanwhile.
  const opening = new RegExp(OPENING);
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const dollars = match[1]!.length;
    const start = match.index + dollars - 1;
    const part = partAt(text, start, facts);
    if (part === undefined) continue;
    if (dollars > 1) {
      // The text without the dollar sign that escaped it.
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

/** The form of a text that is read back as itself. */
export function asTemplate(text: string): string {
  return text.replace(
    OPENING,
    (opening, dollars: string, index: number) =>
      partAt(text, index + dollars.length - 1) === undefined ? opening : `$${opening}`,
  );
}

/** The variable that begins at the last dollar sign before a brace; undefined for what is not ours. */
function partAt(text: string, start: number, facts: readonly string[] = []): TemplatePart | undefined {
  const end = text.indexOf("}", start);
  const body = text.slice(start + 2, end < 0 ? undefined : end);
  const written = text.slice(start, end < 0 ? undefined : end + 1);
  const problem = (message: string, meant?: string): TemplatePart => ({
    kind: "problem",
    message,
    hint: `${meant === undefined ? `write ${FORMS}.` : `did you mean "${meant}"?`} ` +
      // Shortened first, which also bounds how deeply one variable can lie in another.
      `Write "$\${${asTemplate(shortened(written).slice(2))}" for the literal text`,
  });
  const word = WORDS.find((each) => each === body);
  if (end >= 0 && facts.includes(body)) {
    return { kind: "variable", variable: { kind: "fact", name: body }, written };
  }
  if (end < 0) {
    return word === "project_root" || body.startsWith("env:") && !SHELL_OPERATOR.test(body.slice(4))
      ? problem(
        `the variable ${shortened(written)} is not closed`,
        body === "env:" ? undefined : `\${${shortened(body)}}`,
      )
      : undefined;
  }
  if (word !== undefined) return { kind: "variable", variable: { kind: word }, written };
  const arg = ARG.exec(body);
  if (arg !== null) return { kind: "variable", variable: { kind: "arg", name: arg[1]! }, written };
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
  if (name === "") return problem(`${written} does not name an environment variable`);
  if (!ENV_NAME.test(name)) return problem(`the variable ${shortened(written)} cannot be read`);
  if (colon < 0) return { kind: "variable", variable: { kind: "env", name, fallback: undefined }, written };
  const fallback = rest.slice(colon + 2);
  if (rest[colon + 1] !== "-") return problem(`the variable ${shortened(written)} cannot be read`);
  // Matches up to the first brace only; a brace inside would otherwise cut the text apart.
  if (fallback.includes("${")) return problem("a default is plain text, without variables in it");
  return { kind: "variable", variable: { kind: "env", name, fallback }, written };
}

/** The variable that the author most likely meant. */
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
  // Words in capitals are environment variables, as written for a shell.
  if (!/^[A-Za-z][\w.-]*$/.test(body) || body === body.toUpperCase()) return undefined;
  const plain = body.toLowerCase().replace(/[_.-]/g, "");
  return plain === "projectroot" || isNear(body, "project_root", 1) ? "${project_root}" : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
