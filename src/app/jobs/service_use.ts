/** The services of a run: how they are made ready, and the variables of their users. Does not know how services are started. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import { addressVariable } from "../../model/service.ts";
import type { Variables } from "../../model/variables.ts";

/** null for a service whose readiness check gives no address. */
export type ServiceAddresses = ReadonlyMap<string, string | null>;

export interface UsedServices {
  readonly addresses: ServiceAddresses;
  /** Ends services that were started for their users and have none left. */
  release(): Promise<void>;
}

/** Returns when all of them are ready. */
export type UseServices = (names: readonly string[]) => Promise<Result<UsedServices, Failure>>;

/** Keeps the services ready during the work; without services it does nothing. */
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

/** Only for the services that it uses itself. */
export function serviceVariables(
  uses: readonly string[],
  addresses: ServiceAddresses | undefined,
): Variables {
  return Object.fromEntries(uses.flatMap((name) => {
    const address = addresses?.get(name) ?? null;
    return address === null ? [] : [[addressVariable(name), address]];
  }));
}
