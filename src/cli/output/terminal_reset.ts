/**
 * Resets the modes that a killed program could not reset itself. Source: ECMA-48, xterm control sequences.
 * Where no mode was set, nothing changes.
 */

/**
 * The cursor is saved first, because leaving the alternate screen restores the last saved position, which
 * would be arbitrary for a program that never went there. Setting the margins moves the cursor, too.
 */
export const TERMINAL_RESET = [
  "\x1b7\x1b[?1049l",
  "\x1b7\x1b[r\x1b8",
  // Normal colours and characters, a visible cursor, lines that wrap.
  "\x1b[0m\x1b(B\x0f\x1b[?25h\x1b[?7h",
  // Normal cursor keys and keypad.
  "\x1b[?1l\x1b>",
  // No reports of mouse and focus, no bracketed paste.
  "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l",
].join("");
