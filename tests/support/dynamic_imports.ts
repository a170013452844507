/**
 * Loads everything that the program imports lazily. A first `import()` takes real time without any activity
 * on the fake host, so virtual time could pass during it.
 */

import { fromFileUrl, toFileUrl } from "@std/path";

/** The rooms whose code runs while timers are pending. */
const ROOMS = ["app", "cli", "log"].map((name) => fromFileUrl(new URL(`../../src/${name}`, import.meta.url)));

function importsBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return importsBelow(path);
    return [...Deno.readTextFileSync(path).matchAll(/\bimport\(\s*"([^"]+)"/g)].map(([, specifier]) =>
      specifier!.startsWith(".") ? new URL(specifier!, toFileUrl(path)).href : specifier!
    );
  });
}

await Promise.all([...new Set(ROOMS.flatMap(importsBelow))].map((specifier) => import(specifier)));
