/** `run`: from a name to a recorded ending, with everything that is said on the way. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../support/cli.ts";

Deno.test("a job that succeeds passes its output through and says nothing more on a quiet log", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello", "you"]\n');
  host.program("hello", async (p) => {
    await p.stdout(`hello ${p.args.join(" ")}\n`);
    await p.stderr("and a word on the side\n");
  });
  await expectCall(host, ["run", "hello", "--log-level", "error"], {
    stdout: "hello you\n",
    stderr: "and a word on the side\n",
  });
});

Deno.test("a job's own exit status is the exit code, and the last word says where the log is", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\n');
  host.program("bad", async (p) => {
    await p.sleep(1200);
    return 3;
  });
  const said = await call(host, ["run", "bad", "--log-level", "error"]);
  assertEquals(said.code, 3);
  assertEquals(
    said.stderr,
    'error: job "bad" failed with exit status 3 after 1.2s\n' +
      "  log: orchastration logs bad/20261122T063449.123Z\n",
  );
  const record = readJson(host, `${STATE}/runs/bad/20261122T063449.123Z.json`);
  assertEquals([record["status"], record["exit_code"], record["duration_ms"]], ["failed", 3, 1200]);
  assertEquals(record, readJson(host, `${STATE}/runs/bad/last.json`));
});
