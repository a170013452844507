/** The form of a tool: its name, its fields and what it does. The schema that clients see, and the check of what they send, come from one table. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { NextSteps } from "../model/next_step.ts";
import type { Workspace } from "../app/workspace/workspace.ts";
import type { Host } from "../host/host.ts";
import type { Facts } from "./facts.ts";

type JsonObject = { [name: string]: string | number | string[] | JsonObject };

export interface Field {
  readonly type: "string" | "integer" | "strings";
  readonly says: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly max?: number;
}

export interface Given {
  readonly [name: string]: string | number | readonly string[] | undefined;
}

/** One call of a tool. */
export interface ToolCall {
  readonly host: Host;
  readonly workspace: Workspace;
  readonly given: Given;
  /** The client's description of itself, which is not verified. */
  readonly declaredClient: string | undefined;
  /** The flags that chose the place, for a further start of this program. */
  readonly placeFlags: readonly string[];
  nextLine(steps: NextSteps): string | undefined;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Its possible effects on the machine; clients decide by them when to ask a person. */
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  call(call: ToolCall): Promise<Result<Facts, Failure>>;
}

export const READS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Names, ids and patterns are shorter. */
const MAX_CHARACTERS = 1000;
const MAX_WORDS = 50;

export function schemaOf({ fields }: Tool) {
  const properties: Record<string, JsonObject> = Object.fromEntries(
    Object.entries(fields).map(([name, { type, says, choices, max }]) => [name, {
      ...(type === "strings" ? { type: "array", items: { type: "string" } } : { type }),
      description: says,
      ...(choices === undefined ? {} : { enum: [...choices] }),
      ...(type === "integer" ? { minimum: 0, ...(max === undefined ? {} : { maximum: max }) } : {}),
    }]),
  );
  const required = Object.entries(fields).filter(([, field]) => field.required).map(([name]) => name);
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  } as const;
}

/** Validates the arguments of a call against the fields; a failure names the first mistake. */
export function readGiven({ name: tool, fields }: Tool, args: unknown): Result<Given, Failure> {
  const wrong = (fact: string) =>
    fail({ code: "arguments_invalid", action: "use tool", value: tool, fact, next: [] } as const);
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    return wrong("its arguments are not an object");
  }
  const given: Record<string, string | number | readonly string[]> = {};
  for (const [name, value] of Object.entries(args)) {
    const field = fields[name];
    if (field === undefined) {
      return wrong(`it has no argument ${name}; it has ${Object.keys(fields).join(", ")}`);
    }
    const problem = problemOf(field, value);
    if (problem !== undefined) return wrong(`${name} must be ${problem}`);
    given[name] = value as string | number | readonly string[];
  }
  const missing = Object.entries(fields).find(([name, field]) => field.required && given[name] === undefined);
  return missing === undefined ? ok(given) : wrong(`${missing[0]} is missing`);
}

function problemOf(
  { type, choices, max = Number.MAX_SAFE_INTEGER }: Field,
  value: unknown,
): string | undefined {
  const isText = (each: unknown) => typeof each === "string" && each !== "" && each.length <= MAX_CHARACTERS;
  switch (type) {
    case "string":
      if (!isText(value)) return `a text of 1 to ${MAX_CHARACTERS} characters`;
      return choices === undefined || choices.includes(String(value))
        ? undefined
        : `one of ${choices.join(", ")}`;
    case "integer":
      return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max
        ? undefined
        : `a whole number from 0 to ${max}`;
    case "strings":
      return Array.isArray(value) && value.length > 0 && value.length <= MAX_WORDS && value.every(isText)
        ? undefined
        : `a list of 1 to ${MAX_WORDS} texts`;
  }
}

export function text(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}

export function number(given: Given, name: string): number | undefined {
  const value = given[name];
  return typeof value === "number" ? value : undefined;
}

export function texts(given: Given, name: string): readonly string[] | undefined {
  const value = given[name];
  return Array.isArray(value) ? value : undefined;
}
