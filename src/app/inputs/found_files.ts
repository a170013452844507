/** Collects found paths with the numbers of their identities: in any order, and some more than once. */

import { IDENTITY_NUMBERS } from "../../host/identities.ts";

const NONE = new Float64Array(0);

export class FoundFiles {
  readonly #paths: string[] = [];
  #numbers = NONE;
  #isSorted = true;

  /** With those that were added twice. */
  get size(): number {
    return this.#paths.length;
  }

  /** `numbers` are those of several paths, this one's at `index`. */
  add(path: string, numbers: Float64Array, index: number): void {
    const last = this.#paths.at(-1);
    this.#isSorted &&= last === undefined || last < path;
    const to = this.#paths.length * IDENTITY_NUMBERS;
    if (to === this.#numbers.length) {
      // Most often all that is added comes from one folder.
      const wider = new Float64Array(Math.max(2 * to, numbers.length));
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    const from = index * IDENTITY_NUMBERS;
    for (let offset = 0; offset < IDENTITY_NUMBERS; offset++) {
      this.#numbers[to + offset] = numbers[from + offset]!;
    }
    this.#paths.push(path);
  }

  /** By UTF-16 code units, each path once. */
  sorted(): { readonly paths: readonly string[]; readonly numbers: Float64Array } {
    const all = this.#numbers.subarray(0, this.#paths.length * IDENTITY_NUMBERS);
    if (this.#isSorted) return { paths: this.#paths, numbers: all };
    const order = this.#paths.map((_, index) => index).sort((a, b) =>
      this.#paths[a]! < this.#paths[b]! ? -1 : this.#paths[a]! > this.#paths[b]! ? 1 : 0
    ).filter((index, place, indexes) =>
      place === 0 || this.#paths[indexes[place - 1]!] !== this.#paths[index]
    );
    const numbers = new Float64Array(order.length * IDENTITY_NUMBERS);
    for (const [place, index] of order.entries()) {
      const from = index * IDENTITY_NUMBERS;
      numbers.set(all.subarray(from, from + IDENTITY_NUMBERS), place * IDENTITY_NUMBERS);
    }
    return { paths: order.map((index) => this.#paths[index]!), numbers };
  }
}
