/** Names of what other tools can run, read out of their files. Text in, proposals out; knows no files. */

export interface Proposal {
  /** As the other tool calls it. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly description: string | undefined;
  /** The file that it was found in. */
  readonly from: string;
}

/** A tool would read such a name as an option, or could not be given it at all. */
function canBeGiven(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name !== "" && name.isWellFormed() && !name.startsWith("-") && !/[\x00-\x1f\x7f]/.test(name);
}

const NPM_LIFECYCLE = /^(?:(?:pre|post)?(?:install|prepare|pack|publish)|prepublishOnly|dependencies)$/;

export function packageScripts(text: string, manager: string, from: string): readonly Proposal[] {
  const scripts = tableAt(parseJson(text), "scripts");
  const names = new Set(Object.keys(scripts));
  return Object.entries(scripts).flatMap(([name, script]) => {
    // `npm run build` runs prebuild and postbuild by itself.
    const belongsTo = /^(?:pre|post)(.+)$/.exec(name)?.[1];
    const isHook = belongsTo !== undefined && names.has(belongsTo);
    if (!canBeGiven(name) || isHook || NPM_LIFECYCLE.test(name) || typeof script !== "string") return [];
    // npm keeps what stands behind the name for itself, and takes out even a lone --.
    const passesOn = manager === "npm" ? ["--"] : [];
    return [{ name, command: [manager, "run", name, ...passesOn], description: oneLine(script), from }];
  });
}

export function denoTasks(text: string, from: string): readonly Proposal[] {
  return Object.entries(tableAt(parseJson(withoutComments(text)), "tasks")).flatMap(([name, task]) => {
    if (!canBeGiven(name)) return [];
    const { description, command } = isTable(task) ? task : { description: undefined, command: task };
    const words = typeof description === "string" ? description : typeof command === "string" ? command : "";
    return [{ name, command: ["deno", "task", name], description: oneLine(words), from }];
  });
}

/** Targets that are words; where some are .PHONY, only those: the others are files. */
export function makeTargets(text: string, from: string): readonly Proposal[] {
  const joined = text.replace(/\\\r?\n/g, " ").split(/\r?\n/);
  const phony = new Set(
    joined.flatMap((line) => /^\.PHONY\s*:(.*)$/.exec(line)?.[1]?.trim().split(/\s+/) ?? []),
  );
  const found = new Map<string, string | undefined>();
  for (const line of joined) {
    const rule = /^([^\s:=#.%$()][^:=#%$()]*?)\s*::?(?![:=])[^#]*(?:##\s*(.*))?$/.exec(line);
    for (const name of rule?.[1]?.split(/\s+/) ?? []) {
      const isWanted = phony.size > 0 ? phony.has(name) : !/[./\\]/.test(name);
      if (isWanted && canBeGiven(name)) found.set(name, found.get(name) ?? rule?.[2]);
    }
  }
  return [...found].map(([name, words]) => ({
    name,
    command: ["make", name],
    description: oneLine(words ?? ""),
    from,
  }));
}

/** Recipes that are not private and need no argument. */
export function justRecipes(text: string, from: string): readonly Proposal[] {
  const proposals: Proposal[] = [];
  let comment: string | undefined;
  let isPrivate = false;
  for (const line of text.split(/\r?\n/)) {
    const words = /^#\s?(.*)$/.exec(line)?.[1];
    if (words !== undefined) {
      comment = words;
      continue;
    }
    if (/^\[.*\]\s*$/.test(line)) {
      isPrivate ||= /\bprivate\b/.test(line);
      continue;
    }
    const recipe = /^@?([A-Za-z][A-Za-z0-9_-]*)((?:\s+[^\s:]+)*)\s*:(?!=)/.exec(line);
    const parameters = recipe?.[2]?.trim().split(/\s+/).filter((word) => word !== "") ?? [];
    const needsNone = parameters.every((word) => word.includes("=") || word.startsWith("*"));
    if (recipe !== null && !isPrivate && needsNone) {
      const name = recipe[1]!;
      proposals.push({ name, command: ["just", name], description: oneLine(comment ?? ""), from });
    }
    comment = undefined;
    isPrivate = false;
  }
  return proposals;
}

export function cargoJobs(from: string): readonly Proposal[] {
  return [
    { name: "build", command: ["cargo", "build"], description: "Compile", from },
    { name: "test", command: ["cargo", "test"], description: "Run the tests", from },
    { name: "check", command: ["cargo", "check"], description: "Check without compiling to the end", from },
  ];
}

export function goJobs(from: string): readonly Proposal[] {
  return [
    { name: "build", command: ["go", "build", "./..."], description: "Compile", from },
    { name: "test", command: ["go", "test", "./..."], description: "Run the tests", from },
    { name: "vet", command: ["go", "vet", "./..."], description: "Look for suspicious code", from },
  ];
}

/** `runner` stands before each command, as in `uv run`. */
export function pythonJobs(text: string, runner: readonly string[], from: string): readonly Proposal[] {
  const has = (table: string) => new RegExp(`^\\s*\\[+\\s*${table}\\b`, "m").test(text);
  const job = (name: string, argv: readonly [string, ...string[]], description: string): Proposal => {
    const [first = argv[0], ...rest] = [...runner, ...argv];
    return { name, command: [first, ...rest], description, from };
  };
  const tests = has("tool\\.pytest") || /["']pytest\b/.test(text);
  const jobs = [
    tests
      ? job("test", ["pytest"], "Run the tests")
      : job("test", ["python", "-m", "unittest"], "Run the tests"),
  ];
  if (has("tool\\.ruff")) jobs.push(job("lint", ["ruff", "check"], "Look for mistakes"));
  if (has("tool\\.mypy")) jobs.push(job("types", ["mypy", "."], "Check the types"));
  return jobs;
}

const MAX_DESCRIPTION_LENGTH = 80;

/** As a description: its first line, not too long; undefined where there is nothing. */
function oneLine(text: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const line = text.toWellFormed().trim().split(/[\x00-\x1f\x7f]/, 1)[0]!.trim();
  if (line === "") return undefined;
  const characters = [...line];
  return characters.length <= MAX_DESCRIPTION_LENGTH
    ? line
    : `${characters.slice(0, MAX_DESCRIPTION_LENGTH - 1).join("")}…`;
}

/** JSON with comments and commas at the end, as plain JSON; strings stay as they are. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? " ")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string) => string ?? "");
}

/** undefined for what is no JSON: a file that its own tool cannot read has nothing to propose. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tableAt(value: unknown, key: string): Table {
  const inner = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isTable(inner) ? inner : {};
}
