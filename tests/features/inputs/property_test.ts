/** Inputs, whatever happens to them: equal content gives an equal answer, and what was not run would have made the same. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const OUTPUT = `${PROJECT}/dist/out`;
const PATHS = ["src/a", "src/b c", "src/deep/[d].js"];
/** Two of them are of one size, so that only their content tells them apart. */
const CONTENTS = ["one", "two", "three"];

type Step =
  | { readonly do: "write" | "replace"; readonly path: string; readonly content: string }
  | { readonly do: "remove" | "touch" | "mode"; readonly path: string }
  | { readonly do: "output"; readonly how: "removed" | "edited" }
  | { readonly do: "clock"; readonly ms: number }
  | { readonly do: "cache"; readonly how: "removed" | "damaged" }
  | { readonly do: "run"; readonly fails: boolean };

const anyPath = fc.constantFrom(...PATHS);
const anyContent = fc.constantFrom(...CONTENTS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("write", "replace"), path: anyPath, content: anyContent }),
  fc.record({ do: fc.constantFrom("remove", "touch", "mode"), path: anyPath }),
  fc.record({ do: fc.constant("output"), how: fc.constantFrom("removed", "edited") }),
  // Also back: the clock of the machine is nothing that a decision may stand on.
  fc.record({ do: fc.constant("clock"), ms: fc.constantFrom(-5000, 1, 1000, 3_600_000) }),
  fc.record({ do: fc.constant("cache"), how: fc.constantFrom("removed", "damaged") }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant("run"), fails: fc.boolean() }) },
) as fc.Arbitrary<Step>;

/** What the command makes of its inputs as they are now, and what tells two states of them apart. */
function contentOf(host: FakeHost): string {
  return JSON.stringify(PATHS.map((path) => {
    const node = host.disk.nodeAt(`${PROJECT}/${path}`);
    return node?.kind === "file" ? [host.disk.read(`${PROJECT}/${path}`), node.executable] : null;
  }));
}

function take(host: FakeHost, step: Exclude<Step, { do: "run" }>): void {
  const { disk, clock } = host;
  switch (step.do) {
    case "write":
      return disk.write(`${PROJECT}/${step.path}`, step.content);
    case "replace": {
      const path = `${PROJECT}/${step.path}`;
      const node = disk.nodeAt(path);
      if (node?.kind !== "file") return;
      const { modifiedAtMs } = node;
      disk.remove(path);
      disk.write(path, step.content);
      return disk.setModifiedAt(path, modifiedAtMs);
    }
    case "remove":
    case "touch":
    case "mode": {
      const path = `${PROJECT}/${step.path}`;
      const node = disk.nodeAt(path);
      if (node?.kind !== "file") return;
      if (step.do === "remove") disk.remove(path);
      else if (step.do === "touch") disk.setModifiedAt(path, clock.nowMs());
      else disk.setAccess(path, { executable: !node.executable });
      return;
    }
    case "output":
      if (disk.nodeAt(OUTPUT) === undefined) return;
      return step.how === "removed" ? disk.remove(OUTPUT) : disk.write(OUTPUT, "edited");
    case "clock":
      return clock.pass(step.ms);
    case "cache":
      for (const [path, text] of Object.entries(disk.tree("/home/ada/.cache"))) {
        if (!path.endsWith(".cache") || path.endsWith("/")) continue;
        if (step.how === "removed") disk.remove(path);
        else disk.write(path, text.replace("src", "Src"));
      }
  }
}

Deno.test("inputs: equal content gives an equal answer, and what was not run would have made the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 30 }), async (steps) => {
      const host = machineWith(
        '[jobs.make]\ncommand = ["make"]\ninputs = ["src"]\noutputs = ["dist/out"]\n',
        { files: { [`${PROJECT}/src/a`]: "one" } },
      );
      let fails = false;
      let ran = 0;
      host.program("make", async (p) => {
        ran++;
        await p.writeFile("dist/out", contentOf(host));
        return fails ? 1 : 0;
      });
      /** How the newest run with these inputs ended. */
      const newest = new Map<string, "succeeded" | "failed">();
      for (const step of [...steps, { do: "run", fails: false } as const]) {
        if (step.do !== "run") {
          take(host, step);
          continue;
        }
        ({ fails } = step);
        const content = contentOf(host);
        const holds = newest.get(content) === "succeeded" && host.disk.read(OUTPUT) === content;
        const before = ran;
        const said = await call(host.another(), ["run", "make", "--json"]);
        const { status } = JSON.parse(said.stdout);
        const expected = holds ? "up_to_date" : fails ? "failed" : "succeeded";
        assertEquals([status, ran - before], [expected, holds ? 0 : 1]);
        if (!holds) newest.set(content, fails ? "failed" : "succeeded");
        if (expected !== "failed") assertEquals(host.disk.read(OUTPUT), content);
      }
    }),
    { numRuns: 60 },
  );
});
