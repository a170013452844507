/**
 * A definition is resolved once per call: each file of variables is read once, and the same values are
 * checked, masked and run.
 */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const CONFIG = `
[jobs.one]
command = ["show", "\${env:GREETING}"]
env_file = ".env"
secrets = ["TOKEN"]

[jobs.two]
command = ["show", "\${env:GREETING}"]
env_file = ".env"
inputs = ["README.md"]
secrets = ["TOKEN"]

[jobs.writes]
command = ["base"]
env_file = ".env"

[jobs.after]
command = ["show", "\${env:GREETING}"]
needs = ["writes", "two"]
env_file = [".env", { path = "made.env", required = false }]
secrets = ["TOKEN"]

[tasks.base]
command = ["base"]
env_file = [".env", "base.env"]
secrets = ["TOKEN"]
acceptance = [{ id = "ac1", text = "it is well", check = ["show", "\${env:GREETING}"] }]

[tasks.top]
command = ["show", "\${env:GREETING}"]
needs = ["base"]
env_file = [".env", { path = "made.env", required = false }]
secrets = ["TOKEN"]
outputs = ["top.txt"]
documents = ["README.md"]
acceptance = [
  { id = "ac1", text = "it is well", check = ["show", "\${env:GREETING}"] },
  { id = "ac2", text = "it is fine", check = ["show"] },
]
`;
const ENV_FILE = `${PROJECT}/.env`;

function machine(base: (host: FakeHost) => void = () => {}, handedOver?: string): FakeHost {
  const host = machineWith(CONFIG, {
    ...(handedOver === undefined ? {} : { handedOver }),
    files: {
      [ENV_FILE]: "GREETING=hello\nTOKEN=s3cret-value\n",
      [`${PROJECT}/base.env`]: "BASE=1\n",
      [`${PROJECT}/README.md`]: "read me\n",
      [`${PROJECT}/top.txt`]: "made\n",
    },
  });
  host.program("show", (p) => p.stdout(`${p.args.join(" ")} ${p.env["TOKEN"]}\n`));
  host.program("base", () => base(host));
  return host;
}

/** How often each file of variables is read from now on. */
function readsOf(host: FakeHost): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  const readBytes = host.files.readBytes.bind(host.files);
  host.files.readBytes = (path) => {
    if (path.endsWith(".env")) reads.set(path, (reads.get(path) ?? 0) + 1);
    return readBytes(path);
  };
  return reads;
}

const PREPARATIONS: readonly (readonly string[])[] = [
  ["plan", "create", "base"],
  ["plan", "create", "top"],
];

function readOnce(argv: readonly string[], files: readonly string[], isPlanned = true): void {
  Deno.test(`one resolution: ${argv.join(" ")} reads each file of variables once`, async () => {
    using host = machine();
    // Longer ago than the resolution of file times.
    await host.clock.advance(10_000);
    if (isPlanned) {
      for (const preparation of PREPARATIONS) assertEquals((await call(host, preparation)).code, 0);
    }
    const reads = readsOf(host);
    const { code, stderr } = await call(host, argv);
    assertEquals(code, 0, stderr);
    assertEquals([...reads].sort(), files.map((file) => [`${PROJECT}/${file}`, 1]).sort());
  });
}

readOnce(["run", "one"], [".env"]);
readOnce(["run", "one", "--env", "GREETING=you"], [".env"]);
readOnce(["run", "one", "--dry-run"], [".env"]);
readOnce(["run", "one", "two"], [".env"]);
readOnce(["run", "one", "two", "-j", "2", "--env", "GREETING=you"], [".env"]);
readOnce(["run", "after"], [".env", "made.env"]);
readOnce(["run", "after", "--dry-run"], [".env", "made.env"]);
readOnce(["build", "run", "top", "--with-needs"], [".env", "base.env", "made.env"]);
readOnce(
  ["build", "run", "top", "--with-needs", "--plan", "--env", "GREETING=you"],
  [".env", "base.env", "made.env"],
  false,
);
readOnce(["doc", "generate", "--all"], [".env", "base.env", "made.env"]);
readOnce(["doc", "generate", "top"], [".env", "base.env", "made.env"]);
readOnce(["plan", "status", "top"], [".env", "made.env"]);
readOnce(["plan", "list"], [".env", "base.env", "made.env"]);
readOnce(["plan", "create", "top"], [".env", "made.env"]);
readOnce(["config", "check"], [".env", "base.env", "made.env"]);
readOnce(["doctor"], [".env", "base.env", "made.env"]);

Deno.test("one resolution: files that a needed task created or changed are read again before its dependent", async () => {
  using host = machine((host) => {
    host.disk.write(ENV_FILE, "GREETING=changed\nTOKEN=other-secret\n");
    host.disk.write(`${PROJECT}/made.env`, "GREETING=made\n");
  });
  const said = await call(host, ["build", "run", "top", "--with-needs", "--plan", "-q", "--output", "live"]);
  // The check of base belongs to its own build, which began with what was there then.
  assertEquals(said, { code: 0, stdout: "hello ***\nmade ***\nmade ***\n ***\n", stderr: "" });
});

Deno.test("one resolution: files that a needed job created or changed are read again before its dependent", async () => {
  using host = machine((host) => {
    host.disk.write(ENV_FILE, "GREETING=changed\nTOKEN=other-secret\n");
    host.disk.write(`${PROJECT}/made.env`, "GREETING=made\n");
  });
  assertEquals((await call(host, ["run", "after", "-j", "1", "-q"])).code, 0);
  assertEquals((await call(host, ["logs", "after"])).stdout, "made ***\n");
});

Deno.test("one resolution: the caller of a detached run reads no file of variables; its supervisor does, once", async () => {
  const readsWith = async (handedOver: string | undefined) => {
    using host = machine(undefined, handedOver);
    await host.clock.advance(10_000);
    const reads = readsOf(host);
    await call(host, ["run", "one", "--detach"]);
    return [...reads];
  };
  assertEquals(await readsWith(undefined), []);
  assertEquals(await readsWith("{}"), [[ENV_FILE, 1]]);
});

Deno.test("one resolution: a file of variables that changes while a task is built changes nothing of that build", async () => {
  using host = machine((host) => host.disk.write(ENV_FILE, "GREETING=changed\nTOKEN=other-secret\n"));
  const said = await call(host, ["build", "run", "base", "--plan", "-q"]);
  assertEquals(said, { code: 0, stdout: "hello ***\n", stderr: "" });
});
