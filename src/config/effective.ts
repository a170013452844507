/** The values in force, each with its source: lines of the file, or defaults. Knows no flags. */

import { DEFAULTS } from "./defaults.ts";
import { CONFIG_TEXTS } from "./config_texts.ts";
import { linesOf } from "./locate.ts";
import type { ConfigDocument } from "./load.ts";
import { inForce, type Platform, platformOf, PLATFORMS } from "./platform.ts";
import { isTable, type Table } from "./shape.ts";
import { sharedIn, withShared } from "./shared.ts";
import { concurrencyWith } from "./validate.ts";
import type { CommandDefinition } from "../model/job.ts";
import type { Project } from "../model/project.ts";
import { masked } from "../model/mask_texts.ts";
import { MASK, maskText } from "../model/secrets.ts";
import { parseTemplate } from "../model/template.ts";
import type { KeyPath } from "./problem.ts";
import { type ResolvedDefinition, resolveDefinition, type ResolveMachine } from "./resolve.ts";
import { tomlKeys, tomlValue } from "./toml_text.ts";

export interface EffectiveTable {
  /** As in `jobs.sample`, in TOML. */
  readonly header: string;
  readonly values: readonly EffectiveValue[];
  /** Present for jobs and tasks with `env_file`. */
  readonly fileVariables: readonly FileVariable[];
}

/** A variable from an `env_file`. */
export interface FileVariable {
  readonly name: string;
  readonly value: string;
  /** In TOML. */
  readonly written: string;
  readonly path: string;
  readonly line: number | undefined;
}

export interface EffectiveValue {
  /** The key in TOML, relative to the table. */
  readonly key: string;
  readonly value: unknown;
  /** The value in TOML, on one line. */
  readonly written: string;
  readonly origin: Origin;
  /** The value after its variables were replaced, in TOML; present where it has variables. */
  readonly now?: string;
}

export type Origin =
  /** `platform`: from the table of this system. */
  | { readonly kind: "file"; readonly line: number; readonly platform?: Platform }
  /** From the command line or from an environment variable. */
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "default" };

const DEFAULT: Origin = { kind: "default" };

type TableName = keyof typeof DEFAULTS;

/** The values of secret variables are masked. undefined: no configuration was found. */
export async function effectiveTables(
  read: ConfigDocument | undefined,
  project: Project,
  machine: ResolveMachine,
): Promise<readonly EffectiveTable[]> {
  const platform = platformOf(machine.environment.os);
  const document = isTable(read?.document) ? read.document : {};
  const lineOf = read === undefined ? () => 0 : await linesOf(read.source);
  const tableAt = (
    path: readonly string[],
    defaults: Table,
    values: Table,
    place: (key: KeyPath) => KeyPath = (key) => [...path, ...key],
    now: ReadonlyMap<string, string> = new Map(),
  ): EffectiveTable => ({
    header: tomlKeys(path),
    fileVariables: [],
    values: [
      ...written(values).map(({ at, value }) => {
        const placed = place(at);
        const line = lineOf(placed);
        const isOwn = placed.length > path.length + at.length;
        const origin: Origin = { kind: "file", line, ...(isOwn ? { platform } : {}) };
        const shown = effective(at, value, origin);
        const comesTo = now.get(shown.key);
        return comesTo === undefined ? shown : { ...shown, now: comesTo };
      }),
      ...missing(defaults, values).map(([key, value]) => effective([key], value, DEFAULT)),
      ...retryDefaults(values).map(([key, value]) => effective(["retry", key], value, DEFAULT)),
    ],
  });
  const shared = sharedIn(document, platform);
  const below = (name: "jobs" | "tasks", defaultsOf: (values: Table) => Table) =>
    Promise.all(
      Object.entries(tableOf(document, name)).map(async ([each, table]) => {
        if (name === "jobs" && project.groups.has(each)) {
          return tableAt([name, each], DEFAULTS.group, isTable(table) ? table : {});
        }
        const own = inForce(isTable(table) ? table : {}, platform);
        const { values, place } = withShared(own, shared, [name, each]);
        const definition: CommandDefinition = project[name].get(each)!;
        const resolved = await resolveDefinition(machine, project, definition);
        // Tables for other systems are not in force here.
        const here = Object.entries(values).filter(([key]) =>
          !(PLATFORMS as readonly string[]).includes(key)
        );
        const shown = withoutSecrets(Object.fromEntries(here), resolved);
        const header = [name, each];
        const now = comeTo(definition, resolved);
        return { ...tableAt(header, defaultsOf(shown), shown, place, now), fileVariables: ofFiles(resolved) };
      }),
    );
  const services = await Promise.all([...project.services].map(async ([name, { job }]) => {
    const resolved = await resolveDefinition(machine, project, job);
    const values = withoutSecrets(tableOf(tableOf(document, "services"), name), resolved);
    return { ...tableAt(["services", name], DEFAULTS.service, values), fileVariables: ofFiles(resolved) };
  }));
  const schedules = [...project.schedules.keys()].map((name) =>
    tableAt(["schedules", name], {}, tableOf(tableOf(document, "schedules"), name))
  );
  // A value with several spellings is shown in its decoded form.
  const understood: Partial<Record<TableName, Table>> = {
    logging: { level: project.logging.level },
    hash: { algorithm: project.hashAlgorithm },
  };
  const general = (["logging", "hash", "doc", "git", "pools", "state", "worktree", "evidence"] as const).map(
    (name) => {
      const values = tableOf(document, name);
      const known = Object.entries(understood[name] ?? {}).filter(([key]) => Object.hasOwn(values, key));
      return tableAt([name], DEFAULTS[name], { ...values, ...Object.fromEntries(known) });
    },
  );
  if (project.notify !== undefined) {
    const { secrets } = await resolveDefinition(machine, project, project.notify.command);
    const values = masked(tableOf(document, "notify"), CONFIG_TEXTS, secrets) as Table;
    general.push(tableAt(["notify"], DEFAULTS.notify, values));
  }
  if (project.slurm !== undefined) {
    const values = tableOf(tableOf(document, "executors"), "slurm");
    general.push(tableAt(["executors", "slurm"], DEFAULTS.slurm, values));
  }
  // The other keys of this table are shown where they apply.
  const { max_detached } = tableOf(document, "defaults");
  if (max_detached !== undefined) general.unshift(tableAt(["defaults"], {}, { max_detached }));
  const top = project.defaultJob === undefined ? [] : [tableAt([], {}, { default: document.default })];
  return [
    ...top,
    ...await below("jobs", ({ lock }) => ({ ...DEFAULTS.job, concurrency: concurrencyWith(lock) })),
    ...await below("tasks", () => DEFAULTS.task),
    ...services,
    ...schedules,
    ...general,
  ];
}

