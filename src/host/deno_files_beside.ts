/** Files on a disk that may not answer, on the real machine: every step waits in a thread of the runtime. */

import type { FilesBeside } from "./files.ts";
import type { HostResult } from "./host_result.ts";
import { attemptBeside } from "./deno_problem.ts";

export function createFilesBeside(modes: { readonly folder: number; readonly file: number }): FilesBeside {
  return {
    list: (path) =>
      attemptBeside(async () => {
        const names: string[] = [];
        for await (const { name } of Deno.readDir(path)) names.push(name);
        return names;
      }),
    readPart: (path, offsetBytes, maxBytes) => readPart(path, offsetBytes, maxBytes),
    createNew: (path, bytes) =>
      attemptBeside(async () => {
        const file = await Deno.open(path, { write: true, createNew: true, mode: modes.file });
        try {
          for (let offset = 0; offset < bytes.length;) offset += await file.write(bytes.subarray(offset));
          await file.sync();
        } finally {
          file.close();
        }
      }),
    makeFolders: (path) => attemptBeside(() => Deno.mkdir(path, { recursive: true, mode: modes.folder })),
    remove: (path) => attemptBeside(() => Deno.remove(path)),
  };
}

async function readPart(
  path: string,
  offsetBytes: number,
  maxBytes: number,
): Promise<HostResult<Uint8Array>> {
  const opened = await attemptBeside(() => Deno.open(path, { read: true }));
  if (!opened.ok) return opened;
  const file = opened.value;
  try {
    const facts = await attemptBeside(() => file.stat());
    if (!facts.ok) return facts;
    if (facts.value.isDirectory) {
      return { ok: false, failure: { kind: "is_a_directory", reason: "it is a directory" } };
    }
    if (!facts.value.isFile) {
      return { ok: false, failure: { kind: "other", reason: "it is not a plain file" } };
    }
    return await attemptBeside(async () => {
      await file.seek(offsetBytes, Deno.SeekMode.Start);
      const into = new Uint8Array(maxBytes);
      const read = await file.read(into) ?? 0;
      return into.subarray(0, read);
    });
  } finally {
    file.close();
  }
}
