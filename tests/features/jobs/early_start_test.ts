/** The early start of a supervisor: only for calls that are certain to be detached, and once. */

import { assertEquals } from "@std/assert";
import { startEarly, takeEarly } from "../../../src/cli/base/early_start.ts";
import { machineWith } from "../../support/cli.ts";
import type { FakeHostOptions } from "../../support/fake_host.ts";

const ENV = { PATH: "/bin", HOME: "/home/ada" };

function isStarted(argv: readonly string[], options: FakeHostOptions = {}): boolean {
  using host = machineWith("", { env: ENV, ...options });
  startEarly(argv, host);
  const taken = takeEarly();
  assertEquals(takeEarly(), undefined);
  assertEquals(host.processes.handedOver.length, taken === undefined ? 0 : 1);
  return taken !== undefined;
}

for (
  const [words, expected] of [
    ["run a --detach", true],
    ["run --detach", true],
    ["run a b --detach --json", true],
    ["run a --detach -- --help", true],
    ["run a", false],
    ["run a -- --detach", false],
    ["build run a --detach", false],
    ["run a --detach --help", false],
    ["run a --detach --dry-run", false],
    ["run a --detach --scheduled=nightly", false],
    ["--json run a --detach", false],
  ] as const
) {
  Deno.test(`early start: "${words}" ${expected ? "starts" : "does not start"} a supervisor`, () => {
    assertEquals(isStarted(words.split(" ")), expected);
  });
}

Deno.test("early start: a supervisor, and a call inside a run, start no supervisor", () => {
  const words = ["run", "a", "--detach"];
  assertEquals(isStarted(words, { handedOver: "{}" }), false);
  assertEquals(isStarted(words, { env: { ...ENV, ORCHASTRATION_RUN_ID: "x/20261122T063449.000Z" } }), false);
});
