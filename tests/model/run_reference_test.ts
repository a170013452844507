/**
 * References to runs: what a prefix matches, the shortest sufficient one, and where the last lines of a log
 * begin.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { instantOf, type RunId, runIdOf, type Timestamp, timestampOf } from "../../src/model/ids.ts";
import { type KnownRuns, resolveReference, shortestPrefix } from "../../src/model/run_reference.ts";
import { tailStart } from "../../src/app/runs/log_text.ts";
import { createFakeHost } from "../support/fake_host.ts";

const START = instantOf("20261122T063449.123Z" as Timestamp);
/** Some close together and some far apart, so that they share much and little. */
const anyTimestamp = fc.oneof(
  fc.nat(50).map((ms) => timestampOf(START + ms)),
  fc.nat(100_000).map((seconds) => timestampOf(START + seconds * 1000)),
  fc.nat(3000).map((days) => timestampOf(START + days * 86_400_000)),
);
const anyName = fc.constantFrom("a", "ab", "abc", "b", "2", "20", "20261122", "x.y", "a-b");
const anyRuns = fc.dictionary(anyName, fc.uniqueArray(anyTimestamp, { minLength: 1, maxLength: 12 }), {
  minKeys: 1,
  maxKeys: 5,
});

function knownRuns(runs: Readonly<Record<string, readonly Timestamp[]>>): KnownRuns {
  return {
    names: Object.keys(runs).sort(),
    has: (id) => idsOf(runs).includes(id),
    beginningWith: (name, text) => runs[name]!.filter((time) => time.startsWith(text)).sort().reverse(),
  };
}

function idsOf(runs: Readonly<Record<string, readonly Timestamp[]>>): readonly RunId[] {
  return Object.entries(runs).flatMap(([name, times]) => times.map((time) => runIdOf(name, time)));
}

Deno.test("a run is found by its id, and by its job where it is the newest", () => {
  fc.assert(fc.property(anyRuns, (runs) => {
    const known = knownRuns(runs);
    for (const id of idsOf(runs)) assertEquals(resolveReference(id, known), { kind: "run", id });
    for (const name of known.names) {
      for (const text of [name, `${name}/`, `${name}/last`]) {
        assertEquals(resolveReference(text, known), { kind: "newest", name });
      }
    }
  }));
});

Deno.test("an id or a name that a list shortened, with … at its end, finds what its beginning finds", () => {
  const known = knownRuns({
    bundle: [timestampOf(START), timestampOf(START + 1000)],
    other: [timestampOf(START)],
  });
  for (const text of ["bundle/20261122T06344…", "bundle/20261122T063450…", "oth…", "bundle/…", "…"]) {
    assertEquals(resolveReference(text, known), resolveReference(text.slice(0, -1), known), text);
  }
  assertEquals(resolveReference("bundle/20261122T063450…", known).kind, "run");
});

Deno.test("the beginning of an id finds exactly the runs with this beginning", () => {
  fc.assert(fc.property(anyRuns, fc.nat(), fc.nat(), (runs, which, length) => {
    const known = knownRuns(runs);
    const ids = idsOf(runs);
    const id = ids[which % ids.length]!;
    const slash = id.indexOf("/");
    const text = id.slice(0, slash + 2 + length % (id.length - slash));
    const matching = ids.filter((each) => each.startsWith(text)).sort();
    const found = resolveReference(text, known);
    assertEquals(
      found.kind === "run" ? [found.id] : found.kind === "several" ? [...found.ids].sort() : [],
      matching,
    );
    assertEquals(found.kind, matching.length === 1 ? "run" : "several");
  }));
});

Deno.test("whatever the reference, only existing runs are found, and never one of several", () => {
  const pieces = fc.constantFrom(
    "a",
    "ab",
    "2",
    "2026",
    "20261122",
    "T0634",
    "/",
    "last",
    "..",
    "\\",
    ".",
    "",
  );
  const anyText = fc.oneof(fc.string(), fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join("")));
  fc.assert(fc.property(anyRuns, anyText, (runs, text) => {
    const ids = idsOf(runs);
    const found = resolveReference(text, knownRuns(runs));
    switch (found.kind) {
      case "run":
        return assert(ids.includes(found.id));
      case "newest":
        return assert(Object.keys(runs).includes(found.name));
      case "several":
        assert(found.ids.length > 1 && new Set(found.ids).size === found.ids.length);
        return assert(found.ids.every((id) => ids.includes(id)));
      case "none":
        assert(found.fact.length > 0);
        return assert(!ids.some((id) => id === text));
    }
  }));
});

Deno.test("the shortest unique beginning of an id finds its run, and one character less is ambiguous", () => {
  fc.assert(fc.property(anyRuns, (runs) => {
    const known = knownRuns(runs);
    const ids = idsOf(runs);
    for (const id of ids) {
      const own = ids.filter((each) => each.startsWith(id.slice(0, id.indexOf("/") + 1))).sort();
      const at = own.indexOf(id);
      const prefix = shortestPrefix(id, [
        ...own.slice(Math.max(0, at - 1), at),
        ...own.slice(at + 1, at + 2),
      ]);
      assert(id.startsWith(prefix));
      assertEquals(resolveReference(prefix, known), { kind: "run", id });
      // The date is always in it.
      const date = id.slice(0, id.indexOf("/") + 9);
      if (prefix === date) continue;
      assert(prefix.length > date.length);
      const shorter = prefix.slice(0, -1);
      assert(ids.filter((each) => each.startsWith(shorter)).length > 1, `${shorter} would do`);
    }
  }));
});

Deno.test("the last lines of a file are those that a plain split gives", () => {
  const anyLine = fc.oneof(
    { weight: 8, arbitrary: fc.string({ maxLength: 20 }).map((text) => text.replaceAll("\n", " ")) },
    { weight: 1, arbitrary: fc.integer({ min: 65_530, max: 65_540 }).map((length) => "x".repeat(length)) },
    { weight: 1, arbitrary: fc.integer({ min: 131_000, max: 132_000 }).map((length) => "y".repeat(length)) },
  );
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), fc.boolean(), fc.nat(14), (lines, hasEnd, wanted) => {
      const text = lines.join("\n") + (hasEnd && lines.length > 0 ? "\n" : "");
      const whole = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text === "" ? [] : text.split("\n");
      const last = wanted === 0 ? [] : whole.slice(-wanted);
      const expected = last.length === 0 ? "" : last.join("\n") + (text.endsWith("\n") ? "\n" : "");
      using host = createFakeHost();
      host.disk.write("/tmp/log", text);
      const bytes = host.disk.readBytes("/tmp/log")!;
      const start = tailStart(host.files, "/tmp/log", bytes.length, wanted);
      assert(start.ok);
      assertEquals(new TextDecoder().decode(bytes.subarray(start.value)), expected);
      assertEquals(host.disk.openFiles("/tmp"), []);
    }),
  );
});
