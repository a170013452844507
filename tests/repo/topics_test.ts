/** The topics of help agree with the documents and with the source. */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { EXIT } from "../../src/cli/base/exit_code.ts";
import { BY_SIGNAL, EXIT_MEANINGS, JOBS_OWN } from "../../src/cli/help/exit_meanings.ts";
import { TOPIC_SENTENCES, type TopicName, TOPICS } from "../../src/cli/help/topics.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

function readText(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

/** All texts of a topic. */
function wordsOf(topic: TopicName): string {
  return JSON.stringify(TOPICS[topic]);
}

Deno.test("topics: each name has a sentence and a text", () => {
  assertEquals(Object.keys(TOPIC_SENTENCES), Object.keys(TOPICS));
});

Deno.test("topics: docs/exit-codes.md and help give each code the same meaning", () => {
  const rows = [...readText("docs/exit-codes.md").split(/^## All codes$/m)[1]!.split(/^## /m)[0]!
    .matchAll(/^\| (`?\d.*?) \| .*? \| (.*) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
  const told = (Object.keys(EXIT) as (keyof typeof EXIT)[])
    .map((name) => [`\`${EXIT[name]}\``, EXIT_MEANINGS[name]]);
  told.splice(1, 0, [JOBS_OWN.code, JOBS_OWN.meaning]);
  assertEquals(rows, [...told, [BY_SIGNAL.code, BY_SIGNAL.meaning]]);
});

Deno.test("topics: config names every key of jobs and tasks, and every table, of docs/configuration.md", () => {
  const text = readText("docs/configuration.md");
  const keysUnder = (heading: string) =>
    [...text.split(`\n## ${heading}\n`)[1]!.split(/^(?:## |Keys of )/m)[0]!.matchAll(/^\| `(\w+)` /gm)]
      .map(([, key]) => key!);
  const keys = ["Keys of jobs and tasks", "Keys of jobs only", "Keys of tasks only"].flatMap(keysUnder);
  const tables = [...text.matchAll(/^## `(\[\w+\])`$/gm)].map(([, table]) => table!);
  assertEquals([keys.includes("retry"), tables.includes("[logging]")], [true, true]);
  const absent = [...keys, ...tables].filter((word) =>
    !wordsOf("config").includes(`\`${word}\``) && !wordsOf("config").includes(`"${word}"`)
  );
  assertEquals(absent, []);
});

Deno.test("topics: environment lists every variable that the source reads by name", () => {
  const files = (folder: string): readonly string[] =>
    [...Deno.readDirSync(join(ROOT, folder))].flatMap((entry) =>
      entry.isDirectory ? files(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]
    );
  const named = files("src").flatMap((file) => {
    const text = readText(file);
    return [...text.matchAll(/environment\.get\("(\w+)"\)|"(ORCHASTRATION_\w+)"|below\("(\w+)"/g)]
      .map(([, ...names]) => names.find((name) => name !== undefined)!);
  });
  // APPDATA is AppData again, PWD is set for a job by its folder, and the variables of launchers, openers and
  // supervisors are internal.
  const ours = [
    "APPDATA",
    "LOCALAPPDATA",
    "ORCHASTRATION_BROWSER",
    "ORCHASTRATION_OUTER_",
    "ORCHASTRATION_FOLDER_IS_GONE",
    "ORCHASTRATION_HANDED_OVER",
    "PWD",
  ];
  assertEquals(named.includes("XDG_CACHE_HOME"), true);
  const absent = [...new Set(named)].filter((name) =>
    !ours.includes(name) && !wordsOf("environment").includes(name)
  );
  assertEquals(absent, []);
});
