/** `config show`: shows every value in force, and its source. */

import type { EffectiveConfig } from "../../../app/setup/show_config.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { table, widthOf } from "../../output/style.ts";
import { locationJson } from "../../reports/config_report.ts";

/** A wider value does not move the comments of the others. */
const MAX_ALIGNED = 50;

export const command = defineCommand({
  flags: (command) => command,
  examples: [{ line: "orchastration config show", does: "as TOML that can be read again" }],
  request: () => undefined,
  ask: async (workspace) => (await import("../../../app/setup/show_config.ts")).showConfig(workspace),
  json,
  text,
});

/** TOML with comments, for people, and for this program as an equivalent configuration. */
function text(
  { location, project, tables, state, log }: EffectiveConfig,
  { console, host }: Invocation,
): string {
  const { bold, dim } = console.outStyle;
  const file = location.path === undefined ? undefined : visible(location.path);
  // The long common prefix is shown once, at the top.
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
    // Keys above every table have no header.
    text += header === "" ? "\n" : `\n${bold(`[${visible(header)}]`)}\n`;
    for (const { pair, from, now } of rows) {
      text += `${pair}${" ".repeat(Math.max(0, column - widthOf(pair)))}  ${dim(`# ${from}`)}\n`;
      if (now !== undefined) text += dim(`#   now ${now}\n`);
    }
    // As comments, because as values they would override those of the file.
    for (const { name, written, path, line } of fileVariables) {
      text += dim(
        `# env ${visible(name)} = ${written}  # ${short(path)}${line === undefined ? "" : `:${line}`}\n`,
      );
    }
  }
  return text;
}

function json({ location, project, tables, state, log }: EffectiveConfig) {
  return {
    format: 1,
    kind: "config",
    ...locationJson(location),
    project_root: project.root,
    state: { path: state.path ?? null, from: state.from },
    log: { path: log.path ?? null, from: log.from },
    tables: tables.map(({ header, values, fileVariables }) => ({
      table: header,
      values: values.map(({ key, value, origin, now }) => ({
        key,
        value,
        origin,
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
