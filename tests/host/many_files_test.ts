/** The system's own calls for files give the same answers as the runtime, which a process with few steps uses. */

import "./compiled_calls.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  quickAppender,
  quickCreate,
  quickEntry,
  quickLock,
  quickStat,
} from "../../src/host/linux_many_files.ts";
import { linuxCalls } from "../../src/host/posix_calls.ts";

/** More than a short process takes. */
const MANY = 200;

const isLinux = Deno.build.os === "linux";

Deno.test({
  name: "many files: facts of files, folders, links and devices equal those that the runtime gives",
  ignore: !isLinux,
  // The library stays open, as in the program.
  sanitizeResources: false,
  async fn() {
    assert(linuxCalls() !== undefined);
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/file`, "text");
      await Deno.utime(`${folder}/file`, 1_000_000.25, -3.5);
      await Deno.chmod(`${folder}/file`, 0o640);
      await Deno.symlink("file", `${folder}/link`);
      await Deno.symlink("nowhere", `${folder}/dangling`);
      for (let step = 0; step < MANY; step++) quickStat(folder);
      for (const path of [`${folder}/file`, folder, `${folder}/link`, "/dev/null", "/proc/self/status"]) {
        const info = Deno.statSync(path);
        assertEquals(quickStat(path), {
          kind: info.isFile ? "file" : info.isDirectory ? "directory" : "other",
          sizeBytes: info.size,
          modifiedAtMs: info.mtime!.getTime(),
          changedAtMs: info.ctime!.getTime(),
          fileId: `${info.dev}:${info.ino}`,
        }, path);
      }
      for (const path of [`${folder}/file`, folder, `${folder}/link`, `${folder}/dangling`, "/dev/null"]) {
        const info = Deno.lstatSync(path);
        const kind = info.isSymlink
          ? "link"
          : info.isFile
          ? "file"
          : info.isDirectory
          ? "directory"
          : "other";
        assertEquals(quickEntry(path), { kind, ownerId: info.uid!, mode: info.mode! & 0o777 }, path);
      }
      assertEquals(quickStat(`${folder}/dangling`), undefined);
      assertEquals(quickEntry(`${folder}/none`), undefined);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "many files: a file is private, and is written and synced in both ways",
  ignore: !isLinux,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (let step = 0; step < MANY; step++) quickStat(folder);
      const file = quickCreate(`${folder}/new`, 0o600)!;
      assertEquals(Deno.statSync(`${folder}/new`).mode! & 0o777, 0o600);
      const text = (word: string) => new TextEncoder().encode(word);
      for (
        const done of [
          file.write(text("one ")),
          await file.writeBeside(text("two ")),
          file.write(text("three")),
        ]
      ) {
        assertEquals(done, { ok: true, value: undefined });
      }
      assertEquals([file.sync().ok, (await file.syncBeside()).ok], [true, true]);
      file.close();
      // Another file gets the number of the closed one, and nothing from it.
      using other = Deno.openSync(`${folder}/other`, { create: true, write: true });
      assertThrows(() => file.write(text("late")));
      assertEquals(other.statSync().size, 0);
      assertEquals(await Deno.readTextFile(`${folder}/new`), "one two three");
      assertEquals(quickCreate(`${folder}/new`, 0o600), undefined);
      // A full device is no plain file, so nothing is appended to it.
      assertEquals(quickAppender("/dev/full", 0o600), undefined);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "many files: a lock is held until it is released, never on a link or a pipe, and its note replaces a longer one",
  ignore: !isLinux,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (let step = 0; step < MANY; step++) quickStat(folder);
      const path = `${folder}/lock`;
      const exclusive = { exclusive: true, create: "if_missing" } as const;
      assertEquals(quickLock(path, { exclusive: true, create: "never" }, 0o600), undefined);
      const lock = quickLock(path, { exclusive: true, create: "new" }, 0o600)!;
      assertEquals(quickLock(path, exclusive, 0o600), undefined);
      assertEquals(quickLock(path, { exclusive: true, create: "new" }, 0o600), undefined);
      lock.note("a longer note");
      lock.note("short");
      assertEquals(await Deno.readTextFile(path), "short");
      lock.note("");
      assertEquals(await Deno.readTextFile(path), "     ");
      lock.release();
      const shared = [1, 2].map(() => quickLock(path, { exclusive: false, create: "never" }, 0o600)!);
      assertEquals(quickLock(path, exclusive, 0o600), undefined);
      for (const each of shared) each.release();
      quickLock(path, exclusive, 0o600)!.release();
      await Deno.symlink("lock", `${folder}/link`);
      assertEquals(quickLock(`${folder}/link`, exclusive, 0o600), undefined);
      await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
      assertEquals(quickLock(`${folder}/pipe`, exclusive, 0o600), undefined);
      assert((await Deno.lstat(`${folder}/pipe`)).isFifo);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
