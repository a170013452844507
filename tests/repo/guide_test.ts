/**
 * The guides are true: their commands are typed into a real terminal, one after the other, and print what they
 * show.
 */

import { assert, assertEquals } from "@std/assert";
import { guideAsRun, GUIDES } from "../../scripts/tools/guide.ts";
import { stableText } from "../../scripts/tools/terminal/stable_text.ts";
import { canMakeTerminals } from "../support/terminals.ts";

const isPossible = await canMakeTerminals();

for (const guide of GUIDES) {
  const name = guide.pathname.split("/").at(-1);
  Deno.test({
    name: `the guide ${name} shows the output of a terminal (deno task guide writes it)`,
    ignore: !isPossible,
    async fn() {
      const text = await Deno.readTextFile(guide);
      assert(text.split("\n$ ").length > 20, "the commands were not found");
      const parts = (each: string) => each.split(/^```/m).map(stableText);
      const shown = parts(text);
      let said = parts(await guideAsRun(text));
      // On a busy machine a hook has no answer in its time, and says nothing, as it should. Then the second walk counts.
      if (said.join() !== shown.join()) said = parts(await guideAsRun(text));
      for (const [index, part] of shown.entries()) assertEquals(said[index], part);
    },
  });
}

Deno.test("the guide is compared without times, and without the order of two pipes", () => {
  const shown = "Task test deno test\nwords ... ok (390µs)\n\nok | 2 passed (5ms)\n\nerror: Test failed\n";
  const slow = "words ... Task test deno test\nok (1s)\n\nok | error: Test failed\n2 passed (1m 02s)\n\n";
  assertEquals(stableText(slow), stableText(shown));
});
