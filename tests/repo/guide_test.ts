/**
 * docs/guide.md is true: its commands are typed into a real terminal, one after the other, and print what it
 * shows.
 */

import { assert, assertEquals } from "@std/assert";
import { GUIDE, guideAsRun } from "../../scripts/tools/guide.ts";
import { stableText } from "../../scripts/tools/terminal/stable_text.ts";
import { canMakeTerminals } from "../support/terminals.ts";

Deno.test({
  name: "the guide shows the output of a terminal (deno task guide writes it)",
  ignore: !await canMakeTerminals(),
  async fn() {
    const guide = await Deno.readTextFile(GUIDE);
    assert(guide.split("\n$ ").length > 20, "the commands were not found");
    const parts = (text: string) => text.split(/^```/m).map(stableText);
    const [said, shown] = [parts(await guideAsRun(guide)), parts(guide)];
    for (const [index, part] of shown.entries()) assertEquals(said[index], part);
  },
});

Deno.test("the guide is compared without times, and without the order of two pipes", () => {
  const shown = "Task test deno test\nwords ... ok (390µs)\n\nok | 2 passed (5ms)\n\nerror: Test failed\n";
  const slow = "words ... Task test deno test\nok (1s)\n\nok | error: Test failed\n2 passed (1m 02s)\n\n";
  assertEquals(stableText(slow), stableText(shown));
});
