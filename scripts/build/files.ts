/** Functions for files and folders in scripts. */

import { join } from "@std/path/posix";

/** Every file below a folder, relative to it with "/", sorted, so that results do not depend on the disk. */
export async function filesBelow(folder: string, prefix = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(join(folder, prefix))) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(folder, path));
    else found.push(path);
  }
  return found.sort();
}

export async function copyFolder(from: string, to: string): Promise<void> {
  for (const path of await filesBelow(from)) {
    await makeParent(join(to, path));
    await Deno.copyFile(join(from, path), join(to, path));
  }
}

export async function makeParent(path: string): Promise<void> {
  await Deno.mkdir(path.replace(/[\\/][^\\/]*$/, ""), { recursive: true });
}

export async function exists(path: string): Promise<boolean> {
  return await readIfThere(() => Deno.lstat(path)) !== undefined;
}

export async function removeIfThere(path: string): Promise<void> {
  await readIfThere(() => Deno.remove(path, { recursive: true }));
}

export async function readIfThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export async function sha256Of(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}
