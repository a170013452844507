/**
 * Tests the fake and the real host against one contract, so that a test that passes on the fake one is valid
 * for the machine.
 */

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { CONTRACT, isForHere, REAL_CONTRACT, WINDOWS_CONTRACT } from "./contract.ts";
import { fakeSubject } from "./subject.ts";

const BOUND_MS = 300_000;

for (const { name, check } of CONTRACT) {
  Deno.test(`fake: ${name}`, async () => {
    await using subject = fakeSubject();
    await check(subject);
  });
}

for (const { name, check } of WINDOWS_CONTRACT) {
  Deno.test(`fake: ${name}`, async () => {
    await using subject = fakeSubject("windows");
    await check(subject);
  });
}

let asked: Promise<string> | undefined;

for (const each of REAL_CONTRACT) {
  Deno.test({
    name: `real: ${each.name}`,
    ignore: !isForHere(each),
    async fn() {
      const said = await (asked ??= runRealContract());
      const passed = said.split("\n").some((line) => line.replace(/^ok \d+ - /, "") === each.name);
      assert(passed, `the real host says\n${said}`);
    },
  });
}

/**
 * The output of the tests in real_contract.ts, as lines of the Test Anything Protocol. Source:
 * testanything.org, version 14.
 */
async function runRealContract(): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "--no-check", "--reporter=tap", "real_contract.ts"],
    cwd: fromFileUrl(new URL(".", import.meta.url)),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), BOUND_MS);
  try {
    const { stdout, stderr } = await child.output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  } finally {
    clearTimeout(timer);
  }
}
