/** Reads what a pyproject.toml declares: the tasks of each tool, and the tools it configures. */

import { ok } from "../../../model/result.ts";
import { tomlTable } from "./formats.ts";
import {
  canBeGiven,
  isTable,
  oneLine,
  type Proposal,
  type Reading,
  type Table,
  tableAt,
  textAt,
  type Tool,
} from "./proposal.ts";
import type { Source } from "./source.ts";
import { pythonRunner } from "./python_runner.ts";
import { toxEnvironments, toxJobs } from "./tox.ts";

export function pythonJobs(text: string, from: string, source: Source): Reading {
  const read = tomlTable(text);
  if (!read.ok) return read;
  const file = read.value;
  const runner = pythonRunner(source, file);
  const tool = tableAt(file, "tool");
  return ok([
    ...scripts("pdm", ["pdm", "run"], tableAt(tool, "pdm", "scripts"), from).filter(isNoHook),
    ...scripts("rye", ["rye", "run"], tableAt(tool, "rye", "scripts"), from),
    ...scripts("poe", [...runner, "poe"], tableAt(tool, "poe", "tasks"), from),
    ...scripts("taskipy", [...runner, "task"], tableAt(tool, "taskipy", "tasks"), from),
    ...hatchScripts(tableAt(tool, "hatch", "envs"), from),
    ...toxJobs(toxEnvironments(tableAt(tool, "tox")), from),
    ...toolJobs(file, runner, from, source),
    ...entryPoints(file, runner, from),
  ]);
}

export function hatchFile(text: string, from: string): Reading {
  const file = tomlTable(text);
  return file.ok ? ok(hatchScripts(tableAt(file.value, "envs"), from)) : file;
}

/** The names in one table, each a line, a list, or a table with a description. */
function scripts(tool: Tool, before: readonly string[], table: Table, from: string): readonly Proposal[] {
  return Object.entries(table).flatMap(([name, script]) => {
    // Such names are for other scripts, or are settings for all of them.
    if (!canBeGiven(name) || name.startsWith("_")) return [];
    const described = isTable(script) ? textAt(script, "help") : undefined;
    const [program = name, ...args] = [...before, name];
    return [{
      name,
      tool,
      command: [program, ...args] as const,
      from,
      description: oneLine(described ?? lineOf(script)),
      isDocumented: described !== undefined,
    }];
  });
}

function lineOf(script: unknown): string {
  if (typeof script === "string") return script;
  if (Array.isArray(script)) return script.filter((each) => typeof each === "string").join(" ");
  if (!isTable(script)) return "";
  return lineOf(
    script.cmd ?? script.shell ?? script.call ?? script.script ?? script.composite ?? script.sequence ??
      script.chain,
  );
}

function isNoHook({ name }: Proposal): boolean {
  return !/^(?:pre|post)_/.test(name);
}

/** Scripts of the default environment by name alone, of another one with its name as a prefix. */
function hatchScripts(environments: Table, from: string): readonly Proposal[] {
  const jobs = Object.keys(environments).flatMap((environment) =>
    Object.entries(tableAt(environments, environment, "scripts")).flatMap(
      ([name, script]): readonly Proposal[] => {
        const called = environment === "default" ? name : `${environment}:${name}`;
        if (!canBeGiven(called) || name.startsWith("_")) return [];
        return [{
          name: called,
          tool: "hatch",
          command: ["hatch", "run", called],
          description: oneLine(lineOf(script)),
          from,
        }];
      },
    )
  );
  return Object.hasOwn(environments, "hatch-test")
    ? [
      { name: "test", tool: "hatch", command: ["hatch", "test"], description: "Run the tests", from },
      ...jobs,
    ]
    : jobs;
}

