/**
 * Secrets that equal words of ours: a status, a key, a code. Each occurs in texts of people and in our
 * structure, and only the texts are masked. Everything that is kept is therefore equal to a story in which
 * people wrote the mask themselves.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { call, logOf, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import { withGit } from "../../support/fake_git.ts";
import { FAILURE_TEXTS } from "../../../src/model/failure_texts.ts";
import {
  NOT_STARTED_CAUSES,
  RECOVERED_PROCESSES,
  RUN_ACTIONS,
  RUN_STATUSES,
} from "../../../src/model/run.ts";
import { MASK, MIN_SECRET_LENGTH, tooShortSecrets } from "../../../src/model/secrets.ts";
import { TASK_STATUSES } from "../../../src/model/task_record.ts";

// Loaded in advance, as the harness does for modules that it knows.
import "../../../src/app/documents/document_task.ts";
import "../../../src/app/github/create_branch.ts";
import "../../../src/app/tasks/accept_criterion.ts";
import "../../../src/app/tasks/build_task.ts";
import "../../../src/app/tasks/create_plan.ts";

const STEPS = [
  ["run", "job7"],
  ["plan", "create", "t7"],
  ["build", "run", "t7"],
  ["plan", "accept", "t7", "c2", "--note"],
  ["doc", "generate", "t7"],
  ["doc", "generate", "t7", "--output", "-", "--format", "html"],
  ["doc", "generate", "t7", "--output", "-", "--format", "json"],
  ["plan", "status", "t7", "--json"],
  ["config", "show"],
];

/** No letter or digit stands next to the words. */
const around = (word: string) => `\u00a7${word}\u00a7`;

/**
 * Takes a task through everything. `written` occurs in every text that a person gives; `secrets` are the
 * values of S0, S1 …
 */
async function kept(written: string, secrets: readonly string[]) {
  const text = JSON.stringify(around(written));
  const names = JSON.stringify(secrets.map((_, index) => `S${index}`));
  const env = Object.fromEntries(secrets.map((value, index) => [`S${index}`, value]));
  const common =
    `description = ${text}\ncommand = ["p7", ${text}]\nenv = { V7 = ${text} }\nsecrets = ${names}\n`;
  using host = machineWith(
    `[jobs.job7]\n${common}stdin = "none"\n[tasks.t7]\n${common}outputs = ["o7"]\ndocuments = ["d7"]\n` +
      `acceptance = [{ id = "c1", text = ${text}, check = ["p7", ${text}] }, { id = "c2", text = ${text} }]\n`,
    { env: { PATH: "/bin", HOME: "/home/ada", ...env }, files: { [`${PROJECT}/d7`]: "" } },
  );
  withGit(host, PROJECT);
  host.program("p7", async (p) => {
    await p.stdout(`${p.args[0]}\n`);
    p.writeFile("o7", "");
  });
  const said: string[] = [];
  for (const step of STEPS) {
    const words = step.at(-1) === "--note" ? [...step, around(written)] : step;
    const { code, stdout, stderr } = await call(host, ["--log-level", "info", ...words]);
    assertEquals([words.join(" "), code], [words.join(" "), 0], stderr);
    if (step[0] === "doc" || step[0] === "plan") said.push(stdout);
  }
  for (const path of Object.keys(host.disk.tree(STATE))) if (path.endsWith(".json")) readJson(host, path);
  const files = { ...host.disk.tree(STATE), ...host.disk.tree(`${PROJECT}/docs`) };
  const journal = Object.entries(files).filter(([path]) => path.includes("/journal."));
  const digests = journal.flatMap(([, text]) => text.match(/[0-9a-f]{64}/g) ?? []);
  const { plan, documented }: Digested = JSON.parse(host.disk.read(`${STATE}/tasks/t7.json`)!);
  const all = JSON.stringify({ files, said, log: logOf(host) });
  return JSON.parse(without(all, [
    ...[plan.sha256, documented.sha256, ...digests, ...digests.map((digest) => digest.slice(0, 12))],
    ...drawnIn(all),
  ]));
}

interface Digested {
  readonly plan: { readonly sha256: string };
  readonly documented: { readonly sha256: string };
}

/**
 * Random values, and the digests of the configuration, which contains the words.
 */
function drawnIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:token|config_sha256)\\*": \\*"([^"\\]+)/g)].map(([, value]) => value!);
}

function without(text: string, parts: readonly string[]): string {
  return parts.reduce((left, part) => left.replaceAll(part, "-"), text);
}

/** Every key of records, however deep. */
function keysOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** Texts that occur in every record here, and in which a word of ours is a text as well. */
const GIVEN = "/home/ada/project/orchastration.toml docs/tasks/t7.md main bash";

const WORDS = [
  ...[...RUN_STATUSES, ...RUN_ACTIONS, ...NOT_STARTED_CAUSES, ...RECOVERED_PROCESSES, ...TASK_STATUSES],
  ...Object.keys(FAILURE_TEXTS),
  ...[
    "none",
    "file",
    "done",
    "refused",
    "inherit",
    "exited",
    "build",
    "plan",
    "true",
    "null",
    "written",
    "undefined",
  ],
];

Deno.test("a secret that equals a word of the program changes only texts, for all words at once", async () => {
  const reference = await kept(MASK, ["unrelated"]);
  const records = Object.entries<string>(reference.files).filter(([path]) => path.endsWith(".json"));
  const vocabulary = [...WORDS, ...records.flatMap(([, text]) => keysOf(JSON.parse(text)))];
  const words = [...new Set(vocabulary)].filter((word) =>
    !GIVEN.includes(word) && word.length >= MIN_SECRET_LENGTH
  );
  assertEquals([records.length > 5, words.length > 120, words.includes("working_dir")], [true, true, true]);
  const unrelated = words.map((_, index) => `unrelated-${index}`);
  assertEquals(await kept("none", words), await kept(MASK, unrelated));
});

Deno.test("whatever a secret is, all records can be read, and every document differs only in masked text", async () => {
  const reference = await kept(MASK, ["unrelated"]);
  const word = fc.constantFrom(...WORDS).filter((word) => !GIVEN.includes(word));
  const random = fc.string({
    unit: fc.constantFrom(..."ab7 .'\"\\#*_<>&|-$[](){}\n\t\u00e4\u{1f511}"),
    minLength: 4,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(word, random), async (secret) => {
      fc.pre(tooShortSecrets(["S"], { S: secret }).length === 0);
      assertEquals(await kept(secret, [secret]), reference);
    }),
    { numRuns: 25 },
  );
});

Deno.test("git branch create: with any word of git as a secret, the branch is created and recorded", async () => {
  for (const secret of ["branch", "commit", "refs", "none", "task", "t7/2026"]) {
    using host = machineWith('[tasks.t7]\ncommand = ["true"]\nsecrets = ["S"]\n', {
      env: { PATH: "/bin", HOME: "/home/ada", S: secret },
    });
    withGit(host, PROJECT);
    const { code, stderr } = await call(host, ["git", "branch", "create", "t7"]);
    assertEquals([secret, code, stderr], [secret, 0, ""]);
    assertEquals(readJson(host, `${STATE}/runs/t7/last.json`)["status"], "succeeded");
  }
});
