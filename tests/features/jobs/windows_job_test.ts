/** Jobs on Windows: 32-bit statuses, real and apparent programs, and the holder of a lock. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const FOLDER = "C:\\Users\\ada\\project";

function windows(toml: string): FakeHost {
  return machineWith(toml, { os: "windows", cwd: FOLDER });
}

const QUIET = ["--log-level", "error"];

Deno.test("Windows: a status of 32 bits can be a success, and can be tried again", async () => {
  using host = windows(`[jobs.install]
command = ["setup"]
success_exit_codes = [0, 3010]
retry = { max = 1, delay_seconds = 0, on_exit_codes = [3221225786] }
`);
  let times = 0;
  // Windows shows the same status with a sign and without.
  host.program("setup", () => ++times === 1 ? -1073741510 : 3010);
  const said = await call(host, ["run", "install", "--json"]);
  const { status, exit_code } = JSON.parse(said.stdout);
  assertEquals([said.code, status, exit_code, times], [0, "succeeded", 3010, 2]);
});

Deno.test("Windows: a missing path is reported as it was written", async () => {
  using host = windows('[jobs.none]\ncommand = ["./tools/nosuch"]\n');
  const said = await call(host, ["run", "none", ...QUIET]);
  assertEquals(said.code, 127);
  assert(said.stderr.includes(`${FOLDER}\\tools\\nosuch does not exist`), said.stderr);
});

for (const name of ["tools\\a.js", "tools\\text.exe"]) {
  Deno.test(`Windows: ${name} is no program, which is known before the start`, async () => {
    using host = windows(`[jobs.text]\ncommand = [${JSON.stringify(name)}]\n`);
    host.environment.set("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.JS");
    host.disk.write(`${FOLDER}\\${name}`, "hello", { executable: true });
    const said = await call(host, ["run", "text", ...QUIET]);
    assertEquals([said.code, host.spawned.length], [126, 0]);
    assert(said.stderr.includes(`${FOLDER}\\${name} is not a program of this system`), said.stderr);
  });
}

Deno.test("Windows: the second holder is told who holds the lock, although the lock file cannot be read", async () => {
  using host = windows('[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n');
  host.program("work", (p) => p.sleep(3000));
  const running = call(host, ["run", "work"]);
  await host.whenListening();
  await host.clock.advance(1000);
  const said = await call(host.another(), ["run", "work"]);
  assertEquals(said.code, 75, said.stderr);
  assert(/^ {2}run work\/\S+, by process 4242, since /m.test(said.stderr), said.stderr);
  assertEquals((await running).code, 0);
});