/** The call of a tool is proposed only where the project configures it or depends on it. */
function toolJobs(file: Table, runner: readonly string[], from: string, source: Source): readonly Proposal[] {
  const tool = tableAt(file, "tool");
  const has = (name: string, ...files: readonly string[]) =>
    Object.hasOwn(tool, name) || files.some((each) => source.kindOf(each) === "file");
  const job = (name: string, argv: readonly [string, ...string[]], description: string): Proposal => {
    const [program, ...args] = [...runner, ...argv] as [string, ...string[]];
    return { name, tool: "python", command: [program, ...args], description, from };
  };
  const jobs: Proposal[] = [];
  if (has("pytest", "pytest.ini", "conftest.py") || isNamed(file, "pytest")) {
    jobs.push(job("test", ["pytest"], "Run the tests"));
  }
  if (has("ruff", "ruff.toml", ".ruff.toml") || isNamed(file, "ruff")) {
    jobs.push(job("lint", ["ruff", "check"], "Look for mistakes"));
    if (Object.hasOwn(tableAt(tool, "ruff"), "format")) {
      jobs.push(job("format", ["ruff", "format"], "Format the code"));
    }
  }
  if (has("black")) jobs.push(job("format", ["black", "."], "Format the code"));
  if (has("mypy", "mypy.ini", ".mypy.ini")) {
    jobs.push(
      job(
        "types",
        mypyNamesFiles(tableAt(tool, "mypy"), source) ? ["mypy"] : ["mypy", "."],
        "Check the types",
      ),
    );
  }
  if (has("pyright", "pyrightconfig.json")) jobs.push(job("types", ["pyright"], "Check the types"));
  return jobs;
}

function mypyNamesFiles(table: Table, source: Source): boolean {
  if (["files", "packages", "modules"].some((key) => Object.hasOwn(table, key))) return true;
  return ["mypy.ini", ".mypy.ini"].some((path) => {
    const found = source.read(path);
    return found.kind === "text" && /^(?:files|packages|modules)\s*=/m.test(found.text);
  });
}

/** A dependency of this name in any list of dependencies: as text "pytest>=8", or as a key. */
function isNamed(value: unknown, name: string): boolean {
  const requirement = new RegExp(`^${name}(?:$|[\\s\\[<>=!~;@])`);
  if (typeof value === "string") return requirement.test(value);
  if (Array.isArray(value)) return value.some((each) => isNamed(each, name));
  if (!isTable(value)) return false;
  return Object.entries(value).some(([key, inner]) =>
    (key === name && (typeof inner === "string" || isTable(inner))) ||
    (key !== "scripts" && isNamed(inner, name))
  );
}

/** The programs of the project itself, where a tool can call them before they are installed. */
function entryPoints(file: Table, runner: readonly string[], from: string): readonly Proposal[] {
  const [program, ...args] = runner;
  const tool = (["uv", "poetry", "pdm", "pipenv"] as const).find((each) => each === program);
  if (program === undefined || tool === undefined) return [];
  const names = [tableAt(file, "project", "scripts"), tableAt(file, "tool", "poetry", "scripts")].flatMap(
    Object.entries,
  );
  return names.filter(([name]) => canBeGiven(name)).map(([name, target]) => ({
    name,
    tool,
    command: [program, ...args, name] as const,
    from,
    description: typeof target === "string" ? oneLine(target) : undefined,
    isMinor: true,
  }));
}

export function pipfileScripts(text: string, from: string): Reading {
  const file = tomlTable(text);
  return file.ok ? ok(scripts("pipenv", ["pipenv", "run"], tableAt(file.value, "scripts"), from)) : file;
}

/** In repositories without a pyproject.toml, setup.cfg has the sections of the tools. */
export function setupCfgJobs(text: string, from: string): Reading {
  const jobs: Proposal[] = [];
  if (/^\[tool:pytest\]/m.test(text)) {
    jobs.push({ name: "test", tool: "python", command: ["pytest"], description: "Run the tests", from });
  }
  return ok([...jobs, ...toxJobs(toxEnvironments({ legacy_tox_ini: text }, "tox:tox"), from)]);
}
