/** Cases of graphs: what a node costs that does nothing, that is up to date, and that stands in a long chain. */

import { join } from "@std/path/posix";
import type { CaseDefinition } from "../case.ts";
import { callOurs } from "../make_state.ts";
import type { Place } from "../place.ts";
import type { Side } from "../side.ts";

const NOOP = "/bin/true";
const NODES = 1000;
const AT_ONCE = 2;
const FILES_PER_NODE = 10;
const FILE_BYTES = 2000;
const DIAMONDS = 200;
const MIB = 1024 * 1024;
const ALL = "all";

/** The nodes of a graph, each with the names of those that it needs; the last one is asked for. */
type Nodes = ReadonlyMap<string, readonly string[]>;

function sideBySide(count: number): Nodes {
  const names = Array.from({ length: count }, (_, index) => `node_${index}`);
  return new Map<string, readonly string[]>([...names.map((name) => [name, []] as const), [ALL, names]]);
}

/** Each step needs two nodes, and both need the step before. */
function diamonds(depth: number): Nodes {
  const nodes = new Map<string, readonly string[]>([["step_0", []]]);
  for (let index = 1; index <= depth; index++) {
    for (const side of ["left", "right"]) nodes.set(`${side}_${index}`, [`step_${index - 1}`]);
    nodes.set(`step_${index}`, [`left_${index}`, `right_${index}`]);
  }
  return nodes.set(ALL, [`step_${depth}`]);
}

function toml(nodes: Nodes, inputsOf: (name: string) => readonly string[] | undefined): string {
  return [...nodes].map(([name, needs]) => {
    const inputs = inputsOf(name);
    return [
      `[jobs.${name}]`,
      ...(name === ALL ? [] : [`command = ["${NOOP}"]`]),
      ...(needs.length === 0 ? [] : [`needs = ${JSON.stringify(needs)}`]),
      ...(inputs === undefined || name === ALL ? [] : [`inputs = ${JSON.stringify(inputs)}`, "outputs = []"]),
      "",
    ].join("\n");
  }).join("\n");
}

function makefile(nodes: Nodes): string {
  const rules = [...nodes].map(([name, needs]) =>
    `${name}: ${needs.join(" ")}\n${name === ALL ? "" : `\t@${NOOP}\n`}`
  );
  return `.PHONY: ${[...nodes.keys()].join(" ")}\n${rules.join("")}`;
}

/** The same graph for us and for make. Another program that runs graphs gets its file beside these, and a case of its own. */
async function graphProject(place: Place, name: string, nodes: Nodes): Promise<string> {
  return await place.once(`graph ${name}`, async () => {
    const cwd = await place.project(`graph-${name}`, toml(nodes, () => undefined));
    await Deno.writeTextFile(join(cwd, "Makefile"), makefile(nodes));
    return cwd;
  });
}

function runAll(place: Place, cwd: string) {
  const words = ["run", ALL, "--jobs", String(AT_ONCE), "--output", "none", "--log-level", "error"];
  return { ...place.ours(words, `orchastration run ${ALL} --jobs ${AT_ONCE}`), cwd };
}

function besideMake(name: string, nodes: Nodes) {
  return async (place: Place) => {
    const cwd = await graphProject(place, name, nodes);
    const argv = ["make", `-j${AT_ONCE}`, ALL];
    return { ours: runAll(place, cwd), reference: { label: argv.join(" "), argv, cwd } };
  };
}

/** Ours, for a comparison with other programs. */
export async function besideOthers(place: Place): Promise<Side> {
  return runAll(place, await graphProject(place, "noop", sideBySide(NODES)));
}

/** The files on which the nodes depend. */
export async function writeInputs(project: string): Promise<void> {
  for (let node = 0; node < NODES; node++) {
    const folder = join(project, "src", `node_${node}`);
    await Deno.mkdir(folder, { recursive: true });
    for (let file = 0; file < FILES_PER_NODE; file++) {
      const text = `${node} ${file}\n`.repeat(FILE_BYTES).slice(0, FILE_BYTES);
      await Deno.writeTextFile(join(folder, `file_${file}.txt`), text);
    }
  }
}

export async function upToDateProject(place: Place): Promise<Side> {
  const cwd = await place.once("graph up to date", async () => {
    const inputs = (name: string) => [`src/${name}/*.txt`];
    const made = await place.project("graph-up-to-date", toml(sideBySide(NODES), inputs));
    await writeInputs(made);
    await callOurs(place, made, ["run", ALL, "--output", "none"]);
    return made;
  });
  return runAll(place, cwd);
}

async function upToDate(place: Place) {
  return { ours: await upToDateProject(place), reference: place.emptyScript() };
}

export const GRAPH_CASES: readonly CaseDefinition[] = [
  {
    name: "graph_noop",
    group: "graph",
    what: `${NODES} jobs that do nothing, ${AT_ONCE} at a time, each recorded durably`,
    figure: "time",
    budget: { kind: "ratio", atMost: 2.7 },
    rounds: 3,
    needs: ["make"],
    note:
      "make keeps no record and no output. Each node of ours syncs its intent before its process and its outcome after it.",
    prepare: besideMake("noop", sideBySide(NODES)),
  },
  {
    name: "graph_noop_memory",
    group: "graph",
    what: "the same, peak memory",
    figure: "peak_memory",
    budget: { kind: "absolute", atMost: 150 * MIB },
    rounds: 3,
    needs: ["make"],
    prepare: besideMake("noop", sideBySide(NODES)),
  },
  {
    name: "graph_up_to_date",
    group: "graph",
    what: `${NODES} jobs that are up to date, with ${FILES_PER_NODE} files each`,
    figure: "time",
    budget: { kind: "absolute", atMost: 500 },
    rounds: 5,
    prepare: upToDate,
  },
  {
    name: "graph_diamonds",
    group: "graph",
    what: `${DIAMONDS} diamonds, one after the other`,
    figure: "time",
    rounds: 3,
    needs: ["make"],
    prepare: besideMake("diamonds", diamonds(DIAMONDS)),
  },
];
