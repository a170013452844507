/** One text for one value, so that equal definitions have equal digests. Pure. */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * The canonical form of RFC 8785 for the values we digest: keys sorted by UTF-16 code unit, no white space.
 * Keys whose value is undefined are left out, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // Written by hand, because an object lists keys that look like numbers first, in whatever order they were
  // added.
  const members = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of Object.keys(members).sort()) {
    const inner = members[key];
    if (inner !== undefined) {
      text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(inner)}`;
    }
  }
  return `{${text}}`;
}