function missing(defaults: Table, values: Table): readonly (readonly [string, unknown])[] {
  return Object.entries(defaults).filter(([key]) => !Object.hasOwn(values, key));
}

function retryDefaults({ retry }: Table): readonly (readonly [string, unknown])[] {
  if (!isTable(retry)) return [];
  const delay = retry.delay_seconds ?? DEFAULTS.retry.delay_seconds;
  const maxDelay = Math.max(DEFAULTS.retry.max_delay_seconds, Number(delay));
  return missing({ ...DEFAULTS.retry, max_delay_seconds: maxDelay }, retry);
}

interface Written {
  readonly at: readonly string[];
  readonly value: unknown;
}

/** Inner tables are listed key by key, so that each has its line. */
function written(values: Table): readonly Written[] {
  return Object.entries(values).flatMap(([key, value]): readonly Written[] => {
    if (!isTable(value) || Object.keys(value).length === 0) return [{ at: [key], value }];
    return written(value).map((inner) => ({ at: [key, ...inner.at], value: inner.value }));
  });
}

export function effective(at: readonly string[], value: unknown, origin: Origin): EffectiveValue {
  return { key: tomlKeys(at), value, written: tomlValue(value), origin };
}

/** Secret values are masked wherever they stand, as in records. */
function withoutSecrets(values: Table, { secretNames, secrets }: ResolvedDefinition): Table {
  const shown = isTable(values.env) ? { ...values, env: withoutNamed(values.env, secretNames) } : values;
  return masked(shown, CONFIG_TEXTS, secrets) as Table;
}

function withoutNamed(env: Table, secretNames: readonly string[]): Table {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, secretNames.includes(name) ? MASK : value]),
  );
}

/** Values whose variables were replaced, by key; values that could not be resolved are left out. */
function comeTo(definition: CommandDefinition, resolved: ResolvedDefinition): ReadonlyMap<string, string> {
  const { secrets, secretNames, problems } = resolved;
  const pairs: (readonly [KeyPath, unknown, unknown])[] = [
    [["command"], definition.command, resolved.command],
    [["working_dir"], definition.workingDir, resolved.workingDir],
    ...Object.entries(definition.env).map(([name, value]) =>
      [["env", name], value, secretNames.includes(name) ? MASK : resolved.declaredEnv[name]] as const
    ),
  ];
  const changed = pairs.filter(([at, written, now]) => {
    const texts = Array.isArray(written) ? written as readonly string[] : [written as string];
    const isUnset = problems.some((problem) => at.every((part, index) => part === problem.at[index]));
    // On Windows a name in another spelling may override this one.
    return now !== undefined && !isUnset &&
      texts.some((text) => parseTemplate(text).some(({ kind }) => kind === "variable"));
  });
  return new Map(
    changed.map(([at, , value]) => [
      tomlKeys(at as readonly string[]),
      tomlValue(masked(value, "masked", secrets)),
    ]),
  );
}

/** The variables from files that are in force, with the file and, where known, the line of each. */
function ofFiles(
  { envFiles, env, declaredEnv, secretNames, secrets }: ResolvedDefinition,
): readonly FileVariable[] {
  const found = new Map<string, FileVariable>();
  for (const { path, variables, lineOf } of envFiles) {
    for (const [name, value] of Object.entries(variables)) {
      if (Object.hasOwn(declaredEnv, name) || env[name] !== value) continue;
      const shown = secretNames.includes(name) ? MASK : maskText(value, secrets);
      found.set(name, { name, value: shown, written: tomlValue(shown), path, line: lineOf(name) });
    }
  }
  return [...found.values()];
}

function tableOf(document: Table, name: string): Table {
  const table = Object.hasOwn(document, name) ? document[name] : undefined;
  return isTable(table) ? table : {};
}
