/**
 * Tests the fake and the real host against one contract, so that a test that passes on the fake one is valid
 * for the machine.
 */

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { AS_ON_MACOS, CONTRACT, isForHere, REAL_CONTRACT, WINDOWS_CONTRACT } from "./contract.ts";
import { type ContractCase, fakeSubject } from "./subject.ts";

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

const REAL = {
  kind: "real",
  cases: REAL_CONTRACT,
  ignores: (each: ContractCase) => !isForHere(each),
  words: [],
};
const AS_MACOS = {
  kind: "as on macOS",
  cases: AS_ON_MACOS,
  ignores: () => Deno.build.os !== "linux",
  words: ["as-on-macos"],
};

for (const { kind, cases, ignores, words } of [REAL, AS_MACOS]) {
  let asked: Promise<string> | undefined;
  for (const each of cases) {
    Deno.test({
      name: `${kind}: ${each.name}`,
      ignore: ignores(each),
      async fn() {
        const said = await (asked ??= runRealContract(words));
        const passed = said.split("\n").some((line) => line.replace(/^ok \d+ - /, "") === each.name);
        assert(passed, `the real host says\n${said}`);
      },
    });
  }
}

/**
 * The output of the tests in real_contract.ts, as lines of the Test Anything Protocol. Source:
 * testanything.org, version 14.
 */
async function runRealContract(words: readonly string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "--no-check", "--reporter=tap", "real_contract.ts", "--", ...words],
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
