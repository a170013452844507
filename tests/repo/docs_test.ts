/** The documents are true: their links, files, configurations, commands and examples. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path/posix";
import { fromFileUrl, toFileUrl } from "@std/path";
import { loadProject } from "../../src/config/load.ts";
import { loadProgram } from "../../src/cli/program.ts";
import { createDenoHost } from "../../src/host/deno_host.ts";
import { call, machineWith, readJson, STATE } from "../support/cli.ts";
import { stableText } from "../../scripts/tools/terminal/stable_text.ts";
import { canMakeTerminals } from "../support/terminals.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** On Windows the paths here have other separators, and the commands of the documents are those of POSIX shells. */
const POSIX = Deno.build.os !== "windows";

interface Document {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

const DOCUMENTS = documents();

function documents(): readonly Document[] {
  const below = (folder: string): readonly string[] =>
    [...Deno.readDirSync(join(ROOT, folder))].flatMap((entry) =>
      entry.isDirectory ? below(join(folder, entry.name)) : [join(folder, entry.name)]
    );
  const paths = ["README.md", ...below("docs").filter((path) => path.endsWith(".md"))];
  return paths.map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));
}

function documentAt(path: string): Document {
  const document = DOCUMENTS.find((candidate) => candidate.path === path);
  if (document === undefined) throw new Error(`Cannot find the document "${path}"`);
  return document;
}

/** The fenced blocks with exactly this info string. */
function blocks(document: Document, info: string): readonly string[] {
  return [...document.text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1]!.trim() === info)
    .map((match) => match[2]!);
}

/** The text without code, in which brackets and backticks mean something else. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/``[^\n]+?``|`[^`\n]+`/g, "code");
}

/** As GitHub makes them: lower case, words joined by "-", only letters and digits. */
function anchors(text: string): ReadonlySet<string> {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")
    ),
  );
}

Deno.test("every link within the documents leads to a file, and to one of its headings", () => {
  const broken: string[] = [];
  let count = 0;
  for (const { path, text } of DOCUMENTS) {
    for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      count++;
      const [file, anchor] = target!.split("#") as [string, string?];
      const absolute = file === "" ? join(ROOT, path) : join(ROOT, dirname(path), file);
      const content = readText(absolute);
      const leads = content !== undefined && (anchor === undefined || anchors(content).has(anchor));
      if (!leads) broken.push(`${path}: ${target}`);
    }
  }
  assertEquals(broken, []);
  assert(count > 50, "the links were not found");
});

Deno.test("every picture in the documents has an alternative text, and every picture file is shown", () => {
  const images = DOCUMENTS.flatMap(({ path, text }) =>
    [...withoutCode(text).matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, words, target]) => ({
      words: words!,
      path: join(dirname(path), target!),
    }))
  );
  assertEquals(images.filter(({ words }) => words.split(" ").length < 5), []);
  const pictures = ["docs/diagrams", "docs/recording"].flatMap((folder) =>
    [...Deno.readDirSync(join(ROOT, folder))].map(({ name }) => `${folder}/${name}`)
  );
  const shown = new Set(images.map(({ path }) => path));
  assertEquals(pictures.filter((path) => path.endsWith(".svg") && !shown.has(path)), []);
});

