/** Several slots as one, for a run that is not a node of a graph: it holds all of them or none, so that no two runs wait for each other. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Clock } from "../../host/clock.ts";
import type { Slot } from "../../engine/slot.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type HeldPlaces, Places } from "./places.ts";

const LOOK_AGAIN_MS = 100;

/** A slot that can be tried without waiting, and released. */
export interface TriedSlot extends Pick<Slot, "isHeld" | "holder" | "sign"> {
  tryNow(): Result<boolean, Failure>;
  release(): void;
}

export class AllSlots implements Slot {
  readonly #slots: readonly TriedSlot[];
  #holder: string | undefined;

  constructor(slots: readonly TriedSlot[]) {
    this.#slots = slots;
  }

  get isHeld(): boolean {
    return this.#slots.every(({ isHeld }) => isHeld);
  }

  get holder(): string | undefined {
    return this.#holder;
  }

  tryNow(): Result<boolean, Failure> {
    for (const slot of this.#slots) {
      const had = slot.isHeld ? ok(true) : slot.tryNow();
      if (!had.ok || !had.value) {
        this.#holder = slot.holder;
        this.release();
        return had;
      }
    }
    return ok(true);
  }

  async wait(stops: StopRequests, clock: Clock): Promise<Result<void, Failure>> {
    while (!this.isHeld && stops.first === undefined) {
      const timer = clock.after(LOOK_AGAIN_MS);
      await Promise.race([timer.elapsed, stops.at(0)]);
      timer.cancel();
      const tried = this.tryNow();
      if (!tried.ok) return tried;
    }
    return ok(undefined);
  }

  sign(...by: Parameters<Slot["sign"]>): void {
    for (const slot of this.#slots) slot.sign(...by);
  }

  release(): void {
    for (const slot of this.#slots) slot.release();
  }
}

/** The place of a job in its pool. */
export class PoolPlace implements TriedSlot {
  readonly #places: Places;
  readonly #pool: string;
  #held: HeldPlaces | undefined;
  #holder: string | undefined;

  private constructor(places: Places, pool: string) {
    this.#places = places;
    this.#pool = pool;
  }

  static async open(
    workspace: Workspace,
    pools: ReadonlyMap<string, number>,
    pool: string,
    project: string | undefined,
  ): Promise<Result<PoolPlace, Failure>> {
    const places = await Places.open(workspace, { slots: 1, pools }, project);
    return places.ok ? ok(new PoolPlace(places.value, pool)) : places;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** The subject of the wait, in words. */
  get holder(): string | undefined {
    return this.#holder;
  }

  /** For the environment of its processes. */
  get variable(): string {
    return this.#places.variableWith(this.#pool);
  }

  tryNow(): Result<boolean, Failure> {
    const taken = this.#places.take({ slot: false, pool: this.#pool });
    if (taken.kind === "refused") return fail(taken.failure);
    if (taken.kind === "waits") this.#holder = taken.holder;
    else this.#held = taken.held;
    return ok(this.isHeld);
  }

  sign(...by: Parameters<Slot["sign"]>): void {
    this.#held?.sign(...by);
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }
}
