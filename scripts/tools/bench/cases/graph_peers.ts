/**
 * The graphs of graph.ts in other programs that run graphs, where they are installed: a thousand tasks that do nothing, and a thousand
 * that are up to date. Two at a time, as far as a program allows that.
 */

import { dirname, join } from "@std/path/posix";
import { callTool, needTool } from "../../../build/tool.ts";
import type { CaseDefinition } from "../case.ts";
import type { Place } from "../place.ts";
import type { Side } from "../side.ts";
import { besideOthers, upToDateProject, writeInputs } from "./graph.ts";

const NODES = 1000;
const AT_ONCE = 2;
const NOOP = "/bin/true";
const ALL = "all";
const NAMES = Array.from({ length: NODES }, (_, index) => `node_${index}`);

type Files = Readonly<Record<string, string>>;

interface Peer {
  readonly name: string;
  readonly note: string;
  readonly needs?: readonly string[];
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Works only in a git repository. */
  readonly inGit?: boolean;
  /** How often each side is measured: a program that needs minutes, once. */
  readonly rounds: number;
  /** Tasks that do nothing, and always run. */
  readonly noop: Files;
  /** Tasks with ten files each; undefined where the program compares no files. */
  readonly upToDate?: Files;
}

const inputsOf = (name: string) => `src/${name}/*.txt`;

function packageFiles(more: object): Files {
  const name = { name: "nodes", version: "1.0.0" };
  return {
    "package.json": JSON.stringify({ ...name, private: true, packageManager: "npm@10.0.0", ...more }),
    "package-lock.json": JSON.stringify({ ...name, lockfileVersion: 3, packages: {} }),
  };
}

