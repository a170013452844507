/**
 * What a program that drove the terminal and was killed could not take back itself. Source: ECMA-48, xterm control sequences.
 * Where it had set nothing, nothing changes.
 */

/**
 * The cursor is kept first: leaving the alternate screen brings it back to where it was kept last, which else would be
 * anywhere for a program that never went there. Setting the margins moves it, too.
 */
export const TERMINAL_RESET = [
  "\x1b7\x1b[?1049l",
  "\x1b7\x1b[r\x1b8",
  // Colours and characters as usual, the cursor shown, lines that wrap.
  "\x1b[0m\x1b(B\x0f\x1b[?25h\x1b[?7h",
  // The cursor keys and the number pad as usual.
  "\x1b[?1l\x1b>",
  // No reports of the mouse and of the focus, no brackets around what is pasted.
  "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l",
].join("");