function readText(path: string): string | undefined {
  try {
    return Deno.statSync(path).isDirectory ? "" : Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

Deno.test("every path of the repository in the documents exists", () => {
  const missing: string[] = [];
  for (const { path, text } of DOCUMENTS) {
    for (const [, named] of text.matchAll(/`((?:src|tests|scripts|configs|docs)\/[\w./-]*\w\/?)`/g)) {
      if (readText(join(ROOT, named!)) === undefined) missing.push(`${path}: ${named}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("the map of docs/architecture.md has every folder of the source", () => {
  const { text } = documentAt("docs/architecture.md");
  const folders = [...Deno.readDirSync(join(ROOT, "src"))].filter((entry) => entry.isDirectory);
  const absent = folders.map(({ name }) => `src/${name}`).filter((folder) => !text.includes(`\`${folder}\``));
  assertEquals(absent, []);
});

Deno.test("every complete configuration in the documents is valid", async () => {
  const { files, paths } = await createDenoHost();
  const folder = await Deno.makeTempDir({ prefix: "orchastration-docs-" });
  try {
    let count = 0;
    for (const document of DOCUMENTS) {
      for (const toml of blocks(document, "toml complete")) {
        count++;
        const path = paths.join(folder, "orchastration.toml");
        await Deno.writeTextFile(path, toml);
        const location = {
          path,
          namedBy: document.path,
          projectRoot: folder,
          canonicalRoot: folder,
          searched: [path],
        };
        const project = await loadProject({ files, paths, environment: { os: "linux" } }, location);
        assertEquals(project.ok ? [] : project.failure, []);
      }
    }
    assert(count > 0, "no complete configuration was found");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A program of the documents, run for real, with a separate home. */
/** `at` a terminal of its own, where "script" can make one, both outputs are one. */
async function runIn(home: string, cwd: string, args: readonly string[], at: "pipes" | "terminal" = "pipes") {
  const { denoDir } = JSON.parse(
    text((await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout),
  );
  const env: Record<string, string> = {
    ...Deno.env.toObject(),
    HOME: home,
    DENO_DIR: denoDir,
    NO_COLOR: "1",
  };
  for (const name of ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ORCHASTRATION_CONFIG"]) delete env[name];
  const words = [Deno.execPath(), ...args].map((word) => `'${word}'`).join(" ");
  const [program, ...rest] = at === "pipes"
    ? [Deno.execPath(), ...args]
    : ["script", "-qec", `exec ${words}`, "/dev/null"];
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: rest,
    cwd,
    env,
    clearEnv: true,
    stdin: "null",
  }).output();
  return { code, stdout: text(stdout).replaceAll("\r\n", "\n"), stderr: text(stderr) };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function withHome(check: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "orchastration-docs-" });
  try {
    await check(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** The words after `deno` in a line of the README, however Deno is called there. */
function afterDeno(line: string): readonly string[] {
  const match = /^(?:npx -y deno@[\d.]+|deno) (.*)$/.exec(line);
  if (match === null) throw new Error(`Cannot check the command line "${line}": it does not call deno`);
  return match[1]!.split(" ");
}

const COMMAND_LINES = blocks(documentAt("README.md"), "sh").flatMap((block) => block.trim().split("\n"));

for (const line of new Set(COMMAND_LINES.filter((candidate) => !candidate.startsWith("alias ")))) {
  Deno.test({
    name: `README: ${line}`,
    ignore: !POSIX,
    async fn() {
      const args = afterDeno(line);
      const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
      assert(args[0] === "task" && args[1]! in tasks, `deno.json has no task "${args[1]}"`);
      // The tests do not run themselves.
      if (args[1] === "test") return assertEquals(args.length, 2);
      await withHome(async (home) => {
        const { code, stdout } = await runIn(home, ROOT, args);
        assertEquals(code, 0);
        assert(stdout.includes("deno.json"), "the job lists the files of the repository");
        const last = join(home, ".cache/orchastration/state/runs/sample/last.json");
        assertEquals(JSON.parse(await Deno.readTextFile(last)).status, "succeeded");
      });
    },
  });
}

Deno.test("the documents name the version of Deno that CI uses, and no other", async () => {
  const ci = await Deno.readTextFile(join(ROOT, ".ci/run"));
  const wanted = /deno@[\d.]+\d/.exec(ci)![0];
  const named = DOCUMENTS.flatMap(({ text }) => [...text.matchAll(/deno@[\d.]+\d/g)].map(([found]) => found));
  assertEquals([...new Set(named)], [wanted]);
});

Deno.test({
  name: "README: the example prints what is shown",
  ignore: !await canMakeTerminals(),
  async fn() {
    const readme = documentAt("README.md");
    const alias = COMMAND_LINES.find((line) => line.startsWith("alias "));
    const args = afterDeno(/^alias orchastration="(.*)"$/.exec(alias ?? "")![1]!)
      .map((word) => word.replace(/^'(.*)'$/, "$1").replace("$PWD", ROOT.replace(/\/$/, "")));
    const [session] = blocks(readme, "console");
    const steps = session!.split(/^\$ /m).slice(1).map((step) =>
      step.split(/\n([\s\S]*)/) as [string, string]
    );
    assert(steps.length > 3, "the example was not found");
    await withHome(async (home) => {
      const folder = join(home, "project");
      await Deno.mkdir(folder);
      await Deno.writeTextFile(join(folder, "orchastration.toml"), blocks(readme, "toml complete")[0]!);
      for (const [line, shown] of steps) {
        const words = line.replace(/^orchastration /, "").split(" ");
        const said = await runIn(home, folder, [...args, ...words], "terminal");
        assertEquals([line, stableText(said.stdout + said.stderr)], [line, stableText(shown)]);
      }
    });
  },
});

Deno.test("the README has every command that help shows, and no other", async () => {
  const program = (await loadProgram()).root;
  const shown = program.commands.map((command) => command.name());
  const table = documentAt("README.md").text.split(/^## Commands$/m)[1]!.split(/^## /m)[0]!;
  const named = [...table.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name!);
  assertEquals([...new Set(named)].toSorted(), shown.filter((name) => name !== "help").toSorted());
});

Deno.test("the examples of docs/contributing.md pass", async () => {
  const example = blocks(documentAt("docs/contributing.md"), "ts complete");
  assertEquals(example.length, 1);
  const folder = await Deno.makeTempDir({ prefix: "orchastration-docs-" });
  try {
    const path = join(folder, "example_test.ts");
    const tests = toFileUrl(join(ROOT, "tests/")).href;
    await Deno.writeTextFile(path, example[0]!.replaceAll('"../', `"${tests}`));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-prompt", "--config", join(ROOT, "deno.json"), path],
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, text(stdout) + text(stderr));
    assertMatch(text(stdout), /ok \| 2 passed/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Every key within a value, also within its lists. */
function keysOf(value: unknown): readonly string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) => key === "env" ? [key] : [key, ...keysOf(inner)]);
}

/** The keys that are missing in docs/records.md. */
function absentKeys(record: unknown): readonly string[] {
  const { text } = documentAt("docs/records.md");
  return [...new Set(keysOf(record))].filter((key) => !new RegExp(`[\`.]${key}[\`.]`).test(text));
}

Deno.test("docs/records.md has every key of a run record, and of its attempts", async () => {
  using host = machineWith(`
[jobs.full]
command = ["full"]
timeout_seconds = 1
retry = { max = 1, on_exit_codes = [3] }
`);
  host.program("full", (p) => p.forever());
  assertEquals((await call(host, ["run", "full"])).code, 124);
  const record = readJson(host, `${STATE}/runs/full/last.json`);
  assertEquals(record["status"], "timed_out");
  assertEquals(absentKeys(record), []);
});

Deno.test("docs/records.md has every key of a task record, and of its plan, build and check", async () => {
  using host = machineWith(`
[tasks.full]
command = ["full"]
outputs = ["a"]
documents = ["b"]
acceptance = [{ id = "ac1", text = "it works", check = ["check"] }, { id = "ac2", text = "it reads well" }]
`);
  host.program("full", (p) => p.writeFile("a", ""));
  host.program("check", () => {});
  for (
    const argv of [["build", "run", "full", "--plan"], ["plan", "accept", "full", "ac2"], [
      "doc",
      "generate",
      "full",
    ]]
  ) {
    assertEquals([(await call(host, argv)).code, argv], [0, argv]);
  }
  const task = readJson(host, `${STATE}/tasks/full.json`);
  assertEquals(task["status"], "done");
  const runs = host.disk.list(`${STATE}/runs/full`).filter((name) => name.endsWith("Z.json"));
  assertEquals(runs.length, 4);
  for (const record of [task, ...runs.map((name) => readJson(host, `${STATE}/runs/full/${name}`))]) {
    assertEquals(absentKeys(record), []);
  }
});

Deno.test("no document contains a path of its author's machine", () => {
  const named = DOCUMENTS.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:\/home|\/root|\/work|\/tmp|\/Users)\/[\w./-]+/g)].map(([found]) =>
      `${path}: ${found}`
    )
  );
  assertEquals(named, []);
});
