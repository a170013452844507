/**
 * A project whose git remote leads to the mock GitHub, with the program in process on the real machine, and
 * the real gh.
 */

import { assertEquals } from "@std/assert";
import { runCli } from "../../src/cli/cli.ts";
import { createDenoHost } from "../../src/host/deno_host.ts";
import type { Host } from "../../src/host/host.ts";
import type { OutputStream } from "../../src/host/terminal.ts";
import { MOCK_HOST, MOCK_REPOSITORY, MOCK_TOKEN, MockGitHub } from "./mock_github.ts";
import { inRealFolder, type RealFolder } from "./real_program.ts";

export const TOML = `
[tasks.sample]
description = "Say hello to everybody"
command = ["true"]
outputs = ["README.md"]
acceptance = [
  { id = "ac1", text = "it is there", check = ["true"] },
  { id = "ac2", text = "somebody read it" },
]
`;

export const ISSUE_URL = `http://${MOCK_HOST}/${MOCK_REPOSITORY}/issues`;

export interface ProjectSaid {
  readonly code: number;
  /** Without log lines. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  /** Instead of the bound that gh has. */
  readonly boundMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitHubProject {
  readonly folder: RealFolder;
  readonly github: MockGitHub;
  /** Additional variables for the program and gh. */
  readonly env: Readonly<Record<string, string>>;
  call(argv: readonly string[], options?: CallOptions): Promise<ProjectSaid>;
  create(...argv: readonly string[]): Promise<ProjectSaid>;
  git(...args: readonly string[]): Promise<void>;
  record(path: string): Record<string, unknown>;
  /** Pauses that the program asked for; they were not waited for. */
  readonly pauses: number[];
}

/** The output of `gh --version`; undefined where gh is not installed. */
export function ghVersion(): string | undefined {
  try {
    const { stdout } = new Deno.Command("gh", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).split("\n")[0];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
}

export async function inGitHubProject(
  test: (project: GitHubProject) => Promise<void>,
  toml = TOML,
): Promise<void> {
  await inRealFolder(async (folder) => {
    await using github = new MockGitHub();
    const pauses: number[] = [];
    const env = {
      PATH: Deno.env.get("PATH")!,
      ...folder.env,
      HTTP_PROXY: `http://127.0.0.1:${github.port}`,
      http_proxy: `http://127.0.0.1:${github.port}`,
      NO_PROXY: "",
      no_proxy: "",
      GH_TOKEN: MOCK_TOKEN,
      GH_CONFIG_DIR: `${folder.path}/gh-config`,
    };
    const git = async (...args: readonly string[]) => {
      const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
      const said = await folder.call("git", [...author, "-c", "commit.gpgsign=false", ...args]);
      assertEquals([args.join(" "), said.code], [args.join(" "), 0], said.stderr);
    };
    const call = async (argv: readonly string[], options: CallOptions = {}): Promise<ProjectSaid> => {
      const said = { out: "", err: "" };
      const host = await projectHost(folder.path, { ...env, ...options.env }, options.boundMs, pauses, said);
      const code = await runCli([...argv, "--state-dir", "state"], host);
      return { code, stdout: said.out.replace(/^\{"time".*\n/gm, ""), stderr: said.err };
    };
    folder.write("orchastration.toml", toml);
    folder.write("README.md", "hello\n");
    folder.write(".gitignore", "state\ngh-config\n.cache\n.config\n");
    await git("init", "--quiet", "-b", "main");
    await git("add", ".");
    await git("commit", "--quiet", "-m", "begin");
    await git("remote", "add", "origin", `http://ada:hunter2@${MOCK_HOST}/${MOCK_REPOSITORY}.git`);
    await test({
      folder,
      github,
      env,
      call,
      create: (...argv) => call(["git", "issue", "create", "sample", ...argv]),
      git,
      record: (path) => JSON.parse(folder.read(`state/${path}`)),
      pauses,
    });
  });
}

/** The real machine, seen from the folder; pauses are noted and end at once. */
async function projectHost(
  folder: string,
  env: Readonly<Record<string, string>>,
  boundMs: number | undefined,
  pauses: number[],
  said: { out: string; err: string },
): Promise<Host> {
  const real = await createDenoHost();
  const sink = (name: "out" | "err"): OutputStream => ({
    isTerminal: false,
    columns: undefined,
    rows: undefined,
    isDiscarded: false,
    write(bytes) {
      said[name] += new TextDecoder().decode(bytes);
      return Promise.resolve({ ok: true, value: undefined });
    },
  });
  return {
    ...real,
    environment: {
      ...real.environment,
      get: (name) => env[name],
      all: () => env,
      currentFolder: () => ({ ok: true, value: folder }),
    },
    terminal: { ...real.terminal, stdout: sink("out"), stderr: sink("err"), sharedOutput: false },
    clock: {
      ...real.clock,
      after(ms) {
        pauses.push(ms);
        return real.clock.after(0);
      },
    },
    processes: {
      ...real.processes,
      runTool: (request) =>
        real.processes.runTool({
          ...request,
          timeoutMs: boundMs === undefined || !request.program.endsWith("gh")
            ? request.timeoutMs
            : Math.min(request.timeoutMs, boundMs),
        }),
    },
  };
}
