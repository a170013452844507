/** A slot that notes its holder as soon as it is held. */

import type { Slot } from "../../engine/slot.ts";

/** `holder` gives the run that holds the slot, the process and the time of its start. */
export function signedSlot(slot: Slot, holder: () => Parameters<Slot["sign"]>): Slot {
  const sign = () => slot.sign(...holder());
  if (slot.isHeld) sign();
  return {
    get isHeld() {
      return slot.isHeld;
    },
    get holder() {
      return slot.holder;
    },
    async wait(stops, clock) {
      const waited = await slot.wait(stops, clock);
      sign();
      return waited;
    },
    sign: (...by) => slot.sign(...by),
  };
}
