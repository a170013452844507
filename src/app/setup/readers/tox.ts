/** Reads the environments of tox from tox.ini, tox.toml, setup.cfg or pyproject.toml. */

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
  textsAt,
} from "./proposal.ts";

export interface ToxEnvironments {
  /** The environments that plain `tox` runs. */
  readonly listed: readonly string[];
  /** Environments with their own settings, and their descriptions. */
  readonly described: ReadonlyMap<string, string | undefined>;
}

const NONE: ToxEnvironments = { listed: [], described: new Map() };

export function toxIni(text: string, from: string): Reading {
  return ok(toxJobs(iniEnvironments(text, "tox"), from));
}

export function toxToml(text: string, from: string): Reading {
  const file = tomlTable(text);
  return file.ok ? ok(toxJobs(toxEnvironments(file.value), from)) : file;
}

/** A table in the form of tox.toml, or one that holds the older form as a text. */
export function toxEnvironments(table: Table, section = "tox"): ToxEnvironments {
  const legacy = textAt(table, "legacy_tox_ini");
  if (legacy !== undefined) return iniEnvironments(legacy, section);
  if (Object.keys(table).length === 0) return NONE;
  const environments = Object.entries(tableAt(table, "env"));
  return {
    listed: textsAt(table, "env_list"),
    described: new Map(
      environments.map(([name, each]) => [name, isTable(each) ? textAt(each, "description") : undefined]),
    ),
  };
}

export function toxJobs({ listed, described }: ToxEnvironments, from: string): readonly Proposal[] {
  if (listed.length === 0 && described.size === 0) return [];
  const names = [...new Set([...listed, ...described.keys()])].filter((name) =>
    canBeGiven(name) && !name.startsWith(".")
  );
  return [
    {
      name: "tox",
      tool: "tox",
      command: ["tox"],
      description: oneLine(`Run ${listed.join(", ") || "tox"}`),
      from,
    },
    ...names.map((name): Proposal => {
      const words = described.get(name);
      return {
        name,
        tool: "tox",
        command: ["tox", "-e", name],
        from,
        description: oneLine(words ?? ""),
        isDocumented: words !== undefined,
        // One of several versions of Python.
        isMinor: words === undefined && /^(?:py|pypy|cpython)[\d.]*(?:-|$)/.test(name),
      };
    }),
  ];
}

function iniEnvironments(text: string, section: string): ToxEnvironments {
  const sections = iniSections(text);
  const general = sections.get(section);
  const list = general?.get("env_list") ?? general?.get("envlist");
  const described = new Map<string, string | undefined>();
  for (const [header, values] of sections) {
    const name = /^testenv:(.+)$/.exec(header)?.[1];
    if (name === undefined) continue;
    for (const each of withoutBraces(name)) described.set(each, values.get("description"));
  }
  return {
    listed: list === undefined ? [] : list.split(/[,\n](?![^{]*\})/).flatMap(withoutBraces),
    described,
  };
}

/** Sections with their keys; indented lines continue a value. */
function iniSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let values = new Map<string, string>();
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    const header = /^\[(.+?)\]\s*$/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header !== undefined) {
      values = sections.get(header) ?? new Map();
      sections.set(header, values);
      key = undefined;
    } else if (pair !== null) values.set(key = pair[1]!, pair[2]!);
    else if (key !== undefined && /^\s/.test(line) && line.trim() !== "") {
      values.set(key, `${values.get(key)}\n${line.trim()}`.trim());
    }
  }
  return sections;
}

/** `py{310,311}-{a,b}` stands for four names. */
function withoutBraces(written: string): readonly string[] {
  const braces = /\{([^{}]*)\}/.exec(written);
  if (braces === null) {
    const name = written.trim();
    return name === "" || /[{}$]/.test(name) ? [] : [name];
  }
  const [before, after] = [written.slice(0, braces.index), written.slice(braces.index + braces[0].length)];
  return braces[1]!.split(",").flatMap((part) => withoutBraces(before + part.trim() + after));
}
