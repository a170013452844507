/** `init`: what it finds, asks and writes, and that it never overwrites a file. */

import { lastingCommand } from "../../../src/cli/base/command_line.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parse } from "smol-toml";
import { argumentUse, configText } from "../../../src/app/setup/config_text.ts";
import { nameJobs } from "../../../src/app/setup/name_jobs.ts";
import { denoTasks } from "../../../src/app/setup/readers/deno_json.ts";
import { justRecipes } from "../../../src/app/setup/readers/justfile.ts";
import { makeTargets } from "../../../src/app/setup/readers/makefile.ts";
import { packageScripts } from "../../../src/app/setup/readers/package_json.ts";
import { pythonJobs } from "../../../src/app/setup/readers/python.ts";
import { taskfileTasks } from "../../../src/app/setup/readers/taskfile.ts";
import { decode } from "../../../src/config/decode.ts";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { withGit } from "../../support/fake_git.ts";
import { hostile } from "../../doc/hostile.ts";
import { repository } from "../../support/repository.ts";

const CONFIG = `${PROJECT}/orchastration.toml`;
const SCHEMA = `${PROJECT}/.orchastration/orchastration.schema.json`;

/** The jobs that are written for a folder with these files, as `name: argv`. */
function finds(name: string, files: Readonly<Record<string, string>>, expected: readonly string[]): void {
  Deno.test(`init: ${name}`, async () => {
    const paths = Object.entries(files).map(([file, text]) => [`${PROJECT}/${file}`, text]);
    using host = machineWith(undefined, { files: Object.fromEntries(paths) });
    const said = await call(host, ["init", "--json"]);
    assertEquals([said.code, said.stderr], [0, ""]);
    const { settings, problems } = decode(parse(host.disk.read(CONFIG)!), "linux");
    assertEquals(problems, []);
    const { jobs } = JSON.parse(said.stdout) as { jobs: { name: string; command: string[] }[] };
    const written = jobs.map(({ name, command }) => `${name}: ${command.join(" ")}`);
    assertEquals(written, expected);
    assertEquals([...settings.jobs.keys()].toSorted(), jobs.map(({ name }) => name).toSorted());
    for (const { name, command } of jobs) assertEquals([...settings.jobs.get(name)!.command], command);
    assertEquals((await call(host, ["config", "check"])).code, 0);
  });
}

finds("a folder with nothing gets an example", {}, ["hello: echo hello"]);
finds("scripts of package.json, without hooks of the package manager", {
  "package.json": JSON.stringify({
    scripts: {
      build: "tsc",
      prebuild: "x",
      "test:unit": "vitest",
      prepare: "husky",
      postinstall: "x",
      "-x": "x",
      pretty: "prettier",
      "": "x",
      "a b": "x",
      "con": "x",
      "日本": "x",
      Build: "x",
      bad: 1,
    },
  }),
}, [
  ...[
    "build: npm run build --",
    "test-unit: npm run test:unit --",
    "pretty: npm run pretty --",
    "a-b: npm run a b --",
  ],
  ...["npm-con: npm run con --", "npm-Build: npm run Build --"],
]);
finds("the package manager whose lock file is there", {
  "package.json": '{ "scripts": { "test": "x" } }',
  "pnpm-lock.yaml": "",
}, ["test: pnpm run test"]);
finds("tasks of deno.jsonc, with comments and commas", {
  "deno.jsonc":
    '{\n// a "comment"\n"tasks": { "ok": "echo // no comment", /* x */ "all": { "dependencies": ["ok"], }, },\n}',
}, ["ok: deno task ok", "all: deno task all"]);
finds("Cargo.toml", { "Cargo.toml": '[package]\nname = "a"\n' }, [
  "build: cargo build",
  "test: cargo test",
  "check: cargo check",
]);
finds("go.mod", { "go.mod": "" }, ["build: go build ./...", "test: go test ./...", "vet: go vet ./..."]);
finds("pyproject.toml with its tools", {
  "pyproject.toml": '[project]\ndependencies = ["pytest>=8"]\n[tool.ruff.lint]\n[tool.mypy]\n',
  "uv.lock": "",
}, ["test: uv run pytest", "lint: uv run ruff check", "types: uv run mypy ."]);
finds("pyproject.toml without any: nothing is made up", { "pyproject.toml": "" }, ["hello: echo hello"]);
finds("targets of a Makefile", {
  Makefile:
    "CC := gcc\nX = y: z\nall: main.o ## Everything\n\techo a: b\nmain.o: main.c\n%.o: %.c\n$(X): y\nclean test:\n",
}, ["all: make all", "clean: make clean", "test: make test"]);
finds("phony targets whatever their names, and others that are words", {
  Makefile: ".PHONY: test \\\n  run.all\ntest: bin\nbin:\nrun.all:\nb.o:\n",
}, ["test: make test", "bin: make bin", "run.all: make run.all"]);
finds("recipes of a justfile, with the arguments that they take", {
  justfile: 'set shell := ["sh"]\nv := "1"\n# Run all\ntest: build\n  x\nbuild target="a" *rest:\n  y\n' +
    "deploy where:\n_hidden:\n[private]\nsecret:\n@quiet:\n",
}, ["test: just test", "build: just build", "deploy: just deploy ${args.where}", "quiet: just quiet"]);
finds("several tools: the outermost has the plain name, each other one its own before it", {
  "package.json": '{ "scripts": { "test": "x" } }',
  Makefile: "test:\n",
  justfile: "test:\n",
}, ["test: make test", "just-test: just test", "npm-test: npm run test --"]);
finds("no more than anybody reads", {
  Makefile: Array.from({ length: 60 }, (_, index) => `t${index}:\n`).join(""),
}, Array.from({ length: 40 }, (_, index) => `t${index}: make t${index}`));

