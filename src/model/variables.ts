/** Environment variables, whose names Windows reads without regard to case. Pure. */

export type Variables = Readonly<Record<string, string>>;

/** `over` laid over `base`; where case does not count, of a name in several spellings the last one is left. */
export function overlay(base: Variables, over: Variables, ignoresCase: boolean): Variables {
  if (!ignoresCase) return { ...base, ...over };
  const all = [...Object.entries(base), ...Object.entries(over)];
  const last = new Map(all.map((entry) => [entry[0].toUpperCase(), entry]));
  return Object.fromEntries(last.values());
}

/** The names as they are spelled in an environment; those that are not there are left out. */
export function spelledIn(
  variables: Variables,
  names: readonly string[],
  ignoresCase: boolean,
): readonly string[] {
  if (!ignoresCase) return names.filter((name) => Object.hasOwn(variables, name));
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return Object.keys(variables).filter((name) => wanted.has(name.toUpperCase()));
}
