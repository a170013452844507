/** What differs from one run to the next replaced by words, so that what documents show can be compared. */
export function settled(said: string): string {
  return said
    .replace(/\d{8}T\d{6}\.\d{3}Z/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|just now|\d+ \w+ ago/g, "<when>")
    .replace(/^\d\d:\d\d:\d\d /gm, "<time> ")
    .replace(/pid=\d+/g, "pid=<pid>")
    .replace(/\b(process|live on:) +\d+(?:, \d+)*/g, "$1 <pid>")
    .replace(/\b\d+(?:µs|ms)\b|\b\d+\.\ds\b|(?<="duration_ms": )\d+/g, "<took>")
    .replace(/^(stdout|stderr) +\d+ bytes.*$/gm, "$1 <bytes>")
    .replace(/\b[0-9a-f]{64}\b/g, "<digest>")
    .replace(/\b[0-9a-f]{12}\b/g, "<commit>")
    // Where the end takes longer, the last line has stood in the place of what the key shows.
    .replace(/^\^C/gm, "")
    .replace(/ +/g, " ");
}
