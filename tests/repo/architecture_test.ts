/**
 * The import table of docs/architecture.md, and the borders around the machine, checked on the real module
 * graph.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { dirname, join } from "@std/path/posix";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");
const SRC = join(ROOT, "src");

/**
 * The folders that each folder may import besides itself. A file directly in `src` is listed under its name.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  "model": [],
  "host": [],
  "config": ["model", "host"],
  "store": ["model", "host"],
  "git": ["model", "host"],
  "log": ["model", "host"],
  "engine": ["model", "host"],
  "doc": ["model"],
  "app": ["model", "host", "config", "store", "git", "log", "engine", "doc"],
  "mcp": ["model", "host", "app"],
  "web": ["model", "host", "app"],
  "cli": ["model", "host", "app", "mcp", "web"],
  "main.ts": ["host", "cli"],
  "version.ts": [],
  "std_types.d.ts": [],
};

/**
 * The rooms of the two folders that are too large for one, from the ground up: a room may import earlier
 * ones. A file outside the rooms, such as `cli/cli.ts`, is above them all.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "app": [
    "workspace",
    "files",
    "slurm",
    "recording",
    "runs",
    "inputs",
    "jobs",
    "services",
    "graph",
    "tasks",
    "unattended",
    "evidence",
    "trust",
    "schedules",
    "hooks",
    "watch",
    "documents",
    "exports",
    "github",
    "worktrees",
    "assistants",
    "views",
    "setup",
  ],
  "cli": ["output", "base", "reports", "help", "completion", "commands"],
};

/** Imports nothing, and may be imported by everything. */
const EVERYONES = "version.ts";

/** Files of `host` that only use its interfaces, so that they are not bound to a machine. */
const HOST_VALUES = ["host/durable_write.ts", "host/identities.ts", "host/platform_paths.ts"];

/** Each library may be imported by one folder only, or by the listed ones. */
const LIBRARIES: Readonly<Record<string, string[]>> = {
  "@commander-js/extra-typings": ["cli"],
  "@dagrejs/dagre": ["web"],
  "@logtape/logtape": ["log"],
  "@modelcontextprotocol/server": ["mcp"],
  "@modelcontextprotocol/server/stdio": ["mcp"],
  "@std/jsonc": ["app"],
  "@std/path/posix": ["app", "host"],
  "@std/path/windows": ["host"],
  "@std/yaml": ["app"],
  "anser": ["web"],
  "dotenv": ["config"],
  "preact": ["web"],
  "preact/hooks": ["web"],
  "preact/jsx-runtime": ["web"],
  "smol-toml": ["config"],
  "toml-eslint-parser": ["config"],
  "valibot": ["store"],
  "node:crypto": ["host"],
};

interface Import {
  readonly from: string;
  /** Relative to `src`, or the name of a library. */
  readonly to: string;
  /** Only a type is imported: nothing of it exists when the program runs. */
  readonly isType: boolean;
}

interface Graph {
  /** Every file of `src`, relative to it, sorted. */
  readonly files: readonly string[];
  readonly imports: readonly Import[];
  readonly texts: ReadonlyMap<string, string>;
}

const graph = await readGraph();

async function readGraph(): Promise<Graph> {
  const files = filesBelow(SRC).map((path) => path.slice(SRC.length + 1)).sort();
  const imports = new Map<string, Import>();
  const seen = new Set<string>();
  // The program first, with its dynamic imports; then files that it does not reach.
  for (const root of ["main.ts", ...files]) {
    if (seen.has(root)) continue;
    for (const module of await modulesOf(join(SRC, root))) {
      const from = inSrc(module.specifier);
      if (from === undefined) continue;
      seen.add(from);
      for (const dependency of module.dependencies ?? []) {
        const target = dependency.code?.specifier ?? dependency.type?.specifier ?? dependency.specifier;
        const to = inSrc(target) ?? dependency.specifier;
        imports.set(`${from} ${to}`, { from, to, isType: dependency.code === undefined });
      }
    }
  }
  assertEquals([...seen].sort(), files);
  const texts = new Map(files.map((file) => [file, Deno.readTextFileSync(join(SRC, file))]));
  return { files, imports: [...imports.values()], texts };
}

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

async function modulesOf(path: string): Promise<readonly Module[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", path],
    cwd: ROOT,
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot read the module graph: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout)).modules;
}

function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]
  );
}

function inSrc(specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  const path = fromFileUrl(specifier).replaceAll("\\", "/");
  return path.startsWith(`${SRC}/`) ? path.slice(SRC.length + 1) : path;
}