Deno.test("init: whatever a file contains, the result is a valid configuration with unchanged commands", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string()), fc.oneof(hostile, fc.string()), (name, text) => {
      const nowhere = repository({});
      const readings = [
        packageScripts(JSON.stringify({ scripts: { [name]: text } }), "package.json", nowhere),
        denoTasks(JSON.stringify({ tasks: { [name]: { description: text } } }), "deno.json", nowhere),
        makeTargets(`${name}: ## ${text}\n${text}`, "Makefile", nowhere),
        justRecipes(`# ${text}\n${name}:\n${text}`, "justfile", nowhere),
        taskfileTasks(JSON.stringify({ tasks: { [name]: { desc: text } } }), "Taskfile.yml", nowhere),
        pythonJobs(text, "pyproject.toml", nowhere),
        pythonJobs("[tool.pytest]\n[tool.ruff]\n[tool.mypy]", "pyproject.toml", nowhere),
      ];
      const { jobs, leftOut } = nameJobs(readings.flatMap((each) => each.ok ? each.value : []), []);
      const { settings, problems } = decode(
        parse(configText(jobs, "schema.json", lastingCommand, leftOut)),
        "linux",
      );
      assertEquals(problems, []);
      for (const { name, command, args = [], description } of jobs) {
        const job = settings.jobs.get(name)!;
        const words = [...command, ...args.map(argumentUse)];
        assertEquals([job.command, job.description], [words, description]);
      }
    }),
  );
});

const NOTHING = `Nothing to run was found here, so this is an example.
Looked for Makefile, justfile, Taskfile.yml, mise.toml, package.json, deno.json, composer.json, CMakePresets.json, \
CMakeLists.txt, meson.build, Cargo.toml, go.mod, tox.ini, noxfile.py, hatch.toml, Pipfile, pyproject.toml, setup.cfg.
`;

Deno.test("init: files that cannot be parsed are named with the reason, and so are files without jobs", async () => {
  const files = {
    "package.json": "{",
    "deno.json": "[]",
    Makefile: "\u0000\n\t",
    justfile: ":",
    "Cargo.toml": "x = ",
    "composer.json": '{ "name": "a" }',
    "pyproject.toml": "\ufeff\u0000",
    "Taskfile.yml": "a: [",
  };
  const at = Object.entries(files).map(([name, text]) => [`${PROJECT}/${name}`, text]);
  using host = machineWith(undefined, { files: Object.fromEntries(at) });
  await expectCall(host, ["init"], {
    stderr: `warning: Makefile exists but could not be read: it contains NUL bytes, so it is not UTF-8 text
warning: Taskfile.yml exists but could not be read: it is not YAML (Cannot read flow collection: unexpected end of the stream \
within a flow collection at line 2, column 1)
warning: package.json exists but could not be read: it is not JSON (unexpected end of JSON input)
warning: deno.json exists but could not be read: expected a table, found a list
warning: Cargo.toml exists but could not be read: it is not TOML (line 1: invalid value)
warning: pyproject.toml exists but could not be read: it contains NUL bytes, so it is not UTF-8 text
`,
    stdout: `Wrote orchastration.toml:

  hello  echo hello

Nothing to run was found here, so this is an example.
justfile, composer.json: contains nothing that can be run.
${NOTHING.split("\n")[1]}

For editors: .orchastration/orchastration.schema.json

Next: orchastration run hello
`,
  });
});

