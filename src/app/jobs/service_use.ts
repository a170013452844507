/** The services of a run: how they are made ready, and the variables of their users. Does not know how services are started. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { addressVariable } from "../../model/service.ts";
import type { Variables } from "../../model/variables.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";

/** null for a service whose readiness check gives no address. */
export type ServiceAddresses = ReadonlyMap<string, string | null>;

export interface UsedServices {
  readonly addresses: ServiceAddresses;
  /** Ends services that were started for their users and have none left. */
  release(): Promise<void>;
}

/**
 * Returns when all of them are ready, or when a stop of the users is requested. Without `stops`, a signal to this process is that
 * request.
 */
export type UseServices = (
  names: readonly string[],
  stops?: StopRequests,
) => Promise<Result<UsedServices, Failure>>;

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

/** The services of several users in one call: each is made ready for its first user that has to run, and released at the end of all. */
export class SharedServices {
  readonly #use: UseServices;
  readonly #used = new Map<string, ReturnType<UseServices>>();

  constructor(use: UseServices) {
    this.#use = use;
  }

  /** `stops`: what ends the wait for all users, because none of them will begin. */
  async ready(names: readonly string[], stops: StopRequests): Promise<Result<ServiceAddresses, Failure>> {
    const addresses = new Map<string, string | null>();
    for (const name of new Set(names)) {
      const using = this.#used.get(name) ?? this.#use([name], stops);
      this.#used.set(name, using);
      const used = await using;
      if (!used.ok) return used;
      for (const [each, address] of used.value.addresses) addresses.set(each, address);
    }
    return ok(addresses);
  }

  async release(): Promise<void> {
    for (const using of [...this.#used.values()].reverse()) {
      const used = await using;
      if (used.ok) await used.value.release();
    }
  }
}

export async function withSharedServices<T>(
  use: UseServices,
  work: (shared: SharedServices) => Promise<T>,
): Promise<T> {
  const shared = new SharedServices(use);
  try {
    return await work(shared);
  } finally {
    await shared.release();
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
