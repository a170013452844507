/** Text that tries to be more than text, and the facts of a task full of it. */

import fc from "fast-check";
import type { RunFacts, TaskFacts } from "../../src/doc/task_facts.ts";

/** Pieces with a meaning in Markdown, GitHub, HTML, Mermaid, a terminal or our own marks. */
const PIECES = [
  ..."`*_[]()<>|~$@#&!-+=.:;\\\"'{}^/ \t\n\r0a1Zé漢",
  ..."```|~~~|$$|**|__|](|![|&lt;|&#64;|---|===|1. |- [ ] |<script>|</script>|</pre>|</code>|<!--|-->|]]>"
    .split("|"),
  ..."@ada|#1|Fixes #1|GH-7|o/r#1|a@b.example|https://x.example/#1|www.x.example|end|subgraph|n0-->|%%{init"
    .split("|"),
  "<!-- orchastration:begin -->",
  "<!-- orchastration:end -->",
  "\n<!-- orchastration:end -->\n",
  "\x1b[31m",
  "\x1b]8;;https://x.example\x07",
  "\x1b",
  "\x9b2J",
  "\0",
  "\u202e",
  "\u2066",
  "\u200f",
  "\u061c",
  "\u2028",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
  "👩‍👩‍👧",
];

export const hostile: fc.Arbitrary<string> = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((
  pieces,
) => pieces.join(""));

export function runFacts(text: string): RunFacts {
  return {
    run: "sample/20261122T063449.123Z",
    action: "build.run",
    status: "failed",
    reason: text,
    start_time: "2026-11-22T06:34:49.123Z",
    end_time: "2026-11-22T06:34:50.123Z",
    duration_ms: 1000,
    exit_code: 1,
    signal: null,
    timed_out: false,
    attempts: 2,
    asked_by: text,
    git: { commit: "0123456789abcdef", branch: text, dirty: true },
    command: ["sh", text],
    extra_args: [text],
    env_flags: [text],
    working_dir: text,
    env: { KEY: text },
    secrets: [text],
    env_files: [text],
    timeout_ms: 10_000,
    success_exit_codes: [0, 3],
    stdout_sha256: null,
    stderr_sha256: null,
    plan: null,
  };
}

/** A task in which every text that somebody can write is the same. */
export function hostileFacts(text: string): TaskFacts {
  return {
    format: 1,
    kind: "task_document",
    task: "sample",
    description: text,
    status: "failed",
    reason: text,
    stale: [text],
    next: "orchastration plan create sample",
    issue: { repo: text, number: 1, url: text },
    branch: text,
    plan: runFacts(text),
    build: runFacts(text),
    deviations: {
      drift: [{ field: text, planned: text, now: undefined }],
      extra_args: [text],
      env_flags: [text],
      built_by_earlier_plan: text,
      left_open: { at: "2026-11-22T06:34:49.123Z", by: text, criteria: [text], reason: text },
    },
    acceptance: [
      {
        id: text,
        text,
        check: [text],
        state: "open",
        evidence: null,
        confirmation: null,
        verified: null,
        check_edited: [],
        earlier: { text, state: "passed", words: text },
      },
      {
        id: text,
        text,
        check: [text],
        state: "failed",
        confirmation: null,
        verified: false,
        check_edited: [text],
        earlier: null,
        evidence: {
          run: "sample/20261122T063449.124Z",
          status: "failed",
          exit_code: 1,
          stdout_sha256: "ab".repeat(32),
          stderr_sha256: "cd".repeat(32),
          record_sha256: "ef".repeat(32),
          log: [{ stream: "stderr", lines: text.split("\n"), is_cut: false }],
        },
      },
      {
        id: text,
        text,
        check: null,
        state: "confirmed",
        evidence: null,
        verified: true,
        check_edited: [],
        earlier: null,
        confirmation: { by: text, at: "2026-11-22T06:34:49.123Z", note: text },
      },
    ],
    outputs: [
      {
        path: text,
        declared: text,
        type: "file",
        bytes: 1,
        sha256: "ab",
        change: "created",
        now: "as_built",
        left_out: [{ path: `${text}/pipe`, why: "no_file" }, { path: `${text}/link`, why: "broken_link" }],
      },
    ],
    documents: [
      { path: text, type: "file", bytes: 2, sha256: "cd", since_plan: "changed", is_this_document: false },
    ],
    history: [runFacts(text)],
    history_is_cut: true,
    history_unreadable: 1,
    graph: [{ name: text, status: text, needs: ["need"] }, { name: "need", status: "done", needs: [] }],
    declared_outputs: [text],
    log: [{ stream: "stdout", lines: text.split("\n"), is_cut: true }],
    reproduction: {
      commit: "0123456789abcdef",
      project_folder: text,
      config_path: text,
      steps: [
        { task: "need", extra_args: [], env_flags: {}, confirmed_by_person: [text] },
        {
          task: "sample",
          extra_args: [text],
          env_flags: { [text]: text, KEY: null },
          confirmed_by_person: [text],
        },
      ],
    },
  };
}
