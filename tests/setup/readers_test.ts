/** The readers of `init`, one input per line: text in, proposals out. */

import { assertEquals } from "@std/assert";
import type { OperatingSystem } from "../../src/host/environment.ts";
import { nameJobs } from "../../src/app/setup/name_jobs.ts";
import { calledLines } from "../../src/app/setup/readers/called_commands.ts";
import { cargoJobs } from "../../src/app/setup/readers/cargo.ts";
import { cmakeLists, cmakePresets } from "../../src/app/setup/readers/cmake.ts";
import { denoTasks } from "../../src/app/setup/readers/deno_json.ts";
import { goWorkspaceJobs } from "../../src/app/setup/readers/go.ts";
import { justRecipes } from "../../src/app/setup/readers/justfile.ts";
import { makeTargets } from "../../src/app/setup/readers/makefile.ts";
import { miseTasks } from "../../src/app/setup/readers/mise.ts";
import { noxSessions } from "../../src/app/setup/readers/nox.ts";
import { packageScripts } from "../../src/app/setup/readers/package_json.ts";
import type { Proposal, Reader } from "../../src/app/setup/readers/proposal.ts";
import { pythonJobs } from "../../src/app/setup/readers/python.ts";
import { taskfileTasks } from "../../src/app/setup/readers/taskfile.ts";
import { toxIni } from "../../src/app/setup/readers/tox.ts";
import { repository } from "../support/repository.ts";

type Files = Readonly<Record<string, string>>;

/** The findings of a reader in a text, as the lines that `show` makes of the proposals. */
function reads(
  reader: Reader,
  from: string,
  show: (proposal: Proposal) => string,
): (rule: string, text: string, expected: readonly string[], files?: Files, os?: OperatingSystem) => void {
  return (rule, text, expected, files = {}, os = "linux") =>
    Deno.test(`init, ${from}: ${rule}`, () => {
      const reading = reader(text, from, repository({ ...files, [from]: text }, os));
      assertEquals(reading.ok ? reading.value.map(show) : reading.failure, [...expected]);
    });
}

const described = ({ name, description }: Proposal) =>
  description === undefined ? name : `${name}: ${description}`;
const called = ({ command, workingDir }: Proposal) =>
  `${workingDir === undefined ? "" : `${workingDir}: `}${command.join(" ")}`;

