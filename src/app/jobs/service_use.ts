/** What a run knows of services: how to have them ready, and which variables their users get. Knows not how they are started. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import { addressVariable } from "../../model/service.ts";
import type { Variables } from "../../model/variables.ts";

/** null for a service whose way of being ready tells none. */
export type ServiceAddresses = ReadonlyMap<string, string | null>;

export interface UsedServices {
  readonly addresses: ServiceAddresses;
  /** Ends those that were started for their users, where nobody uses them any more. */
  release(): Promise<void>;
}

/** Returns when all of them are ready. */
export type UseServices = (names: readonly string[]) => Promise<Result<UsedServices, Failure>>;

/** Has them ready while the work is done; without any, nothing is done for it. */
export async function withServices<T>(
  use: UseServices,
  names: readonly string[],
  work: (services: ServiceAddresses | undefined) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  if (names.length === 0) return await work(undefined);
  const used = await use([...new Set(names)]);
  if (!used.ok) return used;
  try {
    return await work(used.value.addresses);
  } finally {
    await used.value.release();
  }
}

/** Only for what it uses itself. */
export function serviceVariables(
  uses: readonly string[],
  addresses: ServiceAddresses | undefined,
): Variables {
  return Object.fromEntries(uses.flatMap((name) => {
    const address = addresses?.get(name) ?? null;
    return address === null ? [] : [[addressVariable(name), address]];
  }));
}
