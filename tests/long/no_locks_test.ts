/**
 * File systems without locks, on the real system: a library in front of the C library answers instead of
 * them.
 */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, startRun, until } from "../support/real_run.ts";

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
  name: `no locks: missing locks are reported, and runs work and are recovered${
    canRun ? "" : " (needs Linux and gcc)"
  }`,
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

Deno.test({
  name: `no locks: a recorder that was killed is known to be gone, and recover finishes its run${
    canRun ? "" : " (needs Linux and gcc)"
  }`,
  ignore: !canRun,
  async fn() {
    const mark = newMark();
    try {
      await inRealFolder(async (folder) => {
        folder.write("no_locks.c", SOURCE);
        const library = `${folder.path}/no_locks.so`;
        assertEquals((await folder.call("gcc", ["-shared", "-fPIC", "-o", library, "no_locks.c"])).code, 0);
        const wait = `command = ["sleep", "9999.${mark}"]\nconcurrency = "refuse"\n`;
        folder.write("orchastration.toml", `[jobs.wait]\n${wait}`);
        const env = { LD_PRELOAD: library, LOCK_FAULT: "ENOLCK" };
        const [program, ...words] = folder.command;
        const call = (...argv: readonly string[]) =>
          folder.call(program, [...words, "--state-dir", "state", ...argv], env);
        const status = async () => JSON.parse((await call("runs", "show", "wait", "--json")).stdout);

        await using run = startRun(folder, ["--state-dir", "state", "run", "wait", "-q"], { env });
        await until("the job is up", () => marked(mark).length === 1, () => run.stderr);
        // Nobody takes it for over while its recorder lives, and nobody else gets its turn.
        assertEquals((await status()).status, "running");
        assertEquals((await call("recover")).stdout.includes("Nothing to recover"), true);
        assertEquals((await call("run", "wait", "-q")).code, 75);
        run.send("SIGKILL");
        await run.ended;
        assertEquals([(await status()).status, marked(mark).length], ["interrupted", 1]);
        // The job itself lives on: that has to be decided by somebody.
        assertEquals((await call("recover")).code, 1);
        const recovered = await call("recover", "--kill");
        assertEquals([recovered.code, marked(mark).length], [0, 0], recovered.stderr);
        const record = await status();
        assertEquals(
          [record.status, record.end_time, record.recovery.process_was, record.recorder.lock],
          ["interrupted", null, "killed", "none"],
        );
        folder.write("orchastration.toml", '[jobs.wait]\ncommand = ["true"]\nconcurrency = "refuse"\n');
        assertEquals((await call("run", "wait", "-q")).code, 0);
      });
    } finally {
      endMarked(mark);
    }
  },
});