const make = reads(makeTargets, "Makefile", described);
make("a partial .PHONY hides nothing", ".PHONY: a b\na:\nb:\nc:\nd: ; true\n", ["a", "b", "c", "d"]);
make(
  "assignments of every form are no targets",
  "A:=1\nB::=1\nC:::=1\nD!=x\nE?=x\nF+=x\nexport G := 1\nexport H\n" +
    "override I = a: b\nprivate J=1\nK = a:b\nx: ;\n",
  ["x"],
);
make("a variable of a target makes no target", "prog: CFLAGS = -g\nprog: private X := a\nall: prog\n", [
  "all",
]);
make("pattern and suffix rules are none", "%.o: %.c\n\tx\n.c.o:\n\tx\n.c:\na%b: c\nall:\n", ["all"]);
make("a static pattern has its targets", "a b: %: x-%\n", ["a", "b"]);
make("define is passed over, also within itself", "define X\na: b\ndefine Y\nc:\nendef\nd:\nendef\ne:\n", [
  "e",
]);
make("recipes are passed over, also over several lines", "a: b\n\techo x: \\\ny: z\n\tc: d\nb:\n", [
  "a",
  "b",
]);
make("a recipe can have another prefix", ".RECIPEPREFIX = >\na:\n> b: c\nd:\n", ["a", "d"]);
make(
  "names in variables count where they are known",
  "ALL = a b\nX = $(ALL:%=pre-%)\n$(ALL) $(X) $(U)c:\n$(shell x):\n$(MAKE)d:\n",
  ["a", "b", "pre-a", "pre-b", "c"],
);
make(".PHONY by a variable", "ALL = a.x\n.PHONY: $(ALL)\na.x:\nb.x:\n", ["a.x"]);
make(
  "functions of text",
  "L = a b a\n$(sort $(L)) $(addsuffix -x,$(L)) $(filter-out a,$(L)c) $(subst a,z,a-1):\n",
  ["a", "b", "a-x", "b-x", "ac", "z-1"],
);
make("a variable that refers to itself ends", "A = $(B)\nB = $(A)\n$(A):\nc:\n", ["c"]);
make(
  "conditionals that are known",
  "X = 1\nifeq ($(X),1)\na:\nelse\nb:\nendif\nifneq '$(X)' \"1\"\nc:\nelse ifdef Y\nd:\nelse\ne:\nendif\n",
  ["a", "e"],
);
make("conditionals that only make knows are read both ways", "ifeq ($(CC),gcc)\na:\nelse\nb:\nendif\n", [
  "a",
  "b",
]);
make("conditionals in recipes", "a:\nifdef X\n\tb: c\nelse\n\td: e\nendif\n\tf: g\nh:\n", ["a", "h"]);
make(
  "the system is known",
  "ifeq ($(OS),Windows_NT)\nwin:\nelse ifeq ($(shell uname -s),Darwin)\nmac:\nelse\nlin:\nendif\n",
  ["lin"],
);
make(
  "the system is known on Windows",
  "ifeq ($(OS),Windows_NT)\nwin:\nelse\nlin:\nendif\n",
  ["win"],
  {},
  "windows",
);
make(
  "includes, with patterns, once each",
  "include a.mk mk/*.mk missing.mk\n-include a.mk $(V)\nV = later.mk\nx:\n",
  ["a", "b", "c", "x"],
  { "a.mk": "a:\ninclude Makefile\n", "mk/b.mk": "b:\n", "mk/c.mk": "c:\n", "later.mk": "d:\n" },
);
make(
  "a comment above, of several lines",
  "# Run the tests.\n# With all of it.\ntest:\n\n# Not this\n\nb:\n",
  ["test: Run the tests.", "b"],
);
make("a comment above .PHONY", "# Build\n.PHONY: build\nbuild:\n\tx\n\n.PHONY: lint ## Look\nlint:\n", [
  "build: Build",
  "lint: Look",
]);
make("a comment behind, over one above", "# Above\na: b # Behind\nc: ## See\n", ["a: Behind", "c: See"]);
make("a comment with the name before it", "## test: Run it\ntest:\n## build - Make it\nbuild:\n", [
  "test: Run it",
  "build: Make it",
]);
make(
  "lines of marks, headings and code say nothing",
  "# -------\n# Part\n#=====\na:\n### Heading\nb:\n#CFLAGS = -g\nc:\n",
  ["a: Part", "b", "c"],
);
make("a name with an escaped colon", "test\\:unit: x\n.PHONY: test\\:unit\n", ["test:unit"]);
make(
  "files, forcing and private names are left out",
  "a.o: x\nbin/x: y\nFORCE:\n_a:\n.hidden:\n-x:\nall:\n",
  ["all"],
);
make("double colons, groups and recipes on the line", "a::\nb c &: d\ne: ; echo f: g\n", [
  "a",
  "b",
  "c",
  "e",
]);
make("line ends of Windows", "a: \\\r\n  b\r\n\techo c: d\r\nb:\r\n", ["a", "b"]);
make("a byte that is not UTF-8 in a comment hides nothing", "# \ufffd\na:\n", ["a"]);

