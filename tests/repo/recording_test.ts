/** The recording in the README shows a real session, and a terminal would show the same today. */

import { assert, assertEquals } from "@std/assert";
import { CAST, draw, record, SVG } from "../../scripts/tools/recording.ts";
import { type Cast, parseCast } from "../../scripts/tools/recording/cast.ts";
import { shownLines } from "../../scripts/tools/terminal/shown_lines.ts";
import { stableText } from "../../scripts/tools/terminal/stable_text.ts";
import { canMakeTerminals } from "../support/terminals.ts";

const [CAST_TEXT, SVG_TEXT] = [CAST, SVG].map((url) => Deno.readTextFileSync(url).replaceAll("\r\n", "\n"));

/**
 * The typed text and the output, without messages of bash about background jobs, and without parts that
 * depend on the moment of Ctrl-C: its echo is on a line that is erased where the job was silent for a while
 * before, and the job either dies of it or, already listening, exits with 130.
 */
function said({ events }: Cast): readonly string[] {
  const lines = shownLines(events.map(({ text }) => text).join(""));
  // A background process prints before or after the prompt.
  const kept = lines.map((line) => line.replace("^C", "").replace(/^\$ /, ""))
    .filter((line) => !/^(?:\[\d+\].*|)$/.test(line));
  const text = kept.join("\n").replace("it was ended by SIGINT", "it exited with status 130")
    .replace(/(cancelled +)SIGINT/, "$1exit 130");
  return stableText(text).split("\n");
}

Deno.test("the recording is drawn from the session file", async () => {
  assertEquals(await draw(parseCast(CAST_TEXT!)), SVG_TEXT);
});

Deno.test("the recording contains no path of its machine, and respects the preference for reduced motion", () => {
  assertEquals(CAST_TEXT!.match(/\/(?:home|root|work|tmp|Users)\/\S*/g), null);
  assert(SVG_TEXT!.includes("@media (prefers-reduced-motion: no-preference)"));
  assertEquals(SVG_TEXT!.match(/<script|foreignObject|@import|url\(|href=/g), null);
});

Deno.test({
  name: "the recording shows the current output (deno task recording makes it)",
  ignore: !await canMakeTerminals(),
  fn: async () => assertEquals(said(await record(false)), said(parseCast(CAST_TEXT!))),
});
