/** A new home with the repository of the guide, and the program of these sources on its PATH. */

import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";

const REPOSITORY = fromFileUrl(new URL("../../../docs/guide/slugs", import.meta.url));
const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

export interface Home {
  /** Absolute, without links; contains `slugs`. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function withHome<T>(use: (home: Home) => Promise<T>): Promise<T> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-home-" }));
  try {
    return await use({ path, env: await furnish(path) });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function furnish(home: string): Promise<Readonly<Record<string, string>>> {
  const bin = join(home, ".local/bin");
  await Deno.mkdir(bin, { recursive: true });
  await Deno.symlink(Deno.execPath(), join(bin, "deno"));
  await Deno.writeTextFile(
    join(bin, "orchastration"),
    `#!/bin/sh\nexec deno run -q -A --no-prompt --config '${ROOT}deno.json' '${ROOT}src/main.ts' "$@"\n`,
    { mode: 0o755 },
  );
  await output("cp", ["-R", REPOSITORY, join(home, "slugs")]);
  return {
    HOME: home,
    PATH: `${bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    LANG: "C.UTF-8",
    USER: "ada",
    DENO_DIR: JSON.parse(await output(Deno.execPath(), ["info", "--json"])).denoDir,
    DENO_NO_UPDATE_CHECK: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_PAGER: "cat",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" })
    .output();
  if (!success) throw new Error(`Cannot call ${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