const just = reads(
  justRecipes,
  "justfile",
  (each) =>
    [
      described(each),
      ...(each.needs ?? []).map((need) => `<${need}>`),
      ...(each.args ?? []).map((arg) => JSON.stringify(arg)),
    ].join(" "),
);
const left = (name: string) => `{"name":"${name}","required":false}`;
just("defaults with blanks and backticks", 'a x="b c" y=`d e` z=(f("g") / "h: i"):\n  x\n', [
  `a {"name":"x","default":"b c"} ${left("y")} ${left("z")}`,
]);
just("a default behind one that only just knows is just's", "a x=`b` y='c':\n", [
  `a ${left("x")} ${left("y")}`,
]);
just(
  "a default that just or we would read as more than text",
  "a x=x'$HOME' y='${env:A}':\nb y='${env:A}':\n",
  [
    `a ${left("x")} ${left("y")}`,
    `b ${left("y")}`,
  ],
);
just("required parameters are arguments", "a b $c d='e':\n", [
  'a {"name":"b"} {"name":"c"} {"name":"d","default":"e"}',
]);
just("a recipe that takes any number of words gets them as they are", "a b $c +d:\ne *f:\n", [
  "a <b> <c> <d>",
  "e",
]);
just("parameters with names that no argument has", "a _b:\nc _d d:\n", ['a {"name":"b"}', "c <_d> <d>"]);
just(
  "strings over several lines hold no recipes",
  "v := '''\na: b\n  c\n'''\nw := \"\"\"\nd:\n\"\"\"\nx := ```\ne:\n```\nf:\n",
  ["f"],
);
just(
  "assignments, settings and aliases are none",
  "set a := ['b']\nexport c := 'd'\nalias e := f\nset g\nunexport h\nf:\n",
  ["f"],
);
just("names that are words of the language", "import:\nmod x='':\nset a:\nalias:\nexport b:\n", [
  "import",
  'mod {"name":"x","default":""}',
  'set {"name":"a"}',
  "alias",
  'export {"name":"b"}',
]);
just("a body is none", "a:\n  b: c\n\td:\n\n  e:\nf: a\n", ["a", "f"]);
just("of another system alone", "[windows]\na:\n[macos]\nb:\n[unix]\nc:\n[linux]\n[windows]\nd:\n", [
  "c",
  "d",
]);
just(
  "of another system alone, on Windows",
  "[windows]\na:\n[unix]\nc:\n[linux]\n[windows]\nd:\n",
  ["a", "d"],
  {},
  "windows",
);
just("what is private", "_a:\n[private]\nb:\n[no-cd, private]\nc:\n[group('x'), no-cd]\nd:\n", ["d"]);
just("descriptions", "# A\na:\n# B\n[doc('C')]\nb:\n# D\n[doc]\nd:\n# E\n\ne:\n", ["a: A", "b: C", "d", "e"]);
just(
  "imports and modules, where they are",
  "import 'a.just'\nmod b\nmod c 'x/y.just'\nmod d\nmod? e\nimport? 'f.just'\n",
  ["a", "b::x", "c::y", "d::z"],
  { "a.just": "a:\nimport 'justfile'\n", "b/mod.just": "x:\n", "x/y.just": "y:\n", "d.just": "z:\n" },
);
reads(
  justRecipes,
  "justfile",
  ({ name, confirm, command, group, alias }) =>
    JSON.stringify([name, confirm, command.join(" "), group, alias]),
)(
  "questions, groups and further names",
  "[confirm]\n[group('g')]\na:\n[confirm(\"Sure?\")]\nb:\nalias c := b\n[private]\nalias d := b\nalias _e := b\n",
  ['["a","Run recipe \\"a\\"?","just --yes a","g",[]]', '["b","Sure?","just --yes b",null,["c"]]'],
);

