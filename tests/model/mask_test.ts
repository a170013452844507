/** Masking: whatever the chunks, what comes out is what a plain replacement over the whole would give. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Masker } from "../../src/engine/mask.ts";
import { MASK, maskDeep, maskText, secretValues } from "../../src/model/secrets.ts";
import { concatenate } from "../support/fake_terminal.ts";

const encoder = new TextEncoder();

/** From left to right, at each place the longest secret that stands there. */
function replaced(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== "").toSorted((a, b) => b.length - a.length);
  let result = "";
  for (let at = 0; at < text.length;) {
    const found = known.find((secret) => text.startsWith(secret, at));
    result += found === undefined ? text[at] : MASK;
    at += found?.length ?? 1;
  }
  return result;
}

/** Feeds the text in chunks, in one buffer that is used again for each, as a pipe is read. */
function maskedInChunks(text: string, secrets: readonly string[], sizes: readonly number[]): string {
  const masker = new Masker(secrets.map((secret) => encoder.encode(secret)));
  const bytes = encoder.encode(text);
  const buffer = new Uint8Array(Math.max(1, bytes.length));
  const shown: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.min(sizes[turn % sizes.length]!, bytes.length - at);
    buffer.set(bytes.subarray(at, at + size));
    shown.push(masker.push(buffer.subarray(0, size)).slice());
    buffer.fill(0x3f);
    at += size;
  }
  shown.push(masker.flush().slice());
  return new TextDecoder().decode(concatenate(shown));
}

/** Few letters, so that secrets overlap, repeat and begin with one another. */
const word = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength, maxLength });
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

Deno.test("masking in chunks is masking of the whole", () => {
  fc.assert(
    fc.property(word(0, 60), fc.array(word(0, 6), { maxLength: 4 }), sizes, (text, secrets, sizes) => {
      assertEquals(maskedInChunks(text, secrets, sizes), replaced(text, secrets));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a secret is masked with whatever stands around it, of more than one byte, too", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => !text.includes("*")),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }),
      sizes,
      (secret, before, after, sizes) => {
        const text = `${before}${secret}${after}`;
        const shown = maskedInChunks(text, [secret], sizes);
        assertEquals([shown, shown.includes(secret)], [text.replaceAll(secret, () => MASK), false]);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("without secrets, or with empty ones, nothing changes", () => {
  for (const secrets of [[], [""]]) {
    assertEquals(maskedInChunks("all of it", secrets, [2]), "all of it");
    assertEquals(maskText("all of it", secretValues(["A"], { A: secrets[0] ?? "" })), "all of it");
  }
});

Deno.test("what is not part of a secret is shown at once", () => {
  const masker = new Masker([encoder.encode("secret")]);
  const shown = (text: string) => new TextDecoder().decode(masker.push(encoder.encode(text)));
  assertEquals(
    ["Password: ", "se", "lf se", "cre", "t!", "sec"].map(shown),
    ["Password: ", "", "self ", "", "***!", ""],
  );
  assertEquals(new TextDecoder().decode(masker.flush()), "sec");
});

Deno.test("no secret is left in a text, and none in any text of a value", () => {
  fc.assert(
    fc.property(word(0, 60), fc.array(word(1, 6), { minLength: 1, maxLength: 4 }), (text, secrets) => {
      const values = secretValues(
        secrets.map((_, index) => `S${index}`),
        Object.fromEntries(secrets.map((secret, index) => [`S${index}`, secret])),
      );
      const masked = maskText(text, values);
      assertEquals(secrets.filter((secret) => masked.includes(secret)), []);
      const deep = maskDeep({ key: [text, { inner: text, number: 1, none: null, yes: true }] }, values);
      assertEquals(deep, { key: [masked, { inner: masked, number: 1, none: null, yes: true }] });
    }),
    { numRuns: 1000 },
  );
});
