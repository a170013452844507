/** The rules for the record of a run on disk (docs/records.md), field by field. Knows no bytes and no files. */

import * as v from "valibot";
import { isRunId } from "../model/ids.ts";
import {
  AFTER_FAILURE,
  CONFIRMED_BY,
  LEFT_OUT_REASONS,
  NODE_STATUSES,
  NOT_STARTED_CAUSES,
  RECOVERED_PROCESSES,
  RUN_ACTIONS,
  RUN_STATUSES,
  SUBJECTS,
  TOOL_EFFECTS,
} from "../model/run.ts";

const text = v.string();
const whole = v.pipe(v.number(), v.integer());
const count = v.pipe(whole, v.minValue(0));
const time = v.pipe(
  text,
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "expected RFC 3339 UTC with milliseconds"),
);
const runId = v.pipe(text, v.check(isRunId, "expected <name>/<timestamp>"));
/** Relative to the state folder, so that a record cannot lead elsewhere. */
const statePath = v.pipe(
  text,
  v.regex(
    /^runs\/[A-Za-z0-9][A-Za-z0-9._-]*\/[^/\\]+\.log$/,
    "expected the path of a log file in the state folder",
  ),
);
const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

const processRecord = v.looseObject({
  pid: count,
  start_ticks: maybe(count),
  boot_id: maybe(text),
  pid_namespace: v.optional(maybe(count)),
});

const recorderRecord = v.looseObject({ ...processRecord.entries, lock: v.picklist(["kernel", "none"]) });

const stopReport = v.looseObject({
  cause: v.looseObject({ kind: text }),
  signals: v.array(v.looseObject({ signal: text, at_ms: whole, processes: count })),
  survivors: v.array(count),
});

const slurmRecord = v.looseObject({
  job_id: maybe(text),
  folder: text,
  submit_time: time,
  state: maybe(text),
  waits_for: maybe(text),
  node: maybe(text),
  begin_time: maybe(time),
  doubtful_since: v.optional(time),
  // Written by later programs only, and only where it applies.
  memory: v.optional(v.looseObject({ bytes: count, source: text })),
  log: v.optional(v.looseObject({
    path: statePath,
    bytes: count,
    sha256: text,
    last_lines: v.array(text),
  })),
});

/** Fields that runs and attempts share. */
const ending = {
  start_time: time,
  end_time: maybe(time),
  duration_ms: maybe(count),
  // Written by later programs only, and only where it applies.
  stopped_ms: v.optional(count),
  process: maybe(processRecord),
  // Written by later programs only, and only where Slurm runs it.
  slurm: v.optional(slurmRecord),
  exit_code: maybe(whole),
  signal: maybe(text),
  stdout_path: maybe(statePath),
  stderr_path: maybe(statePath),
  stdout_bytes: maybe(count),
  stderr_bytes: maybe(count),
  stdout_sha256: maybe(text),
  stderr_sha256: maybe(text),
  // Written by later programs only, and only where something was captured.
  output_order: v.optional(v.looseObject({ path: statePath, bytes: count, sha256: text })),
  leaked_output: v.boolean(),
  stopped_by: maybe(stopReport),
  left_running: v.array(count),
  // Written by later programs only, and only where it applies.
  members_unlisted: v.optional(v.literal(true)),
};

const fileRecord = {
  path: text,
  present: v.boolean(),
  type: v.picklist(["file", "directory", "outside", "unreadable", "missing"]),
  bytes: maybe(count),
  sha256: maybe(text),
  modified_at: maybe(time),
  left_out: v.optional(v.array(v.looseObject({ path: text, why: v.picklist(LEFT_OUT_REASONS) }))),
};

const intent = v.looseObject({
  description: maybe(text),
  command: v.array(text),
  program: maybe(text),
  working_dir: text,
  env_names: v.array(text),
  env: v.record(text, text),
  secrets: v.array(text),
  extra_args: v.array(text),
  timeout_ms: maybe(count),
  grace_ms: count,
  interactive: v.boolean(),
  terminal: v.optional(v.literal(true)),
  stdin: v.picklist(["none", "inherit"]),
  leave_running: v.boolean(),
  retry: maybe(v.looseObject({
    max: count,
    delay_ms: count,
    backoff: v.number(),
    max_delay_ms: count,
    on_exit_codes: maybe(v.array(whole)),
  })),
  success_exit_codes: v.array(whole),
  expected_outputs: v.array(text),
  definition_sha256: text,
  config_path: text,
  config_sha256: text,
  env_files: v.optional(v.array(v.looseObject({ path: text, names: v.array(text) }))),
  env_flags: v.optional(v.array(text)),
  color_env: v.optional(v.record(text, text)),
  confirmed: v.optional(v.looseObject({ question: text, by: v.picklist(CONFIRMED_BY) })),
  executor: v.optional(
    v.looseObject({ kind: text, folder: text, unattended: v.optional(v.literal(true)) }),
  ),
});

