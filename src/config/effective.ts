/** What is in force, value by value, and where each is from: the file's lines, or the defaults. Knows no flags. */

import { DEFAULTS } from "./defaults.ts";
import type { Settings } from "./decode.ts";
import { linesOf } from "./locate.ts";
import type { ConfigDocument } from "./load.ts";
import { type InForce, inForce, type Platform, PLATFORMS } from "./platform.ts";
import { isTable, type JsonSchema, type Table } from "./shape.ts";
import { MASK, maskDeep, secretValues } from "../model/secrets.ts";
import { overlay, spelledIn } from "../model/variables.ts";
import { tomlKeys, tomlValue } from "./toml_text.ts";

export interface EffectiveTable {
  /** As in `jobs.sample`, in TOML. */
  readonly header: string;
  readonly values: readonly EffectiveValue[];
}

export interface EffectiveValue {
  /** Relative to the table, in TOML. */
  readonly key: string;
  readonly value: unknown;
  /** In TOML, on one line. */
  readonly written: string;
  readonly origin: Origin;
}

export type Origin =
  /** `platform`: from the table of this system. */
  | { readonly kind: "file"; readonly line: number; readonly platform?: Platform }
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "default" };

/** The system, and the environment that commands inherit. */
export interface Inherited {
  readonly variables: Readonly<Record<string, string>>;
  readonly ignoresCase: boolean;
  readonly platform: Platform;
}

const DEFAULT: Origin = { kind: "default" };

type TableName = keyof typeof DEFAULTS;

/** The values of secret variables are masked. undefined: no configuration was found. */
export async function effectiveTables(
  read: ConfigDocument | undefined,
  settings: Settings,
  inherited: Inherited,
): Promise<readonly EffectiveTable[]> {
  const document = isTable(read?.document) ? read.document : {};
  const lineOf = read === undefined ? () => 0 : await linesOf(read.source);
  const tableAt = (
    path: readonly string[],
    defaults: Table,
    values: Table,
    place: InForce<Table>["place"] = (key) => key,
  ): EffectiveTable => ({
    header: tomlKeys(path),
    values: [
      ...written(values).map(({ at, value }) => {
        const placed = place(at);
        const line = lineOf([...path, ...placed]);
        const isOwn = placed.length > at.length;
        return effective(at, value, {
          kind: "file",
          line,
          ...(isOwn ? { platform: inherited.platform } : {}),
        });
      }),
      ...missing(defaults, values).map(([key, value]) => effective([key], value, DEFAULT)),
      ...retryDefaults(values).map(([key, value]) => effective(["retry", key], value, DEFAULT)),
    ],
  });
  const below = (name: "jobs" | "tasks", defaults: Table) =>
    Object.entries(tableOf(document, name)).map(([each, table]) => {
      const { values, place } = inForce(isTable(table) ? table : {}, inherited.platform);
      // What other systems have is not in force here.
      const here = Object.entries(values).filter(([key]) => !(PLATFORMS as readonly string[]).includes(key));
      return tableAt([name, each], defaults, masked(Object.fromEntries(here), inherited), place);
    });
  // What has several spellings is shown as it is understood.
  const understood: Partial<Record<TableName, Table>> = {
    logging: { level: settings.logging.level },
    hash: { algorithm: settings.hashAlgorithm },
  };
  const general = (["logging", "hash", "doc", "git"] as const).map((name) => {
    const values = tableOf(document, name);
    const known = Object.entries(understood[name] ?? {}).filter(([key]) => Object.hasOwn(values, key));
    return tableAt([name], DEFAULTS[name], { ...values, ...Object.fromEntries(known) });
  });
  return [...below("jobs", DEFAULTS.job), ...below("tasks", DEFAULTS.task), ...general];
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

/** Tables within are told key by key, so that each has its line. */
function written(values: Table): readonly Written[] {
  return Object.entries(values).flatMap(([key, value]): readonly Written[] => {
    if (!isTable(value) || Object.keys(value).length === 0) return [{ at: [key], value }];
    return written(value).map((inner) => ({ at: [key, ...inner.at], value: inner.value }));
  });
}

export function effective(at: readonly string[], value: unknown, origin: Origin): EffectiveValue {
  return { key: tomlKeys(at), value, written: tomlValue(value), origin };
}

/** Without the value of a secret, wherever it stands: as it is masked in records. */
function masked(values: Table, inherited: Inherited): Table {
  const env = isTable(values.env) ? values.env as Readonly<Record<string, string>> : {};
  const secrets = Array.isArray(values.secrets) ? values.secrets as readonly string[] : [];
  const all = overlay(inherited.variables, env, inherited.ignoresCase);
  const names = spelledIn(all, secrets, inherited.ignoresCase);
  const hidden = Object.entries(env).map((
    [name, value],
  ) => [name, spelledIn({ [name]: value }, secrets, inherited.ignoresCase).length > 0 ? MASK : value]);
  const shown = isTable(values.env) ? { ...values, env: Object.fromEntries(hidden) } : values;
  // Dates and big numbers are problems of the file, which nothing is shown of.
  return maskDeep(shown as JsonSchema, secretValues(names, all));
}

function tableOf(document: Table, name: string): Table {
  const table = Object.hasOwn(document, name) ? document[name] : undefined;
  return isTable(table) ? table : {};
}