function folderOf(file: string): string {
  return file.split("/")[0]!;
}

/** The text without comments; comment signs inside strings do not occur where it matters here. */
function codeOf(file: string): string {
  return graph.texts.get(file)!.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Lines of a file's code that match, as `file: line`. */
function linesWith(pattern: RegExp, files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    codeOf(file).split("\n").filter((line) => pattern.test(line)).map((line) => `${file}: ${line.trim()}`)
  );
}

/** Named for the runtime, or for the systems they are about. */
function isTheMachine(file: string): boolean {
  return /^host\/(?:deno|linux|posix)_[a-z_]+\.ts$/.test(file) || file === "main.ts";
}

Deno.test("architecture: the graph is the program's", () => {
  // These facts keep the other rules from passing on an empty graph.
  const imported = (from: string, to: string) =>
    graph.imports.some((each) => each.from === from && each.to === to);
  assertEquals(imported("main.ts", "cli/cli.ts"), true, "a dynamic import is in the graph");
  assertEquals(imported("cli/commands/run.ts", "app/jobs/run_job.ts"), true);
  assertEquals(imported("log/log.ts", "@logtape/logtape"), true);
  assertEquals(
    graph.imports.find(({ from, to }) => from === "model/run_record.ts" && to === "model/ids.ts")?.isType,
    true,
  );
  assertEquals(new Set(graph.files.map(folderOf)), new Set(Object.keys(TABLE)));
});

Deno.test("architecture: main.ts reaches the code of every file, so that a compiled program is complete", () => {
  const reached = new Set(["main.ts"]);
  for (const file of reached) {
    for (const { from, to, isType } of graph.imports) if (from === file && !isType) reached.add(to);
  }
  // A worker is a separate entry, which is given to Deno by name.
  assertEquals(graph.files.filter((file) => !reached.has(file) && hasCode(file) && !isOfThePage(file)), [
    "host/deno_digest_worker.ts",
  ]);
});

/** The browser runs it: it is bundled for itself (src/web/page_script.ts), and the program has its text. */
function isOfThePage(file: string): boolean {
  return file.startsWith("web/page/");
}

Deno.test("architecture: the page is independent of the machine, and the program imports nothing of the page", () => {
  const within = graph.imports.filter(({ from, to, isType }) =>
    isOfThePage(from) && graph.texts.has(to) && !isType && !isOfThePage(to) && folderOf(to) !== "model"
  );
  assertEquals(within, []);
  assertEquals(graph.imports.filter(({ from, to }) => !isOfThePage(from) && isOfThePage(to)), []);
});

/** A file of types alone does not exist when the program runs. */
function hasCode(file: string): boolean {
  return /^(?:export )?(?:async )?(?:abstract )?(?:function|const|let|class|await)\b|^\w+[.(]/m.test(
    codeOf(file),
  );
}

Deno.test("architecture: every import is in the table", () => {
  const wrong = graph.imports.filter(({ from, to }) => {
    if (!graph.texts.has(to) || to === EVERYONES) return false;
    const [here, there] = [folderOf(from), folderOf(to)];
    return here !== there && !TABLE[here]!.includes(there);
  });
  assertEquals(wrong, []);
});

/** `jobs` of `app/jobs/run_job.ts`; undefined for a file that is in no room. */
function roomOf(file: string): string | undefined {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1] : undefined;
}

for (const [folder, rooms] of Object.entries(ROOMS)) {
  const inside = graph.files.filter((file) => folderOf(file) === folder);

  Deno.test(`architecture: ${folder} has the rooms of the table, and files outside them only where it says so`, () => {
    const found = new Set(inside.map(roomOf).filter((room) => room !== undefined));
    assertEquals([...found].sort(), [...rooms].sort());
    const outside = inside.filter((file) => roomOf(file) === undefined);
    assertEquals(
      outside,
      folder === "cli" ? ["cli/cli.ts", "cli/parse.ts", "cli/program.ts", "cli/table.ts"] : [],
    );
  });

  Deno.test(`architecture: a room of ${folder} imports rooms before it alone`, () => {
    const height = (file: string) => {
      const room = roomOf(file);
      return room === undefined ? rooms.length : rooms.indexOf(room);
    };
    const wrong = graph.imports.filter(({ from, to }) =>
      folderOf(from) === folder && folderOf(to) === folder && graph.texts.has(to) && height(to) > height(from)
    );
    assertEquals(wrong, []);
  });
}

