/**
 * Runs the tests, offline once dependencies are cached, and ends with `N passed, N failed`, which CI reads.
 * Arguments are passed to `deno test`: files, --filter, --coverage …
 */

const report = await Deno.makeTempFile({ prefix: "orchastration-tests-", suffix: ".xml" });
try {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "--parallel", `--junit-path=${report}`, ...testArguments(Deno.args)],
    stdin: "null",
  }).spawn();
  const { code } = await child.status;
  const counts = countTests(await Deno.readTextFile(report));
  console.log(
    `\n${counts.passed} passed, ${counts.failed} failed${
      counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""
    }`,
  );
  // A run that found no test has proven nothing.
  Deno.exitCode = code !== 0 ? code : counts.passed === 0 ? 1 : 0;
} finally {
  await Deno.remove(report);
}

function testArguments(given: readonly string[]): readonly string[] {
  const isAll = given.every((argument) => argument.startsWith("-"));
  // The slowest tests have a task of their own: deno task test:long.
  return isAll ? ["tests/", "--ignore=tests/long", ...given] : given;
}

/** Counts the test cases of a JUnit report. Source: the `<testcase>` elements that `deno test --junit-path` writes. */
function countTests(
  xml: string,
): { readonly passed: number; readonly failed: number; readonly skipped: number } {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const [testcase] of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>[\s\S]*?<\/testcase>)/g)) {
    if (/<(?:failure|error)\b/.test(testcase)) failed++;
    else if (/<skipped\b/.test(testcase)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}
