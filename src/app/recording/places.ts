/**
 * Places for a limited number of the user's runs at a time, in all projects: slots, which every node of a graph needs, and
 * pools, which the configuration names. Each place is a kernel lock in the state folder of the user, so that it is free when its
 * holder has ended, however that ended.
 */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { visible } from "../../model/visible.ts";
import type { FileLock } from "../../host/files.ts";
import type { Slot } from "../../engine/slot.ts";
import { type LockHolder, lockNote, type NamedPlace, tryPlace } from "../../store/job_lock.ts";
import { prepareLocks } from "../../store/state_folders.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** In the environment of every process of a run: the places that the run holds, so that a run inside it does not wait for them. */
export const SLOTS_VARIABLE = "ORCHASTRATION_SLOTS";
const SLOT_WORD = "slot";
const POOL_PREFIX = "pool:";

export interface PlaceSettings {
  /** The number of slots, as this call counts them. */
  readonly slots: number;
  /** The number of places of each pool. */
  readonly pools: ReadonlyMap<string, number>;
}

/** The places that a run needs while it runs. */
export interface WantedPlaces {
  readonly slot: boolean;
  readonly pool: string | undefined;
}

export type TakenPlaces =
  | { readonly kind: "held"; readonly held: HeldPlaces }
  /** The subject of the wait, and the run whose end it is, in words. */
  | { readonly kind: "waits"; readonly for: string; readonly holder: string }
  /** It would wait for ever. */
  | { readonly kind: "refused"; readonly failure: Failure };

export class Places {
  readonly #parts: StoreParts;
  readonly #settings: PlaceSettings;
  readonly #project: string | undefined;
  readonly #inherited: ReadonlySet<string>;
  /** The slot of the enclosing run is not lent to another node. */
  #isInheritedSlotFree: boolean;
  /** The numbers of the slots that this call has, which need not be tried. */
  readonly #ownSlots = new Set<number>();
  /** We have the right to the next free slot, so the previous holder cannot take it again before us. */
  #nextSlot: FileLock | undefined;

  private constructor(
    parts: StoreParts,
    settings: PlaceSettings,
    project: string | undefined,
    inherited: ReadonlySet<string>,
  ) {
    this.#parts = parts;
    this.#settings = settings;
    this.#project = project;
    this.#inherited = inherited;
    this.#isInheritedSlotFree = inherited.has(SLOT_WORD);
  }

  static async open(
    workspace: Workspace,
    settings: PlaceSettings,
    project: string | undefined,
  ): Promise<Result<Places, Failure>> {
    const parts = workspace.userStateParts();
    if (!parts.ok) return parts;
    const locks = await prepareLocks(parts.value);
    if (!locks.ok) return locks;
    const words = workspace.host.environment.get(SLOTS_VARIABLE) ?? "";
    const inherited = new Set(words.split(",").filter((word) => word !== ""));
    return ok(new Places(parts.value, settings, project, inherited));
  }