const PACKAGE = { [`${PROJECT}/package.json`]: '{ "scripts": { "build": "tsc -p .", "test": "vitest" } }' };

/** The output of `just --dump --dump-format json`, as far as it is used. */
const DUMP = JSON.stringify({
  recipes: {
    dumped: {
      name: "dumped",
      doc: "From just itself",
      private: false,
      attributes: ["linux", { group: "g" }, { confirm: null }],
      parameters: [
        { name: "a", default: null, kind: "singular" },
        { name: "b", default: "", kind: "singular" },
        { name: "c", default: null, kind: "star" },
      ],
    },
    hidden: { name: "hidden", private: true, attributes: ["private"], parameters: [] },
  },
  aliases: { d: { name: "d", target: "dumped", attributes: [] } },
  modules: { m: { recipes: { x: { name: "x", private: false, attributes: [], parameters: [] } } } },
});

/** The jobs from a justfile with a recipe `read`, where `just` is such a program. */
function withJust(name: string, path: string, exitCode: number, expected: readonly string[]): void {
  Deno.test(`init: a justfile, where just ${name}`, async () => {
    using host = machineWith(undefined, { files: { [`${PROJECT}/justfile`]: "read:\n" } });
    const asked: string[][] = [];
    host.program(path, async (p) => {
      asked.push([...p.args]);
      await p.stdout(DUMP);
      p.exit(exitCode);
    });
    host.environment.set("PATH", `${PROJECT}/bin:/bin`);
    const { jobs } = JSON.parse((await call(host, ["init", "--json"])).stdout) as {
      jobs: { name: string; command: string[] }[];
    };
    assertEquals(jobs.map(({ name, command }) => `${name}: ${command.join(" ")}`), [...expected]);
    // It is not asked for anything that could run a recipe.
    const dump = ["--justfile", `${PROJECT}/justfile`, "--dump", "--dump-format", "json"];
    assertEquals(asked, path === "just" ? [dump] : []);
  });
}

withJust("answers", "just", 0, ["dumped: just --yes dumped", "m-x: just m::x"]);
withJust("fails", "just", 1, ["read: just read"]);
withJust("is a program of the repository, which nobody has read", `${PROJECT}/bin/just`, 0, [
  "read: just read",
]);

Deno.test("init: the next step is a job that can be called as it is", async () => {
  for (
    const [justfile, next] of [
      ["deploy where:\nserve:\n", "run serve"],
      ['deploy where="here":\nserve:\n', "run deploy"],
      ["deploy where:\n", "list"],
    ] as const
  ) {
    using host = machineWith(undefined, { files: { [`${PROJECT}/justfile`]: justfile } });
    const { stdout } = await call(host, ["init"]);
    assertEquals(/^Next: (.*)$/m.exec(stdout)?.[1], `orchastration ${next}`);
  }
});

Deno.test("init: without a terminal no question is asked, and the written jobs and the next step are printed", async () => {
  using host = machineWith(undefined, { files: PACKAGE });
  await expectCall(host, ["init"], {
    stdout: `Wrote orchastration.toml:

  build  npm run build --
  test   npm run test --

For editors: .orchastration/orchastration.schema.json

Next: orchastration run test
`,
  });
  const text = host.disk.read(CONFIG)!;
  assert(text.startsWith("#:schema .orchastration/orchastration.schema.json\n"), text);
  assert(
    text.includes('[jobs.build]\ndescription = "tsc -p ."\ncommand = ["npm", "run", "build", "--"]\n'),
    text,
  );
  const schema = await call(host, ["config", "schema"]);
  assertEquals(host.disk.read(SCHEMA), schema.stdout);
});

