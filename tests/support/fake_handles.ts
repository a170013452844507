/**
 * Open files and locks of one fake process: each step passes the process's life, and takes space on the disk.
 */

import type { FileLock, ReadableFile, WritableFile } from "../../src/host/files.ts";
import type { FakeLife } from "./fake_life.ts";
import type { FakeFile, LockHold } from "./fake_nodes.ts";
import { DONE, failed } from "./fake_problem.ts";

export interface HandlePorts {
  readonly life: FakeLife;
  /** Space on a disk; undefined: unlimited. */
  readonly disk: { bytesLeft: number | undefined };
  readonly nowMs: () => number;
}

export function openWriter(
  path: string,
  file: FakeFile,
  ports: HandlePorts,
  changed: () => void,
): WritableFile {
  const { life } = ports;
  const handle = openHandle(path, file, life);
  const write = (bytes: Uint8Array) => {
    const fault = life.change("write", path);
    handle.check();
    if (fault !== undefined) return failed(fault);
    const written = append(file, bytes, ports);
    changed();
    return written === bytes.length ? DONE : failed("no_space");
  };
  return {
    write,
    async writeBeside(bytes) {
      // Code that changes the bytes before the promise resolves is to be noticed.
      await Promise.resolve();
      return write(bytes);
    },
    sync() {
      const fault = life.change("sync", path);
      handle.check();
      if (fault !== undefined) return failed(fault);
      file.sync();
      return DONE;
    },
    async syncBeside() {
      const synced = this.sync();
      await Promise.resolve();
      return synced;
    },
    close() {
      life.ask("close", path);
      handle.close();
    },
  };
}

export function openReader(path: string, file: FakeFile, { life }: HandlePorts): ReadableFile {
  const handle = openHandle(path, file, life);
  let offset = 0;
  return {
    read(into) {
      const fault = life.ask("read", path);
      handle.check();
      if (fault !== undefined) return failed(fault);
      const part = file.bytes.subarray(offset, offset + into.length);
      into.set(part);
      offset += part.length;
      return { ok: true, value: part.length };
    },
    seek(offsetBytes) {
      life.touch();
      handle.check();
      offset = offsetBytes;
    },
    close() {
      life.ask("close", path);
      handle.close();
    },
  };
}

export function openLock(
  path: string,
  file: FakeFile,
  hold: LockHold,
  noteBeside: ((text: string) => void) | undefined,
  ports: HandlePorts,
): FileLock {
  const { life } = ports;
  const handle = openHandle(path, file, life);
  life.onDeath(() => void file.locks.delete(hold));
  return {
    note(text) {
      const fault = life.change("note", path);
      handle.check();
      // For people only: where it fails, nobody is told.
      if (fault !== undefined) return;
      if (noteBeside !== undefined) return noteBeside(text);
      file.truncate();
      append(file, new TextEncoder().encode(text), ports);
    },
    release() {
      life.change("unlock", path);
      handle.close();
      file.locks.delete(hold);
    },
  };
}

/** Counts the handle for as long as it is open; using or closing it afterwards is a bug of the program. */
function openHandle(path: string, file: FakeFile, life: FakeLife): { check(): void; close(): void } {
  let isOpen = true;
  file.openHandles++;
  const forget = () => {
    if (isOpen) file.openHandles--;
    isOpen = false;
  };
  const check = () => {
    if (!isOpen) throw new Error(`Cannot use "${path}": the handle is closed`);
  };
  life.onDeath(forget);
  return {
    check,
    close() {
      check();
      forget();
    },
  };
}

/** Writes as much as the disk accepts, and returns how much that was. */
export function append(file: FakeFile, bytes: Uint8Array, { disk, nowMs }: HandlePorts): number {
  const fitting = Math.min(bytes.length, disk.bytesLeft ?? bytes.length);
  file.append(bytes.subarray(0, fitting));
  file.touch(nowMs());
  if (disk.bytesLeft !== undefined) disk.bytesLeft -= fitting;
  return fitting;
}
