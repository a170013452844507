/** Holds the fake and the real host to one contract, so that what passes on the fake one is true of the machine. */

import { assertEquals } from "@std/assert";
import { toEnd, value } from "./expect.ts";
import { FILE_CONTRACT } from "./files_contract.ts";
import { LOCK_CONTRACT } from "./locks_contract.ts";
import { OUTPUT_CONTRACT } from "./output_contract.ts";
import { PROGRAM_CONTRACT } from "./programs_contract.ts";
import { fakeSubject, realSubject, sh } from "./subject.ts";
import { SURROUNDINGS_CONTRACT } from "./surroundings_contract.ts";
import { TOOL_CONTRACT } from "./tools_contract.ts";
import { TREE_CONTRACT } from "./trees_contract.ts";
import { WATCH_CONTRACT } from "./watch_contract.ts";

const HERE = Deno.build.os;

const CONTRACT = [
  ...FILE_CONTRACT,
  ...WATCH_CONTRACT,
  ...LOCK_CONTRACT,
  ...PROGRAM_CONTRACT,
  ...OUTPUT_CONTRACT,
  ...TREE_CONTRACT,
  ...TOOL_CONTRACT,
  ...SURROUNDINGS_CONTRACT,
];

// The first spawn loads a system library and keeps it, which the sanitizer of the first test would take for a leak.
if (HERE === "linux") await warmUp();

for (const { name, on, check } of CONTRACT) {
  Deno.test(`fake: ${name}`, async () => {
    await using subject = fakeSubject();
    await check(subject);
  });
  Deno.test({
    name: `real: ${name}`,
    ignore: on !== undefined && !on.some((system) => system === HERE),
    async fn() {
      await using subject = realSubject();
      await check(subject);
    },
  });
}

Deno.test({
  name: "real: only the user can read what is made",
  ignore: HERE === "windows",
  async fn() {
    await using subject = realSubject();
    const { host: { files, paths }, folder } = subject;
    const path = paths.join(folder, "a", "b", "file");
    value(files.makeFolders(paths.join(folder, "a", "b")));
    value(files.createNew(path)).close();
    const lock = value(files.tryLock(paths.join(folder, "a", "lock"), { exclusive: true, create: "new" }));
    if (lock !== "held") lock.release();
    const modes = [path, paths.join(folder, "a", "lock"), paths.join(folder, "a"), paths.dirname(path)]
      .map((each) => (Deno.statSync(each).mode ?? 0) & 0o777);
    assertEquals(modes, [0o600, 0o600, 0o700, 0o700]);
  },
});

async function warmUp(): Promise<void> {
  await using subject = realSubject();
  await toEnd(value(subject.host.processes.spawn(subject.request(sh("exit 0", () => 0)))));
}
