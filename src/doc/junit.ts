/** Recorded runs as JUnit XML, as continuous integration reads it. Source: the schema of Jenkins' JUnit plugin. Pure. */

import type { WriteCommand } from "../model/next_step.ts";
import { countCases, type ExportedRun, type TestCase, testCases } from "./test_cases.ts";

/** `write`: the command line that shows a run's whole log. */
export function junitXml(exported: ExportedRun, write: WriteCommand): string {
  const { record } = exported;
  const cases = testCases(exported);
  const { failed, error, skipped } = countCases(cases);
  const counts = `tests="${cases.length}" failures="${failed}" errors="${error}" skipped="${skipped}" ` +
    `time="${seconds(record.duration_ms ?? 0)}"`;
  const started = record.start_time.replace(/Z$/, "");
  return '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="orchastration" ${counts}>\n` +
    `  <testsuite name="${escaped(record.id)}" timestamp="${escaped(started)}" ${counts}>\n` +
    cases.map((each) => caseXml(each, write)).join("") +
    "  </testsuite>\n</testsuites>\n";
}

function caseXml(testCase: TestCase, write: WriteCommand): string {
  const { owner, name, durationMs } = testCase;
  const head = `    <testcase classname="${escaped(owner)}" name="${escaped(name)}" time="${
    seconds(durationMs)
  }"`;
  const inside = insideOf(testCase, write);
  return inside === "" ? `${head}/>\n` : `${head}>\n${inside}    </testcase>\n`;
}

function insideOf({ state, status, reason, run, tail }: TestCase, write: WriteCommand): string {
  const message = `message="${escaped(reason)}"`;
  switch (state) {
    case "passed":
      return "";
    case "skipped":
      return `      <skipped ${message}/>\n`;
    case "failed":
    case "error": {
      const element = state === "failed" ? "failure" : "error";
      const lines = [...tail, ...run === null ? [] : [write("logs", [run])]];
      return `      <${element} ${message} type="${escaped(status)}">${
        escaped(lines.join("\n"))
      }</${element}>\n`;
    }
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Text for XML, also in attributes. Characters that XML 1.0 forbids are replaced by U+FFFD. */
function escaped(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\n\t]/g, (char) => ENTITIES[char]!);
}
