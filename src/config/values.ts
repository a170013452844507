/** The forms of particular values: commands, variables, names and paths. Does not know where they stand. */

import { quote, visible } from "../model/visible.ts";
import type { EnvFileSetting } from "../model/job.ts";
import { NOTIFY_FACTS } from "../model/notify.ts";
import { suggest } from "../model/suggest.ts";
import { parseTemplate } from "../model/template.ts";
import { controlCharacterIn, type Refusal } from "./control_characters.ts";
import { asCommand, assignment, asString, commandExample, didYouMean } from "./hints.ts";
import type { KeyPath } from "./problem.ts";
import {
  flag,
  isTable,
  type JsonSchema,
  kindOf,
  listOf,
  number,
  type Refuse,
  type Shape,
  shape,
  tableOf,
  text,
  wrong,
} from "./shape.ts";

/**
 * A surplus zero is likelier than a command with a month of time; clocks and timers of all systems can count
 * this far.
 */
const MAX_TIMEOUT_SECONDS = 24 * 86_400;
const MAX_WAIT_SECONDS = 86_400;

/** The result of nameProblem, without the words that are reserved for other uses. */
export const NAME_RULE = { pattern: "^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$" };
export const NOT_EMPTY = { minLength: 1 };
export const ENV_NAME_RULE = { pattern: "^[^=]+$" };

/** A heading or a question. */
export const notBlank = (value: string) =>
  value.trim() === "" ? "expected some words, found an empty string" : undefined;
const nul = (value: string) =>
  value.includes("\0") ? "it contains a NUL character, which cannot be passed to a program" : undefined;
/** A text that a caller could give as well; variables in it would not be replaced. */
export const argumentValue = (value: string) =>
  nul(value) ??
    (parseTemplate(value).some(({ kind }) => kind === "variable")
      ? "variables are not replaced in the value of an argument"
      : undefined);
export const path = (value: string) =>
  value === "" ? "a path cannot be empty" : nul(value) ?? controlCharacterIn(value, "a path");
export const envName = (name: string) =>
  name === "" || /[=\0]/.test(name)
    ? 'the name of an environment variable cannot be empty or contain "=" or NUL'
    : controlCharacterIn(name, "the name of an environment variable");

/**
 * A path or glob that could leave the working folder would let a build claim, or write, files that are not
 * its own.
 */
export function inside(value: string): string | Refusal | undefined {
  const fact = path(value);
  if (fact !== undefined) return fact;
  if (/^[/\\]|^[A-Za-z]:/.test(value)) {
    return "expected a path relative to working_dir, found an absolute one";
  }
  let depth = 0;
  for (const part of value.split(/[/\\]/)) {
    if (part === "..") depth--;
    // In a glob, `**` may match no folder at all, so `**/..` can leave the folder.
    else if (part !== "" && part !== "." && part !== "**") depth++;
    if (depth < 0) return "expected a path inside working_dir, found one that leaves it";
  }
  return undefined;
}

/**
 * The prefix of a branch's name. The rules are those of `git check-ref-format`, and for a leading hyphen
 * those of options.
 */
