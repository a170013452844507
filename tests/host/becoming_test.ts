/** The environment of a process is known also while it becomes another program, when the kernel shows none for a moment. */

import { assert, assertEquals } from "@std/assert";
import { initialVariables } from "../../src/host/linux_environment.ts";

/** A shell becomes itself this often. */
const TIMES = 1500;

Deno.test({
  name: "proc: the environment of a process that becomes another program again and again is always known",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const script = await Deno.makeTempFile({ suffix: ".sh" });
    await Deno.writeTextFile(script, `n=$1; [ "$n" -le 0 ] && exec cat; exec sh "$0" $((n - 1))\n`);
    const child = new Deno.Command("/bin/sh", {
      args: [script, String(TIMES)],
      env: { MARKED_WITH: "token" },
      stdin: "piped",
      stdout: "null",
    }).spawn();
    try {
      const found = new Set<string>();
      let looks = 0;
      for (let isOver = false; !isOver; looks++) {
        found.add(initialVariables(child.pid, "MARKED_WITH").join());
        // The last program is another one, which waits for the end of its input.
        if (looks % 64 === 0) isOver = Deno.readTextFileSync(`/proc/${child.pid}/comm`) === "cat\n";
      }
      assertEquals([...found], ["token"]);
    } finally {
      await child.stdin.close();
      await child.status;
      await Deno.remove(script);
    }
  },
});

Deno.test({
  name: "proc: an environment that is empty, of an ended process, or of a stranger is not waited for",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const child = new Deno.Command("/bin/cat", { clearEnv: true, stdin: "piped", stdout: "null" }).spawn();
    const startedAtMs = performance.now();
    // Pid 2 is a thread of the kernel, which has no memory.
    for (let look = 0; look < 200; look++) {
      for (const pid of [child.pid, 2]) assertEquals(initialVariables(pid, "MARKED_WITH"), []);
    }
    // Waiting for one of them would take half a second each time.
    assert(performance.now() - startedAtMs < 20_000);
    await child.stdin.close();
    await child.status;
    assertEquals(initialVariables(child.pid, "MARKED_WITH"), []);
  },
});
