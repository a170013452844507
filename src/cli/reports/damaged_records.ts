/** Warns about records that cannot be read; they are skipped. */

import type { DamagedRecord } from "../../app/runs/run_view.ts";
import { visible } from "../../model/visible.ts";

export function damagedWarnings(damaged: readonly DamagedRecord[], what = "record"): readonly string[] {
  return damaged.map(({ path, reason }) =>
    `Cannot read the ${what} "${visible(path)}": ${visible(reason)}; it is left out`
  );
}

export function damagedJson(damaged: readonly DamagedRecord[]) {
  return damaged.map(({ path, reason }) => ({ path, reason }));
}
