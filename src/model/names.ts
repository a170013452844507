/** The order of names. Pure. */

/** Sorts names for people: upper and lower case alike, then by code unit. */
export function byName(a: string, b: string): number {
  return compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
