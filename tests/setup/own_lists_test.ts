/**
 * `init` is compared with what each tool itself reports about a repository: nothing is invented, and nothing
 * is lost.
 */

import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { call, machineWith, PROJECT } from "../support/cli.ts";
import { findTool } from "../support/tools.ts";
import { REPOSITORIES } from "./repositories/all.ts";
import type { OwnList, Repository } from "./repositories/repository.ts";

for (const repository of REPOSITORIES) {
  Deno.test(`init: ${repository.name}`, async () => {
    assertEquals(await proposed(repository), repository.jobs);
  });

  for (const [tool, list] of Object.entries(repository.lists)) {
    Deno.test(`init: ${tool} has no other names in ${repository.name}`, async () => {
      const jobs = await proposed(repository, { withLeftOut: true });
      const known = new Set(jobs.map((job) => nameIn(tool, job.split(": ").slice(1).join(": "))));
      const without = new Set(Object.values(list.notProposed ?? {}).flat());
      for (const name of list.names) assertEquals([name, known.has(name)], [name, !without.has(name)]);
      known.delete(undefined);
      assertEquals([...known].filter((name) => !list.names.includes(name!)), []);
    });

    const program = findTool(list.argv[0]);
    Deno.test({
      name: `init: the stored list equals that of ${list.argv[0]}, in ${repository.name}`,
      ignore: program === undefined,
      fn: async () => assertEquals(await ownNames(repository, list, program!), list.names.toSorted()),
    });
  }
}

/** The name that a job's command passes to the tool; undefined for a command of another tool. */
function nameIn(tool: string, line: string): string | undefined {
  const words = line.split(" ").filter((word) =>
    word !== "--" && word !== "--yes" && !word.startsWith("${args.")
  );
  const [program, ...rest] = words;
  const isOurs = program === tool || (tool === "cmake" && program === "ctest");
  // A command without a name is the tool itself.
  if (!isOurs || rest.length === 0) return undefined;
  return rest.at(-1);
}

/** As `name: argv`; optionally with the commented-out ones, and only those of the folder itself. */
async function proposed(
  { files }: Repository,
  { withLeftOut = false } = {},
): Promise<readonly string[]> {
  const place = (path: string) => join(PROJECT, path).replaceAll("\\", "/");
  using host = machineWith(undefined, {
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [place(path), text])),
  });
  const said = await call(host, ["init", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const { jobs } = JSON.parse(said.stdout) as { jobs: { name: string; command: string[] }[] };
  const found = jobs.map(({ name, command }) => `${name}: ${command.join(" ")}`);
  if (!withLeftOut) return found;
  const text = host.disk.read(`${PROJECT}/orchastration.toml`)!;
  const inPackages = new Set(
    [...text.matchAll(/^\[jobs\.([^\]]+)\](?:\n.+)*\nworking_dir = /gm)].map(([, name]) => name!),
  );
  const asComments = [...text.matchAll(/^# \[jobs\.(.+)\]\n# command = (.+)$/gm)].map(([, name, command]) =>
    `${name}: ${(JSON.parse(command!) as string[]).join(" ")}`
  );
  return [...found.filter((job) => !inPackages.has(job.split(": ")[0]!)), ...asComments];
}

/** Asks the tool, in the repository on the real disk. */
async function ownNames(
  { files }: Repository,
  { argv, form }: OwnList,
  program: string,
): Promise<readonly string[]> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const folder = join(root, "repository");
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text, { mode: path.includes("tasks/") ? 0o755 : 0o644 });
    }
    const { stdout, stderr } = await new Deno.Command(program, {
      args: argv.slice(1),
      cwd: folder,
      env: {
        HOME: root,
        XDG_CONFIG_HOME: root,
        XDG_CACHE_HOME: root,
        XDG_DATA_HOME: root,
        NO_COLOR: "1",
        LC_ALL: "C",
        MISE_TRUSTED_CONFIG_PATHS: root,
        COMPOSER_ALLOW_SUPERUSER: "1",
        npm_config_offline: "true",
      },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout) +
      (form === "dashes" ? new TextDecoder().decode(stderr) : "");
    return [...new Set(namesIn(text, form))].sort();
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function namesIn(text: string, form: OwnList["form"]): readonly string[] {
  const matches = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  switch (form) {
    case "make":
      return explicitTargets(text);
    case "words":
      return text.trim().split(/\s+/);
    case "lines":
      return text.trim().split("\n");
    case "json_keys":
      return Object.keys(JSON.parse(text));
    case "json_names": {
      const list = JSON.parse(text) as { name: string }[] | { tasks: { name: string }[] };
      return (Array.isArray(list) ? list : list.tasks).map(({ name }) => name);
    }
    case "dashes":
      return matches(/^- (\S+)/gm);
    case "quoted":
      return matches(/^ {2}"([^"]+)"/gm);
    case "indented":
      return matches(/^ {2}(\S+)/gm);
    case "nox":
      return matches(/^[*-] ([^\s(]+?)(?:-\d[\d.]*)?(?=[\s(]|$)/gm);
  }
}

/**
 * The rules in make's database that come from a Makefile: neither built-in ones, nor files that are only
 * needed.
 */
function explicitTargets(database: string): readonly string[] {
  const files = database.slice(database.lastIndexOf("\n# Files\n"));
  return files.split("\n\n").flatMap((entry) => {
    const lines = entry.split("\n");
    if (lines.includes("# Not a target:")) return [];
    const rule = lines.find((line) => line !== "" && !/^[#\t]/.test(line));
    const name = rule === undefined ? undefined : /^([^:=\s]+)::?(?!=)/.exec(rule)?.[1];
    return name === undefined || name.startsWith(".") || name.startsWith("/") ? [] : [name];
  });
}
