/** File systems that give no locks, on the real system: a library in front of the C library answers in their place. */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

const SOURCE = `
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int flock(int fd, int operation) {
  const char *fault = getenv("LOCK_FAULT");
  if (fault == NULL || strcmp(fault, "everybody") == 0) return 0;
  if (strcmp(fault, "silence") == 0) for (;;) pause();
  errno = strcmp(fault, "EBADF") == 0 ? EBADF : strcmp(fault, "EOPNOTSUPP") == 0 ? EOPNOTSUPP : ENOLCK;
  return -1;
}
`;

const REASONS = {
  ENOLCK: "no locks available",
  EOPNOTSUPP: "the file system does not offer this",
  EBADF: "bad file descriptor",
  everybody: "it gives the lock to several holders at once",
  silence: "no answer within 2 seconds",
};

function hasCompiler(): boolean {
  try {
    return new Deno.Command("gcc", { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}

const canRun = Deno.build.os === "linux" && hasCompiler();

Deno.test({
  name: `no locks: told, and runs go on, end and are recovered${canRun ? "" : " (needs Linux and gcc)"}`,
  ignore: !canRun,
  async fn() {
    await inRealFolder(async (folder) => {
      folder.write("no_locks.c", SOURCE);
      const library = `${folder.path}/no_locks.so`;
      assertEquals((await folder.call("gcc", ["-shared", "-fPIC", "-o", library, "no_locks.c"])).code, 0);
      folder.write("orchastration.toml", '[jobs.hi]\ncommand = ["true"]\nconcurrency = "refuse"\n');
      for (const [fault, reason] of Object.entries(REASONS)) {
        const [program, ...words] = folder.command;
        const call = (...argv: readonly string[]) =>
          folder.call(program, [...words, "--state-dir", fault, ...argv], {
            LD_PRELOAD: library,
            LOCK_FAULT: fault,
          });
        const first = await call("run", "hi", "--log-level", "error");
        assertEquals(
          [fault, first.code, first.stderr.split("\n").filter((line) => line.startsWith("warning:")).length],
          [fault, 0, 1],
          first.stderr,
        );
        assertEquals(first.stderr.includes(`has no locks (${reason})`), true, first.stderr);
        const second = await call("run", "hi", "--log-level", "error");
        assertEquals([fault, second.code, second.stderr], [fault, 0, ""]);
        const shown = JSON.parse((await call("runs", "show", "hi", "--json")).stdout);
        assertEquals([fault, shown.status, shown.recorder.lock], [fault, "succeeded", "none"]);
        assertEquals((await call("doctor")).stdout.includes(reason), true);
      }
    });
  },
});
