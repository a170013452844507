/** Which keys there are, and the form and bounds of each (docs/configuration.md). Knows no defaults. */

import { quote } from "../model/failure.ts";
import { nameProblem } from "../model/ids.ts";
import { DECLARED_TASK_STATUSES } from "../model/task.ts";
import { HASH_ALGORITHMS, LOG_FORMATS, LOG_LEVELS } from "../model/project.ts";
import { asCommand, assignment, asString, COMMAND_EXAMPLE, commandExample, tomlOf } from "./hints.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { flag, isTable, kindOf, listOf, number, oneOf, type Shape, tableOf, text, wrong } from "./shape.ts";

/** Timers count milliseconds in a signed 32-bit number and fire at once beyond it, which is 24.8 days. */
const MAX_TIMEOUT_SECONDS = 24 * 86_400;
const MAX_WAIT_SECONDS = 86_400;

const nul = (value: string) =>
  value.includes("\0") ? "it holds a NUL character, which no program can be given" : undefined;
const path = (value: string) => value === "" ? "a path cannot be empty" : nul(value);
const envName = (name: string) =>
  name === "" || /[=\0]/.test(name)
    ? 'the name of an environment variable cannot be empty or hold "=" or NUL'
    : undefined;

/** A path or glob that could leave the working folder would let a build claim, or write, files that are not its own. */
function inside(value: string): string | undefined {
  const fact = path(value);
  if (fact !== undefined) return fact;
  if (/^[/\\]|^[A-Za-z]:/.test(value)) {
    return "expected a path relative to working_dir, found an absolute one";
  }
  let depth = 0;
  for (const part of value.split(/[/\\]/)) {
    if (part === "..") depth--;
    // In a glob, `**` may stand for no folder at all, so that `**/..` leaves.
    else if (part !== "" && part !== "." && part !== "**") depth++;
    if (depth < 0) return "expected a path inside working_dir, found one that leaves it";
  }
  return undefined;
}

