/** Applies the tables of systems to a job or task. Knows no key but `env`, which is merged name by name. */

import type { OperatingSystem } from "../host/environment.ts";
import { overlay, type Variables } from "../model/variables.ts";
import type { KeyPath } from "./problem.ts";
import type { Table } from "./shape.ts";

export const PLATFORMS = ["windows", "macos", "linux"] as const;
export type Platform = (typeof PLATFORMS)[number];

export function platformOf(os: OperatingSystem): Platform {
  return os === "darwin" ? "macos" : os;
}

/** A job or task as it is on one system. */
export interface InForce<T extends Table> {
  readonly values: T;
  /** The place of a value, relative to the job or task: `["env", "A"]`, or `["linux", "env", "A"]`. */
  place(key: KeyPath): KeyPath;
}

/** With an undefined platform: the values where no table of a system changes them. */
export function inForce<T extends Table>(values: T, platform: Platform | undefined): InForce<T> {
  const own = platform === undefined ? undefined : values[platform] as Table | undefined;
  if (own === undefined) return { values, place: (key) => key };
  // A value with a problem is absent here, and changes nothing.
  const changed = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const env = changed.env as Variables | undefined;
  const laidOver = env && overlay((values.env ?? {}) as Variables, env, platform === "windows");
  return {
    values: { ...values, ...changed, ...(laidOver === undefined ? {} : { env: laidOver }) },
    place(key) {
      const [first, second] = key as readonly string[];
      const isChanged = first === "env" && second !== undefined
        ? env !== undefined && Object.hasOwn(env, second)
        : Object.hasOwn(changed, first!);
      return isChanged ? [platform!, ...key] : key;
    },
  };
}