const npm = reads(packageScripts, "package.json", called);
const TEST = '{ "scripts": { "test": "x" } }';
npm(
  "packageManager counts before every lock file",
  '{ "packageManager": "yarn@4.6.0+sha512.x", "scripts": { "test": "x" } }',
  ["yarn run test"],
  { "pnpm-lock.yaml": "" },
);
npm(
  "what devEngines names",
  '{ "devEngines": { "packageManager": { "name": "bun" } }, "scripts": { "test": "x" } }',
  ["bun run test"],
);
npm("an unknown packageManager does not count", '{ "packageManager": "x@1", "scripts": { "test": "x" } }', [
  "pnpm run test",
], { "pnpm-lock.yaml": "" });
npm("a lock file of the workspace above", TEST, ["pnpm run test"], {
  "../../pnpm-workspace.yaml": "",
  "../package.json": "{}",
  "../../package-lock.json": "",
});
npm("packageManager of the workspace above", TEST, ["yarn run test"], {
  "../package.json": '{ "workspaces": ["*"], "packageManager": "yarn@1" }',
});
npm("a lock file above without a workspace or a repository counts for nothing", TEST, ["npm run test --"], {
  "../yarn.lock": "",
});
npm("a lock file above the repository counts for nothing", TEST, ["npm run test --"], {
  ".git/HEAD": "",
  "../yarn.lock": "",
  "../.git/HEAD": "",
});
npm("a lock file up to the repository counts", TEST, ["bun run test"], {
  "../bun.lock": "",
  "../.git/HEAD": "",
});
npm("comments and commas at the end", '// a\n{ "scripts": { "test": "x", /* b */ }, }\n', [
  "npm run test --",
]);
npm(
  "the packages of a workspace, in their folders",
  '{ "workspaces": ["packages/*", "!packages/c"], "scripts": { "build": "x" } }',
  ["npm run build --", "packages/a: npm run test --", "packages/b: npm run lint --"],
  {
    "packages/a/package.json": TEST,
    "packages/b/package.json": '{ "scripts": { "lint": "x" } }',
    "packages/c/package.json": TEST,
    "packages/a/node_modules/d/package.json": TEST,
    "other/package.json": TEST,
  },
);
npm("patterns do not lead out", '{ "workspaces": ["../*", "/x", "."] }', [], { "../a/package.json": TEST });

reads(denoTasks, "deno.json", described)(
  "tables with only dependencies",
  '{ "tasks": { "a": { "dependencies": ["b"] }, "b": { "command": "x" }, "c": {} } }',
  ["a: runs b", "b: x"],
);
reads(cargoJobs, "Cargo.toml", called)("a workspace", "[workspace]\n", [
  "cargo build --workspace",
  "cargo test --workspace",
  "cargo check --workspace",
]);
reads(goWorkspaceJobs, "go.work", called)(
  "the modules that are used",
  "go 1.23\nuse ./a // b\nuse (\n  ./c\n  ./missing\n)\n",
  ["a", "c"].flatMap((each) =>
    ["go build ./...", "go test ./...", "go vet ./..."].map((line) => `${each}: ${line}`)
  ),
  { "a/go.mod": "", "c/go.mod": "" },
);

const python = reads(pythonJobs, "pyproject.toml", called);
python("nothing is made up", '[project]\nname = "a"\n', []);
python("mypy alone where its configuration names files", "[tool.mypy]\npackages = ['a']\n", ["mypy"]);
python("mypy with the folder where it names none", "[tool.mypy]\nstrict = true\n", ["mypy ."]);
python("mypy.ini that names files", "", ["mypy"], { "mypy.ini": "[mypy]\nfiles = src\n" });
python("pytest as a dependency of poetry", '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n', [
  "poetry run pytest",
]);
python("pytest-cov is another one", '[dependency-groups]\ndev = ["pytest-cov"]\n', []);
python(
  "scripts of pdm, without hooks and private ones",
  '[tool.pdm.scripts]\n_.env_file = ".env"\npre_test = "x"\ntest = { cmd = "pytest", help = "Test" }\n',
  ["pdm run test"],
);
python("a lock file of the workspace above", "[tool.ruff]\n", ["uv run ruff check"], {
  "../uv.lock": "",
  "../.git/HEAD": "",
});
python(
  "scripts of hatch",
  '[tool.hatch.envs.hatch-test]\n[tool.hatch.envs.default.scripts]\na = "b"\n[tool.hatch.envs.x.scripts]\ny = ["z"]\n',
  ["hatch test", "hatch run a", "hatch run x:y"],
);
python(
  "tox in pyproject.toml, in both forms",
  '[tool.tox]\nenv_list = ["lint"]\n[tool.tox.env.lint]\ndescription = "x"\n',
  ["tox", "tox -e lint"],
);
python(
  "tox in pyproject.toml, in the older form",
  '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = a\n"""\n',
  ["tox", "tox -e a"],
);
reads(toxIni, "tox.ini", called)(
  "environments with braces",
  "[tox]\nenv_list =\n  py{38,39}\n  lint\n[testenv:x-{a,b}]\nc = d\n",
  ["tox", "tox -e py38", "tox -e py39", "tox -e lint", "tox -e x-a", "tox -e x-b"],
);
reads(noxSessions, "noxfile.py", described)(
  "sessions",
  '@nox.session\ndef a(session):\n    """A it"""\n@session(name=\'b-c\')\n@other(\n  x)\nasync def b(\n    s,\n):\n    pass\ndef c(s): ...\n',
  ["a: A it", "b-c"],
);

