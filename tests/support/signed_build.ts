/** A build of a task in a real repository, with criteria that passed and failed, signed by the real program. */

import { assertEquals } from "@std/assert";
import type { RealFolder } from "./real_program.ts";

/** `more`: a criterion that fails, or nothing. */
const configWith = (more: string) => `
[tasks.site]
command = ["sh", "-c", "mkdir -p dist && echo hello > dist/out.txt"]
inputs = ["src/**"]
outputs = ["dist/out.txt"]
env = { COLOUR = "value-of-colour" }
secrets = ["TOKEN"]
acceptance = [
  { id = "good", text = "it greets", check = ["grep", "hello", "dist/out.txt"] },
  ${more}
  { id = "read", text = "somebody read it" },
]
`;

export interface SignedBuild {
  readonly files: readonly { readonly path: string; readonly criterion?: string; readonly result?: string }[];
  readonly bundles: readonly string[];
  readonly key: string;
  readonly state: string;
}

const BAD = '{ id = "bad", text = "it says goodbye", check = ["grep", "goodbye", "dist/out.txt"] },';

/** A build with a criterion that passes and, unless `isGood`, one that fails, signed. */
export async function signedBuild(folder: RealFolder, isGood = false): Promise<SignedBuild> {
  Deno.mkdirSync(`${folder.path}/src`);
  folder.write("src/a.txt", "1\n");
  // For tools whose rules are patterns.
  folder.write("src/we[i]rd *?.txt", "2\n");
  folder.write("orchastration.toml", configWith(isGood ? "" : BAD));
  folder.write(".gitignore", "/dist\n/.cache\n/.config\n");
  for (
    const args of [["init", "-q"], ["add", "-A"], [
      ...["-c", "user.name=a", "-c", "user.email=a@example.org"],
      ...["commit", "-qm", "first"],
    ]]
  ) assertEquals((await folder.call("git", args)).code, 0);
  const env = { TOKEN: "value-of-token" };
  const [program, ...args] = folder.command;
  const built = await folder.call(program, [...args, "build", "run", "site", "--plan", "-q"], env);
  assertEquals(built.code, isGood ? 0 : 1, built.stderr);
  const said = await folder.orchastration("sign", "site", "--json");
  assertEquals([said.code, said.stderr], [0, ""]);
  const { files, key: { place } } = JSON.parse(said.stdout);
  const state = (await folder.orchastration("config", "path", "--state")).stdout.trim();
  const { stdout: key } = await folder.call("openssl", ["pkey", "-in", place, "-pubout"]);
  const read = ({ path }: { readonly path: string }) => Deno.readTextFileSync(`${state}/${path}`);
  const bundles = (files as SignedBuild["files"]).filter(({ path }) => path.endsWith(".sigstore.json"));
  return { files, key, state, bundles: bundles.map(read) };
}
