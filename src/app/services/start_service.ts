/** Starts a service in a process of its own, or finds it ready; returns when it is ready. Only one start happens at a time. */

import type { Failure } from "../../model/failure.ts";
import { formatAge } from "../../model/duration.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { portOf, type Service } from "../../model/service.ts";
import type { FileLock } from "../../host/files.ts";
import type { Host } from "../../host/host.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import { tryJobLock } from "../../store/job_lock.ts";
import { readServiceReady, writeServiceReady } from "../../store/service_ready.ts";
import { type Detached, detachInside, hear, howEnded } from "../jobs/detach_run.ts";
import { CHAIN_VARIABLE } from "../recording/prepare_run.ts";
import { askerOf, handedTrust } from "../recording/requester.ts";
import { lastLines } from "../runs/last_lines.ts";
import { stopRuns } from "../runs/stop_runs.ts";
import { unresolved } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { stateOf } from "./service_state.ts";
import { findService, type FoundService } from "./supervise_service.ts";

const LOOK_AGAIN_MS = 50;
/** Time in addition to the readiness timeout: for the start, and for stopping a service that is not ready. */
const ENDING_BOUND_MS = 60_000;
const PORT_BOUND_MS = 1000;
const LAST_LINES = 10;
/** A bug is said in a sentence, and in as many lines as its stack has. */
const BUG_LINES = 20;

export interface StartedService {
  readonly name: string;
  readonly run: RunRecord;
  readonly address: string | null;
  readonly wasRunning: boolean;
}

export interface StartFor {
  /** Called while no other call can start or stop the service. */
  readonly hold?: () => void;
  /** These end the start; without them, a signal to this process does. */
  readonly stops?: StopRequests | undefined;
}

export async function startService(
  workspace: Workspace,
  name: string,
  forUsers: boolean,
  { hold, stops }: StartFor = {},
): Promise<Result<StartedService, Failure>> {
  const found = await findService(workspace, name);
  if (!found.ok) return found;
  const { problems } = found.value.resolved;
  if (problems.length > 0) return await unresolved(workspace, [{ table: "services", name, problems }]);
  const lock = await turnOf(workspace, found.value, stops);
  if (!lock.ok) return lock;
  try {
    hold?.();
    return await startHeld(workspace, found.value, forUsers, stops);
  } finally {
    lock.value.release();
  }
}

/** Waits for the right to start or stop the service, which another call can have until its own start is over. */
export async function turnOf(
  { host: { clock } }: Workspace,
  { service, store }: FoundService,
  stops?: StopRequests,
): Promise<Result<FileLock, Failure>> {
  const givesUpAtMs = clock.monotonicMs() + service.readyTimeoutMs + ENDING_BOUND_MS;
  for (;;) {
    const taken = tryJobLock(store.parts, service.name);
    if (!taken.ok) return taken;
    if (taken.value.kind === "taken") return ok(taken.value.lock);
    if (clock.monotonicMs() > givesUpAtMs) {
      const by = taken.value.by;
      return fail({
        code: "busy",
        subject: "job",
        name: service.name,
        lock: undefined,
        holder_project: undefined,
        holder_pid: by?.pid,
        holder_run: by?.run,
        since: by?.since,
      });
    }
    if (stops?.first !== undefined) return endedBy(stops.first.signal, service.name);
    const pause = clock.after(LOOK_AGAIN_MS);
    await Promise.race([pause.elapsed, ...(stops === undefined ? [] : [stops.at(0)])]);
    pause.cancel();
  }
}

async function startHeld(
  workspace: Workspace,
  found: FoundService,
  forUsers: boolean,
  stops: StopRequests | undefined,
): Promise<Result<StartedService, Failure>> {
  const { host } = workspace;
  const { service, store } = found;
  const { name } = service;
  const state = await stateOf(workspace, found);
  if (!state.ok) return state;
  const { kind, run, address } = state.value;
  if (kind === "healthy") {
    const kept = forUsers || !state.value.forUsers ? ok(undefined) : keepForPerson(found, run!);
    return kept.ok ? ok({ name, run: run!, address, wasRunning: true }) : kept;
  }
  const inside = detachInside(host.environment, name, "start service");
  // It can be started in advance, outside of the run.
  if (inside !== undefined) return fail({ ...inside, next: [nextCommand("service start", name)] });
  if (run !== undefined && (run.status === "running" || run.status === "interrupted")) {
    const stopped = await stopRuns(workspace, { words: [run.id], graceMs: undefined, force: false });
    if (!stopped.ok) return stopped;
    const [left] = stopped.value.left;
    if (left !== undefined) {
      return fail({
        code: "service_not_ready",
        name,
        fact: `its run ${run.id} is not over: ${left.reason}`,
        last_lines: [],
        next: [nextCommand("recover", run.id, "--leave")],
      });
    }
  }
  const taken = await portTaken(workspace, service);
  if (taken !== undefined) {
    const next = [nextAdvice("end that process, or let the service use another port")];
    return fail({ code: "service_not_ready", name, fact: taken, last_lines: [], next });
  }
  const trusted = handedTrust(host.environment);
  const asker = { ...askerOf(host.environment, host.terminal), for_users: forUsers, trusted };
  const words = ["service", "start", name, ...workspace.placeWords];
  const started = host.processes.startAgain(JSON.stringify(asker), words);
  if (!started.ok) return notStarted(name, `its supervisor cannot be started: ${started.failure.reason}`);
  const bound = host.clock.after(service.readyTimeoutMs + ENDING_BOUND_MS);
  const { stopped, unlisten } = firstStop(host, stops);
  const hearing = hear(started.value);
  const heard = await Promise.race([hearing, bound.elapsed, stopped]);
  bound.cancel();
  if (heard !== undefined && heard.kind === "stopped") {
    await endStart(workspace, found, run, hearing).finally(unlisten);
    return endedBy(heard.signal, name);
  }
  unlisten();
  if (heard === undefined) {
    return notStarted(name, `its supervisor, process ${started.value.pid}, does not say whether it is ready`);
  }
  if (heard.kind === "not_begun") {
    return heard.failure === undefined ? endedUnheard(name, heard) : fail(heard.failure);
  }
  const now = store.read(heard.run.id);
  if (!now.ok) return now;
  const { record } = now.value;
  started.value.marks({ variable: CHAIN_VARIABLE, token: record.token });
  const facts = readServiceReady(store.parts, record.id);
  if (facts !== undefined && record.status === "running") {
    return ok({ name, run: record, address: facts.address, wasRunning: false });
  }
  const isGone = record.status === "succeeded";
  const why = isGone
    ? `${record.reason}, and a service goes on in the foreground until it is stopped`
    : record.reason;
  return notStarted(name, why, record, linesOf(found, record));
}

