/**
 * Deno's own messages on stderr around a task that prints on stdout: the order of the two pipes is not fixed.
 */
const OF_STDERR = /(?:Task \w+ deno [^\n]*|error: Test failed)\n/g;

/** Replaces the parts that differ from run to run by words, so that shown output can be compared. */
export function stableText(said: string): string {
  const ofStderr = [...said.matchAll(OF_STDERR)].map(([line]) => line).join("");
  return ofStderr + said.replace(OF_STDERR, "")
    .replace(/\d{8}T\d{6}\.\d{3}Z/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|just now|\d+ \w+ ago/g, "<when>")
    .replace(/\b(process|supervisor|still alive:|so are:) +\d+(?:, \d+)*/g, "$1 <pid>")
    .replace(/\b(?:\d+m ?)?\d+s\b|\b\d+(?:µs|ms)\b|\b\d+\.\ds\b|(?<="duration_ms": )\d+/g, "<took>")
    .replace(/^(stdout|stderr) +\d+ bytes.*$/gm, "$1 <bytes>")
    .replace(/^shown 0 of [\d ]+ bytes/gm, "shown 0 of <bytes>")
    // git is asked while a job runs, and may not have answered when that is killed.
    .replace(/^git +\S+, [0-9a-f]{12}.*\n/gm, "")
    .replace(/\b[0-9a-f]{64}\b/g, "<digest>")
    .replace(/\b[0-9a-f]{12}\b/g, "<commit>")
    // These contain a digest of the folder's path, which differs each time.
    .replace(/(\/projects\/[a-z0-9_-]+-)[0-9a-f]{8}\b/g, "$1<digits>")
    // Where the end takes longer, the status line has replaced the echo of the key.
    .replace(/^\^C/gm, "")
    // Where a line that is too long for the terminal is wrapped depends on the name of the machine.
    .replace(/\n {9,}(?=\S)/g, " ")
    .replace(/ +/g, " ");
}
