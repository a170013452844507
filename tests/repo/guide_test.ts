/** docs/guide.md is true: its commands are typed into a real terminal, one after the other, and say what it shows. */

import { assert, assertEquals } from "@std/assert";
import { GUIDE, guideAsRun } from "../../scripts/guide.ts";
import { settled } from "../../scripts/terminal/settled.ts";
import { canMakeTerminals } from "../support/terminals.ts";

Deno.test({
  name: "the guide says what a terminal says (deno task guide writes it)",
  ignore: !await canMakeTerminals(),
  async fn() {
    const guide = await Deno.readTextFile(GUIDE);
    assert(guide.split("\n$ ").length > 20, "the commands were not found");
    const parts = (text: string) => settled(text).split(/^```/m);
    const [said, shown] = [parts(await guideAsRun(guide)), parts(guide)];
    for (const [index, part] of shown.entries()) assertEquals(said[index], part);
  },
});
