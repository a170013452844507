/**
 * Finds the lines of a program's output that explain a failure, by the words of compilers, test runners and linters, each with a weight.
 * Pure. A missed line is only not preferred: the last lines are shown in any case, and the log is complete.
 */

/** From no information to the statement of what is wrong. */
export type Weight = 0 | 1 | 2 | 3;

/** Counts of zero, which contain the words of a failure. */
const NOTHING =
  /\b(?:0|no|zero) (?:errors?|failures?|failed|failing|fail|problems?|warnings?)\b|\b(?:errors?|failures?|failed|fail|problems?)\b\s*[:=]?\s*0\b|^#\s*(?:fail|cancelled|skipped|todo) 0$/i;

/** The same words where something was counted, too: `1 failed, 0 errors`. */
const SOMETHING =
  /\b[1-9]\d* (?:errors?|failures?|failed|failing|fail)\b|\b(?:failures?|failed)\b\s*[:=]\s*[1-9]/i;

/** These lines state what is wrong: the error, the exception, the assertion. */
const WHAT: readonly RegExp[] = [
  // An exception by its name, as most languages print it: `AssertionError: …`, `java.lang.Exception: …`.
  /^\W*(?:Uncaught |Unhandled )?(?:[\w.$:]+[.:])?[A-Z]\w*(?:Error|Exception|Failure|Fault)\b(?: \[\w+\])?(?:\s*[:(]|$)/,
  /\b(?:Assertion|assertion|assert)\b.*\bfail/i,
  /^\W*(?:E {1,}\S)/,
  /^\W*(?:Failure\/Error|Expected|expected|Expectation|Actual|actual|Received|received|Diff|got|want|wanted)\b\s*[:=( ]/,
  /\b(?:expected|expect)\b.*\b(?:but|to|got|actual|received|was|found)\b/i,
  /\bgot\b.*\b(?:want|expected)\b/i,
  // file:line: error, as compilers and linters write it.
  /^\S.*?[:(]\d+(?:[:,]\d+)?\)?\s*[:-]\s*(?:fatal |internal )?error\b/i,
  /^\S[^:]*:\d+(?::\d+)?: (?:[A-Z]+\d+\b|.*\[[\w-]+\]\s*$)/,
  /^\s+\d+:\d+\s+(?:error|✖)\s/,
  /\b(?:error|fatal error)(?:\[\w+\]| TS\d+| [A-Z]+\d+)?:\s/i,
  /\berror\[\w+\]/,
  /\bpanic(?:ked at|:)/,
  /^(?:fatal|abort(?:ed)?|panic)\b[: ]/i,
  /\bundefined reference to\b|\bcannot find (?:-l|module|package|name|file)/i,
  /\b(?:No such file or directory|command not found|not found|Permission denied|Segmentation fault|Out of memory|out of memory|Killed|core dumped|Address already in use)\b/,
  /\b(?:SyntaxError|syntax error|parse error|Parse error)\b/,
  /^\s*\S+\.\w+:\d+: \w.*\b(?:expected|got|want|undefined|cannot|declared|missing)\b/i,
  /\bIn \S+ line \d+:/,
  /\bSC\d{4}\b/,
  // Ruby and Perl name the error behind the words.
  /\((?:\w+::)*[A-Z]\w*(?:Error|Exception)\)\s*$/,
  /\bat \S+ line \d+\b/,
];

/** These lines state where: the test, the file, the step that failed. */
const WHERE: readonly RegExp[] = [
  /^\s*(?:[✕✗✘×✖❌☓]|not ok\b|FAIL(?:ED|URE)?\b|--- FAIL|ERROR\b|ERR!|\*\*\*|F\b|\d+\) )/,
  /\bFAIL(?:ED|URE)?\b/,
  /^make(?:\[\d+\])?: \*\*\* /,
  /^\s*Traceback\b/,
  /\.{3,}\s*(?:FAILED|FAIL|ERROR|failed)\b|\*{3}(?:Failed|Exception|Timeout)/,
  /^\s*(?:\+|-) ?(?:actual|expected)\b/i,
  /^\s*>\s*\d+\s*\|/,
  /^\s*\d+\s+\|.*|^\s*\|\s+\^/,
  /^\s*(?:-->|at) \S+:\d+/,
  SOMETHING,
];

/** These lines only mention a failure. */
const MENTION =
  /\b(?:error|errors|fail|failed|failing|failure|failures|exception|fatal|invalid|refused|timeout|timed out|denied|unable|cannot|could not|missing|warning)\b/i;

/** Every pattern contains one of these, and most lines contain none, so one test replaces forty. */
const POSSIBLE =
  /[Ee]rror|ERR|xcept|XCEPT|[Ff]ail|FAIL|ault|ssert|xpect|ctual|eceiv|iff|[Gg]ot|[Ww]ant|anic|atal|[Aa]bort|ndefined|annot|o such|ot found|enied|DENIED|emory|illed|dumped|already|yntax|[Pp]arse|Trace|line \d|SC\d|[✕✗✘×✖❌☓]|not ok|\*\*\*|\.\.\.|\d\s+\||\|\s+\^|-->|^\s*at |nvalid|efused|ime(?:d )?out|nable|ould not|issing|MISSING|arning|[:(]\d+|^\W*E |^\s*\d+\) |^F\b|declared/;

export function weightOf(line: string): Weight {
  if (!POSSIBLE.test(line)) return 0;
  if (NOTHING.test(line) && !SOMETHING.test(line)) return 0;
  if (WHAT.some((pattern) => pattern.test(line))) return 3;
  if (WHERE.some((pattern) => pattern.test(line))) return 2;
  return MENTION.test(line) ? 1 : 0;
}

/** The two sides of a comparison, which follow the line that says what is wrong. */
export function isSide(line: string): boolean {
  return /^\s*(?:[+-](?![+-])\s?\S|[-+]\s*(?:Expected|Received|expected|actual)|left:|right:|expected|actual|received|got|want|have)/i
    .test(line);
}

/** Frames of a call stack, rules between parts and empty lines: shown only where there is room. */
export function isFiller(line: string): boolean {
  return line.trim() === "" ||
    /^[\s\-=_─━═⎯~*.#^|│]+$/.test(line) ||
    /^\s+at .*(?:node:|node_modules|internal\/|ext:|\.js:|\.rb:|<anonymous>)/.test(line) ||
    /\bnode_modules\b|\/gems\/|site-packages\b/.test(line);
}
