/** Where a line of ours can be shown on a terminal: only where the screen is known to be free. */

import { assertEquals } from "@std/assert";
import { ScreenState } from "../../../src/cli/output/screen_state.ts";

const cases: readonly (readonly [what: string, written: string, isFree: boolean, isPlain?: boolean])[] = [
  ["nothing", "", true],
  ["a line", "one\n", true],
  ["a line begun", "one", false, true],
  ["a line begun after another", "one\ntwo", false, true],
  ["an empty line", "\n", true],
  ["a line with a carriage return", "one\r\n", true],
  ["a bar that is drawn over again", "50%\r", false, true],
  ["a bar and its end", "50%\r100%\n", true],
  ["a carriage return behind a line", "one\n\r", true],
  ["a bell behind a line", "one\n\x07", true],
  ["a colour, and back", "\x1b[31mred\x1b[0m\n", true],
  ["a colour, and back with the short form", "\x1b[31mred\x1b[m\n", true],
  ["a colour that stays on", "\x1b[31mred\n", false, false],
  ["each switched off by its own number", "\x1b[1;2;3;4;7;31;44mx\x1b[22m\x1b[23;24;27m\x1b[39;49m\n", true],
  ["the wrong one switched off", "\x1b[1mbold\x1b[39m\n", false, false],
  ["a colour of 256", "\x1b[38;5;1mx\x1b[39m\n", true],
  ["a colour of 16 million", "\x1b[48;2;1;3;4mx\x1b[49m\n", true],
  ["a colour with colons", "\x1b[38:2::1:2:3mx\x1b[39m\n", true],
  ["bright colours", "\x1b[91;101mx\x1b[39;49m\n", true],
  ["bright colours that stay", "\x1b[91mx\n", false, false],
  ["a line erased before its end", "\x1b[2K\x1b[1Gdone\n", true],
  ["the column moved behind a line", "one\n\x1b[5C", false, true],
  ["the cursor up, as boards of several lines do", "a\nb\n\x1b[2Ac\nd\n", false, false],
  ["the cursor home", "\x1b[2J\x1b[Hone\n", false, false],
  ["the alternate screen", "\x1b[?1049hx\n", false, false],
  ["the alternate screen, left again", "\x1b[?1049h\x1b[?1049l\n", false, false],
  ["the alternate screen among other modes", "\x1b[?25;1049h\n", false, false],
  ["the cursor hidden", "\x1b[?25lone\n", true],
  ["a mode of the mouse", "\x1b[?1006h\n", true],
  ["a region to scroll in", "\x1b[1;5r\n", false, false],
  ["the cursor kept", "\x1b7\n", false, false],
  ["a reset", "\x1bc\n", false, false],
  ["a title", "\x1b]0;a title\n more\x07\n", true],
  ["a title that is not ended", "\x1b]0;a title\n", false, false],
  ["a link", "\x1b]8;;https://example.com\x1b\\text\x1b]8;;\x1b\\\n", true],
  ["a device string", "\x1bPq#0\n\x1b\\\n", true],
  ["a sequence cut off", "\n\x1b[3", false, false],
  ["a sequence cut off at its first byte", "\n\x1b", false, false],
  ["a sequence that is cancelled", "\n\x1b[3\x18", true],
  ["the set of characters, and back", "\x1b(0qqq\x1b(B\n", true],
  ["the set of characters, and not back", "\x1b(0qqq\n", false, false],
  ["shifted, and back", "\x0eq\x0f\n", true],
  ["shifted, and not back", "\x0eq\n", false, false],
  ["a mode of the number keys", "\x1b=\n\x1b>", true],
  ["a question to the terminal", "\x1b[6n\n", true],
];

for (const [what, written, isFree, isPlain = isFree] of cases) {
  Deno.test(`screen: ${what}`, () => {
    const whole = new ScreenState();
    whole.wrote(new TextEncoder().encode(written));
    const pieces = new ScreenState();
    for (const byte of new TextEncoder().encode(written)) pieces.wrote(new Uint8Array([byte]));
    assertEquals([whole.isFree, whole.isPlain], [isFree, isPlain]);
    assertEquals([pieces.isFree, pieces.isPlain], [isFree, isPlain]);
  });
}