const task = reads(
  taskfileTasks,
  "Taskfile.yml",
  (each) => `${called(each)}${(each.needs ?? []).map((need) => ` <${need}>`).join("")}`,
);
task(
  "in every form",
  "tasks:\n  a: x\n  b: [x, y]\n  c: { cmds: [x] }\n  d: { internal: true }\n  'e:*': x\n",
  ["task a", "task b", "task c"],
);
task(
  "platforms, questions and required variables",
  "tasks:\n  a: { platforms: [windows] }\n  b: { platforms: [linux/arm64] }\n  c: { prompt: ok, requires: { vars: [A, { name: B }] } }\n",
  ["task b", "task --yes c <A=…> <B=…>"],
);
task(
  "includes",
  "includes: { a: ./a.yml, b: { taskfile: b, flatten: true }, c: { taskfile: c.yml, internal: true }, d: 'https://x/y.yml' }\n",
  ["task a:x", "task y"],
  { "a.yml": "tasks: { x: z }", "b/Taskfile.yml": "tasks: { y: z }", "c.yml": "tasks: { w: z }" },
);
reads(miseTasks, "mise.toml", called)("tasks", "[tasks]\na = 'x'\n_b = 'x'\n[tasks.c]\nhide = true\n", [
  "mise run a",
  "mise run d",
], { ".mise/tasks/d": "#!/bin/sh\n" });
reads(cmakePresets, "CMakePresets.json", called)(
  "one that is for another system, by inheritance",
  JSON.stringify({
    configurePresets: [
      { name: "w", hidden: true, condition: { type: "equals", lhs: "${hostSystemName}", rhs: "Windows" } },
      { name: "a", inherits: "w" },
      { name: "b", condition: { type: "not", condition: { type: "equals", lhs: "$env{X}", rhs: "1" } } },
      { name: "c", condition: { type: "notInList", string: "${hostSystemName}", list: ["Linux"] } },
    ],
  }),
  ["cmake --preset b"],
);
reads(cmakeLists, "CMakeLists.txt", called)("with tests", "# project(x)\nproject(a)\ninclude(CTest)\n", [
  "cmake -S . -B build",
  "cmake --build build",
  "ctest --test-dir build --output-on-failure",
]);

/** The names of the jobs, as `name: argv`. */
function names(rule: string, files: Files, expected: readonly string[]): void {
  Deno.test(`init, names: ${rule}`, () => {
    const source = repository(files);
    const readers: Record<string, Reader> = {
      Makefile: makeTargets,
      "Cargo.toml": cargoJobs,
      "package.json": packageScripts,
    };
    const found = Object.entries(readers).flatMap(([file, reader]) => {
      const reading = files[file] === undefined ? undefined : reader(files[file], file, source);
      return reading?.ok === true ? reading.value : [];
    });
    const { jobs } = nameJobs(found, calledLines(source));
    assertEquals(jobs.map(({ name, command }) => `${name}: ${command.join(" ")}`), [...expected]);
  });
}

