/**
 * Names, ids, durations, checksum lists, canonical texts, suggestions, git's answers: values that are read
 * and written as text.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { canonicalJson } from "../../src/model/canonical_json.ts";
import { formatChecksumLine, parseChecksumLine } from "../../src/model/checksum_line.ts";
import { formatAge, formatDuration, parseDuration } from "../../src/model/duration.ts";
import {
  instantOf,
  isRunId,
  isTimestamp,
  nameProblem,
  parseRunId,
  runIdOf,
  timestampOf,
} from "../../src/model/ids.ts";
import { quote, visible } from "../../src/model/visible.ts";
import { suggest } from "../../src/model/suggest.ts";
import { parseStatus, withoutCredentials } from "../../src/git/git.ts";
import { pathsFor } from "../support/paths.ts";
import { Layout } from "../../src/store/layout.ts";

function table<Given, Expected>(
  name: string,
  of: (given: Given) => Expected,
  cases: readonly (readonly [Given, Expected])[],
): void {
  Deno.test(name, () => {
    for (const [given, expected] of cases) assertEquals(of(given), expected, JSON.stringify(given));
  });
}

const GOOD_NAMES = [
  "a",
  "9",
  "A.b_c-d",
  "x".repeat(64),
  "console",
  "com",
  "com10",
  "lasting",
  "a..b",
  "nul-x",
];
const BAD_NAMES = [
  "",
  "x".repeat(65),
  ".a",
  "-a",
  "_a",
  "a.",
  "a/b",
  "../../x",
  "a\\b",
  "a b",
  "a\n",
  "\u00e4",
  "CON",
  "nul",
  "com1",
  "Lpt9.txt",
  "aux.tar.gz",
  "last",
  "LAST",
];
table("names that are good", nameProblem, GOOD_NAMES.map((name) => [name, undefined]));
table(
  "names that are bad",
  (name: string) => nameProblem(name) === undefined,
  BAD_NAMES.map((name) => [name, false]),
);

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/).filter((text) =>
  nameProblem(text) === undefined
);
/** From the year 0 to 9999. */
const instant = fc.integer({
  min: Date.parse("0000-01-01T00:00:00Z"),
  max: Date.parse("9999-12-31T23:59:59.999Z"),
});

Deno.test("every valid name is one component of a path, on every system", () => {
  fc.assert(
    fc.property(fc.oneof(name, fc.string({ unit: "binary" }), fc.constantFrom(...BAD_NAMES)), (text) => {
      if (nameProblem(text) !== undefined) {
        assertThrows(() => new Layout(pathsFor("linux"), "/state").runsOf(text));
        return;
      }
      assertEquals(new Layout(pathsFor("linux"), "/state").runsOf(text), `/state/runs/${text}`);
      assertEquals(new Layout(pathsFor("windows"), "C:\\state").runsOf(text), `C:\\state\\runs\\${text}`);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("run ids can be parsed, and sort as text as by time", () => {
  fc.assert(fc.property(name, instant, instant, (name, one, two) => {
    const timestamp = timestampOf(one);
    const id = runIdOf(name, timestamp);
    assert(isTimestamp(timestamp) && isRunId(id));
    assertEquals([parseRunId(id), instantOf(timestamp)], [{ name, timestamp }, one]);
    assertEquals(
      Math.sign(one - two),
      timestamp < timestampOf(two) ? -1 : timestamp > timestampOf(two) ? 1 : 0,
    );
  }));
  for (
    const epochMs of [Date.parse("9999-12-31T23:59:59.999Z") + 1, Date.parse("0000-01-01T00:00:00Z") - 1]
  ) {
    assertThrows(() => timestampOf(epochMs));
  }
});

Deno.test("invalid run ids are rejected without an exception", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."a/0T.Z9") })),
      (text) => {
        const parts = parseRunId(text);
        if (parts !== undefined) assertEquals(`${parts.name}/${parts.timestamp}`, text);
      },
    ),
  );
  for (
    const text of [
      "a/last",
      "a/20261122T063449.123Z\n",
      "a/20261122T063449.123z",
      "/20261122T063449.123Z",
      "a/b/20261122T063449.123Z",
    ]
  ) {
    assertEquals([text, isRunId(text)], [text, false]);
  }
});

