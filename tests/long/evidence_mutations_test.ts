/** A changed byte anywhere in an exported folder is found, and a changed field anywhere in the state; tests/features/evidence changes a few. */

import { assert, assertEquals } from "@std/assert";
import { call, STATE } from "../support/cli.ts";
import { exported, filesIn, machine, verdict } from "../support/exported_evidence.ts";

/** All of the bytes of short files, and so many of each long one. */
const PLACES = 60;

Deno.test("evidence verify: a bit that is flipped anywhere in any file is found, and the unchanged folder holds", async () => {
  using host = await exported();
  for (const path of filesIn(host)) {
    const bytes = new TextEncoder().encode(host.disk.read(path)!);
    const step = Math.max(1, Math.ceil(bytes.length / PLACES));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = bytes.slice();
      changed[at]! ^= at % 2 === 0 ? 1 : 32;
      host.disk.write(path, changed);
      assertEquals((await verdict(host)).holds, false, `${path}, byte ${at}`);
    }
    host.disk.write(path, bytes);
  }
  assertEquals((await verdict(host)).holds, true);
});

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The text of one file with JSON, or one line of it, as it is written; and where it stands. */
interface Document {
  readonly about: string;
  /** The value, and the whole file with another one in its place. */
  readonly value: Json;
  write(value: Json): string;
}

/** Each other value that differs from the given one in one field: changed, or removed. */
function* changes(value: Json, path = ""): Generator<{ readonly field: string; readonly value: Json }> {
  if (typeof value !== "object" || value === null) {
    yield { field: path, value: other(value) };
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const { field, value: changed } of changes(item, `${path}[${index}]`)) {
        yield { field, value: value.with(index, changed) };
      }
      yield { field: `${path}[${index}] removed`, value: value.toSpliced(index, 1) };
    }
    yield { field: `${path}[] added`, value: [...value, 0] };
    return;
  }
  const table = value as Readonly<Record<string, Json>>;
  for (const [key, item] of Object.entries(table)) {
    for (const { field, value: changed } of changes(item, `${path}.${key}`)) {
      yield { field, value: { ...table, [key]: changed } };
    }
    const { [key]: _, ...rest } = table;
    yield { field: `${path}.${key} removed`, value: rest };
  }
}

function other(value: string | number | boolean | null): Json {
  if (typeof value === "string") return value === "" ? "x" : value.slice(0, -1);
  if (typeof value === "number") return value + 1;
  return value === null ? 0 : !value;
}

/** Records, lines of the journal, bundles, and the statements in them. */
function documentsIn(path: string, text: string): readonly Document[] {
  const whole = (write: (value: Json) => string): Document => ({
    about: path,
    value: JSON.parse(text),
    write,
  });
  if (path.endsWith("journal.jsonl")) {
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line, index) => ({
      about: `${path}, line ${index + 1}`,
      value: JSON.parse(line),
      write: (value) => `${lines.with(index, JSON.stringify(value)).join("\n")}\n`,
    }));
  }
  if (path.endsWith(".sigstore.json")) {
    const bundle = JSON.parse(text);
    const payload: string = bundle.dsseEnvelope.payload;
    const written = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
    return [whole(written), {
      about: `${path}, its statement`,
      value: JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(payload))),
      write: (value) => {
        const changed = new TextEncoder().encode(JSON.stringify(value)).toBase64();
        return written({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: changed } });
      },
    }];
  }
  const isIndented = text.startsWith("{\n");
  return /^(?:runs\/.*Z|runs\/.*Z\.inputs|tasks\/.*)\.json$/.test(path)
    ? [whole((value) => `${JSON.stringify(value, null, isIndented ? 2 : undefined)}\n`)]
    : [];
}

/** The kind of a document, to count how many fields of each kind were changed. */
function kindOf(about: string): string {
  if (about.endsWith("its statement")) return "statement";
  if (about.startsWith("journal.jsonl")) return "journal line";
  if (about.endsWith(".sigstore.json")) return "bundle";
  if (about.startsWith("tasks/")) return "task";
  return about.endsWith(".inputs.json") ? "manifest" : "record";
}

Deno.test("verify: each field of a record, a manifest, a line of the journal, a bundle and a statement counts, changed or removed", async () => {
  using host = await machine();
  const holds = async () => {
    const { code, stdout, stderr } = await call(host, ["verify", "site", "--json"]);
    // The record of a task that cannot be read is an error with its path.
    if (stderr.startsWith(`error: Cannot read the task record "${STATE}/tasks/site.json": `)) {
      assert(code > 1);
    } else assertEquals([code, stderr], [JSON.parse(stdout).holds ? 0 : 1, ""]);
    return code === 0;
  };
  assertEquals(await holds(), true);
  const counts: Record<string, number> = {};
  const unnoticed: string[] = [];
  for (const path of filesIn(host, STATE)) {
    const text = host.disk.read(path)!;
    for (const { about, value, write } of documentsIn(path.slice(STATE.length + 1), text)) {
      // Only what is changed differs from the file.
      assertEquals(write(value), text, about);
      for (const { field, value: changed } of changes(value)) {
        host.disk.write(path, write(changed));
        if (await holds()) unnoticed.push(`${about}: ${field}`);
        counts[kindOf(about)] = (counts[kindOf(about)] ?? 0) + 1;
      }
      host.disk.write(path, text);
    }
  }
  assertEquals(unnoticed, []);
  assertEquals(await holds(), true);
  const kinds = ["bundle", "journal line", "manifest", "record", "statement", "task"];
  assertEquals(Object.keys(counts).sort(), kinds);
  assert(Object.values(counts).every((count) => count >= 20), JSON.stringify(counts));
});
