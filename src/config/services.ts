/** The table of a service: its command becomes a job that nobody lists, and that is started again when it ends. */

import { type Retry, WITHOUT_OPTIONS } from "../model/job.ts";
import type { ReadyCheck, Service } from "../model/service.ts";
import { overlay } from "../model/variables.ts";
import { milliseconds } from "./command_definition.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ServiceValues } from "./schema.ts";
import type { Shared } from "./shared.ts";

/** Practically without a limit, because a service with restart is meant to stay available. */
const RESTARTS: Retry = {
  max: 1_000_000,
  delayMs: 1000,
  backoff: 2,
  maxDelayMs: 30_000,
  onExitCodes: undefined,
};

/** undefined where a required key is missing; the problem is already noted. */
export function decodeService(
  name: string,
  values: ServiceValues,
  { env, ignoresCase }: Shared,
): Service | undefined {
  const { command, ready } = values;
  const check: ReadyCheck | undefined = ready?.port !== undefined
    ? { kind: "port", port: ready.port }
    : ready?.line !== undefined
    ? { kind: "line", pattern: ready.line }
    : ready?.http !== undefined
    ? { kind: "http", url: ready.http }
    : ready?.command !== undefined
    ? { kind: "command", command: ready.command }
    : undefined;
  if (command === undefined || check === undefined) return undefined;
  const { restart = DEFAULTS.service.restart, stop_signal, ready_timeout_seconds } = values;
  return {
    name,
    ready: check,
    readyTimeoutMs: milliseconds(ready_timeout_seconds ?? DEFAULTS.service.ready_timeout_seconds),
    stopSignal: stop_signal ?? DEFAULTS.service.stop_signal,
    job: {
      ...WITHOUT_OPTIONS,
      name,
      description: values.description,
      command,
      workingDir: values.working_dir ?? DEFAULTS.service.working_dir,
      env: overlay(env, values.env ?? {}, ignoresCase),
      envFiles: values.env_file ?? [],
      timeoutMs: undefined,
      killGraceMs: milliseconds(values.kill_grace_seconds ?? DEFAULTS.service.kill_grace_seconds),
      secrets: values.secrets ?? [],
      retry: restart === "never" ? undefined : RESTARTS,
      group: undefined,
      alias: [],
      hidden: true,
      args: undefined,
      interactive: false,
      terminal: false,
      stdin: "none",
      leaveRunning: false,
      concurrency: "allow",
      lock: undefined,
      needs: [],
      pool: undefined,
      uses: [],
      executor: "local",
    },
  };
}
