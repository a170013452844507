/** The JSON Schema of the configuration, generated from the key table. Knows no key by itself. */

import type { JsonValue } from "../model/canonical_json.ts";
import { DEFAULTS } from "./defaults.ts";
import { KEY_WORDS } from "./key_words.ts";
import { PLATFORMS } from "./platform.ts";
import { levels } from "./schema.ts";
import type { JsonSchema } from "./shape.ts";

type Table =
  | keyof typeof DEFAULTS
  | "project"
  | "schedule"
  | "acceptance"
  | "ready"
  | "args"
  | "platform"
  | "defaults"
  | "executors";

/** Taplo supports Draft 7. */
export function configSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of Orchastration",
    description: "Jobs and tasks. `config check` also finds what a schema cannot say.",
    ...annotated("project", levels.project.schema()),
  };
}

/** The table, with a description and a default for each key, recursively. */
function annotated(table: Table, schema: JsonSchema): JsonSchema {
  const words = ["job", "task", "service", "platform", "defaults"].includes(table) ? "command" : table;
  const defaults: JsonSchema = table in DEFAULTS ? DEFAULTS[table as keyof typeof DEFAULTS] : {};
  const properties = Object.entries(schema.properties as JsonSchema).map(([key, property]) => {
    const description = KEY_WORDS[`${words}.${key}`];
    if (description === undefined) {
      throw new Error(`Cannot describe the key "${words}.${key}": it has no words`);
    }
    const known: JsonSchema = key in defaults ? { default: defaults[key]! } : {};
    return [key, { description, ...within(key, property as JsonSchema), ...known }] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function within(key: string, schema: JsonSchema): JsonSchema {
  const inner = (name: "items" | "additionalProperties", table: Table): JsonSchema => {
    const value: JsonValue = annotated(table, schema[name] as JsonSchema);
    return { ...schema, [name]: value };
  };
  if (key === "jobs") return inner("additionalProperties", "job");
  if (key === "tasks") return inner("additionalProperties", "task");
  if (key === "services") return inner("additionalProperties", "service");
  if (key === "schedules") return inner("additionalProperties", "schedule");
  if ((PLATFORMS as readonly string[]).includes(key)) return annotated("platform", schema);
  if (key === "acceptance" || key === "args") return inner("items", key);
  return schema.properties === undefined ? schema : annotated(key as Table, schema);
}