Deno.test("init: commented jobs are valid when they are uncommented", () => {
  const text = configText([], "schema.json", lastingCommand);
  const lines = text.split("\n").flatMap((line) => /^# +((?:\[|\w+ = ).*)$/.exec(line)?.[1] ?? []);
  const task = lines.findIndex((line) => line.startsWith("["));
  const all = ["[jobs.a]", 'command = ["x"]', ...lines.slice(0, task), ...lines.slice(task)].join("\n");
  assertEquals(decode(parse(all), "linux").problems, []);
  assertEquals(lines.length, 11);
});

Deno.test("init: in a git repository the inputs of a check are proposed in a comment", async () => {
  const file = '{ "scripts": { "test": "vitest", "build": "vite build" } }';
  for (
    const [more, expected] of [
      [
        { ".git/HEAD": "ref", "package-lock.json": "{}" },
        '# inputs = ["@git", "package-lock.json"]   # then it is run',
      ],
      [{}, undefined],
    ] as const
  ) {
    const files = Object.fromEntries(
      Object.entries({ "package.json": file, ...more }).map((
        [name, text],
      ) => [`/home/ada/project/${name}`, text]),
    );
    using host = machineWith(undefined, { files });
    assertEquals((await call(host, ["init", "--yes"])).code, 0);
    const lines = host.disk.read(CONFIG)!.split("\n").filter((line) => line.startsWith("# inputs"));
    assertEquals(
      lines.map((line) => line.slice(0, expected?.length)),
      expected === undefined ? [] : [expected],
    );
  }
});

/** The file after these answers at the terminal; undefined: none. */
function answers(stdin: string, expected: readonly string[] | undefined): void {
  Deno.test(`init: ${JSON.stringify(stdin)} at the terminal`, async () => {
    using host = machineWith(undefined, { files: PACKAGE, stdin, isTerminal: true });
    const said = await call(host, ["init"]);
    const text = host.disk.read(CONFIG);
    assertEquals(said.code, expected === undefined ? 65 : 0);
    const jobs = text === undefined ? undefined : Object.keys((parse(text) as { jobs?: object }).jobs ?? {});
    assertEquals<readonly string[] | undefined>(jobs, expected);
    assertEquals(host.disk.exists(SCHEMA), expected !== undefined);
  });
}

answers("\n", ["build", "test"]);
answers("y\n", ["build", "test"]);
answers("2\n", ["test"]);
answers("1-2\n", ["build", "test"]);
answers("3\n0\n2-1\nx\n1,\n", ["build"]);
answers("n\n", undefined);
answers("", undefined);

Deno.test("init: the question shows what would be written; --yes asks nothing", async () => {
  using host = machineWith(undefined, { files: PACKAGE, stdin: "1\n", isTerminal: true });
  host.environment.set("NO_COLOR", "1");
  const asked = await call(host, ["init"]);
  assertEquals(
    // A terminal shows both outputs as one.
    (asked.stdout + asked.stderr).split("Wrote")[0]!.trimEnd(),
    `Write orchastration.toml with these jobs?

  1  build  npm run build --  package.json
  2  test   npm run test --   package.json

Enter for all, numbers such as 1 3-5 for some, n for no:`,
  );
  using other = machineWith(undefined, { files: PACKAGE, stdin: "n\n", isTerminal: true });
  assertEquals([(await call(other, ["init", "--yes"])).code, other.disk.exists(CONFIG)], [0, true]);
});

Deno.test("init: an existing configuration is not overwritten, and --force keeps a copy of the old file", async () => {
  using host = machineWith("mine = 1\n");
  await expectCall(host, ["init"], {
    code: 65,
    stderr: `error: Cannot write "${CONFIG}": it is already there
  try: orchastration config check, or orchastration init --force
`,
  });
  assertEquals([host.disk.read(CONFIG), host.disk.exists(SCHEMA)], ["mine = 1\n", false]);
  await expectCall(host, ["init", "--force"], {
    stdout: `Wrote orchastration.toml:

  hello  echo hello

${NOTHING}
For editors: .orchastration/orchastration.schema.json
The previous file is kept as orchastration.toml.20261122T063449.123Z.bak

Next: orchastration run hello
`,
  });
  const kept = `${CONFIG}.20261122T063449.123Z.bak`;
  assertEquals(host.disk.read(kept), "mine = 1\n");
  host.disk.remove(kept);
  const { backup } = JSON.parse((await call(host, ["init", "--force", "--json"])).stdout);
  assertEquals(backup, kept);
  assert(host.disk.read(CONFIG)!.includes("[jobs.hello]"));
});

Deno.test("init: where nothing can be written, nothing is left half-done", async () => {
  for (const path of [/orchastration\.toml$/, /\.bak$/, /schema/]) {
    using host = machineWith("mine = 1\n");
    host.faults.failWhen({ op: "write", path, problem: "no_space" });
    const said = await call(host, ["init", "--force"]);
    const isOurs = path.source.startsWith("orchastration");
    // The new file is written beside the old one, under a name of its own.
    assertEquals(
      [said.code, host.disk.read(CONFIG)],
      isOurs ? [0, host.disk.read(CONFIG)] : [74, "mine = 1\n"],
    );
  }
  using host = machineWith(undefined);
  host.faults.failWhen({ op: "write", path: /orchastration\.toml$/, problem: "no_space" });
  assertEquals([(await call(host, ["init"])).code, host.disk.exists(CONFIG)], [74, false]);
});

Deno.test("init --user: an existing file is not overwritten, and the next steps are about this file", async () => {
  using host = machineWith("");
  await call(host, ["init", "--user"]);
  const own = "/home/ada/.config/orchastration/config.toml";
  await expectCall(host, ["init", "--user"], {
    code: 65,
    stderr: `error: Cannot write "${own}": it is already there\n` +
      `  try: orchastration --config ${own} config check, or orchastration init --user --force\n`,
  });
});

Deno.test("init --user: the user's own configuration is written, with an example", async () => {
  using host = machineWith(undefined, { files: PACKAGE });
  const said = await call(host, ["init", "--user"]);
  const path = "/home/ada/.config/orchastration/config.toml";
  assertEquals([said.code, said.stdout.split("\n")[0], host.disk.exists(CONFIG)], [
    0,
    `Wrote ${path}:`,
    false,
  ]);
  const text = host.disk.read(path)!;
  assert(text.startsWith("#:schema orchastration.schema.json\n") && text.includes("[jobs.hello]"), text);
  assertEquals(host.disk.exists("/home/ada/.config/orchastration/orchastration.schema.json"), true);
  await expectCall(host, ["list"], { stdout: "hello  Say hello\n" });
});

Deno.test("init: --config is refused", async () => {
  using host = machineWith(undefined);
  assertEquals((await call(host, ["init", "--config", "x.toml"])).code, 64);
});

const IGNORE = `${PROJECT}/.gitignore`;
const FOLDER = ".orchastration/state";

Deno.test("init --state-dir: [state] dir and one line in .gitignore are written, once", async () => {
  using host = machineWith(undefined, { files: { ...PACKAGE, [IGNORE]: "node_modules" } });
  const repository = withGit(host, PROJECT);
  host.program("npm", () => {});
  await expectCall(host, ["init", "--state-dir", FOLDER], {
    stdout: `Wrote orchastration.toml:

  build  npm run build --
  test   npm run test --

For editors: .orchastration/orchastration.schema.json
Records: ${FOLDER}
Added to .gitignore: /${FOLDER}/

Next: orchastration run test
`,
  });
  assertEquals(host.disk.read(IGNORE), `node_modules\n/${FOLDER}/\n`);
  assertEquals((await call(host, ["run", "test", "--quiet"])).code, 0);
  assertEquals(host.disk.list(`${PROJECT}/${FOLDER}/runs`), ["test"]);
  // Once more, with the place that the file names: git ignores it by then.
  repository.ignored.push("state");
  const again = JSON.parse((await call(host, ["init", "--force", "--json"])).stdout);
  assertEquals([again.state_dir, again.added_to_gitignore], [FOLDER, null]);
  assert(host.disk.read(CONFIG)!.includes(`[state]\ndir = "${FOLDER}"\n`));
  // Without git to ask, the line that is there tells.
  repository.ignored.pop();
  await call(host, ["init", "--force"]);
  assertEquals(host.disk.read(IGNORE), `node_modules\n/${FOLDER}/\n`);
});

/** The content of .gitignore after `init` with this place of the records; undefined: no such file. */
function ignores(
  name: string,
  argv: readonly string[],
  given: { readonly toml?: string; readonly ignore?: string; readonly isRepository?: boolean },
  expected: string | undefined,
  stderr = "",
): void {
  Deno.test(`init: .gitignore ${name}`, async () => {
    using host = machineWith(
      given.toml,
      given.ignore === undefined ? {} : { files: { [IGNORE]: given.ignore } },
    );
    if (given.isRepository !== false) withGit(host, PROJECT);
    const said = await call(host, ["init", ...argv]);
    assertEquals([said.code, said.stderr, host.disk.read(IGNORE)], [0, stderr, expected]);
  });
}

ignores("is made where there is none", ["--state-dir", "state"], {}, "/state/\n");
ignores("stays where the records are not in the project", [], {}, undefined);
ignores("stays where [state] dir is outside of the root", ["--state-dir", "../state"], {}, undefined);
ignores(
  "stays where the folder is in no repository",
  ["--state-dir", "state"],
  { isRepository: false },
  undefined,
);
ignores("keeps its ends of lines", ["--state-dir", "state"], { ignore: "a\r\nb" }, "a\r\nb\r\n/state/\r\n");
ignores("names what its own signs would hide", ["--state-dir", "a*[b] "], {}, "/a\\*\\[b\\]\\ /\n");
ignores("has it by the absolute path, too", ["--state-dir", `${PROJECT}/state`], {}, "/state/\n");
ignores(
  "gets what the file that is replaced says",
  ["--force"],
  { toml: '[state]\ndir = "state"\n' },
  "/state/\n",
);
ignores("is not for the user's own file", ["--user", "--state-dir", "state"], {}, undefined);
const OPEN = "warning: git does not ignore the records, which can be committed: ";
ignores(
  "cannot name the root alone",
  ["--state-dir", "."],
  {},
  undefined,
  `${OPEN}no line of .gitignore can name that folder alone\n`,
);

Deno.test("init: the line in .gitignore has slashes on Windows", async () => {
  using host = machineWith(undefined, { os: "windows" });
  const root = host.environment.cwd;
  withGit(host, root);
  const said = await call(host, ["init", "--state-dir", "own\\state"]);
  assertEquals([said.code, said.stderr, host.disk.read(`${root}\\.gitignore`)], [0, "", "/own/state/\n"]);
  // The file is for the other systems, too.
  assert(host.disk.read(`${root}\\orchastration.toml`)!.includes('[state]\ndir = "own/state"\n'));
});

Deno.test("init: a .gitignore that cannot be written, or is a link, is reported, and the configuration is written", async () => {
  for (
    const [reason, make] of [
      ["it is not a plain file", (host: FakeHost) => host.disk.link(IGNORE, "/elsewhere")],
      ["it is not a plain file", (host: FakeHost) => host.disk.makeFolder(IGNORE)],
      ["no space left on the device", (host: FakeHost) => {
        host.faults.failWhen({ op: "write", path: /gitignore/, problem: "no_space" });
      }],
    ] as const
  ) {
    using host = machineWith(undefined);
    withGit(host, PROJECT);
    make(host);
    const said = await call(host, ["init", "--state-dir", "state"]);
    assertEquals([said.code, said.stderr], [0, `${OPEN}.gitignore cannot be written: ${reason}\n`]);
    assertEquals(host.disk.exists(CONFIG), true);
  }
});

Deno.test("init --state-dir: a path that a configuration cannot contain is refused before anything is written", async () => {
  using host = machineWith(undefined);
  await expectCall(host, ["init", "--state-dir", "${env:X}"], {
    code: 64,
    stderr: 'error: Cannot write [state] dir "${env:X}": variables are replaced only in command, ' +
      "working_dir, env and check, not here\n  try: name another folder\n",
  });
  assertEquals([host.disk.exists(CONFIG), host.disk.exists(SCHEMA)], [false, false]);
});
