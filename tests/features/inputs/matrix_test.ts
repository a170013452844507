/**
 * `run` of a job with inputs: every change around it is noticed and named, and nothing runs without need. On
 * the fake disk.
 */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { changesOf, configOf, type InputWorld, type WorldRun } from "../../support/input_matrix.ts";

const COMMAND = ["make"];

function worldWith(host: FakeHost): InputWorld {
  const at = (path: string) => `${PROJECT}/${path}`;
  const newestManifest = () => {
    const found = Object.keys(host.disk.tree("/home/ada/.cache")).filter((path) =>
      path.endsWith(".inputs.json")
    );
    return found.sort().at(-1)!;
  };
  return {
    write: (path, text) => host.disk.write(at(path), text),
    replaceSecretly(path, text) {
      const node = host.disk.nodeAt(at(path));
      if (node?.kind !== "file") throw new Error(`Cannot replace "${path}": it is no file`);
      const { modifiedAtMs } = node;
      host.disk.remove(at(path));
      host.disk.write(at(path), text);
      host.disk.setModifiedAt(at(path), modifiedAtMs);
    },
    touch: (path) => host.disk.setModifiedAt(at(path), host.clock.nowMs()),
    setExecutable: (path, executable) => host.disk.setAccess(at(path), { executable }),
    remove: (path) => host.disk.remove(at(path)),
    removeManifest: () => host.disk.remove(newestManifest()),
    damageManifest() {
      const path = newestManifest();
      host.disk.write(
        path,
        host.disk.read(path)!.replace(/"argv_mac":"./, '"argv_mac":"f').replace('"bytes":[', '"bytes":[1'),
      );
    },
    run: (options) => runIn(host, options),
  };
}

async function runIn(host: FakeHost, { args = [], extraArgs = [], env = {} }: WorldRun = {}) {
  // Long enough that no file is as new as the look at it.
  host.clock.pass(5000);
  const next = host.another({ env: { ...host.environment.all(), ...env } });
  const argv = ["run", "make", "--json", ...args, ...(extraArgs.length === 0 ? [] : ["--", ...extraArgs])];
  const said = await call(next, argv);
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout);
}

Deno.test("inputs: every change is noticed and named, and nothing else runs", async () => {
  const host = machineWith(configOf(COMMAND), {
    files: {
      [`${PROJECT}/src/a`]: "aaa1",
      [`${PROJECT}/src/notes.md`]: "notes",
      [`${PROJECT}/bin/version`]: "v1",
    },
  });
  let runs = 0;
  host.program("make", (p) => {
    runs++;
    p.writeFile("dist/out", host.disk.read(`${PROJECT}/src/a`)!);
  });
  host.program("tool", (p) => p.stdout(host.disk.read(`${PROJECT}/bin/version`)!));
  const world = worldWith(host);
  const first = await world.run();
  assertEquals([first.status, first.inputs?.causes], ["succeeded", [{
    kind: "no_baseline",
    detail: "never_succeeded",
  }]]);
  for (const { name, make, run, causes } of changesOf(COMMAND)) {
    make(world);
    const before = runs;
    const record = await world.run(run);
    const expected = causes.length === 0 ? ["up_to_date", 0] : ["succeeded", 1];
    assertEquals([record.status, runs - before], expected, name);
    assertEquals(record.inputs?.causes.map(({ kind }) => kind), causes, name);
    const again = await world.run(run);
    const isAsked = run?.args?.includes("--fresh") === true;
    assertEquals(again.status, isAsked ? "succeeded" : "up_to_date", `${name}, and again`);
  }
});
