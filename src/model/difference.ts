/** What differs between two definitions, field by field. Pure. */

import { canonicalJson, type JsonValue } from "./canonical_json.ts";
import type { Definition } from "./definition.ts";

export interface FieldDifference {
  /** Dotted, as in `retry.max` or `acceptance[0].text`. */
  readonly field: string;
  /** undefined where the field was absent. */
  readonly planned: JsonValue | undefined;
  readonly now: JsonValue | undefined;
}

/**
 * The smallest fields that differ. Lists of equal length are compared element by element, others as a whole.
 */
export function differences(planned: Definition, now: Definition): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  compare(planned, now, "", found);
  return found;
}

function compare(
  planned: JsonValue | undefined,
  now: JsonValue | undefined,
  field: string,
  found: FieldDifference[],
): void {
  if (planned !== undefined && now !== undefined && canonicalJson(planned) === canonicalJson(now)) return;
  if (isTable(planned) && isTable(now)) {
    for (const key of [...new Set([...Object.keys(planned), ...Object.keys(now)])].sort()) {
      compare(planned[key], now[key], field === "" ? key : `${field}.${key}`, found);
    }
  } else if (Array.isArray(planned) && Array.isArray(now) && planned.length === now.length) {
    planned.forEach((value, index) => compare(value, now[index], `${field}[${index}]`, found));
  } else found.push({ field, planned, now });
}

function isTable(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
