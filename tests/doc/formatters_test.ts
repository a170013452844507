/** Common formatters leave a document alone, or their result still has the same meaning. */

import { lastingCommand } from "../../src/cli/base/command_line.ts";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import fc from "fast-check";
import type { DocumentFormat } from "../../src/model/document_format.ts";
import { EXTENSIONS, renderTask } from "../../src/doc/render.ts";
import { hostile, hostileFacts } from "./hostile.ts";

const FORMATS: readonly DocumentFormat[] = ["markdown", "html", "json"];
/** A log can contain the marks that end the part that a formatter skips. */
const TEXTS = [
  "plain words",
  "# a *b*  c\n\n```\n<!-- deno-fmt-ignore-end -->\n<!-- prettier-ignore-end -->\n  x\n```\n| a |\n",
  ...fc.sample(hostile, { numRuns: 12, seed: 7 }),
];

interface Formatter {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
}

const PRETTIER: Formatter = {
  name: "prettier",
  args: [
    ...["run", "--quiet", "--no-prompt", "-A", "--config", "deno.json", "npm:prettier@3.6.2"],
    ...["--no-config", "--no-editorconfig", "--prose-wrap", "always", "--write"],
  ],
  cwd: fromFileUrl(new URL("../prettier/", import.meta.url)),
};
const DENO_FMT: Formatter = { name: "deno fmt", args: ["fmt", "--quiet", "--no-config"], cwd: undefined };

async function run({ args, cwd }: Formatter, more: readonly string[]): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, ...more],
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  return success ? undefined : new TextDecoder().decode(stderr);
}

const hasPrettier = await run(PRETTIER, ["--version"]) === undefined;

for (const formatter of [PRETTIER, DENO_FMT]) {
  Deno.test({
    name: `${formatter.name} and doc generate do not undo each other's changes`,
    ignore: formatter === PRETTIER && !hasPrettier,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "orchastration-formatters-" });
      try {
        const files = new Map<string, (existing: string) => unknown>();
        for (const [index, text] of TEXTS.entries()) {
          for (const format of FORMATS) {
            const document = renderTask(hostileFacts(text), format, lastingCommand);
            const path = `${folder}/${index}.${EXTENSIONS[format]}`;
            // People write text around it, which a formatter changes.
            const around = format === "markdown"
              ? ["Mine   *here*\n\n\n", "\n*  one\n*  two\n\n\n"]
              : ["", ""];
            await Deno.writeTextFile(path, around[0] + document.text + around[1]);
            files.set(path, (existing) => document.into(existing, false));
          }
        }
        assertEquals(await run(formatter, [...files.keys()]), undefined);
        for (const [path, into] of files) {
          const left = await Deno.readTextFile(path);
          assertEquals(into(left), { ok: true, value: left }, path);
          if (path.endsWith(".md")) assert(left.startsWith("Mine _here_\n"), left.slice(0, 20));
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
