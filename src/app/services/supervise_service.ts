/** Supervises a service: a run like that of a job, which reports when it is ready, and is stopped if it never is. */

import { canonicalJson } from "../../model/canonical_json.ts";
import type { Failure } from "../../model/failure.ts";
import type { Service } from "../../model/service.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { suggest } from "../../model/suggest.ts";
import { recorderCause } from "../../engine/outcome.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import type { RunStore } from "../../store/run_store.ts";
import { readServiceReady, writeServiceReady } from "../../store/service_ready.ts";
import { type ResolvedJob, resolveFoundJob } from "../jobs/resolve_job.ts";
import { runResolvedJob } from "../jobs/run_job.ts";
import { isForUsers } from "../recording/requester.ts";
import { withNotification } from "../recording/with_notification.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkReadiness } from "./readiness.ts";

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;
/** The output of a service before it is ready is read up to this bound. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface FoundService extends ResolvedJob {
  readonly service: Service;
  readonly store: RunStore;
}

export async function findService(
  workspace: Workspace,
  name: string,
): Promise<Result<FoundService, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const { services } = project.value;
  const service = services.get(name);
  if (service === undefined) {
    const known = [...services.keys()];
    const { configPath } = project.value;
    return fail({
      code: "service_not_found",
      name,
      known,
      suggestion: suggest(name, known),
      config_path: configPath === "" ? undefined : configPath,
    });
  }
  const found = await resolveFoundJob(workspace, project.value, service.job, { env: {}, extraArgs: [] });
  return found.ok ? ok({ ...found.value, service, store: store.value }) : found;
}

/** Returns when it has ended; `onReady` is called once, when it is ready and that is stored. */
export async function superviseService(
  workspace: Workspace,
  name: string,
  onReady: (record: RunRecord) => void,
): Promise<Result<RunRecord, Failure>> {
  const found = await findService(workspace, name);
  if (!found.ok) return found;
  const { host } = workspace;
  const { service } = found.value;
  const stops = new StopRequests(host.clock);
  let latest: RunRecord | undefined;
  let isOver = false;
  const watches: Promise<void>[] = [];
  const onceReady: OnceReady = { isReady: false, firstStartMs: undefined, unwritten: undefined, onReady };
  const request = {
    name,
    extraArgs: [],
    env: {},
    confirm: () => Promise.resolve("no" as const),
    fresh: true,
    stops,
    stopSignal: service.stopSignal,
    useServices: () => Promise.resolve(ok({ addresses: new Map(), release: () => Promise.resolve() })),
  };
  const ended = await runResolvedJob(workspace, found.value, request, {
    event(event, record) {
      latest = record;
      if (event.kind !== "attempt_started") return;
      const isCurrent = () => !isOver && latest?.attempts.length === event.number;
      const running = () => isCurrent() ? latest : undefined;
      watches.push(watchUntilReady(workspace, found.value, stops, running, onceReady));
    },
    outputGrown() {},
    inputWithheld: () => Promise.resolve(),
  }).finally(() => isOver = true);
  await Promise.all(watches);
  const told = await withNotification(workspace, ended, (record) => record);
  return told.ok && onceReady.unwritten !== undefined ? fail(onceReady.unwritten) : told;
}

/** Shared by the watches over the attempts of one run. */
interface OnceReady {
  isReady: boolean;
  firstStartMs: number | undefined;
  /** Why it could not be stored that it is ready. */
  unwritten: Failure | undefined;
  readonly onReady: (record: RunRecord) => void;
}

/** For one attempt. `running` is undefined when that has ended; before the first time, all attempts have one time together. */
async function watchUntilReady(
  { host }: Workspace,
  found: FoundService,
  stops: StopRequests,
  running: () => RunRecord | undefined,
  once: OnceReady,
): Promise<void> {
  const { clock, environment } = host;
  const { service, store } = found;
  once.firstStartMs ??= clock.monotonicMs();
  const startedAtMs = once.isReady ? clock.monotonicMs() : once.firstStartMs;
  for (let pauseMs = FIRST_LOOK_MS;; pauseMs = Math.min(pauseMs * 2, LONGEST_LOOK_MS)) {
    const ready = await checkReadiness(host, found, () => outputOf(store, running()));
    const record = running();
    if (record === undefined || stops.first !== undefined) return;
    if (ready !== undefined && record.status === "running") {
      const written = writeServiceReady(store.parts, {
        format: 1,
        kind: "service_ready",
        run: record.id,
        ready_at: new Date(clock.nowMs()).toISOString(),
        address: ready.address,
        for_users: readServiceReady(store.parts, record.id)?.for_users ?? isForUsers(environment),
        ready: canonicalJson({ ...service.ready }),
        attempt: record.attempts.length,
      });
      if (!written.ok) {
        once.unwritten = written.failure;
        return stops.recorderFailed(recorderCause(written.failure));
      }
      if (!once.isReady) once.onReady(record);
      once.isReady = true;
      return;
    }
    const leftMs = service.readyTimeoutMs - (clock.monotonicMs() - startedAtMs);
    if (leftMs <= 0) return stops.notReady(service.readyTimeoutMs, service.stopSignal);
    const timer = clock.after(Math.min(pauseMs, leftMs));
    await Promise.race([timer.elapsed, stops.at(0)]);
    timer.cancel();
  }
}

/** Both streams of the attempt that runs. */
function outputOf({ parts: { files, layout } }: RunStore, record: RunRecord | undefined): string {
  const paths = [record?.stdout_path ?? null, record?.stderr_path ?? null];
  return paths.map((path) => {
    const bytes = path === null ? undefined : files.readBytes(layout.inState(path), MAX_OUTPUT_BYTES);
    return bytes?.ok ? new TextDecoder().decode(bytes.value) : "";
  }).join("\n");
}
