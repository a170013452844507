/** A signed build of a task on a fake machine, and its exported folder. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT } from "./cli.ts";
import type { FakeHost } from "./fake_host.ts";

export const FOLDER = `${PROJECT}/site-evidence`;
export const KEY = "fd110d301d2f077de1414b8f99f441b1403fab207b2052fbd2c065e4ee8e7dc2";
export const PLAN = "site/20261122T063449.123Z";
export const BUILD = "site/20261122T063449.124Z";
const CONFIG = `
[tasks.site]
command = ["make"]
inputs = ["src.txt"]
outputs = ["out.txt"]
secrets = ["TOKEN"]
acceptance = [
  { id = "good", text = "it is good", check = ["true"] },
  { id = "seen", text = "somebody saw it" },
]
`;

/** A task with a build that is signed; its last criterion is confirmed by a person. */
export async function machine(
  check: (p: { exit(code: number): void }) => void = () => {},
): Promise<FakeHost> {
  const host = machineWith(CONFIG, {
    files: { [`${PROJECT}/src.txt`]: "1" },
    env: { HOME: "/home/ada", PATH: "/bin", USER: "ada", TOKEN: "value-of-token" },
  });
  host.program("make", async (p) => {
    await p.stdout("made value-of-token\n");
    p.writeFile("out.txt", "made");
  });
  host.program("true", check);
  await call(host, ["build", "run", "site", "--plan", "-q"]);
  await call(host, ["plan", "accept", "site", "seen"]);
  await call(host, ["sign", "site"]);
  return host;
}

export async function exported(): Promise<FakeHost> {
  const host = await machine();
  const said = await call(host, ["evidence", "export", "site"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  return host;
}

/** The names of all files below the folder, sorted. */
export function filesIn(host: FakeHost, folder = FOLDER): readonly string[] {
  const names = host.files.list(folder);
  return (names.ok ? names.value : []).flatMap((name) => {
    const entry = host.files.entry(`${folder}/${name}`);
    return entry.ok && entry.value.kind === "directory"
      ? filesIn(host, `${folder}/${name}`)
      : [`${folder}/${name}`];
  }).sort();
}

/** The four answers of `evidence verify`, and whether all of them are yes. */
export async function verdict(host: FakeHost, ...more: readonly string[]) {
  const said = await call(host, ["evidence", "verify", "site-evidence", "--json", ...more]);
  assertEquals(said.stderr, "");
  const { holds, answers } = JSON.parse(said.stdout);
  assertEquals(said.code, holds ? 0 : 1);
  const states: Record<string, string> = {};
  for (const { line, state } of answers) states[line] = state;
  const facts: readonly string[] = answers.flatMap(({ facts }: { facts: readonly string[] }) => facts);
  return { holds, states, facts };
}
