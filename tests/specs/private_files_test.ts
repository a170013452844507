/** Records are for their user alone, whatever the umask says: with the real program and the real system. */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

Deno.test({
  name: "spec: with umask 000, records, output, logs and folders of the state are the user's own",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write(
        "orchastration.toml",
        '[jobs.hi]\ncommand = ["sh", "-c", "umask; echo hi; echo ho >&2"]\ninputs = ["orchastration.toml"]\n' +
          '[logging]\nmax_bytes = 4096\n[tasks.page]\ncommand = ["true"]\n',
      );
      const hi = await folder.shell('umask 000; "$@" run hi -q');
      // The job itself has the umask of its caller.
      assertEquals([hi.code, hi.stdout, hi.stderr], [0, "0000\nhi\n", "ho\n"]);
      for (const words of ["run hi -q --fresh", "run hi -q --fresh", "plan create page", "status"]) {
        const said = await folder.shell(`umask 000; "$@" ${words} > /dev/null`);
        assertEquals([words, said.code], [words, 0], said.stderr);
      }
      const open: string[] = [];
      const kinds = new Set<string>();
      for (const { path, isDirectory } of everythingBelow(`${folder.path}/.cache/orchastration`)) {
        const mode = Deno.statSync(path).mode! & 0o777;
        if (mode !== (isDirectory ? 0o700 : 0o600)) open.push(`${path}: ${mode.toString(8)}`);
        kinds.add(isDirectory ? "folder" : path.split(".").at(-1)!);
      }
      assertEquals(open, []);
      assertEquals(["folder", "json", "log"].filter((kind) => !kinds.has(kind)), []);
    }),
});

interface Found {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** The folder itself, too. */
function everythingBelow(folder: string): readonly Found[] {
  const within = [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? everythingBelow(path) : [{ path, isDirectory }];
  });
  return [{ path: folder, isDirectory: true }, ...within];
}
