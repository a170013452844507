/**
 * Tests the real host against the contract. Run by contract_test.ts in a separate process: in the process of
 * other tests, the host would take their children for orphans of its trees, end them, and wait for them
 * before the runtime does.
 */

import { isForHere, REAL_CONTRACT } from "./contract.ts";
import { toEnd, value } from "./expect.ts";
import { realSubject, sh } from "./subject.ts";

// The first two spawns and the first listener load a system library and keep it open, which a test's sanitizer
// would report as a leak. The tests then see processes that we start without the runtime, where the system has that.
if (Deno.build.os !== "windows") await warmUp();

for (const each of REAL_CONTRACT) {
  Deno.test({
    name: each.name,
    ignore: !isForHere(each),
    sanitizeOps: each.leavesWait !== true,
    sanitizeResources: each.leavesWait !== true,
    async fn() {
      await using subject = realSubject();
      await each.check(subject);
    },
  });
}

async function warmUp(): Promise<void> {
  await using subject = realSubject();
  subject.host.signals.onStop(() => {})();
  for (const _ of ["by the runtime", "by ourselves"]) {
    await toEnd(value(subject.host.processes.spawn(subject.request(sh("exit 0", () => 0)))));
  }
}
