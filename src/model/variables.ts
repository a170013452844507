/** Environment variables. Windows ignores the case of their names. Pure. */

export type Variables = Readonly<Record<string, string>>;

/** Lays `over` on top of `base`. Where case does not count, the last of several spellings of a name wins. */
export function overlay(base: Variables, over: Variables, ignoresCase: boolean): Variables {
  if (!ignoresCase) return Object.keys(over).length === 0 ? base : { ...base, ...over };
  const all = [...Object.entries(base), ...Object.entries(over)];
  const last = new Map(all.map((entry) => [entry[0].toUpperCase(), entry]));
  return Object.fromEntries(last.values());
}

/** The names as the environment spells them; missing names are left out. */
export function spelledIn(
  variables: Variables,
  names: readonly string[],
  ignoresCase: boolean,
): readonly string[] {
  if (!ignoresCase) return names.filter((name) => Object.hasOwn(variables, name));
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return Object.keys(variables).filter((name) => wanted.has(name.toUpperCase()));
}