interface Stopped {
  readonly kind: "stopped";
  readonly signal: ReceivedSignal;
}

/** A user that is a node of a graph is stopped with the graph: a signal can also mean another node of it, or an interactive job. */
function firstStop(
  { signals }: Pick<Host, "signals">,
  stops: StopRequests | undefined,
): { readonly stopped: Promise<Stopped>; readonly unlisten: () => void } {
  if (stops !== undefined) {
    const stopped = stops.at(0).then(({ signal }): Stopped => ({ kind: "stopped", signal }));
    return { stopped, unlisten() {} };
  }
  const stopped = Promise.withResolvers<Stopped>();
  const unlisten = signals.onStop((signal) => stopped.resolve({ kind: "stopped", signal }));
  return { stopped: stopped.promise, unlisten };
}

function endedBy(signal: ReceivedSignal, name: string): Result<never, Failure> {
  return fail({ code: "stopped_by_signal", signal, while_doing: `with the start of service ${name}` });
}

/** The caller no longer waits for a service that is not ready, so its run is stopped as soon as it is recorded. */
async function endStart(
  workspace: Workspace,
  { service, store }: FoundService,
  before: RunRecord | undefined,
  hearing: Promise<unknown>,
): Promise<void> {
  const { clock } = workspace.host;
  const givesUpAtMs = clock.monotonicMs() + ENDING_BOUND_MS;
  let isHeard = false;
  void hearing.then(() => isHeard = true);
  while (clock.monotonicMs() < givesUpAtMs) {
    const latest = store.latest(service.name);
    const run = latest.ok ? latest.value.run?.record : undefined;
    if (run !== undefined && run.id !== before?.id) {
      await stopRuns(workspace, { words: [run.id], graceMs: undefined, force: false });
      return;
    }
    // It ended without having recorded anything.
    if (isHeard) return;
    await clock.after(LOOK_AGAIN_MS).elapsed;
  }
}

/** A person started it now, so its last user leaves it running. */
function keepForPerson({ store: { parts } }: FoundService, run: RunRecord): Result<void, Failure> {
  const facts = readServiceReady(parts, run.id);
  return facts === undefined ? ok(undefined) : writeServiceReady(parts, { ...facts, for_users: false });
}

/** The holder of the port that the service would open, as a sentence; undefined where it is free. */
async function portTaken({ host }: Workspace, { ready }: Service): Promise<string | undefined> {
  const port = portOf(ready);
  if (port === undefined || !(await host.network.accepts(port, PORT_BOUND_MS))) return undefined;
  const holder = host.network.holderOf(port);
  if (holder === undefined) return `port ${port} is in use, and the system does not tell by which process`;
  const program = holder.program === undefined ? "" : ` (${holder.program})`;
  const since = holder.startedAtMs === undefined
    ? ""
    : `, which was started ${formatAge(host.clock.nowMs() - holder.startedAtMs)}`;
  return `port ${port} is in use by process ${holder.pid}${program}${since}`;
}

/** The supervisor said nothing that can be passed on as ours: it was killed, or ended by a bug. */
function endedUnheard(
  name: string,
  { exit, stderr }: Extract<Detached, { readonly kind: "not_begun" }>,
): Result<never, Failure> {
  return fail({
    code: "service_not_ready",
    name,
    fact: `its supervisor ended ${howEnded(exit)} and did not say whether it is ready`,
    last_lines: stderr.split("\n").filter((line) => line !== "").slice(0, BUG_LINES),
    supervisor_exit_code: exit.kind === "exited" && exit.exit_code !== 0 ? exit.exit_code : undefined,
    next: [nextCommand("service list")],
  });
}

function notStarted(
  name: string,
  fact: string,
  run?: RunRecord,
  last_lines: readonly string[] = [],
): Result<never, Failure> {
  const next = run === undefined
    ? [nextCommand("service list")]
    : [run.status === "not_started" ? nextCommand("runs show", run.id) : nextCommand("service logs", name)];
  return fail({ code: "service_not_ready", name, fact, last_lines, next });
}

/** The end of its output, which shows the reason at once. */
function linesOf(
  { store: { parts: { files, layout } } }: FoundService,
  record: RunRecord,
): readonly string[] {
  return [record.stdout_path, record.stderr_path].flatMap((path) =>
    path === null ? [] : lastLines(files, layout.inState(path), LAST_LINES)
  );
}
