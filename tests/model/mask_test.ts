/** Masking: for any chunks, the result equals a plain replacement over the whole text. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Masker } from "../../src/model/masker.ts";
import { SecretFinder } from "../../src/model/secret_finder.ts";
import { MASK, maskText, secretValues, tooShortSecrets } from "../../src/model/secrets.ts";
import { concatenate } from "../support/fake_terminal.ts";

const encoder = new TextEncoder();

function finderOf(secrets: readonly string[]): SecretFinder {
  return new SecretFinder(secrets.map((secret) => encoder.encode(secret)));
}

/** Searches for every secret at every place; overlapping ones are one, and become one mask. */
function replaced(text: string, secrets: readonly string[]): string {
  const found: { readonly start: number; end: number }[] = [];
  for (let start = 0; start < text.length; start++) {
    for (const secret of secrets) {
      if (secret === "" || !text.startsWith(secret, start)) continue;
      const end = start + secret.length;
      const last = found.at(-1);
      if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
      else found.push({ start, end });
    }
  }
  let result = "";
  let shownTo = 0;
  for (const { start, end } of found) {
    result += text.slice(shownTo, start) + MASK;
    shownTo = end;
  }
  return result + text.slice(shownTo);
}

/** Feeds the text in chunks, in one buffer that is reused for each, as a pipe is read. */
function maskedInChunks(text: string, secrets: readonly string[], sizes: readonly number[]): string {
  const masker = new Masker(finderOf(secrets));
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

Deno.test("masking in chunks gives the same result as masking the whole", () => {
  fc.assert(
    fc.property(word(0, 60), fc.array(word(0, 6), { maxLength: 4 }), sizes, (text, secrets, sizes) => {
      assertEquals(maskedInChunks(text, secrets, sizes), replaced(text, secrets));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a secret is masked whatever surrounds it, multi-byte characters included", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => !text.includes("*")),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }),
      sizes,
      (secret, before, after, sizes) => {
        const text = `${before}${secret}${after}`;
        const shown = maskedInChunks(text, [secret], sizes);
        assertEquals([shown, shown.includes(secret)], [replaced(text, [secret]), false]);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("without secrets, or with empty ones, the output is unchanged", () => {
  for (const secrets of [[], [""]]) {
    assertEquals(maskedInChunks("all of it", secrets, [2]), "all of it");
    assertEquals(maskText("all of it", secretValues(["A"], { A: secrets[0] ?? "" })), "all of it");
  }
});

Deno.test("output that is not part of a secret is shown at once", () => {
  const masker = new Masker(finderOf(["secret"]));
  const shown = (text: string) => new TextDecoder().decode(masker.push(encoder.encode(text)));
  assertEquals(
    ["Password: ", "se", "lf se", "cre", "t!", "sec"].map(shown),
    ["Password: ", "", "self ", "", "***!", ""],
  );
  assertEquals(new TextDecoder().decode(masker.flush()), "sec");
});

Deno.test("secrets that overlap are masked together", () => {
  const secrets = ["OVERLAPabc", "abcTAILoverlap"];
  for (const sizes of [[1], [3], [100]]) {
    assertEquals(maskedInChunks("a OVERLAPabcTAILoverlap b", secrets, sizes), "a *** b");
  }
});

Deno.test("a secret within the beginning of a longer one is masked if the longer one does not follow", () => {
  const secrets = ["-begin-inner-end-", "inner"];
  for (const sizes of [[1], [4], [100]]) {
    assertEquals(
      maskedInChunks("-begin-inner-en, -begin-inner-end-.", secrets, sizes),
      "-begin-***-en, ***.",
    );
  }
});

Deno.test("a text is masked like a stream", () => {
  fc.assert(
    fc.property(word(0, 60), fc.array(word(0, 6), { maxLength: 4 }), (text, secrets) => {
      assertEquals(maskText(text, secrets), replaced(text, secrets));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("no text contains a value of a secret variable", () => {
  const values = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n", " "), maxLength: 20 }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(values, word(0, 10), (values, around) => {
      const env = Object.fromEntries(values.map((value, index) => [`S${index}`, value]));
      const names = Object.keys(env);
      const kept = names.filter((name) => !tooShortSecrets(names, env).includes(name) && env[name] !== "");
      for (const name of kept) {
        const masked = maskText(`${around}${env[name]}${around}`, secretValues(names, env));
        assertEquals([masked.includes(env[name]!.trim()), masked.includes(MASK)], [false, true]);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a value of several lines is masked line by line, but not its short lines", () => {
  const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n\tindented-line\nshort\n-----END KEY-----\n";
  const secrets = secretValues(["KEY"], { KEY });
  assertEquals(
    [KEY, "> MIIEvQIBADANBg <", "indented-line", "short", KEY.replaceAll("\n", "\r\n")].map((text) =>
      maskText(text, secrets)
    ),
    ["***", "> *** <", "***", "short", "***\r\n"],
  );
});

Deno.test("a value is also masked without its surrounding blanks and line ends", () => {
  const secrets = secretValues(["A"], { A: "  token-1234\r\n" });
  assertEquals(maskText("token-1234", secrets), "***");
  assertEquals(maskText("[  token-1234\r\n]", secrets), "[***]");
});

Deno.test("a value of fewer than four characters is no secret", () => {
  const env = { EMPTY: "", ONE: "e", THREE: "a🔑b", BLANK: "     ", PADDED: " abc\n", FOUR: "a🔑bc" };
  const names = [...Object.keys(env), "UNSET"];
  assertEquals(tooShortSecrets(names, env), ["ONE", "THREE", "BLANK", "PADDED"]);
  assertEquals(secretValues(names, env), ["a🔑bc"]);
});

Deno.test("masking takes time by the length of text and secret, not by both together", () => {
  // A naive search at every place would take 10^11 comparisons.
  const secret = "ab".repeat(50_000) + "c";
  const text = encoder.encode("ab".repeat(500_000));
  const startedAtMs = performance.now();
  const masker = new Masker(
    finderOf([secret, ...secretValues(["KEY"], { KEY: `line-of-a-key\n`.repeat(7000) })]),
  );
  let shown = 0;
  for (let at = 0; at < text.length; at += 1000) shown += masker.push(text.subarray(at, at + 1000)).length;
  shown += masker.flush().length;
  assertEquals(shown, text.length);
  const tookMs = performance.now() - startedAtMs;
  assertEquals(tookMs < 3000, true, `it took ${Math.round(tookMs)} ms`);
});
