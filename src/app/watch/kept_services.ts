/** The services of a watch: ready from the first run that needs them until the end of the watch, and not started again for each run. */

import { ok } from "../../model/result.ts";
import type { UsedServices, UseServices } from "../jobs/service_use.ts";

export class KeptServices {
  readonly #kept = new Map<string, UsedServices>();

  /** For one run: each service is looked at again, because it may have ended, or be defined in another way. */
  forRun(use: UseServices): UseServices {
    return async (names, stops) => {
      const addresses = new Map<string, string | null>();
      for (const name of names) {
        const used = await use([name], stops);
        if (!used.ok) return used;
        const before = this.#kept.get(name);
        this.#kept.set(name, used.value);
        // It has a user again, so this ends nothing.
        await before?.release();
        for (const [each, address] of used.value.addresses) addresses.set(each, address);
      }
      return ok({ addresses, release: () => Promise.resolve() });
    };
  }

  async release(): Promise<void> {
    for (const used of [...this.#kept.values()].reverse()) await used.release();
    this.#kept.clear();
  }
}