Deno.test("architecture: the path of a command's file is the command", () => {
  const table = graph.texts.get("cli/table.ts")!;
  const entries = [...table.matchAll(/verb\(\s*"([^"]+)",[^]*?import\("\.\/commands\/([^"]+)\.ts"\)/g)];
  for (const [, path, file] of entries) assertEquals(file, path!.replaceAll(" ", "/"));
  const files = graph.files.filter((file) => file.startsWith("cli/commands/"));
  assertEquals(entries.map(([, , file]) => `cli/commands/${file}.ts`).sort(), files);
});

Deno.test("architecture: only libraries are imported from outside src, each by the folder that owns the library", () => {
  const used: Record<string, string[]> = {};
  for (const { from, to } of graph.imports) {
    if (graph.texts.has(to) || from === "std_types.d.ts") continue;
    const folders = used[to] ??= [];
    if (!folders.includes(folderOf(from))) folders.push(folderOf(from));
    folders.sort();
  }
  assertEquals(used, LIBRARIES);
});

Deno.test("architecture: the tables of docs/architecture.md equal the tables of this test", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs/architecture.md"));
  const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
  const folders = page.split("## Who may import whom")[1]!.split(/^## /m)[0]!;
  const rows = [...folders.matchAll(/^\| (`.*?) \| (.*?) \| .* \|$/gm)].flatMap(([, from, to]) =>
    names(from!).map((folder) => [folder, to === "nothing of ours" ? [] : names(to!).sort()] as const)
  );
  const table = Object.entries(TABLE).filter(([, may]) => may.length > 0)
    .map(([folder, may]) => [folder, [...may].sort()] as const);
  const written = rows.filter(([, may]) => may.length > 0);
  assertEquals(Object.fromEntries(written), Object.fromEntries(table));
  for (const [folder, rooms] of Object.entries(ROOMS)) {
    const row = new RegExp(`^\\| \`${folder}\` \\| (.*) \\|$`, "m").exec(page.split("## Rooms")[1] ?? "")
      ?.[1];
    assertEquals(row?.split(", ").map((room) => room.replaceAll("`", "")), rooms, folder);
  }
});

Deno.test("architecture: the map of docs/architecture.md has each room once, with at most three files to start with", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs/architecture.md"));
  const map = page.split("## Code map")[1]!.split("### Around the source")[0]!;
  const rows = [...map.matchAll(/^\| `src\/([^`]+)`[^|]* \| .* \| (.*) \|$/gm)];
  const rooms = Object.entries(ROOMS).flatMap(([folder, names]) => names.map((name) => `${folder}/${name}`));
  const flat = Object.keys(TABLE).filter((each) => !each.includes(".") && each !== "app");
  assertEquals(rows.map(([, room]) => room!).sort(), [...flat, ...rooms].sort());
  const wrong = rows.filter(([, room, files]) => {
    const paths = [...files!.matchAll(/\]\(\.\.\/src\/([^)]+)\)/g)].map(([, path]) => path!);
    return paths.length === 0 || paths.length > 3 || !paths.every((path) => path.startsWith(`${room}/`));
  });
  assertEquals(wrong.map(([, room]) => room), []);
});

/** What all commands share, and several rooms of `app` together. */
const SHARED_FEATURES = ["help", "output", "projects"];

Deno.test("architecture: tests/features has the rooms of app, and folders for what all commands share", () => {
  const folders = [...Deno.readDirSync(join(ROOT, "tests/features"))].map(({ name }) => name);
  assertEquals(
    folders.filter((name) => !ROOMS["app"]!.includes(name) && !SHARED_FEATURES.includes(name)),
    [],
  );
});

Deno.test("architecture: each section of docs/architecture.md fits on a screen", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs/architecture.md"));
  const long = page.split(/^##+ /m).filter((section) => section.trim().split("\n").length > 45);
  assertEquals(long.map((section) => section.split("\n")[0]), []);
});

Deno.test("architecture: only types of host are imported, and files that use its interfaces alone", () => {
  const wrong = graph.imports.filter(({ from, to, isType }) =>
    folderOf(to) === "host" && folderOf(from) !== "host" && from !== "main.ts" && !isType &&
    !HOST_VALUES.includes(to)
  );
  assertEquals(wrong, []);
  // And the files have the content that their names promise.
  const bound = graph.imports.filter(({ from, to, isType }) =>
    HOST_VALUES.includes(from) && graph.texts.has(to) && !isType
  );
  assertEquals(bound, []);
});

Deno.test("architecture: no import cycle exists in src, not even for types", () => {
  assertEquals(detours(graph.files, graph.imports), []);
});

Deno.test("architecture: no import cycle exists in scripts, not even for types", () => {
  const scripts = filesBelow(join(ROOT, "scripts")).filter((path) => /\.(?:ts|js)$/.test(path));
  const imports = scripts.flatMap((from) =>
    [...Deno.readTextFileSync(from).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to]) => ({
      from,
      to: join(dirname(from), to!),
    }))
  );
  assert(imports.some(({ from, to }) => from.endsWith("/build.ts") && to.endsWith("/build/words.ts")));
  assertEquals(detours(scripts, imports), []);
});

/** Each as the list of files on the way. */
function detours(
  files: readonly string[],
  imports: readonly { readonly from: string; readonly to: string }[],
): readonly string[] {
  const next = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { from, to } of imports) if (next.has(to)) next.get(from)!.push(to);
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (finished.has(file) || path.includes(file)) return;
    for (const each of next.get(file)!) visit(each, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

Deno.test("architecture: only the real host and main.ts use Deno or a module of the system", () => {
  assertEquals(linesWith(/\bDeno\b/, graph.files.filter((file) => !isTheMachine(file))), []);
  const system = graph.imports.filter(({ from, to }) => to.startsWith("node:") && !isTheMachine(from));
  assertEquals(system, []);
  assertEquals(linesWith(/\bDeno\.exit\b/, graph.files.filter((file) => file !== "main.ts")), []);
});

Deno.test("architecture: only the host reads the clock, random numbers and the network", () => {
  const global =
    /\b(?:setTimeout|setInterval|fetch)\(|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.|\bperformance\.|\bglobalThis\b|\bconsole\.(?:log|error|warn|info|debug)\(/;
  const others = graph.files.filter((file) => !isTheMachine(file) && !isOfThePage(file));
  assertEquals(linesWith(global, others), []);
});

Deno.test("architecture: only a face writes to the terminal", () => {
  const others = graph.files.filter((file) => !["cli", "mcp", "host", "main.ts"].includes(folderOf(file)));
  // Everybody may ask whether it is a terminal; only a face may use the streams.
  assertEquals(linesWith(/\bOutputStream\b|\bstd(?:out|err)\.write\b/, others), []);
  assertEquals(linesWith(/\bterminal\.std(?:out|err)\b(?!\.isTerminal\b)/, others), []);
  assertEquals(linesWith(/\{[^}]*\}\s*=\s*[\w.]*\bterminal\b/, others), []);
});

/** Marks that identify our files: they stay the same, whatever the program is called. */
const MARKS = ["doc/html.ts", "doc/managed_text.ts"];

Deno.test("architecture: a command line of this program is written by a face alone", () => {
  const below = graph.files.filter((file) =>
    !["cli", "host"].includes(folderOf(file)) && ![...MARKS, EVERYONES].includes(file)
  );
  // Next steps are data (src/model/next_step.ts), and texts that outlive the call receive a WriteCommand.
  const line = /["'`].*\borchastration (?:[a-z]|--|<|\$\{)/;
  assertEquals(linesWith(line, below), []);
});

Deno.test("architecture: no literal object is spread into another, which only hides how many fields it has", () => {
  const spread = /\.\.\.\{(?!\})/;
  assertEquals(linesWith(spread, graph.files), []);
  const others = ["scripts", "tests"].flatMap((folder) => filesBelow(join(ROOT, folder)))
    .filter((path) => path.endsWith(".ts") && !path.endsWith("/architecture_test.ts"));
  assertEquals(others.filter((path) => spread.test(Deno.readTextFileSync(path))), []);
});

Deno.test("architecture: every file begins with what it owns", () => {
  const without = graph.files.filter((file) => !/^\/\*\*\s+\S/.test(graph.texts.get(file)!));
  assertEquals(without, []);
});

Deno.test("architecture: no comment postpones work", () => {
  // Split, so that this file does not match itself.
  const later = new RegExp(
    `\\b(?:${["TO", "FIX", "XX"].map((word, i) => word + ["DO", "ME", "X"][i]).join("|")})\\b`,
  );
  const found = graph.files.filter((file) => later.test(graph.texts.get(file)!));
  assertEquals(found, []);
});

Deno.test("architecture: no value is cast past its type and back", () => {
  assertEquals(linesWith(/\bas unknown as\b/, graph.files), []);
});