table("durations for people", formatDuration, [
  [0, "0ms"],
  [0.9, "0ms"],
  [999.9, "999ms"],
  [1000, "1.0s"],
  [1999, "1.9s"],
  [59_999, "59.9s"],
  [60_000, "1m 00s"],
  [3_599_999, "59m 59s"],
  [3_600_000, "1h 00m"],
  [86_399_999, "23h 59m"],
  [86_400_000, "1d 00h"],
  [1_000_000_000, "11d 13h"],
  [-1500, "-1.5s"],
]);

table("ages for people", formatAge, [
  [0, "just now"],
  [-1000, "just now"],
  [-1001, "in the future"],
  [999, "just now"],
  [1000, "1 second ago"],
  [59_999, "59 seconds ago"],
  [60_000, "1 minute ago"],
  [7_200_000, "2 hours ago"],
  [86_400_000, "1 day ago"],
]);

table("durations that people write", parseDuration, [
  ["0s", 0],
  ["1.5s", 1500],
  ["250ms", 250],
  ["90m", 5_400_000],
  ["12h", 43_200_000],
  ["30d", 2_592_000_000],
  ["2w", 1_209_600_000],
  ["", undefined],
  ["5", undefined],
  ["5 m", undefined],
  ["-5m", undefined],
  ["5M", undefined],
  [".5s", undefined],
  ["5.s", undefined],
  ["1e3s", undefined],
  ["1m30s", undefined],
  ["5m\n", undefined],
  [`${"9".repeat(400)}d`, undefined],
]);

Deno.test("a longer time is never shown as a shorter one", () => {
  const read = (text: string) =>
    text.split(" ").reduce((sum, part) => sum + parseDuration(part.replace(/^0+(?=\d)/, ""))!, 0);
  fc.assert(fc.property(fc.nat({ max: 1e9 }), fc.nat({ max: 1e9 }), (a, b) => {
    const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
    assert(read(formatDuration(shorter)) <= read(formatDuration(longer)));
    assert(read(formatDuration(longer)) <= longer);
  }));
});

const digest = fc.constantFrom(40, 64, 128).chain((length) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })
);

Deno.test("lines of digests: every written path is read again", () => {
  const path = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom("\\", "\n", "\r", "n", " ", "*", "\u2028"), minLength: 1 }),
  ).filter((text) => !text.includes("\0"));
  fc.assert(fc.property(digest, path, (digest, path) => {
    const line = formatChecksumLine(digest, path);
    assert(!/[\n\r]/.test(line));
    assertEquals(parseChecksumLine(line), {
      digest,
      path,
      algorithm: ({ 40: "sha1", 64: "sha256", 128: "sha512" } as const)[digest.length as 40 | 64 | 128],
    });
  }));
});

table("lines of digests as others write them", (line: string) => parseChecksumLine(line)?.path, [
  [`${"A".repeat(64)} *binary mode`, "binary mode"],
  [`\\${"a".repeat(64)}  a\\\\b\\nc`, "a\\b\nc"],
  [`${"a".repeat(64)}  a\\\\b`, "a\\\\b"],
  [`${"a".repeat(63)}  short`, undefined],
  [`${"g".repeat(64)}  no hex`, undefined],
  [`${"a".repeat(64)} one space`, undefined],
  [`${"a".repeat(64)}  `, undefined],
  ["", undefined],
]);

Deno.test("the canonical text: the same for the same value, in whatever order it was written, and nothing is lost", () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : value !== null && typeof value === "object"
      ? Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)]))
      : value;
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = canonicalJson(value);
    assertEquals(text, canonicalJson(shuffled(value)));
    assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(value)));
  }));
});

table("the canonical text, as RFC 8785 has it", canonicalJson, [
  [{ b: 1, a: [true, null, "\u00e4\n"] }, '{"a":[true,null,"\u00e4\\n"],"b":1}'],
  // By code units, also where they are digits.
  [{ 9: "b", 10: "a", "\u20ac": 1, "\r": 2, "1": 3 }, '{"\\r":2,"1":3,"10":"a","9":"b","\u20ac":1}'],
  [{ a: undefined, b: { c: undefined } }, '{"b":{}}'],
  [[undefined, 1], "[null,1]"],
  [JSON.parse('{"__proto__": {"x": 1}}'), '{"__proto__":{"x":1}}'],
  [-0, "0"],
  [1e21, "1e+21"],
]);

