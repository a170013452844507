/**
 * Whether we can write, the free space, and the condition of the records. Files that are written as a test
 * are removed again.
 */

import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { stateRemedy } from "../../model/state_remedy.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { formatDuration } from "../../model/duration.ts";
import { visible } from "../../model/visible.ts";
import { type Finding, fine, problem, warning } from "../../model/finding.ts";
import type { RunId } from "../../model/ids.ts";
import type { Host } from "../../host/host.ts";
import { noLocksFact } from "../recording/warn_of_missing_locks.ts";
import { findLeftovers } from "../../store/leftovers.ts";
import { leftNodeLogs } from "../../store/settle_node_logs.ts";
import { RunHistory } from "../runs/run_history.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { TaskStore } from "../../store/task_store.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { Place, Workspace } from "../workspace/workspace.ts";

const LITTLE_BYTES = 500 * 1024 * 1024;
/** Less than a record and a few pages of output need. */
const TOO_LITTLE_BYTES = 20 * 1024 * 1024;
/** Clocks of machines commonly differ by this much, so a smaller difference is not reported. */
const CLOCK_TOLERANCE_MS = 60_000;
/** A detached run that is older is most likely forgotten. */
const LONG_DETACHED_MS = 24 * 60 * 60_000;
/** When this program was first written: a clock with an earlier time was never set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

export async function examinePlaces(workspace: Workspace): Promise<readonly Finding[]> {
  const { host } = workspace;
  const state = await workspace.statePlace();
  const log = workspace.logPlace();
  const findings = [
    examineFolder(host, state) ?? examinePlace(host, "state", state, state.path),
    examineLog(host, log.path) ??
      examinePlace(host, "log", log, log.path === undefined ? undefined : host.paths.dirname(log.path)),
  ];
  if (state.path === undefined) return findings;
  const free = host.files.freeBytes(nearest(host, state.path));
  return free === undefined ? findings : [...findings, examineRoom(free)];
}

/** The obstacle that keeps the state from being a folder; undefined where there is none. */
function examineFolder({ files }: Host, { path, from }: Place): Finding | undefined {
  const facts = path === undefined ? undefined : files.stat(path);
  const isFile = facts?.ok ? facts.value.kind !== "directory" : facts?.failure.kind === "not_a_directory";
  if (!isFile) return undefined;
  return problem(
    "state",
    `${visible(path!)} (${from}) is not a folder, nor can one be made there`,
    nextAdvice("name a folder there, or choose another place with --state-dir <path>"),
  );
}

function examinePlace(host: Host, subject: string, place: Place, folder: string | undefined): Finding {
  if (place.path === undefined || folder === undefined) {
    return problem(
      subject,
      `no place is known: ${place.from}`,
      nextAdvice("set it, or name one with --state-dir <path>"),
    );
  }
  const shown = visible(place.path);
  const there = nearest(host, folder);
  const tried = host.paths.join(there, `.orchastration-${host.digests.randomToken()}.tmp`);
  const created = host.files.createNew(tried);
  const written = created.ok ? created.value.write(new TextEncoder().encode("a line\n")) : created;
  if (created.ok) {
    created.value.close();
    host.files.remove(tried);
  }
  if (!written.ok) {
    const next = nextAdvice(
      subject === "state"
        ? "fix the permissions, or choose another folder with --state-dir <path>"
        : "fix the permissions",
    );
    return problem(subject, `${shown} cannot be written: ${written.failure.reason}`, next);
  }
  return fine(subject, `${shown} can be ${there === folder ? "written" : "made"}`);
}

/** Why no line can be added to the existing log file; undefined where one can, or the file does not exist. */
function examineLog({ files }: Host, path: string | undefined): Finding | undefined {
  if (path === undefined || !files.entry(path).ok) return undefined;
  const facts = files.stat(path);
  // Nothing is written. Anything but a plain file is not even opened, because opening a pipe waits for a
  // reader.
  const added = facts.ok ? files.append(path, new Uint8Array(0)) : facts;
  if (added.ok) return undefined;
  const reason = !facts.ok && facts.failure.kind === "not_found"
    ? "it is a broken link"
    : added.failure.reason;
  return problem(
    "log",
    `${visible(path)} cannot be written: ${reason}`,
    nextAdvice("move it away, or repair it"),
  );
}

/** The folder itself, or its nearest existing parent. */
function nearest({ files, paths }: Host, folder: string): string {
  for (let at = folder;; at = paths.dirname(at)) {
    if (files.stat(at).ok || paths.dirname(at) === at) return at;
  }
}

function examineRoom(freeBytes: number): Finding {
  const fact = `${sizeWords(freeBytes)} are free where the state is`;
  if (freeBytes >= LITTLE_BYTES) return fine("disk", fact);
  const next = [nextCommand("runs prune", "--keep", "10"), nextAdvice("free some space in another way")];
  return freeBytes < TOO_LITTLE_BYTES ? problem("disk", fact, ...next) : warning("disk", fact, ...next);
}

function sizeWords(bytes: number): string {
  const mebibytes = Math.floor(bytes / 1024 / 1024);
  return mebibytes < 1024 ? `${mebibytes} MiB` : `${Math.floor(mebibytes / 1024)} GiB`;
}

