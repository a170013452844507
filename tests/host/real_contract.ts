/**
 * Tests the real host against the contract. Run by contract_test.ts in a separate process: in the process of
 * other tests, the host would take their children for orphans of its trees, end them, and wait for them
 * before the runtime does.
 */

import "./compiled_calls.ts";
import { AS_ON_MACOS, isForHere, REAL_CONTRACT } from "./contract.ts";
import { toEnd, value } from "./expect.ts";
import { endAll, SLEEPER, spawn } from "./process_steps.ts";
import { hostAsOnMacos, realSubject, sh } from "./subject.ts";

const isAsOnMacos = Deno.args.includes("as-on-macos");
const host = isAsOnMacos ? hostAsOnMacos() : undefined;

// The first spawn, the first listener and the first list of a folder load a system library and keep it open, as well as a list of our children. A test's sanitizer
// would report these as leaks.
if (Deno.build.os !== "windows") await warmUp();

for (const each of isAsOnMacos ? AS_ON_MACOS : REAL_CONTRACT) {
  Deno.test({
    name: each.name,
    ignore: !isForHere(each, isAsOnMacos ? "darwin" : Deno.build.os),
    sanitizeOps: each.leavesWait !== true,
    sanitizeResources: each.leavesWait !== true,
    async fn() {
      await using subject = realSubject(host);
      await each.check(subject);
    },
  });
}

async function warmUp(): Promise<void> {
  await using subject = realSubject(host);
  subject.host.signals.onStop(() => {})();
  value(await subject.host.files.identifyAll(subject.folder, () => true));
  // It lives until its parent has looked for it.
  await endAll(subject, spawn(subject, SLEEPER));
  if (!subject.host.processes.givesTerminals()) return;
  const terminal = { columns: 80, rows: 24 };
  await toEnd(value(subject.host.processes.spawn(subject.request(sh("exit 0", () => 0), { terminal }))));
}
