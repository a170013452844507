/** `config`: the configuration file itself: its problems, its place, what is in force, and its schema. */

import type { EffectiveConfig } from "../../app/setup/show_config.ts";
import type { Failure } from "../../model/failure.ts";
import { visible } from "../../model/visible.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { diagnosticJson, diagnosticsText } from "../base/failure_report.ts";
import type { Invocation } from "../base/invocation.ts";
import { table, widthOf } from "../output/style.ts";

/** A value that is wider than this does not push the comments of the others away. */
const MAX_ALIGNED = 50;

type Located = Pick<EffectiveConfig, "location">["location"];
type Action = (invocation: Invocation) => Promise<number>;

export function configCommand(start: Start): AnyCommand {
  const command = describe("config", "check the configuration, and show what is in force and why");
  const add = (name: string, sentence: string, does: string, action: Action) => {
    const each = describe(name, sentence);
    complete(each, [{ line: `orchastration config ${name}`, does }]);
    command.addCommand(each.action(() => start(globalFlags(each), action)));
  };
  add("check", "tell every problem of the configuration", "exit 1 where there is one", check);
  add("show", "show every value in force, and where it is from", "as TOML that can be read again", show);
  add("path", "print the path of the configuration that is used", "exit 1 where there is none", path);
  add(
    "schema",
    "print the JSON Schema of the configuration",
    "for editors that complete and check TOML",
    schema,
  );
  complete(command, []);
  return command;
}

async function check(invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { checkEverything } = await import("../../app/setup/show_config.ts");
  const checked = await checkEverything(workspace.value);
  const { console, isJson } = invocation;
  if (!checked.ok) {
    if (checked.failure.code !== "config_invalid") return invocation.fail(checked.failure);
    return reportProblems(checked.failure, invocation);
  }
  const { location, project } = checked.value;
  if (location.path === undefined) return invocation.fail(nothingFound(location));
  const [jobs, tasks] = [project.jobs.size, project.tasks.size];
  if (isJson) {
    console.json({ format: 1, kind: "config_check", ...{ path: location.path, jobs, tasks, problems: [] } });
  } else {
    console.out(`${visible(location.path)} is good: ${count(jobs, "job")}, ${count(tasks, "task")}.\n`);
  }
  return EXIT.done;
}

function reportProblems(
  { path, diagnostics }: Extract<Failure, { readonly code: "config_invalid" }>,
  { console, isJson }: Invocation,
): number {
  console.err(
    `${console.errStyle.red("error:")} ${visible(path)} has ${count(diagnostics.length, "problem")}\n` +
      diagnosticsText(diagnostics, console),
  );
  if (isJson) {
    console.json({
      format: 1,
      kind: "config_check",
      ...{ path, jobs: null, tasks: null, problems: diagnostics.map(diagnosticJson) },
    });
  }
  return EXIT.checkFailed;
}

async function path(invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const located = workspace.value.locateConfig();
  if (!located.ok) return invocation.fail(located.failure);
  const { location, console } = { location: located.value, console: invocation.console };
  if (invocation.isJson) {
    console.json({ format: 1, kind: "config_path", ...placeJson(location) });
    return location.path === undefined ? EXIT.checkFailed : EXIT.done;
  }
  if (location.path === undefined) return invocation.fail(nothingFound(location));
  // Alone on the line and as it is, for programs that read it.
  console.out(`${location.path}\n`);
  return EXIT.done;
}

async function show(invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { showConfig } = await import("../../app/setup/show_config.ts");
  const shown = await showConfig(workspace.value);
  if (!shown.ok) return invocation.fail(shown.failure);
  if (invocation.isJson) invocation.console.json(jsonOf(shown.value));
  else invocation.console.out(textOf(shown.value, invocation));
  return EXIT.done;
}

async function schema(invocation: Invocation): Promise<number> {
  const { schemaOfConfig } = await import("../../app/setup/show_config.ts");
  const document = schemaOfConfig();
  if (invocation.isJson) {
    invocation.console.json({ format: 1, kind: "config_schema", ...{ schema: document } });
  } else invocation.console.out(`${JSON.stringify(document, null, 2)}\n`);
  return EXIT.done;
}

/** TOML with comments: to be read by people, and by this program as the same configuration. */
function textOf(
  { location, project, tables, state, log }: EffectiveConfig,
  { console, host }: Invocation,
): string {
  const { bold, dim } = console.outStyle;
  const file = location.path === undefined ? undefined : visible(location.path);
  // The long beginning stands once, at the top.
  const short = (path: string) => {
    const within = host.paths.relative(project.root, path);
    return visible(within.startsWith("..") || host.paths.isAbsolute(within) ? path : within);
  };
  const facts = [
    ["# configuration", file === undefined ? "none was found" : `${file} (${location.namedBy})`],
    ["# project root", visible(project.root)],
    ...([["# state", state], ["# log", log]] as const).map(([name, place]) => [
      name,
      place.path === undefined ? place.from : `${visible(place.path)} (${place.from})`,
    ]),
  ];
  let text = table(facts.map((row) => row.map(dim)), { columns: undefined });
  for (const { header, values, fileVariables } of tables) {
    if (values.length === 0) continue;
    const rows = values.map(({ key, written, origin, now }) => ({
      pair: `${visible(key)} = ${written}`,
      from: origin.kind === "file"
        ? `${location.path === undefined ? "" : short(location.path)}:${origin.line}${
          origin.platform === undefined ? "" : ` (${origin.platform})`
        }`
        : origin.kind === "flag"
        ? origin.flag
        : "default",
      now,
    }));
    const aligned = rows.map(({ pair }) => widthOf(pair)).filter((width) => width <= MAX_ALIGNED);
    const column = Math.max(0, ...aligned);
    text += `\n${bold(`[${visible(header)}]`)}\n`;
    for (const { pair, from, now } of rows) {
      text += `${pair}${" ".repeat(Math.max(0, column - widthOf(pair)))}  ${dim(`# ${from}`)}\n`;
      if (now !== undefined) text += dim(`#   now ${now}\n`);
    }
    // As comments: written here, they would be over those of the file.
    for (const { name, written, path, line } of fileVariables) {
      text += dim(
        `# env ${visible(name)} = ${written}  # ${short(path)}${line === undefined ? "" : `:${line}`}\n`,
      );
    }
  }
  return text;
}

function jsonOf({ location, project, tables, state, log }: EffectiveConfig) {
  return {
    format: 1,
    kind: "config",
    ...placeJson(location),
    project_root: project.root,
    state: { path: state.path ?? null, from: state.from },
    log: { path: log.path ?? null, from: log.from },
    tables: tables.map(({ header, values, fileVariables }) => ({
      table: header,
      values: values.map(({ key, value, origin, now }) => ({
        ...{ key, value, origin },
        ...(now === undefined ? {} : { now }),
      })),
      ...(fileVariables.length === 0 ? {} : {
        env_file: fileVariables.map(({ name, value, path, line }) => ({
          name,
          value,
          path,
          line: line ?? null,
        })),
      }),
    })),
  };
}

function placeJson(location: Located) {
  const { path, namedBy, projectRoot, searched } = location;
  return { path: path ?? null, named_by: namedBy, project_root: projectRoot, searched };
}

function nothingFound({ searched }: Located): Failure {
  return {
    code: "check_failed",
    fact: `Cannot find a configuration; looked for ${searched.map(visible).join(", ")}`,
  };
}

function count(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}
