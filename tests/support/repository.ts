/** A repository in memory, in the form for the readers of `init`: files by their path. */

import { type FoundText, type Source, textOf } from "../../src/app/setup/readers/source.ts";
import type { OperatingSystem } from "../../src/host/environment.ts";

/** A path that begins with "../" is above the examined folder. */
export function repository(
  files: Readonly<Record<string, string>>,
  os: OperatingSystem = "linux",
): Source {
  const paths = Object.keys(files);
  const below = (folder: string) =>
    paths.filter((path) => folder === "." ? true : path.startsWith(`${folder}/`));
  return {
    folder: "/repository",
    os,
    read(path): FoundText {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return text === undefined ? { kind: "missing" } : textOf(new TextEncoder().encode(text));
    },
    list(folder) {
      const start = folder === "." ? "" : `${folder}/`;
      const names = below(folder).map((path) => path.slice(start.length).split("/")[0]!);
      return [...new Set(names)].filter((name) => name !== "..").sort();
    },
    kindOf(path) {
      if (Object.hasOwn(files, path)) return "file";
      return below(path).length > 0 ? "directory" : "missing";
    },
  };
}
