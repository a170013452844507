/** All cases of the contract that the hosts are held to. */

import { assertEquals } from "@std/assert";
import { value } from "./expect.ts";
import { FILE_CONTRACT } from "./files_contract.ts";
import { LOCK_CONTRACT } from "./locks_contract.ts";
import { NETWORK_CONTRACT } from "./network_contract.ts";
import { OUTPUT_CONTRACT } from "./output_contract.ts";
import { PROGRAM_CONTRACT } from "./programs_contract.ts";
import { type ContractCase, POSIX } from "./subject.ts";
import { SURROUNDINGS_CONTRACT } from "./surroundings_contract.ts";
import { TERMINAL_CONTRACT } from "./terminals_contract.ts";
import { TOOL_CONTRACT } from "./tools_contract.ts";
import { TREE_CONTRACT } from "./trees_contract.ts";
import { WINDOWS_CONTRACT } from "./windows_contract.ts";
import { WATCH_CONTRACT } from "./watch_contract.ts";

export const CONTRACT: readonly ContractCase[] = [
  ...FILE_CONTRACT,
  ...WATCH_CONTRACT,
  ...LOCK_CONTRACT,
  ...PROGRAM_CONTRACT,
  ...OUTPUT_CONTRACT,
  ...TREE_CONTRACT,
  ...TERMINAL_CONTRACT,
  ...TOOL_CONTRACT,
  ...SURROUNDINGS_CONTRACT,
  ...NETWORK_CONTRACT,
];

export { WINDOWS_CONTRACT };

/** The fake host knows no modes. */
const PRIVATE: ContractCase = {
  name: "only the user can read created files and folders",
  on: POSIX,
  check({ host: { files, paths }, folder }) {
    const path = paths.join(folder, "a", "b", "file");
    value(files.makeFolders(paths.join(folder, "a", "b")));
    value(files.createNew(path)).close();
    const lock = value(files.tryLock(paths.join(folder, "a", "lock"), { exclusive: true, create: "new" }));
    if (lock !== "held") lock.release();
    const modes = [path, paths.join(folder, "a", "lock"), paths.join(folder, "a"), paths.dirname(path)]
      .map((each) => (Deno.statSync(each).mode ?? 0) & 0o777);
    assertEquals(modes, [0o600, 0o600, 0o700, 0o700]);
  },
};

export const REAL_CONTRACT: readonly ContractCase[] = [...CONTRACT, ...WINDOWS_CONTRACT, PRIVATE];

/** These ask the system itself, which stays Linux. */
const OF_THE_SYSTEM = ["findWorkingIn finds", "the identity of this process"];

/** What Linux can be asked while it does everything as on macOS. */
export const AS_ON_MACOS: readonly ContractCase[] = [...TREE_CONTRACT, ...TERMINAL_CONTRACT]
  .filter((each) => isForHere(each, "darwin") && !OF_THE_SYSTEM.some((name) => each.name.startsWith(name)));

/** Whether the real host of a system can do it. */
export function isForHere({ on }: ContractCase, here: string = Deno.build.os): boolean {
  return on === undefined || on.some((system) => system === here);
}
