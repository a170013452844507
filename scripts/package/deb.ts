/** A package for Debian and related systems. Source: deb(5), deb-control(5). */

import { compress, type Entry, textEntry } from "./entry.ts";
import { joined, tar } from "./tar.ts";

export interface DebFacts {
  readonly version: string;
  readonly architecture: "amd64" | "arm64";
  readonly secondsSinceEpoch: number;
}

/**
 * The libraries that the runtime is linked with. Source: objdump -p and -T of Deno 2.9.6, whose newest symbol
 * is GLIBC_2.27.
 */
const DEPENDS = "libc6 (>= 2.27), libgcc-s1";

/** `entries` are files of the installed system, without a leading "/". */
export async function deb(entries: readonly Entry[], facts: DebFacts): Promise<Uint8Array<ArrayBuffer>> {
  const time = { secondsSinceEpoch: facts.secondsSinceEpoch, prefix: "./" };
  const about = [textEntry("control", control(entries, facts)), textEntry("md5sums", await md5sums(entries))];
  return ar([
    ["debian-binary", new TextEncoder().encode("2.0\n")],
    ["control.tar.gz", await compress(tar(about, time), "gzip")],
    ["data.tar.gz", await compress(tar(entries, time), "gzip")],
  ], facts.secondsSinceEpoch);
}

function control(entries: readonly Entry[], facts: DebFacts): string {
  const kib = entries.reduce(
    (total, { content }) => total + (content instanceof Uint8Array ? Math.ceil(content.length / 1024) : 1),
    0,
  );
  return `Package: orchastration
Version: ${facts.version}
Architecture: ${facts.architecture}
Maintainer: The maintainers of Orchastration <maintainers@orchastration.invalid>
Installed-Size: ${kib}
Depends: ${DEPENDS}
Section: devel
Priority: optional
Description: run the jobs and tasks of a repository, and keep proof of how they ended
 Orchastration runs the commands that one TOML file names, never through a shell.
 What was about to be done is on disk before a process starts, how it ended is on
 disk before anybody is told, and no process of a job outlives its run.
`;
}

async function md5sums(entries: readonly Entry[]): Promise<string> {
  const { createHash } = await import("node:crypto");
  return entries
    .flatMap(({ path, content }) =>
      content instanceof Uint8Array ? [`${createHash("md5").update(content).digest("hex")}  ${path}\n`] : []
    )
    .join("");
}

/** Source: deb(5): the common ar format, with times in seconds and without the "/" of GNU after names. */
function ar(
  members: readonly (readonly [string, Uint8Array<ArrayBuffer>])[],
  secondsSinceEpoch: number,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [new TextEncoder().encode("!<arch>\n")];
  for (const [name, content] of members) {
    const header = [
      name.padEnd(16),
      String(secondsSinceEpoch).padEnd(12),
      ...["0".padEnd(6), "0".padEnd(6), "100644".padEnd(8), String(content.length).padEnd(10), "`\n"],
    ].join("");
    parts.push(new TextEncoder().encode(header), content);
    if (content.length % 2 === 1) parts.push(new TextEncoder().encode("\n"));
  }
  return joined(parts);
}