const graphRecord = v.looseObject({
  targets: v.array(text),
  after_failure: v.picklist(AFTER_FAILURE),
  again: v.optional(runId),
  unattended: v.optional(v.literal(true)),
  changed_since: v.optional(v.looseObject({
    revision: text,
    merge_base: maybe(text),
    files: count,
    uncovered: v.array(text),
    more_uncovered: count,
  })),
  jobs: count,
  nodes: v.array(v.looseObject({
    name: text,
    subject: v.picklist(["job", "group", "task"]),
    status: v.picklist([...RUN_STATUSES, ...NODE_STATUSES]),
    reason: text,
    cause: v.optional(text),
    because: v.optional(text),
    run: maybe(runId),
    definition_sha256: maybe(text),
    ready_time: maybe(time),
    start_time: maybe(time),
    end_time: maybe(time),
  })),
  edges: v.array(v.looseObject({ from: text, to: text })),
  critical_path: v.array(text),
});

/** Every field of the record of a run, as it may be on disk; fields of later programs are kept. */
export const runRecord = v.looseObject({
  format: whole,
  kind: v.literal("run"),
  id: runId,
  action: v.picklist(RUN_ACTIONS),
  subject: v.picklist(SUBJECTS),
  name: text,
  project: v.optional(maybe(text)),
  status: v.picklist(RUN_STATUSES),
  reason: text,
  not_started_cause: maybe(v.picklist(NOT_STARTED_CAUSES)),
  intent,
  token: text,
  trace: v.optional(v.looseObject({ traceparent: text, parent: maybe(text) })),
  detached: v.optional(v.literal(true)),
  requested_by: v.looseObject({
    user: maybe(text),
    host: maybe(text),
    pid: count,
    tty: v.boolean(),
    parent: maybe(text),
    agent: maybe(text),
    schedule: v.optional(text),
  }),
  recorder: v.optional(recorderRecord),
  // Only for runs of a watch.
  watch: v.optional(v.looseObject({ paths: v.array(text), more: count })),
  inputs: v.optional(v.looseObject({
    sha256: maybe(text),
    files: count,
    problem: maybe(text),
    compared_with: maybe(runId),
    causes: v.array(v.looseObject({ kind: text })),
    more_causes: count,
    unmatched: v.optional(v.array(text)),
  })),
  inputs_changed: v.optional(v.array(text)),
  examined_at: v.optional(time),
  same_as: v.optional(v.looseObject({ run: runId, commit: maybe(text), end_time: maybe(time) })),
  graph: v.optional(graphRecord),
  part_of: v.optional(runId),
  git: maybe(v.looseObject({
    commit: maybe(text),
    branch: maybe(text),
    dirty: maybe(v.boolean()),
    remote: maybe(text),
    read_at: v.optional(time),
  })),
  ...ending,
  timed_out: v.boolean(),
  attempts: v.array(v.looseObject({ number: count, status: v.picklist(RUN_STATUSES), ...ending })),
  definition: v.looseObject({ name: text }),
  outputs: v.array(v.looseObject({
    ...fileRecord,
    declared: text,
    change: maybe(v.picklist(["created", "modified", "unchanged"])),
  })),
  documents: v.array(v.looseObject(fileRecord)),
  checks: v.array(v.looseObject({
    id: text,
    text,
    run: maybe(runId),
    status: v.picklist([...RUN_STATUSES, "not_run"]),
    exit_code: maybe(whole),
    stdout_sha256: maybe(text),
    stderr_sha256: maybe(text),
  })),
  check_files: v.optional(v.array(v.looseObject({ path: text, sha256: text }))),
  // Written by later programs only; earlier records lack it.
  tools: v.optional(v.array(v.looseObject({
    argv: v.array(text),
    program: text,
    start_time: time,
    duration_ms: maybe(count),
    exit_code: maybe(whole),
    signal: maybe(text),
    timed_out: v.boolean(),
    effect: v.picklist(TOOL_EFFECTS),
  }))),
  plan: maybe(v.looseObject({ run: runId, sha256: text })),
  recovery: maybe(v.looseObject({
    recovered_at: time,
    ended_between: v.tuple([time, maybe(time)]),
    process_was: v.picklist(RECOVERED_PROCESSES),
    because: v.optional(text),
    recorder_was: v.optional(v.literal("alive")),
  })),
  os: text,
  arch: text,
  binary_version: text,
});
