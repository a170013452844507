/** Services with real processes and ports: shared by their users, ended after the last, and named where a port is taken. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, until } from "../support/real_run.ts";

/** Processes are found under /proc. */
const ignore = Deno.build.os !== "linux";

const SERVER =
  "Deno.serve({ port: Number(Deno.args[0]), hostname: '127.0.0.1', onListen() {} }, () => new Response('ok'));";

async function withService(
  test: (folder: RealFolder, mark: string, port: number) => Promise<void>,
): Promise<void> {
  const mark = newMark();
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await inRealFolder(async (folder) => {
    folder.write("server.ts", SERVER);
    const serve = [Deno.execPath(), "run", "--no-config", "--no-lock", "-A", "server.ts", String(port), mark];
    const use = ["sh", "-c", 'echo "$ORCHASTRATION_SERVICE_API_ADDRESS"; sleep "$1"', mark];
    folder.write(
      "orchastration.toml",
      `[services.api]\ncommand = ${JSON.stringify(serve)}\nready = { http = "http://127.0.0.1:${port}/" }\n` +
        `ready_timeout_seconds = 30\nkill_grace_seconds = 2\n` +
        `[jobs.use]\ncommand = ${JSON.stringify(use)}\nuses = ["api"]\n`,
    );
    try {
      await test(folder, mark, port);
    } finally {
      endMarked(mark);
    }
  });
}

Deno.test({
  name: "spec: two concurrent users share a service, get its address, and nothing is left afterwards",
  ignore,
  fn: () =>
    withService(async (folder, mark, port) => {
      const users = await Promise.all(
        ["0.5", "1.5"].map((seconds) => folder.orchastration("run", "use", "--quiet", "--", seconds)),
      );
      for (const { code, stdout } of users) assertEquals([code, stdout], [0, `http://127.0.0.1:${port}/\n`]);
      const runs = JSON.parse((await folder.orchastration("runs", "list", "api", "--json")).stdout).runs;
      assertEquals(runs.map(({ status }: { status: string }) => status), ["cancelled"]);
      assertEquals(marked(mark), []);
    }),
});

Deno.test({
  name:
    "spec: a started service is found ready, replaced after its supervisor was killed, and named as the holder of its port",
  ignore,
  fn: () =>
    withService(async (folder, mark, port) => {
      const first = JSON.parse((await folder.orchastration("service", "start", "api", "--json")).stdout);
      assertEquals([first.was_running, first.address], [false, `http://127.0.0.1:${port}/`]);
      const again = JSON.parse((await folder.orchastration("service", "start", "api", "--json")).stdout);
      assertEquals([again.was_running, again.run], [true, first.run]);

      const [status] = JSON.parse((await folder.orchastration("status", "--json")).stdout).running;
      Deno.kill(status.recorder_pid, "SIGKILL");
      await until(
        "the supervisor is gone",
        () => !marked(mark).some(({ pid }) => pid === status.recorder_pid),
      );
      const anew = JSON.parse((await folder.orchastration("service", "start", "api", "--json")).stdout);
      assertEquals(anew.was_running, false);
      assert(anew.run !== first.run);
      assertEquals(marked(mark).length, 1);

      const stranger = Deno.listen({ port: 0, hostname: "127.0.0.1" });
      const taken = folder.read("orchastration.toml").replaceAll(String(port), String(stranger.addr.port));
      folder.write("other.toml", taken);
      const refused = await folder.orchastration("service", "start", "api", "--config", "other.toml");
      stranger.close();
      assertEquals(refused.code, 1);
      assertMatch(
        refused.stderr,
        new RegExp(
          `port ${stranger.addr.port} is in use by process ${Deno.pid} \\(deno\\), which was started `,
        ),
      );

      const stopped = await folder.orchastration("service", "stop", "api");
      assertEquals([stopped.code, stopped.stderr], [0, ""]);
      assertEquals(marked(mark), []);
    }),
});