/** The beginning of a branch's name. The rules are those of `git check-ref-format`, and of options for a leading hyphen. */
function branchPrefix(value: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const character = /[\x00-\x20\x7f~^:?*[\\]/.exec(value);
  if (character !== null) return `git does not allow ${quote(character[0])} in the name of a branch`;
  if (/^[-/]/.test(value)) return `the name of a branch cannot begin with ${quote(value[0]!)}`;
  const sequence = /\.\.|@\{|\/\//.exec(value);
  if (sequence !== null) return `git does not allow ${quote(sequence[0])} in the name of a branch`;
  if (/(^|\/)\./.test(value)) return 'git does not allow a part of a branch\'s name to begin with "."';
  if (value.includes(".lock/")) return 'git does not allow a part of a branch\'s name to end in ".lock"';
  return undefined;
}

const exitCode = number({ min: 0, max: 255, whole: true });
const exitCodes = listOf(exitCode, "exit codes", { empty: "at least one exit code" });

const argv = listOf(text(nul), "strings", {
  empty: "the program and its arguments",
  emptyHint: commandExample,
  insteadHint: asCommand,
});

const command: Shape<readonly [string, ...string[]]> = (value, at, problems) => {
  const list = argv(value, at, problems);
  if (list === undefined) return undefined;
  const [program, ...args] = list;
  if (program === undefined || program === "") {
    return wrong(problems, [...at, 0], "the name of the program cannot be empty", commandExample(at));
  }
  return [program, ...args];
};

const env: Shape<Readonly<Record<string, string>>> = (value, at, problems) => {
  if (!isTable(value)) {
    return wrong(
      problems,
      at,
      `expected a table of strings, found ${kindOf(value)}`,
      'env = { NAME = "value" }',
    );
  }
  const readValue = text(nul);
  // Without a prototype, so that `__proto__` is a name like any other.
  const variables: Record<string, string> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) {
    const inside = [...at, name];
    const fact = envName(name);
    if (fact !== undefined) problems.push({ at: inside, point: "key", message: fact, hint: undefined });
    const read = readValue(inner, inside, problems);
    if (read !== undefined) variables[name] = read;
  }
  return variables;
};

const seconds = number({ min: 0, max: MAX_WAIT_SECONDS });

const retry = tableOf({
  max: number({ min: 1, max: 100, whole: true }),
  delay_seconds: seconds,
  backoff: number({ min: 1, max: 100 }),
  max_delay_seconds: seconds,
  on_exit_codes: exitCodes,
}, {
  required: [{ key: "max", hint: "retry = { max = 3 }" }],
  insteadHint: (at, value) =>
    assignment(
      at,
      `{ max = ${typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 3} }`,
    ),
});

const repo: Shape<string> = (value, at, problems) => {
  const expected = 'expected "orchastration", "external" or "owner/name"';
  if (typeof value !== "string") {
    return wrong(problems, at, `${expected}, found ${kindOf(value)}`, asString(at, value));
  }
  if (value === "orchastration" || value === "external" || isGithubName(value)) return value;
  const address = /^(?:https?:\/\/|git@)github\.com[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(value);
  const hint = address !== null && isGithubName(address[1]!) ? assignment(at, `"${address[1]}"`) : undefined;
  return wrong(problems, at, `${expected}, found ${quote(value)}`, hint);
};

/** An underscore stands in the names of accounts that a company manages. */
function isGithubName(value: string): boolean {
  const match = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/([A-Za-z0-9._-]{1,100})$/.exec(value);
  return match !== null && match[1] !== "." && match[1] !== "..";
}

/** `last` names a run, and no criterion is looked for among runs. */
const criterionId = (id: string) => id.toLowerCase() === "last" ? undefined : nameProblem(id);
const criterionText = (value: string) =>
  value.trim() === "" ? "the text of a criterion cannot be empty" : undefined;

const timeout = number({ min: 0, max: MAX_TIMEOUT_SECONDS });

const criterionKeys = tableOf({
  id: text(criterionId),
  text: text(criterionText),
  check: command,
  timeout_seconds: timeout,
}, {
  required: [{ key: "id", hint: 'id = "ac1"' }, { key: "text", hint: 'text = "unit tests pass"' }],
  insteadHint: insteadOfCriterion,
});

const criterion: typeof criterionKeys = (value, at, problems) => {
  if (isTable(value) && Object.hasOwn(value, "timeout_seconds") && !Object.hasOwn(value, "check")) {
    const message = "without a check there is nothing to stop";
    problems.push({
      at: [...at, "timeout_seconds"],
      point: "key",
      message,
      hint: commandExample(["check"]),
    });
  }
  return criterionKeys(value, at, problems);
};

const criteria = listOf(criterion, "tables", {
  insteadHint: (at, value) => {
    const written = insteadOfCriterion([...at, 0], value);
    return written && assignment(at, `[${written}]`);
  },
});

const acceptance: typeof criteria = (value, at, problems) => {
  if (Array.isArray(value)) noteRepeatedIds(value, at, problems);
  return criteria(value, at, problems);
};

/** Evidence is kept by id, also where the case of a file's name does not matter. */
function noteRepeatedIds(elements: readonly unknown[], at: KeyPath, problems: Problem[]): void {
  const claimed = new Map<string, { readonly id: string; readonly at: KeyPath }>();
  elements.forEach((element, index) => {
    if (!isTable(element) || !Object.hasOwn(element, "id") || typeof element.id !== "string") return;
    const { id } = element;
    const here = [...at, index, "id"];
    const first = claimed.get(id.toLowerCase());
    if (first === undefined) {
      claimed.set(id.toLowerCase(), { id, at: here });
      return;
    }
    const message = `there is already a criterion ${quote(first.id)}`;
    problems.push({ at: here, point: "value", message, hint: undefined, other: first.at });
  });
}

const commandKeys = {
  description: text(),
  command,
  working_dir: text(path),
  timeout_seconds: timeout,
  kill_grace_seconds: seconds,
  env,
  secrets: listOf(text(envName), "strings"),
  retry,
  success_exit_codes: exitCodes,
};

const onlyJobKeys = {
  interactive: flag,
  stdin: oneOf(["none", "inherit"]),
  leave_running: flag,
  concurrency: oneOf(["allow", "refuse", "wait"]),
};

const onlyTaskKeys = {
  outputs: listOf(text(inside), "strings"),
  documents: listOf(text(path), "strings"),
  repo,
  acceptance,
  needs: listOf(text(), "names of tasks"),
  status: oneOf(DECLARED_TASK_STATUSES),
};

const commandRequired = [{ key: "command", hint: COMMAND_EXAMPLE }];

/** Every level of the file. */
export const levels = {
  job: tableOf({ ...commandKeys, ...onlyJobKeys }, {
    required: commandRequired,
    elsewhere: { keys: Object.keys(onlyTaskKeys), hint: "tasks have this key, jobs do not" },
    insteadHint: insteadOfCommandTable,
  }),
  task: tableOf({ ...commandKeys, ...onlyTaskKeys }, {
    required: commandRequired,
    elsewhere: { keys: Object.keys(onlyJobKeys), hint: "jobs have this key, tasks do not" },
    insteadHint: insteadOfCommandTable,
  }),
  project: tableOf({
    jobs: namedTables("[jobs.<name>]"),
    tasks: namedTables("[tasks.<name>]"),
    logging: tableOf({
      level: oneOf(LOG_LEVELS, {
        debug: "debug",
        info: "info",
        warning: "warning",
        error: "error",
        trace: "debug",
        warn: "warning",
        fatal: "error",
        critical: "error",
      }),
      format: oneOf(LOG_FORMATS),
      max_bytes: number({ min: 4096, max: 1_099_511_627_776, whole: true }),
      keep_files: number({ min: 1, max: 100, whole: true }),
    }),
    hash: tableOf({
      algorithm: oneOf(HASH_ALGORITHMS, { "sha-256": "sha256", "sha-1": "sha1", "sha-512": "sha512" }),
    }),
    doc: tableOf({ dir: text(inside) }),
    git: tableOf({ branch_prefix: text(branchPrefix) }),
  }),
};

export type TaskValues = NonNullable<ReturnType<typeof levels.task>>;
export type CommandValues = NonNullable<ReturnType<typeof levels.job>> | TaskValues;
export type CriterionValues = NonNullable<ReturnType<typeof criterion>>;
export type ProjectValues = NonNullable<ReturnType<typeof levels.project>>;

/** The tables of `jobs` or `tasks`, still unread: their names are judged before anything else uses them. */
function namedTables(header: string): Shape<Readonly<Record<string, unknown>>> {
  return (value: unknown, at: KeyPath, problems: Problem[]) =>
    isTable(value) ? value : wrong(
      problems,
      at,
      `expected tables, found ${kindOf(value)}`,
      `write ${header} above the keys of each`,
    );
}

/** For `sample = "ls -la"` and `sample = ["ls"]` under `[jobs]`. */
function insteadOfCommandTable(at: KeyPath, value: unknown): string | undefined {
  const written = asCommand(["command"], value);
  if (written?.startsWith("command =")) return assignment(at, `{ ${written} }`);
  return assignment(at, `{ ${COMMAND_EXAMPLE} }`);
}

/** For `acceptance = ["unit tests pass"]`: the text is there, the id is not. */
function insteadOfCriterion(at: KeyPath, value: unknown): string | undefined {
  const index = at.at(-1);
  const id = `ac${typeof index === "number" ? index + 1 : 1}`;
  const said = typeof value === "string" && value.trim() !== "" ? value : "unit tests pass";
  return assignment([0], `{ id = "${id}", text = ${tomlOf(said)} }`);
}
