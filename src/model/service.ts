/** A service: a job that goes on until it is stopped, and that others use once it says that it is ready. */

import type { Job } from "./job.ts";

export type ReadyCheck =
  /** A process accepts connections at this port of this machine. */
  | { readonly kind: "port"; readonly port: number }
  /** A line of its output matches; its first group, or the match, is the address. */
  | { readonly kind: "line"; readonly pattern: string }
  /** A GET is answered with a status of 200 to 399. */
  | { readonly kind: "http"; readonly url: string }
  /** A command ends with 0. */
  | { readonly kind: "command"; readonly command: readonly [string, ...string[]] };

export const SERVICE_RESTARTS = ["never", "on-failure"] as const;
export const SERVICE_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;

export interface Service {
  readonly name: string;
  /** How it is run. */
  readonly job: Job;
  readonly ready: ReadyCheck;
  readonly readyTimeoutMs: number;
  readonly stopSignal: (typeof SERVICE_SIGNALS)[number];
}

/** The variable by which users of a service get its address. */
export function addressVariable(service: string): string {
  return `ORCHASTRATION_SERVICE_${service.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_ADDRESS`;
}

/** The address, if the check itself determines it. */
export function addressOf(ready: ReadyCheck): string | null {
  switch (ready.kind) {
    case "port":
      return `127.0.0.1:${ready.port}`;
    case "http":
      return ready.url;
    case "line":
    case "command":
      return null;
  }
}

/** The port that it will open, if that is known in advance. */
export function portOf(ready: ReadyCheck): number | undefined {
  if (ready.kind === "port") return ready.port;
  if (ready.kind !== "http") return undefined;
  const { port, protocol } = new URL(ready.url);
  return port !== "" ? Number(port) : protocol === "https:" ? 443 : 80;
}