export function branchPrefix(value: string): string | undefined {
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

/** Statuses of Windows have 32 bits; on other systems no status is larger than 255. */
const LARGEST_STATUS = 2 ** 32 - 1;
const exitCode = number({ min: 0, max: LARGEST_STATUS, whole: true });
export const exitCodes = listOf(exitCode, "exit codes", { empty: "at least one exit code" });

/** A text whose variables are replaced later; mistakes in how they are written are reported now. */
export function template(
  refuse?: Refuse,
  rule: JsonSchema = {},
): Shape<string> {
  const plain = text(refuse, rule);
  return shape((value, at, problems) => {
    const read = plain(value, at, problems);
    if (read === undefined || !read.includes("${")) return read;
    const [noun, other] = at[0] === "tasks" ? ["task", "job"] as const : ["job", "task"] as const;
    const facts = at[0] === "notify" ? NOTIFY_FACTS : [];
    for (const part of parseTemplate(read, facts)) {
      if (part.kind === "problem") return wrong(problems, at, visible(part.message), visible(part.hint));
      // In shared values, the variables stand for the job or task that uses them.
      const isShared = at[0] === "env" || at[0] === "defaults";
      if (part.kind === "variable" && part.variable.kind === other && !isShared) {
        const hint = `here it is "\${${noun}}"; write "$\${${other}}" for the literal text`;
        return wrong(problems, at, `a ${noun} has no \${${other}}`, hint);
      }
      if (part.kind === "variable" && part.variable.kind === "arg" && !isCommandOfJob(at)) {
        const hint = `write "$${visible(part.written)}" for the literal text`;
        return wrong(problems, at, "arguments of the caller are replaced only in the command of a job", hint);
      }
      const unknown = facts.length > 0 && part.kind === "text" ? /\$\{([a-z_]+)\}/.exec(part.text) : null;
      if (unknown !== null && !read.includes(`$${unknown[0]}`)) {
        const meant = suggest(unknown[1]!, facts);
        const known = facts.map((fact) => `\${${fact}}`).join(", ");
        const hint = meant === undefined ? `known: ${known}` : didYouMean(`\${${meant}}`);
        return wrong(problems, at, `there is no fact ${unknown[0]} about a run`, hint);
      }
    }
    return read;
  }, plain.schema);
}

/** Also in the table of a system. */
function isCommandOfJob(at: KeyPath): boolean {
  return at[0] === "jobs" && (at[2] === "command" || at[3] === "command");
}

/** For paths that are the same on every machine. */
export function withoutVariables(refuse: Refuse): Refuse {
  return (value) =>
    parseTemplate(value).some(({ kind }) => kind === "variable")
      ? "variables are replaced only in command, working_dir, env and check, not here"
      : refuse(value);
}

const envFilePath = text(withoutVariables(path), NOT_EMPTY);
const envFileTable = tableOf({ path: envFilePath, required: flag }, {
  required: [{ key: "path", hint: 'path = ".env"' }],
});
const oneEnvFile: Shape<EnvFileSetting> = shape((value, at, problems) => {
  const table = isTable(value) ? envFileTable(value, at, problems) : undefined;
  const read = isTable(value) ? table?.path : envFilePath(value, at, problems);
  // The key relative to its job or task.
  if (read === undefined) return undefined;
  return { path: read, required: table?.required ?? true, at: at.slice(at[0] === "defaults" ? 1 : 2) };
}, () => ({ anyOf: [envFilePath.schema(), envFileTable.schema()] }));
const envFileList = listOf(oneEnvFile, "paths");

/** One file, or several; each a path, or a table that says whether it may be missing. */
export const envFiles: Shape<readonly EnvFileSetting[]> = shape((value, at, problems) => {
  if (Array.isArray(value)) return envFileList(value, at, problems);
  const one = oneEnvFile(value, at, problems);
  return one && [one];
}, () => ({ anyOf: [envFilePath.schema(), envFileTable.schema(), envFileList.schema()] }));

const argv = listOf(template(nul), "strings", {
  empty: "the program and its arguments",
  emptyHint: commandExample,
  insteadHint: asCommand,
});

export const command: Shape<readonly [string, ...string[]]> = shape((value, at, problems) => {
  const list = argv(value, at, problems);
  if (list === undefined) return undefined;
  if (list[0] === undefined || list[0] === "") {
    return wrong(problems, [...at, 0], "the name of the program cannot be empty", commandExample(at));
  }
  const control = controlCharacterIn(list[0], "the name of a program");
  if (control !== undefined) {
    const first = [...at, 0];
    return wrong(problems, first, control.fact, control.hint(first));
  }
  return list as readonly [string, ...string[]];
}, argv.schema);

const envValue = template(nul);

export const env: Shape<Readonly<Record<string, string>>> = shape((value, at, problems) => {
  if (!isTable(value)) {
    return wrong(
      problems,
      at,
      `expected a table of strings, found ${kindOf(value)}`,
      'env = { NAME = "value" }',
    );
  }
  // Without a prototype, so that `__proto__` is an ordinary name.
  const variables: Record<string, string> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) {
    const inside = [...at, name];
    const refused = envName(name);
    if (refused !== undefined) {
      const message = typeof refused === "string" ? refused : refused.fact;
      problems.push({ at: inside, point: "key", message, hint: undefined });
    }
    const read = envValue(inner, inside, problems);
    if (read !== undefined) variables[name] = read;
  }
  return variables;
}, () => ({ type: "object", propertyNames: ENV_NAME_RULE, additionalProperties: { type: "string" } }));