const BOTH = { Makefile: "test:\n", "package.json": TEST };
names("the outermost has the plain one", BOTH, ["test: make test", "npm-test: npm run test --"]);
names("what the readme calls has it", { ...BOTH, "README.md": "Run `npm test`." }, [
  "make-test: make test",
  "test: npm run test --",
]);
names("what CI calls has it", {
  ...BOTH,
  ".github/workflows/x.yml": "- run: npm run test -- --ci\n# make test\n# make test\n",
}, ["make-test: make test", "test: npm run test --"]);
names(
  "prose calls nothing",
  { ...BOTH, "README.md": "First npm test, then make test it.\n\n    npm test\n" },
  ["make-test: make test", "test: npm run test --"],
);
names("options and variables do not hide a call", {
  ...BOTH,
  "README.md": "```\nnpm test\nCI=1 make -j4 V=1 test\nmake test\n```\n",
}, ["test: make test", "npm-test: npm run test --"]);

Deno.test("init, names: an irreversible job gets confirm, and a build does not", () => {
  const asks = ["publish", "docker:push", "release", "deploy-docs", "tag", "npm-release", "PUSH"];
  const asksNot = ["build-release", "test:release", "tags", "pushd", "deployment", "undeploy", "releases"];
  const found = [...asks, ...asksNot].map((name): Proposal => ({
    name,
    tool: "make",
    command: ["make", name],
    from: "Makefile",
  }));
  const { jobs } = nameJobs(found, []);
  const confirmed = jobs.filter(({ confirm }) => confirm !== undefined).map(({ command }) => command[1]!);
  assertEquals(confirmed, asks);
});

Deno.test("init, names: with more than 40, common names come first, then described jobs", () => {
  const proposal = (name: string, more: Partial<Proposal> = {}): Proposal => ({
    name,
    tool: "make",
    command: ["make", name],
    from: "Makefile",
    ...more,
  });
  const found = [
    ...Array.from({ length: 50 }, (_, index) => proposal(`file-${index}`, { isMinor: true })),
    ...Array.from({ length: 30 }, (_, index) => proposal(`other-${index}`)),
    ...Array.from({ length: 5 }, (_, index) => proposal(`described-${index}`, { isDocumented: true })),
    ...["install", "clean", "check"].map((name) => proposal(name)),
  ];
  const { jobs, leftOut } = nameJobs(found, []);
  const chosen = jobs.map(({ name }) => name.replace(/\d+$/, ""));
  const count = (name: string) => chosen.filter((each) => each === name).length;
  assertEquals([count("file-"), count("other-"), count("described-"), jobs.length], [2, 30, 5, 40]);
  assertEquals(chosen.slice(-3), ["install", "clean", "check"]);
  assertEquals([leftOut.length, leftOut[0]!.name], [48, "file-2"]);
});

Deno.test("init, names: 20 packages of a workspace are read, the others are counted", () => {
  const packages = Array.from({ length: 23 }, (_, index) => [`packages/p${index + 10}/package.json`, TEST]);
  const files = { "package.json": '{ "workspaces": ["packages/*"] }', ...Object.fromEntries(packages) };
  const reading = packageScripts(files["package.json"], "package.json", repository(files));
  const { jobs, leftOut, packagesLeftOut } = nameJobs(reading.ok ? reading.value : [], []);
  assertEquals([jobs.length, leftOut.length, packagesLeftOut], [20, 0, 3]);
  assertEquals(jobs[0], {
    name: "p10-test",
    command: ["npm", "run", "test", "--"],
    description: "x",
    from: "packages/p10/package.json",
    group: "packages/p10",
    workingDir: "packages/p10",
  });
});

Deno.test("init, names: names that begin with - or _ are omitted, whatever the tool is", () => {
  const text = '{ "scripts": { "test": "x", "_priv": "x", "-odd": "x", "a_b": "x" } }';
  const reading = packageScripts(text, "package.json", repository({ "package.json": text }));
  const { jobs, leftOut } = nameJobs(reading.ok ? reading.value : [], []);
  assertEquals([jobs.map(({ name }) => name), leftOut], [["test", "a_b"], []]);
});
