/**
 * Goes through docs/guide.md: types its commands into a real terminal, in a copy of docs/guide/slugs and a home of its own,
 * and puts what was said in place of what the guide shows: `deno task guide`. A test holds the two together.
 *
 * What the guide can hold: a fenced block `console`, with commands after `$ ` and what they say; a line `…` in there stands
 * for lines that are left out. A block with `file=<name>` or `append=<name>` behind its language is written to that file.
 */

import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { openShell, type Shell } from "./terminal/shell.ts";
import { shownLines } from "./terminal/shown_lines.ts";

export const GUIDE = new URL("../docs/guide.md", import.meta.url);
const REPOSITORY = fromFileUrl(new URL("../docs/guide/slugs", import.meta.url));
const ROOT = fromFileUrl(new URL("../", import.meta.url));
const LEFT_OUT = "…";

/** The guide, with what its commands say now. */
export async function guideAsRun(guide: string): Promise<string> {
  const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-guide-" }));
  try {
    const env = await environment(home);
    const shell = await openShell({ cwd: home, env, columns: 110, rows: 50 });
    try {
      const parts: string[] = [];
      let from = 0;
      for (const match of guide.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)) {
        const [block, info, content] = match as unknown as [string, string, string];
        parts.push(guide.slice(from, match.index));
        from = match.index + block.length;
        parts.push(`\`\`\`${info}\n${await goThrough(info, content, shell, home)}\`\`\``);
      }
      return [...parts, guide.slice(from)].join("");
    } finally {
      await shell.end();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** What stands in the block now. */
async function goThrough(info: string, content: string, shell: Shell, home: string): Promise<string> {
  const [, how, name] = /\b(file|append)=(\S+)$/.exec(info) ?? [];
  if (name !== undefined) {
    await Deno.writeTextFile(join(home, "slugs", name), content, { append: how === "append" });
    return content;
  }
  if (info !== "console") return content;
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
  // What runs in the background may speak only after the prompt.
  await shell.settled(() => !line.endsWith(" &") || lines().length >= shown.length);
  return withoutLeftOut(lines(), shown).map((text) => `${text}\n`).join("");
}

/** What a step has said, without its own echo and the prompt that follows. */
function linesSince(shell: Shell, chunk: number, line: string, home: string): readonly string[] {
  const text = shell.chunks().slice(chunk).map((part) => part.text).join("");
  const lines = shownLines(text)
    // What runs in the background speaks behind the prompt.
    .map((each) =>
      each.replace(/^\$ /, "").replaceAll(home, "~").replaceAll(Deno.hostname(), "laptop").trimEnd()
    )
    // When bash tells that it has ended is not settled.
    .filter((each, index) => !(index === 0 && each === line) && !/^\[\d+\]/.test(each));
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines with those left out that the guide leaves out, as many before and after. */
function withoutLeftOut(lines: readonly string[], shown: readonly string[]): readonly string[] {
  const at = shown.indexOf(LEFT_OUT);
  if (at < 0) return lines;
  const after = shown.length - at - 1;
  return [...lines.slice(0, at), LEFT_OUT, ...lines.slice(Math.max(at, lines.length - after))];
}

/** A home with the repository, and the program of these sources on its PATH. */
async function environment(home: string): Promise<Readonly<Record<string, string>>> {
  const bin = join(home, ".local/bin");
  await Deno.mkdir(bin, { recursive: true });
  await Deno.symlink(Deno.execPath(), join(bin, "deno"));
  await Deno.writeTextFile(
    join(bin, "orchastration"),
    `#!/bin/sh\nexec deno run -q -A --no-prompt --config '${ROOT}deno.json' '${ROOT}src/main.ts' "$@"\n`,
    { mode: 0o755 },
  );
  const { success } = await new Deno.Command("cp", { args: ["-R", REPOSITORY, join(home, "slugs")] })
    .output();
  if (!success) throw new Error(`Cannot copy "${REPOSITORY}"`);
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return {
    HOME: home,
    PATH: `${bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    USER: "ada",
    DENO_DIR: JSON.parse(new TextDecoder().decode(info.stdout)).denoDir,
    DENO_NO_UPDATE_CHECK: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_PAGER: "cat",
    ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
    ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
  };
}

if (import.meta.main) {
  await Deno.writeTextFile(GUIDE, await guideAsRun(await Deno.readTextFile(GUIDE)));
}