/** A list of programs, each with its arguments. */
export const inputTools: Shape<readonly (readonly [string, ...string[]])[]> = listOf(command, "commands", {
  insteadHint: (at, value) =>
    Array.isArray(value) || typeof value !== "string" ? undefined : assignment(at, '[["node", "--version"]]'),
});

const inputPattern = (value: string) => {
  const fact = path(value.startsWith("!") ? value.slice(1) : value);
  if (fact !== undefined) return fact;
  if (value.startsWith("@") && value !== "@git") {
    return `expected "@git", a path or a glob, found ${
      quote(value)
    }; a file with this name is written "./${value}"`;
  }
  if (value === "!@git") return '"@git" cannot be excluded; remove "@git" from the list instead';
  if (/^!?(?:[/\\]|[A-Za-z]:)/.test(value)) {
    return "expected a path relative to working_dir, found an absolute one";
  }
  const parts = value.replace(/^!/, "").split(/[/\\]/);
  const firstName = parts.findIndex((part) => part !== ".." && part !== ".");
  return firstName < 0 || parts.indexOf("..", firstName) >= 0
    ? 'expected ".." only at the start of a path, followed by a name'
    : undefined;
};

const inputList = listOf(text(withoutVariables(inputPattern), NOT_EMPTY), "strings");

/** What a command reads: paths and globs, exclusions that start with `!`, and "@git". */
export const inputs: Shape<readonly string[]> = shape((value, at, problems) => {
  const list = inputList(value, at, problems);
  if (list === undefined || list.length === 0 || list.some((each) => !each.startsWith("!"))) return list;
  return wrong(
    problems,
    at,
    'every entry begins with "!", so nothing is left that counts',
    assignment(at, `["@git", ${list.map((each) => JSON.stringify(each)).join(", ")}]`),
  );
}, inputList.schema);

export const inputEnv = listOf(text(envName, ENV_NAME_RULE), "strings");

export const seconds = number({ min: 0, max: MAX_WAIT_SECONDS });

export const retry = tableOf({
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

/** Names of accounts that a company manages contain an underscore. */
const GITHUB_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/([A-Za-z0-9._-]{1,100})$/;

export const repo: Shape<string> = shape((value, at, problems) => {
  const expected = 'expected "orchastration", "external" or "owner/name"';
  if (typeof value !== "string") {
    return wrong(problems, at, `${expected}, found ${kindOf(value)}`, asString(at, value));
  }
  if (value === "orchastration" || value === "external" || isGithubName(value)) return value;
  const address = /^(?:https?:\/\/|git@)github\.com[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(value);
  const hint = address !== null && isGithubName(address[1]!) ? assignment(at, `"${address[1]}"`) : undefined;
  return wrong(problems, at, `${expected}, found ${quote(value)}`, hint);
}, () => ({
  anyOf: [
    { type: "string", enum: ["orchastration", "external"] },
    { type: "string", pattern: GITHUB_NAME.source },
  ],
}));

function isGithubName(value: string): boolean {
  const match = GITHUB_NAME.exec(value);
  return match !== null && match[1] !== "." && match[1] !== "..";
}

export const timeout = number({ min: 0, max: MAX_TIMEOUT_SECONDS });

/** In the syntax of JavaScript. */
export function regularExpression(value: string): string | undefined {
  try {
    new RegExp(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return "expected a regular expression in the syntax of JavaScript";
  }
}

export function url(value: string): string | undefined {
  const protocol = URL.canParse(value) ? new URL(value).protocol : "";
  return protocol === "http:" || protocol === "https:"
    ? undefined
    : "expected a URL that begins with http:// or https://";
}