  /** Takes all places or none: a run that holds one place and waits for another could wait for a run that waits for it. */
  take({ slot, pool }: WantedPlaces): TakenPlaces {
    const held: FileLock[] = [];
    const words: string[] = [];
    if (pool !== undefined && !this.#inherited.has(POOL_PREFIX + pool)) {
      const taken = this.#takePool(pool);
      if (taken.kind !== "taken") return taken;
      held.push(taken.lock);
    }
    if (pool !== undefined) words.push(POOL_PREFIX + pool);
    let giveBack = () => {};
    if (slot) {
      words.push(SLOT_WORD);
      const taken = this.#isInheritedSlotFree ? "inherited" : this.#takeSlot();
      if (taken !== "inherited" && taken.kind !== "taken") {
        for (const lock of held) lock.release();
        return taken;
      }
      if (taken === "inherited") {
        this.#isInheritedSlotFree = false;
        giveBack = () => void (this.#isInheritedSlotFree = true);
      } else {
        held.push(taken.lock);
        this.#ownSlots.add(taken.index);
        giveBack = () => void this.#ownSlots.delete(taken.index);
      }
    }
    return { kind: "held", held: new HeldPlaces(held, this.#variable(words), this.#project, giveBack) };
  }

  /** The value for runs inside this run, which holds its pool. */
  variableWith(pool: string): string {
    return this.#variable([POOL_PREFIX + pool]);
  }

  /** The same for a run that holds a slot and no pool. */
  variableWithSlot(): string {
    return this.#variable([SLOT_WORD]);
  }

  #variable(words: readonly string[]): string {
    return [...new Set([...this.#inherited, ...words])].sort().join(",");
  }

  /** Another call may have the right to the next slot. */
  close(): void {
    this.#nextSlot?.release();
    this.#nextSlot = undefined;
  }

  #takePool(pool: string): Taken {
    const count = this.#settings.pools.get(pool) ?? 1;
    const taken = this.#takeOne((index) => ({ pool, index }), count);
    if (taken.kind === "taken") return taken;
    // A node that waits for a pool leaves the slots to others.
    this.close();
    if (taken.kind === "refused") return taken;
    const around = [...this.#inherited].filter((word) => word.startsWith(POOL_PREFIX))
      .map((word) => word.slice(POOL_PREFIX.length)).sort();
    // Runs inside runs wait for pools in the order of their names, so that no two of them wait for each other.
    const last = around.at(-1);
    if (last !== undefined && pool < last) {
      return {
        kind: "refused",
        failure: {
          code: "refused",
          action: "wait for pool",
          value: pool,
          fact:
            `it is taken, and a job around this one holds pool ${last}: waiting in this order could go on for ever`,
          next: [],
        },
      };
    }
    return this.#waits(`pool ${pool}`, taken.by);
  }

  #takeSlot(): Taken {
    const next = this.#nextSlot ?? this.#takeNextSlot();
    if (next === undefined) {
      return {
        kind: "waits",
        for: "a slot, and other runs have waited longer",
        holder: "other runs that wait for a slot",
      };
    }
    if ("kind" in next) return next;
    this.#nextSlot = next;
    const taken = this.#takeOne(
      (index) => ({ pool: undefined, index }),
      this.#settings.slots,
      this.#ownSlots,
    );
    if (taken.kind === "taken") this.close();
    return taken.kind === "held" ? this.#waits("a slot", taken.by) : taken;
  }

  /** undefined: another run holds it. */
  #takeNextSlot(): FileLock | Extract<Taken, { readonly kind: "refused" }> | undefined {
    const tried = tryPlace(this.#parts, "next");
    if (!tried.ok) return { kind: "refused", failure: tried.failure };
    return tried.value.kind === "taken" ? tried.value.lock : undefined;
  }

  #takeOne(placeOf: (index: number) => NamedPlace, count: number, own?: ReadonlySet<number>) {
    let by: LockHolder | undefined;
    for (let index = 0; index < count; index++) {
      if (own?.has(index)) continue;
      const tried = tryPlace(this.#parts, placeOf(index));
      if (!tried.ok) return { kind: "refused", failure: tried.failure } as const;
      if (tried.value.kind === "taken") {
        // The note is still the one of a run that had the place before.
        tried.value.lock.note("");
        return { ...tried.value, index } as const;
      }
      by ??= tried.value.by;
    }
    return { kind: "held", by } as const;
  }

  #waits(place: string, by: LockHolder | undefined): Extract<TakenPlaces, { readonly kind: "waits" }> {
    if (by?.run === undefined) return { kind: "waits", for: place, holder: `a run that has ${place}` };
    const isOwn = by.project === undefined || by.project === this.#project;
    const holder = isOwn ? by.run : `${by.run} of ${visible(by.project)}`;
    return { kind: "waits", for: `${place}, which ${holder} has`, holder };
  }
}

type Taken =
  | { readonly kind: "taken"; readonly lock: FileLock; readonly index: number }
  | Exclude<TakenPlaces, { readonly kind: "held" }>;

/** The places that a run holds while it runs. */
export class HeldPlaces implements Slot {
  readonly isHeld = true;
  readonly holder = undefined;
  /** For the environment of its processes. */
  readonly variable: string;
  readonly #locks: readonly FileLock[];
  readonly #project: string | undefined;
  readonly #onRelease: () => void;
  #isReleased = false;

  constructor(
    locks: readonly FileLock[],
    variable: string,
    project: string | undefined,
    onRelease: () => void,
  ) {
    this.#locks = locks;
    this.variable = variable;
    this.#project = project;
    this.#onRelease = onRelease;
  }

  wait(): Promise<Result<void, Failure>> {
    return Promise.resolve(ok(undefined));
  }

  sign(...[run, pid, since]: Parameters<Slot["sign"]>): void {
    for (const lock of this.#locks) lock.note(lockNote({ run, pid, project: this.#project, since }));
  }

  /** A second time has no effect. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const lock of this.#locks) lock.release();
    this.#onRelease();
  }
}
