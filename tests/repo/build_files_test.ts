/**
 * The build scripts and workflows: their interpreters can parse them, and they agree on versions and names.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { V8_FLAGS } from "../../scripts/build/runtime.ts";
import { launcherOf } from "../../scripts/build/launcher.ts";
import { compileArguments } from "../../scripts/build/native.ts";
import { DENO_VERSION, TARGETS } from "../../scripts/build/targets.ts";
import { parse } from "@std/yaml";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

function scripts(extension: string): readonly string[] {
  const found = [...Deno.readDirSync(join(ROOT, "scripts"))].map(({ name }) => `scripts/${name}`);
  return found.filter((path) => path.endsWith(extension)).sort();
}

Deno.test("`deno task start`, the alias of the README and the built program use the same V8 flags", () => {
  // With other flags, the runtime discards the code compiled for these.
  const flags = /--v8-flags=[^\s"]+/g;
  for (const path of ["deno.json", "README.md"]) assertEquals(read(path).match(flags), [V8_FLAGS], path);
  for (const target of TARGETS) assertEquals(launcherOf(target).match(flags), [V8_FLAGS], target.triple);
  assertEquals(compileArguments(TARGETS[0]!, "out").filter((word) => flags.test(word)), [V8_FLAGS]);
  assertEquals(read("scripts/package/npm_start.mjs").split('"@V8_FLAGS@"').length, 2);
});

Deno.test("builds, tests and packages use one version of Deno", () => {
  for (const path of [".ci/run", "scripts/with-deno.sh", "scripts/build-windows.ps1"]) {
    const versions = [...read(path).matchAll(/\b\d+\.\d+\.\d+\b/g)].map(([version]) => version);
    assertEquals([path, [...new Set(versions)]], [path, [DENO_VERSION]]);
  }
});

Deno.test({
  name: "every shell script is one for sh, and can be executed",
  ignore: Deno.build.os === "windows",
  async fn() {
    const paths = scripts(".sh");
    assert(paths.length >= 5);
    for (const path of paths) {
      assertEquals([path, read(path).split("\n")[0]], [path, "#!/bin/sh"]);
      const { success, stderr } = await new Deno.Command("sh", { args: ["-n", path], cwd: ROOT }).output();
      assertEquals([path, success, new TextDecoder().decode(stderr)], [path, true, ""]);
      assertEquals([path, (Deno.statSync(join(ROOT, path)).mode! & 0o111) !== 0], [path, true]);
    }
  },
});

Deno.test("every PowerShell script can be parsed, and a broken one cannot", async () => {
  const broken = await Deno.makeTempFile({ suffix: ".ps1" });
  try {
    await Deno.writeTextFile(broken, 'if ($a { "b" \n');
    const paths = scripts(".ps1").map((path) => join(ROOT, path));
    assert(paths.length >= 2);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-env",
        "--config",
        "deno.json",
        "parse.ts",
        ...paths,
        broken,
      ],
      cwd: join(ROOT, "tests/powershell"),
      stdin: "null",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const places: readonly string[][] = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(places.slice(0, -1), paths.map(() => []));
    assert(places.at(-1)!.length > 0);
  } finally {
    await Deno.remove(broken);
  }
});

Deno.test("README: the lines that build a program are run by CI", () => {
  const [, block] = /^```shell\n([\s\S]*?)^```$/m.exec(read("README.md"))!;
  const lines = block!.trim().split("\n");
  assertEquals(lines.length, 2);
  assert(read(".ci/run").includes(`\n${lines.join("\n")}\n`));
});

Deno.test("the install scripts contain no address until packaging writes one", () => {
  for (const path of ["scripts/install.sh", "scripts/install.ps1"]) {
    assertEquals(read(path).split("@BASE_URL@").length, 2);
  }
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly needs?: string | readonly string[];
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly name?: string;
  readonly on?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs?: Readonly<Record<string, Job>>;
}

const WORKFLOWS = ["ci.yml", "release.yml"].map((name) => {
  const path = `.github/workflows/${name}`;
  return [path, parse(read(path)) as Workflow] as const;
});

for (const [path, workflow] of WORKFLOWS) {
  Deno.test(`${path}: every job can run, has a timeout, and has minimal permissions`, () => {
    assert(workflow.name !== undefined && workflow.on !== undefined);
    assertEquals(workflow.permissions, { contents: "read" });
    const jobs = Object.entries(workflow.jobs ?? {});
    assert(jobs.length > 0);
    for (const [name, job] of jobs) {
      assert(job["runs-on"] !== undefined, `${name} has no machine`);
      assert((job["timeout-minutes"] ?? 0) > 0, `${name} has no bound`);
      for (const needed of [job.needs ?? []].flat()) {
        assert(needed in workflow.jobs!, `${name} needs ${needed}`);
      }
      for (const step of job.steps ?? []) {
        assertEquals([step, (step.uses === undefined) === (step.run !== undefined)], [step, true]);
        if (step.uses !== undefined) assertMatch(step.uses, /^actions\/[a-z-]+@v\d+$/);
      }
    }
  });

  Deno.test(`${path}: every called script exists`, () => {
    const steps = Object.values(workflow.jobs!).flatMap((job) => job.steps ?? []);
    const named = steps.flatMap(({ run }) => [...(run ?? "").matchAll(/\bscripts\/[\w./-]+\w/g)]);
    assert(named.length > 0);
    for (const [script] of named) assert(Deno.statSync(join(ROOT, script)).isFile, script);
    // A step that people cannot call at home cannot be tested at home.
    const longest = Math.max(...steps.map(({ run }) => (run ?? "").trim().split("\n").length));
    assert(longest <= 4, `a step has ${longest} lines`);
  });
}
