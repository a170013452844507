/** What a built program has to do anywhere: each check is something that a person would try first. */

import { join } from "@std/path/posix";
import { sha256Of } from "../build/files.ts";
import { type Bench, codeCacheOf, expect, FOREIGN } from "./bench.ts";
import { differencesOf } from "./inheritance.ts";

export interface Check {
  readonly name: string;
  readonly on?: "posix" | "linux";
  readonly run: (bench: Bench) => Promise<void>;
}

const WORDS = ["a b", "", "--version", "-A", "--", "*", "$HOME", "ü", "it's"];
const QUIET = ["--log-level", "error"];
/** Large enough for several of them to be digested in more than one thread. */
const LARGE_BYTES = 33 * 1024 * 1024;
/** A tree of three means three starts of a runtime, on a busy machine. */
const STARTED_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 5_000;

export const CHECKS: readonly Check[] = [
  {
    name: "--version names the program, its runtime and the machine",
    async run(bench) {
      const said = await bench.call(["--version"]);
      const line = /^orchastration \d+\.\d+\.\d+ \((?:[\w.+-]+, )?deno \d+\.\d+\.\d+, \w+-\w+\)\n$/;
      expect(said.code === 0 && line.test(said.stdout) && said.stderr === "", "the version", said);
    },
  },
  {
    name: "--help shows the commands",
    async run(bench) {
      const said = await bench.call(["--help"]);
      expect(
        said.code === 0 && /^ {2}run \[job\.\.\.\] .*record it$/m.test(said.stdout),
        "the commands",
        said,
      );
    },
  },
  {
    name: "it does not do what Deno does",
    async run(bench) {
      const said = await bench.call(["eval", "console.log('deno' + ' cli')"]);
      expect(said.code === 64 && said.stdout === "", "a refusal with status 64", said);
    },
  },
  {
    name: "list shows the jobs",
    async run(bench) {
      const said = await bench.call(["list"]);
      expect(said.code === 0 && said.stdout.includes("Say what was given"), "the jobs", said);
    },
  },
  {
    name: "report writes the page that the build has put into the program",
    async run(bench) {
      const said = await bench.call(["report", "--json"]);
      expect(said.code === 0, "status 0", said);
      const text = await Deno.readTextFile(JSON.parse(said.stdout).path);
      const script = /<script type="module">([^]*)<\/script>/.exec(text)?.[1] ?? "";
      expect(script.length > 50_000 && text.includes("Say what was given"), "the page with the jobs", said);
    },
  },
  {
    name: "run passes every argument as it is",
    async run(bench) {
      // A batch file cannot pass some of them; the executable for Windows can.
      const words = Deno.build.os === "windows" ? ["a b", "--version", "-A"] : WORDS;
      const said = await bench.call(["run", "say", ...QUIET, "--", ...words]);
      expect(said.code === 0 && said.stdout === `${JSON.stringify(words)}\n`, "the words back", said);
    },
  },
  {
    name: "a job has the environment, limits, signals and umask that it would have from a shell",
    on: "linux",
    async run(bench) {
      const folder = join(bench.folder, "inheritance");
      await Deno.mkdir(folder, { recursive: true });
      const { isNode } = bench;
      // Node itself is found by PATH.
      const env: Record<string, string> = isNode ? { PATH: bench.env["PATH"] ?? "" } : {};
      const differences = await differencesOf({ program: [bench.program], folder, env, isNode });
      expect(differences.length === 0, `no difference, found\n${differences.join("\n")}`);
    },
  },
  {
    name: "run gives the job the environment of the caller",
    async run(bench) {
      const said = await bench.call(["run", "environment", ...QUIET]);
      expect(said.code === 0, "status 0", said);
      const seen: Record<string, string> = JSON.parse(said.stdout);
      for (const [name, value] of Object.entries(bench.env)) {
        expect(seen[name] === value, `${name}=${value}, found ${seen[name]}`);
      }
      // The shell that starts the built program adds variables of its own where the system does not show the
      // original ones.
      const ofShell = Deno.build.os === "linux" ? [] : ["SHLVL", "PWD", "OLDPWD", "_"];
      const added = Object.keys(seen).filter((name) => !(name in bench.env) && !ofShell.includes(name));
      const strange = Deno.build.os === "windows" ? added.filter((name) => name.includes("LAUNCHER")) : added;
      expect(
        strange.every((name) => name.startsWith("ORCHASTRATION_RUN_") || name === "TRACEPARENT"),
        `no other variables, found ${strange}`,
      );
    },
  },
  {
    name: "run ends with the status of the job",
    async run(bench) {
      const said = await bench.call(["run", "seven"]);
      expect(said.code === 7, "status 7", said);
    },
  },
  {
    name: "run hands on its input",
    async run(bench) {
      const said = await bench.call(["run", "count", ...QUIET], { stdin: "twelve signs" });
      expect(said.stdout === "12 characters\n", "12 characters", said);
    },
  },
  {
    name: "a job with a terminal of its own has one of the usual size, without input, and is captured",
    async run(bench) {
      const said = await bench.call(["run", "terminal", ...QUIET]);
      const seen = '{"streams":[false,true,true],"size":{"columns":80,"rows":24}}\n';
      // The console host of Windows adds sequences of its own.
      // deno-lint-ignore no-control-regex
      const shown = said.stdout.replace(/\x1b(?:\[[?\d;]*[A-Za-z]|\][^\x07]*\x07)/g, "");
      expect(said.code === 0 && shown === seen && said.stderr === "", seen, said);
      const logged = await bench.call(["logs", "terminal"]);
      expect(logged.stdout === seen, `${seen} in its log`, logged);
    },
  },
  {
    name: "a timeout ends the whole tree with status 124",
    async run(bench) {
      const said = await bench.call(["run", "tree"]);
      expect(said.code === 124, "status 124", said);
      await expectGone(bench, 1);
    },
  },
  {
    name: "Ctrl-C ends the whole tree with status 130",
    on: "posix",
    run: (bench) => stop(bench, "SIGINT", 130),
  },
  {
    name: "SIGTERM ends the whole tree with status 143",
    on: "posix",
    run: (bench) => stop(bench, "SIGTERM", 143),
  },
  {
    name: "status and the records say what happened",
    async run(bench) {
      const said = await bench.call(["status", "--json"]);
      expect(said.code === 0, "status 0", said);
      const text = JSON.stringify(JSON.parse(said.stdout));
      for (const word of ["succeeded", "timed_out", "cancelled", "failed"]) {
        if (word === "cancelled" && Deno.build.os === "windows") continue;
        expect(text.includes(`"${word}"`), `a run that ${word}, in ${text}`);
      }
    },
  },
  {
    name: "hash is SHA-256",
    async run(bench) {
      const digest = await sha256Of(join(bench.project, "orchastration.toml"));
      const said = await bench.call(["hash", "--file", "orchastration.toml"]);
      expect(said.code === 0 && said.stdout === `${digest}  orchastration.toml\n`, digest, said);
    },
  },
  {
    name: "hash of several large files, each on a processor",
    async run(bench) {
      const names = ["large a.bin", "large b.bin", "large c.bin"];
      for (const [index, name] of names.entries()) {
        await Deno.writeFile(join(bench.project, name), new Uint8Array(LARGE_BYTES + index).fill(index + 1));
      }
      const digests = await Promise.all(names.map((name) => sha256Of(join(bench.project, name))));
      const said = await bench.call(["hash", ...names]);
      const expected = names.map((name, index) => `${digests[index]}  ${name}\n`).join("");
      expect(said.code === 0 && said.stdout === expected, expected, said);
      for (const name of names) await Deno.remove(join(bench.project, name));
    },
  },
  {
    name: "a bad configuration is told with its place, and status 78",
    async run(bench) {
      const path = join(bench.folder, "bad.toml");
      await Deno.writeTextFile(path, '[jobs.a]\ncommand = "ls -la"\n');
      const said = await bench.call(["list", "--config", path]);
      expect(said.code === 78 && said.stderr.includes("bad.toml:2:"), "bad.toml:2 and status 78", said);
    },
  },
  {
    name: "it runs through symbolic links, from any folder",
    on: "posix",
    async run(bench) {
      const [link, second] = [join(bench.folder, "a link"), join(bench.project, "second link")];
      await Deno.symlink(await Deno.realPath(bench.program), link);
      await Deno.symlink("../a link", second);
      const direct = await bench.call(["--version"]);
      for (const [program, cwd] of [[link, "/"], [second, bench.home], ["./second link", bench.project]]) {
        const said = await bench.call(["--version"], { program: program!, cwd: cwd! });
        expect(said.stdout === direct.stdout && said.code === 0, "the version", said);
      }
    },
  },
  {
    name: "nothing is left in the folder for temporary files, and what others put there is not taken",
    async run(bench) {
      const found = [...Deno.readDirSync(bench.temp)].map(({ name }) => name).sort();
      const foreign = codeCacheOf(bench.program);
      expect(found.join() === foreign, `only ${foreign}, found ${found}`);
      const text = await Deno.readTextFile(join(bench.temp, foreign));
      expect(text === FOREIGN, `${foreign} as it was, found ${text.length} other characters`);
    },
  },
  {
    name: "the home holds the user's own state and nothing else",
    run(bench) {
      const found = [...Deno.readDirSync(bench.home)].map(({ name }) => name).sort();
      // The jobs of this test are Deno programs, and may keep anything in their DENO_DIR.
      const state = Deno.build.os === "windows" ? "AppData" : ".cache";
      expect(found.every((name) => name === state || name === "deno"), `only ${state}, found ${found}`);
      if (state !== ".cache") return Promise.resolve();
      const cached = [...Deno.readDirSync(join(bench.home, state))].map(({ name }) => name);
      expect(cached.join() === "orchastration", `only orchastration, found ${cached}`);
      return Promise.resolve();
    },
  },
];

