/** Calls the command of `[notify]` for the end of a run: bounded in time, recorded beside the run, and without an effect on the run. */

import type { Project } from "../../model/project.ts";
import { factsOf, factVariables, isNotified, type NotifySettings } from "../../model/notify.ts";
import type { RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { ToolResult } from "../../host/processes.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { type NoticeFile, writeNotice } from "../../store/notice.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { outerRun, RUN_ID_VARIABLE } from "./requester.ts";

/** A notification takes a fraction of a second, and a caller in the foreground waits for it. */
const NOTIFY_BOUND_MS = 10_000;
/** The output of the command is not shown. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Returns when the command has ended, or is ended. Its problems are warnings. */
export async function notifyEnd(workspace: Workspace, record: RunRecord): Promise<void> {
  const project = await workspace.project();
  if (!project.ok) return;
  const { notify } = project.value;
  if (notify === undefined || !isNotified(notify, record)) return;
  // The outer run has the notification, and a command that runs jobs itself must not call itself for ever.
  if (outerRun(workspace.host.environment) !== undefined) return;
  const problem = await callCommand(workspace, project.value, notify, record);
  if (problem !== undefined) workspace.warn(`cannot notify of the end of ${record.id}: ${problem}`);
}

/** Why the notification failed; undefined if the command succeeded. */
async function callCommand(
  workspace: Workspace,
  project: Project,
  { command }: NotifySettings,
  record: RunRecord,
): Promise<string | undefined> {
  const { host: { clock, processes }, resolveMachine } = workspace;
  const store = await workspace.store();
  if (!store.ok) return describeFailure(store.failure).headline;
  const resolved = await resolveDefinition(resolveMachine, project, command, {
    flags: {},
    commandAt: ["command"],
    facts: factsOf(record),
  });
  const { workingDir, secrets, problems: [unusable] } = resolved;
  const env = { ...resolved.env, ...factVariables(record), [RUN_ID_VARIABLE]: record.id };
  const [name, ...args] = resolved.command;
  const program = processes.findProgram(name, { workingDir, env });
  const notice: NoticeFile = {
    format: 1,
    kind: "notification",
    run: record.id,
    status: record.status,
    command: resolved.command.map((word) => maskText(word, secrets)),
    program: program.ok ? program.value : null,
    start_time: new Date(clock.nowMs()).toISOString(),
    duration_ms: null,
    exit_code: null,
    signal: null,
    timed_out: false,
    problem: null,
  };
  const keep = (facts: Partial<NoticeFile>) => {
    const written = writeNotice(store.value.parts, { ...notice, ...facts });
    return written.ok ? facts.problem ?? undefined : describeFailure(written.failure).headline;
  };
  const refused = await workspace.guard?.({ action: "notify", name: record.name, argv: notice.command });
  if (refused !== undefined) return keep({ problem: refused });
  if (unusable !== undefined) return keep({ problem: maskText(unusable.message, secrets) });
  if (!program.ok) return keep({ problem: program.failure.reason });
  // No process before its intent is on disk.
  const intended = keep({});
  if (intended !== undefined) return intended;
  const startedMs = clock.monotonicMs();
  const ran = await runUntilStop(workspace, program.value, args, workingDir, env);
  const durationMs = Math.max(0, Math.round(clock.monotonicMs() - startedMs));
  return keep({ duration_ms: durationMs, ...endOf(ran, name) });
}

/** A signal to us ends the command, and not us: the run has ended, and its exit code is to be returned. */
async function runUntilStop(
  { host: { processes, signals } }: Workspace,
  program: string,
  args: readonly string[],
  workingDir: string,
  env: Readonly<Record<string, string>>,
): Promise<HostResult<ToolResult>> {
  const stop = new AbortController();
  const unlisten = signals.onStop((signal) => stop.abort(signal));
  try {
    return await processes.runTool({
      program,
      args,
      workingDir,
      env,
      timeoutMs: NOTIFY_BOUND_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      stop: stop.signal,
    });
  } finally {
    unlisten();
  }
}

function endOf(
  ran: HostResult<ToolResult>,
  name: string,
): Pick<NoticeFile, "exit_code" | "signal" | "timed_out" | "problem"> {
  const none = { exit_code: null, signal: null, timed_out: false, problem: null };
  if (!ran.ok) {
    if (ran.failure.kind === "timed_out") {
      const seconds = NOTIFY_BOUND_MS / 1000;
      const problem =
        `${name}, or a process that it left with its output open, did not end within ${seconds} seconds`;
      return { ...none, timed_out: true, problem };
    }
    const isStopped = ran.failure.kind === "stopped";
    return { ...none, problem: isStopped ? `${name} was stopped` : ran.failure.reason };
  }
  const { exit } = ran.value;
  if (exit.kind === "signalled") {
    return { ...none, signal: exit.signal, problem: `${name} was ended by ${exit.signal}` };
  }
  const { exit_code } = exit;
  return { ...none, exit_code, problem: exit_code === 0 ? null : `${name} exited with status ${exit_code}` };
}
