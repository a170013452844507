/** Entries of ours in somebody's JSON file, and a block of lines of ours in somebody's text. */

import { assertEquals } from "@std/assert";
import { type JsonEntry, putEntry, takeEntry } from "../../src/model/json_entry.ts";
import { HASH_COMMENT, MARKDOWN_COMMENT, putBlock, takeBlock } from "../../src/model/marked_block.ts";

const MEMBER: JsonEntry = { kind: "member", at: ["servers"], key: "ours", value: { command: "x", args: [] } };
const ELEMENT: JsonEntry = {
  kind: "element",
  at: ["hooks", "Stop"],
  value: { run: "ours stop" },
  isOurs: (value) =>
    typeof value === "object" && value !== null && "run" in value && String(value.run).startsWith("ours"),
};

/** Files of other people, whose every byte stays. */
const FOREIGN = [
  '{ "a": 1 }',
  '{"servers":{"theirs":{"command":"y"}}}',
  '{\n  "servers": {\n    "theirs": { "command": "y" }\n  },\n  "z": [1,2,  3]\n}\n',
  '{\r\n\t"hooks": {\r\n\t\t"Stop": [ {"run": "theirs"} ]\r\n\t}\r\n}\r\n',
  '\ufeff{\n    "text": "a \\"quoted\\" } ] , text",\n    "n": -1.50e3,\n    "t": true, "u": null\n}',
];

Deno.test("json entries: put in and taken out again, every other byte of the file is as before", () => {
  for (const text of FOREIGN) {
    for (const entry of [MEMBER, ELEMENT]) {
      const put = putEntry(text, entry);
      assertEquals(put.ok, true, text);
      const now = put.ok ? put.value : "";
      assertEquals(JSON.parse(now.replace(/^\ufeff/, "")) !== null, true);
      assertEquals(putEntry(now, entry), { ok: true, value: now }, "the second time nothing changes");
      assertEquals(takeEntry(now, entry), { ok: true, value: text }, text);
    }
  }
});

Deno.test("json entries: one of an earlier form is renewed in its place", () => {
  const text =
    '{"hooks": {"Stop": [{"run": "ours old"}, {"run": "theirs"}]}, "servers": {"ours": 1, "b": 2}}';
  const renewed = putEntry(text, ELEMENT);
  assertEquals(
    renewed,
    {
      ok: true,
      value:
        '{"hooks": {"Stop": [{\n        "run": "ours stop"\n      }, {"run": "theirs"}]}, "servers": {"ours": 1, "b": 2}}',
    },
  );
  assertEquals(takeEntry(text, ELEMENT), {
    ok: true,
    value: '{"hooks": {"Stop": [{"run": "theirs"}]}, "servers": {"ours": 1, "b": 2}}',
  });
  assertEquals(takeEntry(text, MEMBER), {
    ok: true,
    value: '{"hooks": {"Stop": [{"run": "ours old"}, {"run": "theirs"}]}, "servers": {"b": 2}}',
  });
});

Deno.test("json entries: a file that was made for entries is gone after the last one", () => {
  const both = [MEMBER, ELEMENT].reduce((text, entry) => {
    const put = putEntry(text, entry);
    return put.ok ? put.value : "";
  }, "");
  const one = takeEntry(both, MEMBER);
  assertEquals(one.ok && takeEntry(one.value!, ELEMENT), { ok: true, value: undefined });
});

Deno.test("json entries: a file that is of another form is refused with the reason", () => {
  assertEquals(putEntry("{ // text\n}", MEMBER), { ok: false, failure: "it is not JSON" });
  assertEquals(putEntry("[]", MEMBER), { ok: false, failure: "it is not a JSON object" });
  assertEquals(putEntry('{"servers": []}', MEMBER), { ok: false, failure: "servers is not an object" });
  assertEquals(putEntry('{"hooks": 1}', ELEMENT), { ok: false, failure: "hooks is not an object" });
  assertEquals(putEntry('{"hooks": {"Stop": {}}}', ELEMENT), {
    ok: false,
    failure: "hooks.Stop is not a list",
  });
});

Deno.test("marked block: added to any text, renewed, and taken out again, the text is as before", () => {
  for (const text of ["# Theirs\n", "# Theirs", "a\r\nb\r\n", "a\n\n\n", "x\n```\ncode\n```\n"]) {
    const put = putBlock(text, ["one", "two"], MARKDOWN_COMMENT);
    const now = put.ok ? put.value : "";
    const renewed = putBlock(now, ["one"], MARKDOWN_COMMENT);
    assertEquals(renewed.ok && renewed.value.startsWith(text), true, text);
    assertEquals(putBlock(now, ["one", "two"], MARKDOWN_COMMENT), { ok: true, value: now });
    assertEquals(takeBlock(now), { ok: true, value: text }, JSON.stringify(text));
  }
  const alone = putBlock(undefined, ["x = 1"], HASH_COMMENT);
  assertEquals(alone.ok && takeBlock(alone.value), { ok: true, value: undefined });
});

Deno.test("marked block: text that was added around it stays where it is", () => {
  const put = putBlock("before\n", ["ours"], MARKDOWN_COMMENT);
  const now = `${put.ok ? put.value : ""}\nafter\n`;
  const renewed = putBlock(now, ["ours, renewed"], MARKDOWN_COMMENT);
  assertEquals(renewed.ok && renewed.value, now.replace("\nours\n", "\nours, renewed\n"));
  assertEquals(takeBlock(now), { ok: true, value: "before\n\nafter\n" });
});

Deno.test("marked block: marks that do not fit are refused with the reason", () => {
  const begin = "<!-- orchastration:begin -->\n";
  const end = "<!-- orchastration:end -->\n";
  const twice = "our marks are in it more than once";
  const single = "one of our marks is in it without the other";
  for (
    const [text, failure] of [[begin + begin + end, twice], [begin, single], [end + begin, single]] as const
  ) {
    assertEquals(putBlock(text, ["ours"], MARKDOWN_COMMENT), { ok: false, failure });
    assertEquals(takeBlock(text), { ok: false, failure });
  }
});