/** Edits between two words, a swap of neighbours counted as one: by definition, and slowly. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const same = a[0] === b[0];
  let least = Math.min(
    distance(a.slice(1), b) + 1,
    distance(a, b.slice(1)) + 1,
    distance(a.slice(1), b.slice(1)) + (same ? 0 : 1),
  );
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0]) {
    least = Math.min(least, distance(a.slice(2), b.slice(2)) + 1);
  }
  return least;
}

Deno.test("a suggestion is the nearest known word, if one is near", () => {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "C"), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(short, fc.array(short, { maxLength: 4 }), (word, known) => {
      const near = known
        .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, far }) =>
          far <= Math.max(1, Math.floor(word.length / 3)) && far < Math.max(word.length, candidate.length)
        );
      const least = Math.min(...near.map(({ far }) => far));
      assertEquals(suggest(word, known), near.find(({ far }) => far === least)?.candidate);
    }),
    { numRuns: 300 },
  );
});

table("suggestions", (word: string) => suggest(word, ["sample", "status", "hash", "git"]), [
  ["smaple", "sample"],
  ["SAMPLE", "sample"],
  ["stats", "status"],
  ["has", "hash"],
  ["gti", "git"],
  ["build", undefined],
  ["", undefined],
]);

Deno.test("shown text cannot move the cursor or reverse the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    // deno-lint-ignore no-control-regex
    assertEquals(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(visible(text)), false);
    assertEquals(quote(text), `"${visible(text)}"`);
  }));
});

table("what git says of a folder", parseStatus, [
  ["# branch.oid abc\0# branch.head main\0", { commit: "abc", branch: "main", dirty: false }],
  [
    "# branch.oid abc\0# branch.head feature/x y\0# branch.upstream origin/x\0# branch.ab +1 -2\0",
    { commit: "abc", branch: "feature/x y", dirty: false },
  ],
  ["# branch.oid (initial)\0# branch.head main\0? new\0", { commit: null, branch: "main", dirty: true }],
  ["# branch.oid abc\0# branch.head (detached)\0", { commit: "abc", branch: null, dirty: false }],
  [
    "# branch.oid abc\0# branch.head main\x001 .M N... 100644 100644 100644 a b file\0",
    { commit: "abc", branch: "main", dirty: true },
  ],
  [
    "# branch.oid abc\0# branch.head main\x002 R. N... 100644 100644 100644 a b R100 new\0# branch.head old\0",
    // The second name of a file that was moved stands alone, whatever it looks like.
    { commit: "abc", branch: "main", dirty: true },
  ],
  ["", { commit: null, branch: null, dirty: false }],
]);

table("a remote's address without what opens it", withoutCredentials, [
  ["https://example.org/a/b.git", "https://example.org/a/b.git"],
  ["https://ada@example.org/a/b.git", "https://example.org/a/b.git"],
  ["https://ada:s3cr3t@example.org:8443/a/b.git", "https://example.org:8443/a/b.git"],
  ["https://ada:p@ss@example.org/a/b.git", "https://example.org/a/b.git"],
  ["https://example.org/a/b.git?token=s3cr3t", "https://example.org/a/b.git"],
  ["https://example.org/a/b.git#s3cr3t", "https://example.org/a/b.git"],
  ["https://example.org/@scope/b.git", "https://example.org/@scope/b.git"],
  ["git@example.org:a/b.git", "git@example.org:a/b.git"],
  ["/srv/a b.git", "/srv/a b.git"],
  ["C:\\a\\b", "C:\\a\\b"],
]);

Deno.test("passwords are removed from addresses", () => {
  const part = fc.string({ unit: fc.constantFrom(..."abc:@?#%!$&'()*+,;=") });
  fc.assert(fc.property(part, part, (user, rest) => {
    const address = withoutCredentials(`https://${user}:${rest}s3cr3t@example.org/a.git`);
    assertEquals(address, "https://example.org/a.git");
  }));
});
