/** What Deno says on stderr of a task whose own words come on stdout: the order of two pipes is not given. */
const OF_STDERR = /(?:Task \w+ deno [^\n]*|error: Test failed)\n/g;

/** What differs from one run to the next replaced by words, so that what documents show can be compared. */
export function settled(said: string): string {
  const ofStderr = [...said.matchAll(OF_STDERR)].map(([line]) => line).join("");
  return ofStderr + said.replace(OF_STDERR, "")
    .replace(/\d{8}T\d{6}\.\d{3}Z/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|just now|\d+ \w+ ago/g, "<when>")
    .replace(/\b(process|still alive:|so are:) +\d+(?:, \d+)*/g, "$1 <pid>")
    .replace(/\b(?:\d+m ?)?\d+s\b|\b\d+(?:µs|ms)\b|\b\d+\.\ds\b|(?<="duration_ms": )\d+/g, "<took>")
    .replace(/^(stdout|stderr) +\d+ bytes.*$/gm, "$1 <bytes>")
    // git is asked while a job runs, and may have said nothing yet when that is killed.
    .replace(/^git +\S+, [0-9a-f]{12}.*\n/gm, "")
    .replace(/\b[0-9a-f]{64}\b/g, "<digest>")
    .replace(/\b[0-9a-f]{12}\b/g, "<commit>")
    // They are made of the path of the folder, which is another one each time.
    .replace(/(\/projects\/[a-z0-9_-]+-)[0-9a-f]{8}\b/g, "$1<digits>")
    // Where the end takes longer, the last line has stood in the place of what the key shows.
    .replace(/^\^C/gm, "")
    // Where a line that is too long for the terminal is broken depends on the name of the machine.
    .replace(/\n {9,}(?=\S)/g, " ")
    .replace(/ +/g, " ");
}
