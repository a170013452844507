/** Which parts of a text are variables of ours, which look like one, and which are plain text. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { asTemplate, parseTemplate } from "../../src/model/template.ts";

/** Texts as they are, variables between `<` and `>`, problems as their message and hint. */
function shown(text: string): readonly string[] {
  return parseTemplate(text).filter((part) => part.kind !== "text" || part.text !== "").map((part) => {
    if (part.kind === "text") return part.text;
    if (part.kind === "problem") return `! ${part.message} | ${part.hint}`;
    const { variable } = part;
    if (variable.kind !== "env") return `<${variable.kind}>`;
    return variable.fallback === undefined
      ? `<env ${variable.name}>`
      : `<env ${variable.name} or ${JSON.stringify(variable.fallback)}>`;
  });
}

function check(text: string, expected: readonly string[]): void {
  Deno.test(`template: ${text}`, () => assertEquals(shown(text), expected));
}

/** Text without variables of ours. */
function untouched(...texts: readonly string[]): void {
  for (const text of texts) check(text, [text]);
}

const itself = (written: string) => `Write "$${written}" for the literal text`;
const FORMS = "write ${env:NAME} or ${env:NAME:-default}. ";

check("a ${env:X} b", ["a ", "<env X>", " b"]);
check("${env:X}${job}${task}", ["<env X>", "<job>", "<task>"]);
check("${project_root}/a:${env:PATH}", ["<project_root>", "/a:", "<env PATH>"]);
check("${env:X:-a b's $Y}", [`<env X or "a b's $Y">`]);
check("${env:X:-}", ['<env X or "">']);
check("${env:ProgramFiles(x86)}", ["<env ProgramFiles(x86)>"]);

untouched(
  "$X ${HOME} ${X:-y} ${X%.*} ${#list} $$ $${HOME} $(id) ${}",
  "${env:-x} ${env:=x} ${env:?} ${env:+x} ${env:0:3} ${ENV:-x} ${env} ${ENV}",
  "${PROJECT_ROOT} ${project_name} ${project} ${jobs} ${tasks} ${JOB} ${job:-x}",
  "${env.X} ${{ env.X }} ${", // other languages
);

check("$${env:X}", ["${env:X}"]);
check("a$${job}b", ["a", "${job}b"]);
check("$$${env:X} ${job}", ["$", "${env:X} ", "<job>"]);
check("$${evn:X} $${env:X", ["${evn:X} ", "${env:X"]);

check("${evn:X}", [`! there is no variable \${evn:X} | did you mean "\${env:X}"? ${itself("${evn:X}")}`]);
check("${ENV:X}", [`! there is no variable \${ENV:X} | did you mean "\${env:X}"? ${itself("${ENV:X}")}`]);
check("${environment:X}", [
  `! there is no variable \${environment:X} | did you mean "\${env:X}"? ${itself("${environment:X}")}`,
]);
for (
  const slip of ["projectroot", "projectRoot", "project-root", "project.root", "project_rot", "project_rooot"]
) {
  const written = `\${${slip}}`;
  check(`x ${written}`, [
    "x ",
    `! there is no variable ${written} | did you mean "\${project_root}"? ${itself(written)}`,
  ]);
}
check("${ job }", [`! there is no variable \${ job } | did you mean "\${job}"? ${itself("${ job }")}`]);
check("${env:}", [
  `! \${env:} does not name an environment variable | ${FORMS}${itself("${env:}")}`,
]);
check("${env:X", [`! the variable \${env:X is not closed | did you mean "\${env:X}"? ${itself("${env:X")}`]);
check("${env:X:=y}", [`! the variable \${env:X:=y} cannot be read | ${FORMS}${itself("${env:X:=y}")}`]);
check("${env:a b}", [`! the variable \${env:a b} cannot be read | ${FORMS}${itself("${env:a b}")}`]);
check("${env:X:-${HOME}}", [
  `! a default is plain text, without variables in it | ${FORMS}${itself("${env:X:-${HOME}")}`,
]);

// The text suggested by the hint has to be read as plain text, even where it contains another variable.
check("${env:A:-${env:B}}", [
  `! a default is plain text, without variables in it | ${FORMS}${itself("${env:A:-$${env:B}")}`,
]);
check("$${env:A:-$${env:B}}", ["${env:A:-", "${env:B}}"]);
check("${env:", [`! the variable \${env: is not closed | ${FORMS}${itself("${env:")}`]);

Deno.test("template: text that was escaped as a template reads as the text itself", () => {
  const pieces = fc.constantFrom(
    "$",
    "{",
    "}",
    "${env:X}",
    "${job}",
    "${evn:Y}",
    "${env:",
    "project_root",
    "a",
    ":-",
    " ",
  );
  fc.assert(
    fc.property(fc.array(pieces).map((parts) => parts.join("")), (text) => {
      const parts = parseTemplate(asTemplate(text));
      assertEquals(parts.map((part) => part.kind === "text" ? part.text : `<${part.kind}>`).join(""), text);
    }),
  );
});
