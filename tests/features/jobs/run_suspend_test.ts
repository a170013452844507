/** Ctrl-Z and `fg`: the job stops and goes on with us. */

import { assertEquals } from "@std/assert";
import { call, machineWith } from "../../support/cli.ts";

Deno.test("the job is stopped before we are, goes on with us, and ends as if nothing had been", async () => {
  using host = machineWith('[jobs.tick]\ncommand = ["tick"]\n');
  let started = () => {};
  const running = new Promise<void>((resolve) => started = resolve);
  host.program("tick", async (p) => {
    await p.stdout("one\n");
    started();
    await p.sleep(1000);
    await p.stdout("two\n");
  });
  const ended = call(host, ["run", "tick", "--log-level", "error"]);
  await running;
  await host.signals.suspend();
  assertEquals(host.signalsSent.map(({ signal, pids }) => [signal, pids]), [["SIGSTOP", [1000]]]);
  await host.signals.resume();
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGSTOP", "SIGCONT"]);
  assertEquals(await ended, { code: 0, stdout: "one\ntwo\n", stderr: "" });
});

Deno.test("an interactive job hears Ctrl-Z from the terminal and not from us", async () => {
  using host = machineWith('[jobs.shell]\ncommand = ["shell"]\ninteractive = true\n');
  let started = () => {};
  const running = new Promise<void>((resolve) => started = resolve);
  host.program("shell", async (p) => {
    started();
    await p.sleep(1000);
  });
  const ended = call(host, ["run", "shell", "--log-level", "error"]);
  await running;
  await host.signals.suspend();
  await host.signals.resume();
  assertEquals(host.signalsSent, []);
  assertEquals((await ended).code, 0);
});
