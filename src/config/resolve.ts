/**
 * Resolves a definition for this machine and this moment: its files of variables are read and its variables
 * replaced, each within its one argument. Knows no records and no processes.
 */

import type { Environment } from "../host/environment.ts";
import type { Paths } from "../host/paths.ts";
import { quote, visible } from "../model/visible.ts";
import type { CommandDefinition } from "../model/job.ts";
import type { ArgumentValues } from "../model/parameters.ts";
import type { Project } from "../model/project.ts";
import { MIN_SECRET_LENGTH, secretValues, tooShortSecrets } from "../model/secrets.ts";
import { parseTemplate, type Variable } from "../model/template.ts";
import { overlay, spelledIn, type Variables } from "../model/variables.ts";
import type { EnvFile } from "./env_file.ts";
import type { EnvFiles } from "./env_files.ts";
import type { KeyPath } from "./problem.ts";

export interface ResolveMachine {
  readonly paths: Paths;
  readonly environment: Pick<Environment, "os" | "all" | "notUtf8">;
  /** Shared by all definitions of one call, so that the same values are checked, masked and run. */
  readonly envFiles: EnvFiles;
}

/** A problem that keeps a command from running, at a key of its job or task. */
export interface SettingProblem {
  /** Relative to the job or task. */
  readonly at: KeyPath;
  readonly message: string;
  readonly hint: string | undefined;
}

export interface ResolvedDefinition {
  /** Kept as written where a variable has no value; `problems` reports it. */
  readonly command: readonly [string, ...string[]];
  /** Absolute. */
  readonly workingDir: string;
  /** The environment for the process. */
  readonly env: Variables;
  /** The variables from `env` and the command line, without the environment and the files. */
  readonly declaredEnv: Variables;
  readonly envFiles: readonly EnvFile[];
  /** Names from the command line. */
  readonly envFlags: readonly string[];
  /** The spellings used in the environment of the process and in `env`. */
  readonly secretNames: readonly string[];
  /** Every form of the values under a secret name, in any of the layers. */
  readonly secrets: readonly string[];
  readonly problems: readonly SettingProblem[];
}

export interface ResolveOptions {
  /** Variables from `--env`. */
  readonly flags: Variables;
  /** The place of the command in its job or task. */
  readonly commandAt: KeyPath;
  /** The arguments of the caller; without them their uses stay as written. */
  readonly args?: ArgumentValues | undefined;
  /** Further variables of the command, with their values. */
  readonly facts?: Variables | undefined;
}

const AS_CONFIGURED: ResolveOptions = { flags: {}, commandAt: ["command"] };

