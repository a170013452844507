/** Reads the presets of CMake; a CMakeLists.txt without presets gets the usual commands. */

import type { OperatingSystem } from "../../../host/environment.ts";
import { fail, ok } from "../../../model/result.ts";
import { jsonTable } from "./formats.ts";
import {
  canBeGiven,
  isTable,
  oneLine,
  type Proposal,
  type Reading,
  type Table,
  textAt,
  textsAt,
} from "./proposal.ts";
import { besides, type Source } from "./source.ts";

/** Each kind of preset with the command that takes its name, in the order of a build. */
const KINDS = [
  { key: "configurePresets", verb: "configure", tool: "cmake", argv: ["cmake", "--preset"] },
  { key: "buildPresets", verb: "build", tool: "cmake", argv: ["cmake", "--build", "--preset"] },
  { key: "testPresets", verb: "test", tool: "ctest", argv: ["ctest", "--preset"] },
  { key: "packagePresets", verb: "package", tool: "cmake", argv: ["cpack", "--preset"] },
  { key: "workflowPresets", verb: "workflow", tool: "cmake", argv: ["cmake", "--workflow", "--preset"] },
] as const;
const MAX_FILES = 20;

export function cmakePresets(text: string, from: string, source: Source): Reading {
  const own = jsonTable(text);
  if (!own.ok) return own;
  const files = withIncluded(own.value, from, source);
  // CMake reads the user's own presets beside those of the project.
  const user = source.read("CMakeUserPresets.json");
  const more = user.kind === "text" ? jsonTable(user.text) : undefined;
  if (more?.ok === true) {
    files.push(
      ...withIncluded(more.value, "CMakeUserPresets.json", source, new Set(files.map(([path]) => path))),
    );
  }
  const configured = files.flatMap(([, file]) => presetsAt(file, "configurePresets"));
  return ok(KINDS.flatMap(({ key, verb, tool, argv }) => {
    const all = files.flatMap(([path, file]) => presetsAt(file, key).map((preset) => ({ preset, path })));
    const presets = all.map(({ preset }) => preset);
    const usable = all.filter(({ preset }) =>
      preset.hidden !== true && canBeGiven(textAt(preset, "name") ?? "") &&
      holds(preset, presets, source.os) &&
      // A preset that inherits from one for another system is for that system, too.
      configured.every((each) => each.name !== preset.configurePreset || holds(each, configured, source.os))
    );
    return usable.map(({ preset, path }): Proposal => {
      const name = textAt(preset, "name")!;
      const described = textAt(preset, "description") ?? textAt(preset, "displayName");
      return {
        // A single preset needs no name to distinguish it.
        name: usable.length === 1 ? verb : `${verb}-${name}`,
        tool,
        command: [...argv, name] as const,
        description: oneLine(described ?? ""),
        isDocumented: described !== undefined,
        from: path,
      };
    });
  }));
}

export function cmakeLists(text: string, from: string): Reading {
  const code = text.replace(/#\[\[[\s\S]*?\]\]|#[^\n]*/g, "");
  if (!/^\s*project\s*\(/im.test(code)) {
    return fail("it has no project(), so it is a part of another project");
  }
  const job = (
    tool: "cmake" | "ctest",
    name: string,
    command: Proposal["command"],
    description: string,
  ): Proposal => ({
    name,
    tool,
    command,
    description,
    from,
  });
  const jobs = [
    job("cmake", "configure", ["cmake", "-S", ".", "-B", "build"], "Prepare the folder build"),
    job("cmake", "build", ["cmake", "--build", "build"], "Compile"),
  ];
  if (/^\s*(?:enable_testing\s*\(|include\s*\(\s*CTest\b)/im.test(code)) {
    jobs.push(job("ctest", "test", ["ctest", "--test-dir", "build", "--output-on-failure"], "Run the tests"));
  }
  return ok(jobs);
}

function withIncluded(
  file: Table,
  from: string,
  source: Source,
  seen = new Set<string>(),
): [string, Table][] {
  if (seen.has(from) || seen.size >= MAX_FILES) return [];
  seen.add(from);
  const included = textsAt(file, "include").flatMap((written) => {
    const path = besides(from, written);
    const found = source.read(path);
    const parsed = found.kind === "text" ? jsonTable(found.text) : undefined;
    return parsed?.ok === true ? withIncluded(parsed.value, path, source, seen) : [];
  });
  return [...included, [from, file]];
}

function presetsAt(file: Table, key: string): readonly Table[] {
  const list = file[key];
  return Array.isArray(list) ? list.filter(isTable) : [];
}

/**
 * The condition of a preset, or the inherited one. A condition that is not about the system cannot be
 * evaluated, and hides nothing.
 */
function holds(preset: Table, all: readonly Table[], os: OperatingSystem, depth = 0): boolean {
  if (depth > MAX_FILES) return true;
  if (Object.hasOwn(preset, "condition")) return valueOf(preset.condition, os) !== false;
  const parents = textsAt(preset, "inherits").flatMap((name) => all.filter((each) => each.name === name));
  return parents[0] === undefined || holds(parents[0], all, os, depth + 1);
}

function valueOf(condition: unknown, os: OperatingSystem): boolean | undefined {
  if (typeof condition === "boolean") return condition;
  if (!isTable(condition)) return undefined;
  const system = os === "windows" ? "Windows" : os === "darwin" ? "Darwin" : "Linux";
  const { type } = condition;
  if (type === "const") return condition.value !== false;
  if (type === "not") {
    const inner = valueOf(condition.condition, os);
    return inner === undefined ? undefined : !inner;
  }
  if (type === "allOf" || type === "anyOf") {
    const list = Array.isArray(condition.conditions) ? condition.conditions : [];
    const values = list.map((each) => valueOf(each, os));
    const decisive = type === "anyOf";
    if (values.includes(decisive)) return decisive;
    return values.includes(undefined) ? undefined : !decisive;
  }
  const sides = ["lhs", "rhs", "string"].map((key) => textAt(condition, key));
  if (!sides.includes("${hostSystemName}")) return undefined;
  const [left, right] = sides.map((side) => side === "${hostSystemName}" ? system : side);
  const isListed = textsAt(condition, "list").includes(system);
  if (type === "equals" || type === "notEquals") return (left === right) === (type === "equals");
  return type === "inList" ? isListed : type === "notInList" ? !isListed : undefined;
}
