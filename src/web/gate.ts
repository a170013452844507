/** Decides which requests are answered: those of a browser of this user, that was sent here with the secret of this start. Pure. */

import type { WebRequest } from "../host/network.ts";

/** Browsers send a fraction of this. */
const MAX_HEADER_BYTES = 16 * 1024;

export interface Secrets {
  /** In the first path of the address that is printed. */
  readonly address: string;
  /** In the cookie that follows it. */
  readonly cookie: string;
}

export type Admission =
  | { readonly kind: "admitted" }
  /** The first request, which gets the cookie. */
  | { readonly kind: "entering" }
  /** `words` is a sentence for the reader. */
  | { readonly kind: "refused"; readonly status: 403 | 405 | 431; readonly words: string };

/** Cookies are not bound to a port, so the name is. */
export function cookieName(port: number): string {
  return `orchastration-${port}`;
}

/** `takeOnce`: true once for the address that was given to the browser, which other users may see in the list of processes. */
export function admit(
  { method, path, headers }: WebRequest,
  port: number,
  secrets: Secrets,
  takeOnce: (word: string) => boolean,
): Admission {
  let size = path.length;
  for (const [name, value] of headers) size += name.length + value.length;
  if (size > MAX_HEADER_BYTES) return refused(431, "The request is too large.");
  const host = headers.get("host");
  if (host === undefined || !hostsOf(port).includes(host)) {
    return refused(403, "This page answers to its own address only.");
  }
  const origin = headers.get("origin");
  if (origin !== undefined && origin !== `http://${host}`) {
    return refused(403, "This page answers to itself only.");
  }
  if (method !== "GET") return refused(405, "This page can only be read.");
  const word = /^\/([0-9a-f]{32})\/?$/.exec(path)?.[1];
  if (word !== undefined && (isEqual(word, secrets.address) || takeOnce(word))) return { kind: "entering" };
  // A page elsewhere may link to this one, and embed nothing of it.
  if (headers.get("sec-fetch-site") === "cross-site") {
    return refused(403, "This page answers to itself only.");
  }
  const cookie = cookiesIn(headers.get("cookie") ?? "").get(cookieName(port));
  return cookie !== undefined && isEqual(cookie, secrets.cookie)
    ? { kind: "admitted" }
    : refused(403, "This address has no secret of this start: open the address that the command ui prints.");
}

function refused(status: 403 | 405 | 431, words: string): Admission {
  return { kind: "refused", status, words };
}

/** The names of this machine that no name server can change. */
function hostsOf(port: number): readonly string[] {
  return ["127.0.0.1", "localhost", "[::1]"].map((name) => port === 80 ? name : `${name}:${port}`);
}

function cookiesIn(header: string): ReadonlyMap<string, string> {
  return new Map(
    header.split(";").map((pair) => {
      const [name, ...value] = pair.trim().split("=");
      return [name!, value.join("=")];
    }),
  );
}

/** Takes as long for every wrong text of the same length. */
function isEqual(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

/** A secret that is accepted once, and only soon after it was made. */
export class OneTimeSecret {
  readonly #word: string;
  readonly #isLate: () => boolean;
  #isTaken = false;

  constructor(word: string, isLate: () => boolean) {
    this.#word = word;
    this.#isLate = isLate;
  }

  take(word: string): boolean {
    if (this.#isTaken || this.#isLate() || !isEqual(word, this.#word)) return false;
    this.#isTaken = true;
    return true;
  }
}
