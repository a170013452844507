/** Fixed words of the records, as people read them. Pure. */

/** `up_to_date` is "up to date". */
export function inWords(word: string): string {
  return word.replaceAll("_", " ");
}
