/**
 * The real program, which kills itself instead of its n-th change of a file of its own; `DIE_AT` is n. With 0 it lives, and appends
 * the number of such changes to the file that `COUNT_IN` names. Changes of temporary files are not counted, because no reader uses them.
 */

import { runCli } from "../../src/cli/cli.ts";
import { createProgramHost } from "../../src/host/deno_host.ts";
import { TEMPORARY_SUFFIX } from "../../src/host/durable_write.ts";
import type { Files } from "../../src/host/files.ts";

const dieAt = Number(Deno.env.get("DIE_AT"));
const changes: string[] = [];

function change(what: string, path: string): void {
  if (path.endsWith(TEMPORARY_SUFFIX)) return;
  changes.push(`${what} ${path}`);
  if (changes.length === dieAt) Deno.kill(Deno.pid, "SIGKILL");
}

function dying(files: Files): Files {
  return {
    ...files,
    createNew(path, mode) {
      change("createNew", path);
      return files.createNew(path, mode);
    },
    append(path, bytes, mode) {
      change("append", path);
      return files.append(path, bytes, mode);
    },
    openForAppending(path, mode) {
      const opened = files.openForAppending(path, mode);
      if (!opened.ok) return opened;
      const file = opened.value;
      return {
        ok: true,
        value: {
          write(bytes) {
            change("write", path);
            return file.write(bytes);
          },
          writeBeside: (bytes) => file.writeBeside(bytes),
          sync: () => file.sync(),
          syncBeside: () => file.syncBeside(),
          close: () => file.close(),
        },
      };
    },
    addName(path, name) {
      change("addName", name);
      return files.addName(path, name);
    },
    rename(from, to) {
      change("rename", to);
      return files.rename(from, to);
    },
    remove(path) {
      change("remove", path);
      return files.remove(path);
    },
    tryLock(path, options) {
      if (options.create !== "never" && !files.exists(path)) change("tryLock", path);
      return files.tryLock(path, options);
    },
  };
}

const host = await createProgramHost();
const code = await runCli(Deno.args, { ...host, files: dying(host.files) });
const countIn = Deno.env.get("COUNT_IN");
if (countIn !== undefined) Deno.writeTextFileSync(countIn, changes.map((each) => `${each}\n`).join(""));
Deno.exit(code);