async function stop(bench: Bench, signal: Deno.Signal, code: number): Promise<void> {
  const child = bench.start(["run", "stay"]);
  try {
    await eventually(STARTED_WITHIN_MS, "the tree to be there", () => pidsOf(bench).length === 2);
    child.kill(signal);
    const { code: ended } = await child.output();
    expect(ended === code, `status ${code}, found ${ended}`);
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended, as expected.
    }
  }
  await expectGone(bench, 2);
}

/** The processes of a tree, at least this many of which must have existed. */
async function expectGone(bench: Bench, atLeast: number): Promise<void> {
  const pids = pidsOf(bench);
  expect(pids.length >= atLeast, `a tree of at least ${atLeast}, found ${pids.length}`);
  await eventually(GONE_WITHIN_MS, `${pids} to be gone`, () => !pids.some(isAlive));
  await Deno.remove(join(bench.project, "pids.txt"));
}

function pidsOf(bench: Bench): readonly number[] {
  try {
    const notes = Deno.readTextFileSync(join(bench.project, "pids.txt"));
    return notes.trim().split("\n").map(Number);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (Deno.build.os === "windows") {
    const { stdout } = new Deno.Command("tasklist", { args: ["/NH", "/FI", `PID eq ${pid}`] }).outputSync();
    return new TextDecoder().decode(stdout).includes(` ${pid} `);
  }
  const { stdout } = new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] }).outputSync();
  const state = new TextDecoder().decode(stdout).trim();
  // A zombie has ended; its parent has only not waited for it yet.
  return state !== "" && !state.startsWith("Z");
}

/** Processes of others do not report their start or end, so they are polled. */
async function eventually(boundMs: number, what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + boundMs;
  while (!isSo()) {
    expect(performance.now() < end, `${what} within ${boundMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
