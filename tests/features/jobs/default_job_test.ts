/** `run` without a name: the default job of the configuration. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith } from "../../support/cli.ts";

const JOBS = '[jobs.build]\ncommand = ["say"]\n[jobs.test]\ncommand = ["say", "own"]\nalias = ["t"]\n';
const DEFAULT = `default = "t"\n${JOBS}`;

/** The arguments that the job's program received, or the exit code and the words of the error. */
function runs(
  rule: string,
  toml: string,
  argv: readonly string[],
  expected: readonly string[] | string,
): void {
  Deno.test(`run: ${rule}`, async () => {
    using host = machineWith(toml);
    let got: readonly string[] | undefined;
    host.program("say", (p) => void (got = p.args));
    const said = await call(host, ["--log-level", "error", ...argv]);
    assertEquals(got ?? `${said.code}: ${said.stderr.split("\n")[0]}`, expected);
  });
}

runs("without a name the default is run", DEFAULT, ["run"], ["own"]);
runs("a name is over the default", DEFAULT, ["run", "build"], []);
runs("what stands behind -- is for the default", DEFAULT, ["run", "--quiet", "--", "a", "b"], [
  "own",
  "a",
  "b",
]);
runs("what stands behind -- is no name", DEFAULT, ["run", "--", "build"], ["own", "build"]);
runs("a name and arguments", DEFAULT, ["run", "build", "--", "a"], ["a"]);
runs(
  "a second word is no argument",
  DEFAULT,
  ["run", "build", "a"],
  '64: error: Cannot understand "a": arguments for the job come after --',
);
runs(
  "without a default it is said what there is",
  JOBS,
  ["run"],
  "64: error: Cannot run a job: no job was named, and the configuration sets no default",
);

Deno.test("run: without a name and without a default, the error says how to give either", async () => {
  using host = machineWith(JOBS);
  await expectCall(host, ["run"], {
    code: 64,
    stderr: `error: Cannot run a job: no job was named, and the configuration sets no default
  known jobs: build, test
  try: orchastration run build, or set default = "build" at the top of the configuration
`,
  });
  using empty = machineWith(undefined);
  await expectCall(empty, ["run"], {
    code: 64,
    stderr: `error: Cannot run a job: no job was named, and the configuration sets no default
  no configuration was found
  try: orchastration init
`,
  });
});

Deno.test("run: the record of the default job has the job's own name", async () => {
  using host = machineWith(DEFAULT);
  host.program("say", () => 3);
  const record = JSON.parse((await call(host, ["run", "--json"])).stdout);
  assertEquals([record.name, record.exit_code], ["test", 3]);
});

Deno.test("run: [env] and [defaults] take effect, are recorded, and count as drift of a task", async () => {
  const toml = (value: string) =>
    `[env]\nSHARED = "${value}"\n[defaults]\nsuccess_exit_codes = [0, 3]\nsecrets = ["S"]\n` +
    '[jobs.a]\ncommand = ["say"]\n[tasks.k]\ncommand = ["say"]\n';
  using host = machineWith(toml("one"));
  host.environment.set("S", "hush-hush");
  host.program("say", async (p) => {
    await p.stdout(`${p.env["SHARED"]} ${p.env["S"]}\n`);
    return 3;
  });
  const said = await call(host, ["run", "a", "--log-level", "error"]);
  assertEquals([said.code, said.stdout], [0, "one ***\n"]);
  const record = JSON.parse((await call(host, ["runs", "show", "a", "--json"])).stdout);
  assertEquals([record.status, record.exit_code, record.intent.env], ["succeeded", 3, { SHARED: "one" }]);
  assertEquals((await call(host, ["plan", "create", "k"])).code, 0);
  host.disk.write("/home/ada/project/orchastration.toml", toml("two"));
  const refused = await call(host, ["build", "run", "k"]);
  assertEquals([refused.code, refused.stderr.includes("SHARED")], [65, true]);
});

Deno.test("run: an unset variable in [env] is reported once, at its place", async () => {
  using host = machineWith(
    '[env]\nA = "${env:NOWHERE}"\n[jobs.a]\ncommand = ["say"]\n[jobs.b]\ncommand = ["say"]\n',
  );
  const said = await call(host, ["config", "check"]);
  assertEquals([said.code, said.stderr.match(/orchastration\.toml:\d+:\d+: [^:]+/g)], [1, [
    "orchastration.toml:2:5: env.A",
  ]]);
});

Deno.test("run: without a name and without any job, the next step is not one that would refuse the file", async () => {
  using host = machineWith("");
  await expectCall(host, ["run"], {
    code: 64,
    stderr: "error: Cannot run a job: no job was named, and the configuration sets no default\n" +
      '  "/home/ada/project/orchastration.toml" has no jobs\n  try: orchastration list\n',
  });
});
