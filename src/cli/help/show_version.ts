/** `--version`: shows the version of the program and its runtime. */

import { VERSION, versionLine } from "../../version.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

export function showVersion({ console, host: { environment }, isJson }: Invocation): number {
  if (isJson) {
    const { runtime, arch, os } = environment;
    console.json({ format: 1, kind: "version", version: VERSION, runtime, arch, os });
  } else console.out(versionLine(environment));
  return EXIT.done;
}