/** For this project, or for all; the clock is compared with the recorded times. */
export async function examineRecords(
  workspace: Workspace,
  everywhere: boolean,
): Promise<readonly Finding[]> {
  const places = await recordPlaces(workspace, everywhere);
  if (!places.ok) return [];
  const examined = places.value.map((place) => {
    const { project, store } = place;
    const { stateDir } = store.layout;
    const subject = everywhere ? `records of ${visible(project ?? stateDir)}` : "records";
    return examineStore(place, subject, everywhere ? ["--state-dir", stateDir] : []);
  });
  const own = await workspace.store();
  const lockless = own.ok ? await examineLocks(workspace.host, own.value) : [];
  const going = examined.flatMap((each) => each.going);
  const latestMs = Math.max(0, ...examined.map((each) => each.latestMs));
  return [
    ...examined.flatMap(({ findings }) => findings),
    ...lockless,
    // A run that is still going holds its lock; nothing else does for long.
    fine("locks", going.length === 0 ? "none is held" : `held by ${going.join(", ")}`),
    examineClock(workspace.host.clock.nowMs(), latestMs),
  ];
}

async function examineLocks(host: Host, store: RunStore): Promise<readonly Finding[]> {
  const { files, layout } = store.parts;
  const support = await files.lockSupport(nearest(host, layout.locks));
  if (support.kind !== "none") return [];
  const next = nextAdvice("keep the state on a disk of this machine: --state-dir <path>, or [state] dir");
  return [warning("locks", noLocksFact(layout.locks, support.reason), next)];
}

interface ExaminedStore {
  readonly findings: readonly Finding[];
  readonly going: readonly RunId[];
  readonly latestMs: number;
}

/**
 * Reads every record in full, including those that an index covers, because the question is whether they are
 * damaged.
 */
function examineStore(
  { store, tasks }: RecordPlace,
  subject: string,
  flags: readonly string[],
): ExaminedStore {
  const history = RunHistory.open(store, undefined);
  if (!history.ok) {
    return { findings: [unreadable(subject, history.failure)], going: [], latestMs: 0 };
  }
  const findings: Finding[] = [];
  const going: RunId[] = [];
  let [whole, cutOff, latestMs] = [0, 0, 0];
  for (const { index, position } of history.value.newestFirst()) {
    const run = index.read(position);
    if (!run.ok) {
      if (run.failure.code !== "state_unreadable") continue;
      findings.push(unreadable(subject, run.failure));
      continue;
    }
    const { id, status, recovery, start_time, detached, part_of } = run.value.record;
    whole++;
    latestMs = Math.max(latestMs, Date.parse(start_time));
    if (status === "interrupted" && recovery === null) cutOff++;
    if (status === "running") going.push(id);
    const ageMs = store.parts.clock.nowMs() - Date.parse(start_time);
    if (status === "running" && detached === true && part_of === undefined && ageMs > LONG_DETACHED_MS) {
      const fact = `${id} is detached, and has been running for ${formatDuration(ageMs)}`;
      findings.push(warning("detached runs", fact, nextCommand("stop", id, ...flags)));
    }
  }
  history.value.keep();
  findings.push(...examineTasks(tasks, subject));
  if (cutOff > 0) {
    const fact = `${count(cutOff, "run")} interrupted and not recovered`;
    findings.push(warning(subject, fact, nextCommand("recover", ...flags)));
  }
  for (const log of leftNodeLogs(store.parts)) {
    const fact = `${
      visible(log)
    } has records of a graph that was killed, and they cannot be written into files of their own`;
    const advice = "make the state folder writable; if a newer Orchastration wrote the log, call that one";
    findings.push(warning(subject, fact, nextAdvice(advice)));
  }
  const leftovers = findLeftovers(store.parts);
  if (leftovers.ok && leftovers.value.length > 0) {
    const [first] = leftovers.value;
    const fact = `${count(leftovers.value.length, "temporary file")} left of a crash, the first is ${
      visible(first!)
    }`;
    findings.push(warning(subject, fact, nextCommand("recover", ...flags)));
  }
  if (findings.length === 0) {
    findings.push(fine(subject, `${count(whole, "run")} recorded, none damaged`));
  }
  return { findings, going, latestMs };
}

/** The records of tasks that cannot be read. */
function examineTasks(tasks: TaskStore, subject: string): readonly Finding[] {
  const names = tasks.names();
  if (!names.ok) return [unreadable(subject, names.failure)];
  return names.value.flatMap((name) => {
    const task = tasks.read(name);
    return task.ok ? [] : [unreadable(subject, task.failure)];
  });
}

function unreadable(subject: string, failure: Failure): Finding {
  if (failure.code !== "state_unreadable") {
    const { headline, next } = describeFailure(failure);
    return problem(subject, headline, ...next);
  }
  const { path, reason, remedy } = failure;
  const what = remedy === "damaged" ? "is damaged" : "cannot be read";
  return problem(subject, `${visible(path)} ${what}: ${visible(reason)}`, ...stateRemedy(remedy));
}

function examineClock(nowMs: number, latestMs: number): Finding {
  const now = new Date(nowMs).toISOString();
  if (nowMs < EARLIEST_MS) {
    return problem("clock", `it shows ${now}, which is in the past`, nextAdvice("set the clock"));
  }
  if (latestMs > nowMs + CLOCK_TOLERANCE_MS) {
    const latest = new Date(latestMs).toISOString();
    return problem(
      "clock",
      `it shows ${now}, and a run is recorded for ${latest}`,
      nextAdvice("set the clock"),
    );
  }
  return fine("clock", `it shows ${now}`);
}

function count(n: number, one: string): string {
  return `${n} ${n === 1 ? `${one} is` : `${one}s are`}`;
}