/** A caller that runs the command reports the problems; a caller that only reads can use the rest. */
export async function resolveDefinition(
  machine: ResolveMachine,
  project: Pick<Project, "root">,
  definition: CommandDefinition,
  { flags, commandAt, args: given, facts = {} }: ResolveOptions = AS_CONFIGURED,
): Promise<ResolvedDefinition> {
  const { paths, environment } = machine;
  const ignoresCase = environment.os === "windows";
  const problems: SettingProblem[] = [];
  const envFiles = await readEnvFiles(machine, project, definition, problems);
  const layers = [environment.all(), ...envFiles.map(({ variables }) => variables)];
  const below = layers.reduce((all, layer) => overlay(all, layer, ignoresCase));
  const replace = (text: string, at: KeyPath, variables: Variables, known: Variables = {}): string =>
    parseTemplate(text, Object.keys(known)).map((part) => {
      if (part.kind === "text") return part.text;
      // Other problems have already made the configuration be refused.
      if (part.kind === "problem") return "";
      if (part.variable.kind === "arg") {
        // A configuration without such an argument was already refused.
        return given === undefined ? part.written : given.get(part.variable.name) ?? "";
      }
      if (part.variable.kind === "fact") return known[part.variable.name] ?? part.written;
      const value = valueOf(part.variable, variables);
      if (value === undefined) problems.push(unset(part.variable, part.written, at, environment));
      return value ?? part.written;
    }).join("");
  const valueOf = (
    variable: Exclude<Variable, { kind: "arg" | "fact" }>,
    variables: Variables,
  ): string | undefined => {
    if (variable.kind === "project_root") return project.root;
    if (variable.kind !== "env") return definition.name;
    const [name] = spelledIn(variables, [variable.name], ignoresCase);
    const value = name === undefined ? undefined : variables[name];
    return variable.fallback === undefined ? value : value || variable.fallback;
  };
  const around = overlay(below, flags, ignoresCase);
  const table = Object.fromEntries(
    Object.entries(definition.env).map(([name, value]) => [name, replace(value, ["env", name], around)]),
  );
  const env = overlay(overlay(below, table, ignoresCase), flags, ignoresCase);
  const [program, ...args] = definition.command.flatMap((word, index) =>
    isLeftOut(word, given) ? [] : [replace(word, [...commandAt, index], env, facts)]
  );
  if (program === "") {
    const message = "the name of the program is empty after its variables are replaced";
    problems.push({ at: [...commandAt, 0], message, hint: undefined });
  }
  const workingDir = replace(definition.workingDir, ["working_dir"], env);
  if (workingDir === "") {
    problems.push({
      at: ["working_dir"],
      message: "the path is empty after its variables are replaced",
      hint: undefined,
    });
  }
  const tooShort = new Set<string>();
  // A value that another layer overrides may still have been inserted into a text.
  const values = definition.secrets.length === 0 ? [] : [...layers, table, flags].flatMap((layer) => {
    const names = spelledIn(layer, definition.secrets, ignoresCase);
    for (const name of tooShortSecrets(names, layer)) tooShort.add(name);
    return secretValues(names, layer);
  });
  problems.push(...[...tooShort].map((name) => shortSecret(name, definition.secrets)));
  return {
    command: [program!, ...args],
    workingDir: paths.resolve(project.root, workingDir),
    env,
    declaredEnv: overlay(table, flags, ignoresCase),
    envFiles,
    envFlags: Object.keys(flags).sort(),
    secretNames: definition.secrets.length === 0
      ? []
      : spelledIn({ ...env, ...definition.env }, definition.secrets, ignoresCase),
    secrets: [...new Set(values)],
    problems,
  };
}

/** A word that consists of one argument, which was not given and has no default. */
function isLeftOut(word: string, given: ArgumentValues | undefined): boolean {
  if (given === undefined || !word.startsWith("${args.")) return false;
  const [only, ...more] = parseTemplate(word);
  if (more.length > 0 || only?.kind !== "variable" || only.variable.kind !== "arg") return false;
  return given.get(only.variable.name) === undefined;
}

async function readEnvFiles(
  { paths, envFiles: shared }: ResolveMachine,
  project: Pick<Project, "root">,
  { envFiles }: CommandDefinition,
  problems: SettingProblem[],
): Promise<readonly EnvFile[]> {
  const read: EnvFile[] = [];
  for (const { path: written, required, at } of envFiles) {
    const path = paths.resolve(project.root, written);
    const file = await shared.read(path);
    if (file.ok) read.push(file.value);
    else if (file.failure.kind === "unusable") {
      problems.push({ at, message: `cannot read ${quote(path)}: ${file.failure.reason}`, hint: undefined });
    } else if (required) {
      const optional = `{ path = ${JSON.stringify(written)}, required = false }`;
      problems.push({
        at,
        message: `there is no file ${quote(path)}`,
        hint: `if the file may be missing: ${optional}`,
      });
    }
  }
  return read;
}

function unset(
  variable: Variable,
  written: string,
  at: KeyPath,
  environment: ResolveMachine["environment"],
): SettingProblem {
  const name = variable.kind === "env" ? variable.name : variable.kind;
  if (environment.notUtf8().variables.includes(name)) {
    const message = `the variable ${visible(name)} is not UTF-8 text, so it cannot be part of an argument`;
    return { at, message, hint: undefined };
  }
  return {
    at,
    message: `the variable ${visible(name)} is not set, and ${visible(written)} has no default`,
    hint: `set it, or write a default: \${env:${visible(name)}:-default}`,
  };
}

function shortSecret(name: string, secrets: readonly string[]): SettingProblem {
  const index = secrets.findIndex((each) => each.toUpperCase() === name.toUpperCase());
  return {
    at: ["secrets", index],
    message: `the value of ${visible(name)} has fewer than ${MIN_SECRET_LENGTH} characters: ` +
      "hiding it would mask parts of most texts and protect no secret",
    hint: `give ${visible(name)} a longer value, or remove it from secrets`,
  };
}
