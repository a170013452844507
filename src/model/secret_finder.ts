/** Finds every occurrence of many byte strings in one pass (Aho and Corasick, 1975). Knows bytes only. Pure. */

/** A node in the tree of all secrets: which secret the last bytes spell, and how much of it. 0: none. */
export type Place = number;

const NOWHERE: Place = 0;

/**
 * A tree of all secrets in which each node knows the longest other node that its bytes end with. Each byte is
 * therefore examined once, and time and memory grow with the sum of secrets and text, not with their product.
 */
export class SecretFinder {
  readonly #secrets: readonly Uint8Array[];
  /** The tree: the first child of each node, and the next sibling of each child. */
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  readonly #byte: Uint8Array;
  /** The children of the root, by byte: most bytes of a text are looked up here. */
  readonly #first = new Int32Array(256);
  readonly #fallback: Int32Array;
  readonly #depth: Int32Array;
  readonly #longestFound: Int32Array;
  readonly #secretOf: Int32Array;
  #size = 1;

  constructor(secrets: readonly Uint8Array[]) {
    this.#secrets = secrets.filter((secret) => secret.length > 0);
    const maxPlaces = this.#secrets.reduce((sum, { length }) => sum + length, 1);
    const places = () => new Int32Array(maxPlaces);
    this.#firstChild = places();
    this.#nextSibling = places();
    this.#byte = new Uint8Array(maxPlaces);
    this.#fallback = places();
    this.#depth = places();
    this.#longestFound = places();
    this.#secretOf = places();
    for (const index of this.#secrets.keys()) this.#add(index);
    this.#link();
  }

  /** The node after one more byte. */
  next(place: Place, byte: number): Place {
    for (let from = place; from !== NOWHERE; from = this.#fallback[from]!) {
      const child = this.#childOf(from, byte);
      if (child !== NOWHERE) return child;
    }
    return this.#first[byte]!;
  }

  /** How many of the last bytes may be the beginning of a secret. */
  depthOf(place: Place): number {
    return this.#depth[place]!;
  }

  /** The length of the longest secret that ends here; 0 where none does. */
  foundAt(place: Place): number {
    return this.#longestFound[place]!;
  }

  /** The last bytes themselves, rebuilt from the node, so that callers need not keep them. */
  spelled(place: Place): Uint8Array {
    return place === NOWHERE
      ? new Uint8Array(0)
      : this.#secrets[this.#secretOf[place]!]!.subarray(0, this.#depth[place]);
  }

  /**
   * The index of the first byte, counted from `start`, that begins a secret; the length where there is none.
   */
  firstStart(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length && this.#first[bytes[at]!] === NOWHERE) at++;
    return at;
  }

  #childOf(place: Place, byte: number): Place {
    let child = this.#firstChild[place]!;
    while (child !== NOWHERE && this.#byte[child] !== byte) child = this.#nextSibling[child]!;
    return child;
  }

  #add(index: number): void {
    let place = NOWHERE;
    for (const byte of this.#secrets[index]!) {
      const known = place === NOWHERE ? this.#first[byte]! : this.#childOf(place, byte);
      place = known !== NOWHERE ? known : this.#addChild(place, byte, index);
    }
    this.#longestFound[place] = this.#depth[place]!;
  }

  #addChild(parent: Place, byte: number, index: number): Place {
    const child = this.#size++;
    this.#byte[child] = byte;
    this.#depth[child] = this.#depth[parent]! + 1;
    this.#secretOf[child] = index;
    if (parent === NOWHERE) this.#first[byte] = child;
    this.#nextSibling[child] = this.#firstChild[parent]!;
    this.#firstChild[parent] = child;
    return child;
  }

  /** Breadth first, because each node's link is derived from its parent's link. */
  #link(): void {
    const queue = new Int32Array(this.#size);
    let length = 0;
    for (let child = this.#firstChild[NOWHERE]!; child !== NOWHERE; child = this.#nextSibling[child]!) {
      queue[length++] = child;
    }
    for (let done = 0; done < length; done++) {
      const place = queue[done]!;
      const fallback = this.#fallback[place]!;
      if (this.#longestFound[place] === 0) this.#longestFound[place] = this.#longestFound[fallback]!;
      for (let child = this.#firstChild[place]!; child !== NOWHERE; child = this.#nextSibling[child]!) {
        this.#fallback[child] = this.next(fallback, this.#byte[child]!);
        queue[length++] = child;
      }
    }
  }
}
