/**
 * Applies `[env]` and `[defaults]` to every job and task that does not set its own values. Knows no systems.
 */

import { overlay, type Variables } from "../model/variables.ts";
import type { InForce, Platform } from "./platform.ts";
import type { KeyPath } from "./problem.ts";
import { isTable, type Table } from "./shape.ts";

export interface Shared {
  readonly env: Variables;
  readonly defaults: Table;
  /** The names of variables are compared without case. */
  readonly ignoresCase: boolean;
}

/** Keys of `[defaults]` that tasks do not have. */
const ONLY_JOBS = ["stdin", "terminal", "leave_running", "concurrency"];

/** The shared values of a document without problems. */
export function sharedIn(document: unknown, platform: Platform): Shared {
  const tableOf = (name: string) => isTable(document) && isTable(document[name]) ? document[name] : {};
  return {
    env: tableOf("env") as Variables,
    defaults: forCommands(tableOf("defaults")),
    ignoresCase: platform === "windows",
  };
}

/** Without the keys of `[defaults]` that are not for jobs and tasks themselves. */
export function forCommands(defaults: Table): Table {
  const { max_detached: _, ...shared } = defaults;
  return shared;
}

export interface WithShared<T extends Table> {
  readonly values: T;
  /** The place of a value, from the top of the file. */
  place(key: KeyPath): KeyPath;
}

/** A job or task, at its place in the file, combined with the shared values. */
export function withShared<T extends Table>(
  own: InForce<T>,
  shared: Shared,
  at: KeyPath,
): WithShared<T> {
  const { values } = own;
  const hasShared = Object.keys(shared.env).length > 0;
  if (!hasShared && Object.keys(shared.defaults).length === 0) {
    return { values, place: (key) => [...at, ...own.place(key)] };
  }
  const isJob = at[0] === "jobs";
  const leavesRunning = (values.leave_running ?? shared.defaults.leave_running) === true;
  const taken = Object.entries(shared.defaults).filter(([key, value]) =>
    value !== undefined && !Object.hasOwn(values, key) && (isJob || !ONLY_JOBS.includes(key)) &&
    // In an interactive job, the person at the terminal decides whether to try again.
    !(key === "retry" && values.interactive === true) &&
    // An interactive job has ours, and processes that outlive the job would be hung up with its terminal.
    !(key === "terminal" && (values.interactive === true || leavesRunning)) &&
    // A lock together with concurrency "allow" would lock nothing.
    !(key === "concurrency" && value === "allow" && values.lock !== undefined)
  );
  const ownEnv = (values.env ?? {}) as Variables;
  const env = overlay(shared.env, ownEnv, shared.ignoresCase);
  const [common, secrets] = [shared.defaults.secrets, values.secrets];
  return {
    values: {
      ...Object.fromEntries(taken),
      ...values,
      ...(hasShared ? { env } : {}),
      // A secret stays a secret everywhere: a job with its own list must not show it.
      ...(Array.isArray(common) && Array.isArray(secrets)
        ? { secrets: [...new Set([...common, ...secrets])] }
        : {}),
    },
    place(key) {
      const [first, second] = key as readonly string[];
      if (first === "env" && second !== undefined && hasShared && !Object.hasOwn(ownEnv, second)) return key;
      if (taken.some(([name]) => name === first)) return ["defaults", ...key];
      return [...at, ...own.place(key)];
    },
  };
}