function table<T>(valueOf: (name: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(NAMES.map((name) => [name, valueOf(name)]));
}

function turbo(taskOf: (name: string) => object): Files {
  const scripts = { ...table(() => NOOP), [ALL]: NOOP };
  const tasks = { ...table(taskOf), [ALL]: { cache: false, dependsOn: NAMES } };
  return { ...packageFiles({ scripts }), "turbo.json": JSON.stringify({ tasks }), ".gitignore": ".turbo\n" };
}

function wireit(taskOf: (name: string) => object): Files {
  const scripts = { ...table(() => "wireit"), [ALL]: "wireit" };
  return packageFiles({ scripts, wireit: { ...table(taskOf), [ALL]: { dependencies: NAMES } } });
}

function moon(linesOf: (name: string) => readonly string[]): Files {
  const task = (name: string) => [`  ${name}:`, `    command: '${NOOP}'`, ...linesOf(name)].join("\n");
  return {
    ".moon/workspace.yml": "projects:\n  nodes: '.'\ntelemetry: false\nnotifier: {}\n",
    "moon.yml": `tasks:\n${NAMES.map(task).join("\n")}\n  ${ALL}:\n    deps: ${JSON.stringify(NAMES)}\n`,
    ".gitignore": ".moon/cache\n",
  };
}

function mise(linesOf: (name: string) => readonly string[]): Files {
  const task = (name: string) => [`[tasks.${name}]`, `run = "${NOOP}"`, ...linesOf(name), ""].join("\n");
  return {
    "mise.toml": `${NAMES.map(task).join("\n")}\n[tasks.${ALL}]\ndepends = ${JSON.stringify(NAMES)}\n`,
  };
}

const PEERS: readonly Peer[] = [
  {
    name: "make",
    note: "Keeps no record and no output; compares the times of files.",
    argv: ["make", `-j${AT_ONCE}`, ALL],
    rounds: 3,
    noop: { Makefile: `.PHONY: ${ALL} ${NAMES.join(" ")}\n${ALL}: ${NAMES.join(" ")}\n${rules("")}` },
    upToDate: {
      // Without its own rules, which make would otherwise try for each of the 10 000 files.
      Makefile: `MAKEFLAGS += --no-builtin-rules\n${ALL}: ${
        NAMES.map((name) => `${name}.stamp`).join(" ")
      }\n${
        NAMES.map((name) => `${name}.stamp: $(wildcard ${inputsOf(name)})\n\t@${NOOP} && touch $@\n`).join("")
      }`,
    },
  },
  {
    name: "just",
    note: "Runs one after the other; keeps no record and no output, and compares no files.",
    argv: ["just", ALL],
    rounds: 3,
    noop: {
      justfile: `${ALL}: ${NAMES.join(" ")}\n\n${NAMES.map((name) => `${name}:\n  @${NOOP}\n`).join("\n")}`,
    },
  },
  {
    name: "mise",
    note: "Keeps no record and no output; compares the times of files.",
    argv: ["mise", "run", "--jobs", String(AT_ONCE), ALL],
    rounds: 3,
    noop: mise(() => []),
    upToDate: mise((name) => [`sources = ["${inputsOf(name)}"]`, "outputs = { auto = true }"]),
  },
  {
    name: "turbo",
    note: "Calls npm for each script; its cache is off for tasks that are to run. No fsync.",
    argv: ["turbo", "run", ALL, `--concurrency=${AT_ONCE}`],
    inGit: true,
    rounds: 1,
    noop: turbo(() => ({ cache: false })),
    upToDate: turbo((name) => ({ inputs: [inputsOf(name)], outputs: [] })),
  },
  {
    name: "moon",
    note: "Its cache is off for tasks that are to run. No fsync.",
    argv: ["moon", "run", `nodes:${ALL}`, "--concurrency", String(AT_ONCE)],
    inGit: true,
    rounds: 1,
    noop: moon(() => ["    options:", "      cache: false"]),
    upToDate: moon((name) => ["    inputs:", `      - '${inputsOf(name)}'`]),
  },
  {
    name: "wireit",
    note: "Called through npm, as it is meant to be. Keeps no history.",
    needs: ["npm", "wireit"],
    argv: ["npm", "run", "--silent", ALL],
    env: { WIREIT_PARALLEL: String(AT_ONCE) },
    rounds: 1,
    noop: wireit(() => ({ command: NOOP })),
    upToDate: wireit((name) => ({ command: NOOP, files: [inputsOf(name)], output: [] })),
  },
];

function rules(needs: string): string {
  return NAMES.map((name) => `${name}:${needs}\n\t@${NOOP}\n`).join("");
}

export const GRAPH_PEER_CASES: readonly CaseDefinition[] = PEERS.flatMap((peer) => {
  const shared = {
    group: "peers",
    figure: "time",
    rounds: peer.rounds,
    needs: peer.needs ?? [peer.name],
    note: peer.note,
  } as const;
  const { upToDate } = peer;
  const noop: CaseDefinition = {
    ...shared,
    name: `peers_noop_${peer.name}`,
    what: `${NODES} jobs that do nothing, against ${peer.name}`,
    async prepare(place) {
      return { ours: await besideOthers(place), reference: await peerSide(place, peer, "noop", peer.noop) };
    },
  };
  if (upToDate === undefined) return [noop];
  return [noop, {
    ...shared,
    name: `peers_up_to_date_${peer.name}`,
    what: `${NODES} jobs that are up to date, with 10 files each, against ${peer.name}`,
    ...(peer.name === "turbo" ? { budget: { kind: "ratio", atMost: 0.5 } as const } : {}),
    async prepare(place) {
      const reference = await peerSide(place, peer, "up-to-date", upToDate);
      return { ours: await upToDateProject(place), reference };
    },
  }];
});

async function peerSide(place: Place, peer: Peer, kind: "noop" | "up-to-date", files: Files): Promise<Side> {
  const cwd = await place.folder(`graph-${kind}-${peer.name}`);
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(cwd, name)), { recursive: true });
    await Deno.writeTextFile(join(cwd, name), text);
  }
  if (kind === "up-to-date") await writeInputs(cwd);
  const call = (program: string, args: readonly string[]) =>
    callTool(program, args, { cwd, env: place.env, clearEnv: true });
  if (peer.inGit === true) {
    await call("git", ["init", "--quiet"]);
    await call("git", ["add", "."]);
    const author = ["-c", "user.name=Bench", "-c", "user.email=bench@localhost"];
    await call("git", [...author, "commit", "--quiet", "-m", "Add tasks"]);
  }
  if (peer.name === "mise") await call("mise", ["trust", join(cwd, "mise.toml")]);
  const env = { ...place.env, ...peer.env };
  if (kind === "up-to-date") {
    const [program, ...args] = peer.argv as [string, ...string[]];
    // The first run has nothing to compare with.
    await needTool(`prepare the tasks of ${peer.name}`, program, args, { cwd, env, clearEnv: true });
  }
  const words = Object.entries(peer.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const argv = words.length === 0 ? peer.argv : ["env", ...words, ...peer.argv];
  return { label: peer.argv.join(" "), argv, cwd };
}
