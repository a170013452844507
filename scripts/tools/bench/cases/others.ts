/**
 * A job that does nothing, run by other programs that run named commands, where they are installed. No
 * budgets.
 */

import { join } from "@std/path/posix";
import { callTool } from "../../../build/tool.ts";
import type { CaseDefinition } from "../case.ts";
import type { Side } from "../side.ts";
import type { Place } from "../place.ts";

interface Other {
  readonly name: string;
  /** What it does differently from ours. */
  readonly note: string;
  readonly needs?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  /** Works only in a git repository. */
  readonly inGit?: boolean;
}

const PACKAGE = (more: object) =>
  JSON.stringify({ name: "noop", version: "1.0.0", private: true, packageManager: "npm@10.0.0", ...more });

const OTHERS: readonly Other[] = [
  {
    name: "make",
    note: "Keeps no record and no output.",
    files: { Makefile: ".PHONY: noop\nnoop:\n\t@/bin/true\n" },
    argv: ["make", "noop"],
  },
  {
    name: "just",
    note: "Keeps no record and no output.",
    files: { justfile: "noop:\n  @/bin/true\n" },
    argv: ["just", "noop"],
  },
  {
    name: "mise",
    note: "Keeps no record and no output.",
    files: { "mise.toml": '[tasks.noop]\nrun = "/bin/true"\n' },
    argv: ["mise", "run", "noop"],
  },
  {
    name: "turbo",
    note:
      "Keeps the output of the last run; its cache is off here, because a job's result is not to be taken from one. Calls npm for the script. No fsync.",
    files: {
      "package.json": PACKAGE({ scripts: { noop: "/bin/true" } }),
      "package-lock.json": JSON.stringify({
        name: "noop",
        version: "1.0.0",
        lockfileVersion: 3,
        packages: {},
      }),
      "turbo.json": JSON.stringify({ tasks: { noop: { cache: false } } }),
    },
    argv: ["turbo", "run", "noop"],
    inGit: true,
  },
  {
    name: "moon",
    note: "Keeps a report of the last run; its cache is off here. No fsync.",
    files: {
      ".moon/workspace.yml": "projects:\n  noop: '.'\ntelemetry: false\nnotifier: {}\n",
      "moon.yml": "tasks:\n  noop:\n    command: '/bin/true'\n    options:\n      cache: false\n",
    },
    argv: ["moon", "run", "noop:noop"],
    inGit: true,
  },
  {
    name: "wireit",
    note: "Called through npm, as it is meant to be. Keeps no history.",
    needs: ["npm", "wireit"],
    files: {
      "package.json": PACKAGE({ scripts: { noop: "wireit" }, wireit: { noop: { command: "/bin/true" } } }),
    },
    argv: ["npm", "run", "--silent", "noop"],
  },
];

export const OTHER_CASES: readonly CaseDefinition[] = OTHERS.map((other) => ({
  name: `others_${other.name}`,
  group: "others",
  what: `run of a job that does nothing, against ${other.name}`,
  figure: "time",
  rounds: 10,
  needs: other.needs ?? [other.name],
  note: other.note,
  async prepare(place) {
    const job = await place.project(`others-${other.name}-ours`, '[jobs.noop]\ncommand = ["/bin/true"]\n');
    return {
      ours: { ...place.ours(["run", "noop"]), cwd: job },
      reference: await othersSide(place, other),
    };
  },
}));

async function othersSide(place: Place, other: Other): Promise<Side> {
  const cwd = await place.folder(`others-${other.name}`);
  for (const [name, text] of Object.entries(other.files)) {
    const path = join(cwd, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const call = (program: string, args: readonly string[]) =>
    callTool(program, args, { cwd, env: place.env, clearEnv: true });
  if (other.inGit === true) {
    await call("git", ["init", "--quiet"]);
    await call("git", ["add", "."]);
    await call("git", [
      "-c",
      "user.name=Bench",
      "-c",
      "user.email=bench@localhost",
      "commit",
      "--quiet",
      "-m",
      "Add a job",
    ]);
  }
  if (other.name === "mise") await call("mise", ["trust", join(cwd, "mise.toml")]);
  return { label: other.name, argv: other.argv, cwd };
}
