/** Open files of the runtime, for writing. */

import type { WritableFile } from "./files.ts";
import { attempt, attemptBeside } from "./deno_problem.ts";

export function writable(file: Deno.FsFile): WritableFile {
  return {
    write: (bytes) =>
      attempt(() => {
        for (let offset = 0; offset < bytes.length;) {
          offset += file.writeSync(offset === 0 ? bytes : bytes.subarray(offset));
        }
      }),
    writeBeside: (bytes) =>
      attemptBeside(async () => {
        for (let offset = 0; offset < bytes.length;) {
          offset += await file.write(offset === 0 ? bytes : bytes.subarray(offset));
        }
      }),
    sync: () => attempt(() => file.syncSync()),
    syncBeside: () => attemptBeside(() => file.sync()),
    close: () => file.close(),
  };
}
