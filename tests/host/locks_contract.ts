/** Locks, on the fake and the real host alike. */

import { assertEquals } from "@std/assert";
import type { FileLock } from "../../src/host/files.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import { refused, text, value } from "./expect.ts";
import { type ContractCase, POSIX } from "./subject.ts";

function lock(result: HostResult<FileLock | "held">): FileLock {
  const held = value(result);
  if (held === "held") throw new Error("Cannot go on: somebody holds the lock");
  return held;
}

export const LOCK_CONTRACT: readonly ContractCase[] = [
  {
    name: "an exclusive lock excludes everybody until it is released",
    check({ host: { files }, put }) {
      const path = put("lock", "");
      const first = lock(files.tryLock(path, { exclusive: true, create: "never" }));
      assertEquals(value(files.tryLock(path, { exclusive: true, create: "never" })), "held");
      assertEquals(value(files.tryLock(path, { exclusive: false, create: "if_missing" })), "held");
      first.release();
      lock(files.tryLock(path, { exclusive: true, create: "never" })).release();
    },
  },
  {
    name: "shared locks are compatible with each other and exclude an exclusive one",
    check({ host: { files }, put }) {
      const path = put("lock", "");
      const first = lock(files.tryLock(path, { exclusive: false, create: "never" }));
      const second = lock(files.tryLock(path, { exclusive: false, create: "never" }));
      assertEquals(value(files.tryLock(path, { exclusive: true, create: "never" })), "held");
      first.release();
      assertEquals(value(files.tryLock(path, { exclusive: true, create: "never" })), "held");
      second.release();
      lock(files.tryLock(path, { exclusive: true, create: "never" })).release();
    },
  },
  {
    name: "a lock file is created on request, keeps its content, and can hold a note",
    check({ host: { files, paths }, folder, put }) {
      const path = paths.join(folder, "lock");
      refused(files.tryLock(path, { exclusive: true, create: "never" }), "not_found");
      const first = lock(files.tryLock(path, { exclusive: true, create: "new" }));
      first.note("a long note of the first holder");
      first.note("short");
      assertEquals(text(value(files.lockNote(path))), "short");
      first.release();
      assertEquals(text(value(files.lockNote(path))), "short");
      refused(files.tryLock(path, { exclusive: true, create: "new" }), "already_exists");
      lock(files.tryLock(path, { exclusive: true, create: "if_missing" })).release();
      assertEquals(text(value(files.lockNote(path))), "short");
      const second = lock(files.tryLock(path, { exclusive: true, create: "never" }));
      second.note("");
      const cleared = files.lockNote(path);
      if (cleared.ok) assertEquals(text(cleared.value).trim(), "");
      else refused(cleared, "not_found");
      second.note("a longer note of the second holder");
      second.release();
      assertEquals(text(value(files.lockNote(path))), "a longer note of the second holder");
      lock(files.tryLock(paths.join(folder, "other"), { exclusive: false, create: "if_missing" })).release();
      assertEquals(text(value(files.readBytes(paths.join(folder, "other")))), "");
      refused(
        files.tryLock(paths.join(folder, "none", "x"), { exclusive: true, create: "new" }),
        "not_found",
      );
      put("file", "");
      refused(
        files.tryLock(paths.join(folder, "file", "x"), { exclusive: true, create: "if_missing" }),
        "not_a_directory",
        "not_found",
      );
      refused(files.tryLock(folder, { exclusive: true, create: "never" }), "is_a_directory");
    },
  },
  {
    name: "a folder that supports locks is recognized, and the probe leaves nothing behind",
    async check({ host: { files, paths }, folder }) {
      assertEquals(await files.lockSupport(folder), { kind: "given" });
      assertEquals(value(files.list(folder)), []);
      // Where nothing can be tested, the lock itself will tell.
      assertEquals(await files.lockSupport(paths.join(folder, "none")), { kind: "given" });
    },
  },
  {
    name: "a lock holds under every name of its file, until the lock is released",
    on: POSIX,
    check({ host: { files, paths }, folder, put }) {
      const path = put("lock", "");
      const [second, third] = [paths.join(folder, "second"), paths.join(folder, "third")];
      const held = lock(files.tryLock(path, { exclusive: true, create: "never" }));
      value(files.addName(path, second));
      refused(files.addName(path, second), "already_exists");
      refused(files.addName(third, paths.join(folder, "fourth")), "not_found");
      assertEquals([files.exists(second), files.exists(third)], [true, false]);
      assertEquals(value(files.tryLock(second, { exclusive: false, create: "never" })), "held");
      value(files.remove(path));
      assertEquals(value(files.tryLock(second, { exclusive: false, create: "never" })), "held");
      held.release();
      lock(files.tryLock(second, { exclusive: true, create: "never" })).release();
    },
  },
  {
    name: "only plain files are locked, and no target of a link",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink, putSpecial }) {
      const precious = put("precious", "mine");
      const dangling = putLink("dangling", paths.join(folder, "made"));
      for (const path of [putLink("link", precious), dangling, putSpecial("pipe")]) {
        for (const create of ["if_missing", "never"] as const) {
          refused(files.tryLock(path, { exclusive: true, create }), "other");
        }
        refused(files.tryLock(path, { exclusive: true, create: "new" }), "already_exists");
      }
      assertEquals(text(value(files.readBytes(precious))), "mine");
      refused(files.stat(paths.join(folder, "made")), "not_found");
    },
  },
  {
    name: "a lock stays with its file through a rename of another one over its name",
    on: POSIX,
    check({ host: { files }, put }) {
      const path = put("lock", "");
      const first = lock(files.tryLock(path, { exclusive: true, create: "never" }));
      value(files.rename(put("other", ""), path));
      lock(files.tryLock(path, { exclusive: true, create: "never" })).release();
      first.release();
    },
  },
];
