/**
 * Walks through the guides of docs: types their commands into a real terminal, in a copy of docs/guide/slugs and a
 * separate home each, and replaces the output in the guide by the real one: `deno task guide`. A test compares the
 * two.
 *
 * The guide can contain: a fenced block `console`, with commands after `$ ` and their output, where a line
 * `…` stands for omitted lines, and what follows a question is typed as its answer; and a block with `file=<name>` or `append=<name>` after its language, which
 * is written to that file.
 */

import { join } from "@std/path/posix";
import { withHome } from "./terminal/home.ts";
import { openShell, type Shell } from "./terminal/shell.ts";
import { stableText } from "./terminal/stable_text.ts";
import { shownLines } from "./terminal/shown_lines.ts";

export const GUIDE = new URL("../../docs/guide.md", import.meta.url);
export const GUIDES = [GUIDE, new URL("../../docs/guide-assistants.md", import.meta.url)];
const LEFT_OUT = "…";
const QUESTION = "[y/N]";

/** The guide with the present output of its commands. */
export function guideAsRun(guide: string): Promise<string> {
  return withHome(async ({ path, env }) => {
    const shell = await openShell({ cwd: path, env: { ...env, NO_COLOR: "1" }, columns: 110, rows: 50 });
    try {
      const parts: string[] = [];
      let from = 0;
      for (const match of guide.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)) {
        const [block, info, content] = match as unknown as [string, string, string];
        parts.push(guide.slice(from, match.index));
        from = match.index + block.length;
        parts.push(`\`\`\`${info}\n${await goThrough(info, content, shell, path)}\`\`\``);
      }
      return [...parts, guide.slice(from)].join("");
    } finally {
      await shell.end();
    }
  });
}

/** The present content of the block. */
async function goThrough(info: string, content: string, shell: Shell, home: string): Promise<string> {
  const [, how, name] = /\b(file|append)=(\S+)$/.exec(info) ?? [];
  if (name !== undefined) {
    await Deno.writeTextFile(join(home, "slugs", name), content, { append: how === "append" });
    return content;
  }
  if (info !== "console") return content;
  const said = await sessionSays(content, shell, home);
  // Output that differs only in times and ids stays, so that changes are easy to see.
  return stableText(said) === stableText(content) ? content : said;
}

async function sessionSays(content: string, shell: Shell, home: string): Promise<string> {
  const steps = content.split(/^\$ /m).slice(1).map((step) => step.split("\n"));
  const said: string[] = [];
  for (const [line, ...shown] of steps) {
    said.push(`$ ${line}\n${await stepSays(line!, shown.slice(0, -1), shell, home)}`);
  }
  return said.join("");
}

async function stepSays(line: string, shown: readonly string[], shell: Shell, home: string): Promise<string> {
  const before = shell.chunks().length;
  const lines = () => linesSince(shell, before, line, home);
  await shell.type(`${line}\n`);
  for (const [index, answer] of answersIn(shown).entries()) {
    const asked = () =>
      shell.chunks().slice(before).map(({ text }) => text).join("").split(QUESTION).length - 1;
    await shell.heard(() => asked() > index);
    await shell.type(`${answer}\n`);
  }
  // A background process may print after the prompt.
  await shell.untilPrompt(() => !line.endsWith(" &") || lines().length >= shown.length);
  return withoutLeftOut(lines(), shown).map((text) => `${text}\n`).join("");
}

/** What a person types after each question that the guide shows. */
function answersIn(shown: readonly string[]): readonly string[] {
  return shown.flatMap((line) => line.includes(`${QUESTION} `) ? [line.split(`${QUESTION} `)[1]!] : []);
}

/** The output of a step, without its echo and the following prompt. */
function linesSince(shell: Shell, chunk: number, line: string, home: string): readonly string[] {
  const text = shell.chunks().slice(chunk).map((part) => part.text).join("");
  const lines = shownLines(text)
    // A background process prints after the prompt.
    .map((each) =>
      each.replace(/^\$ /, "").replaceAll(home, "~").replaceAll(`@${Deno.hostname()}`, "@laptop").trimEnd()
    )
    // The moment at which bash reports its end is not fixed.
    .filter((each, index) => !(index === 0 && each === line) && !/^\[\d+\]/.test(each));
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines with the same omissions as in the guide, equally many before and after. */
function withoutLeftOut(lines: readonly string[], shown: readonly string[]): readonly string[] {
  const at = shown.indexOf(LEFT_OUT);
  if (at < 0) return lines;
  const after = shown.length - at - 1;
  return [...lines.slice(0, at), LEFT_OUT, ...lines.slice(Math.max(at, lines.length - after))];
}

if (import.meta.main) {
  for (const guide of GUIDES) {
    await Deno.writeTextFile(guide, await guideAsRun(await Deno.readTextFile(guide)));
  }
}
