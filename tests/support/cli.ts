/** The whole program in process on a fake machine: a command line in; exit code, output and log out. */

import { assertEquals } from "@std/assert";
import { runCli } from "../../src/cli/cli.ts";
import { decodeRun } from "../../src/store/codec.ts";
import "./dynamic_imports.ts";
import { createFakeHost, type FakeHost, type FakeHostOptions } from "./fake_host.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The expected result of a command line; omitted values are 0 or empty. */
export interface Expected {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export const LOG = "/home/ada/.cache/orchastration/orchastration.log";
/** The state folder of the user, which is that of every configuration that makes no project. */
export const USER_STATE = "/home/ada/.cache/orchastration/state";
export const PROJECT = "/home/ada/project";
/** The state folder of that project: `printf %s /home/ada/project | sha256sum` */
export const STATE = `${USER_STATE}/projects/project-6bfafd92`;
/** The same on the other systems. */
export const STATE_MACOS = "/Users/ada/.cache/orchastration/state/projects/project-f90842cb";
export const STATE_WINDOWS =
  "C:\\Users\\ada\\AppData\\Local\\orchastration\\state\\projects\\project-30609cb8";

/** A fake Linux machine with an orchastration.toml in the current folder; further files by their path. */
export function machineWith(
  toml: string | undefined,
  options: FakeHostOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): FakeHost {
  const host = createFakeHost(options);
  if (toml !== undefined) {
    host.disk.write(host.paths.join(host.environment.cwd, "orchastration.toml"), toml);
  }
  for (const [path, content] of Object.entries(options.files ?? {})) host.disk.write(path, content);
  return host;
}

/** The lines of the log file, parsed. */
export function logOf(host: FakeHost, path = LOG): readonly Record<string, unknown>[] {
  const text = host.disk.read(path) ?? "";
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** Calls the program once; returns only the output of this call. */
export async function call(host: FakeHost, argv: readonly string[]): Promise<Said> {
  const before = { out: host.stdoutText().length, err: host.stderrText().length };
  const code = await runCli(argv, host);
  return {
    code,
    stdout: host.stdoutText().slice(before.out),
    stderr: host.stderrText().slice(before.err),
  };
}

/** Calls the program and compares its whole output. */
export async function expectCall(host: FakeHost, argv: readonly string[], expected: Expected): Promise<void> {
  assertEquals(await call(host, argv), { code: 0, stdout: "", stderr: "", ...expected });
}

/** A record of the fake state folder, parsed; a run's record must be readable by the program. */
export function readJson(host: FakeHost, path: string): Record<string, unknown> {
  const text = host.disk.read(path) ?? "null";
  const value = JSON.parse(text);
  if (value?.kind === "run") {
    const decoded = decodeRun(new TextEncoder().encode(text));
    assertEquals(decoded.ok ? "" : decoded.failure, "", path);
  }
  return value;
}

/**
 * Lets nothing of a process of ours continue after the digest of a definition, until the returned function is
 * called.
 */
export function holdDigests(host: FakeHost): () => void {
  const { promise: goesOn, resolve } = Promise.withResolvers<void>();
  const sha256 = host.digests.sha256.bind(host.digests);
  host.digests.sha256 = async (bytes) => {
    if (new TextDecoder().decode(bytes).startsWith("{")) await goesOn;
    return await sha256(bytes);
  };
  return resolve;
}

/** Lines without the log records that go to stdout where it is no terminal. */
export function withoutLog(stdout: string): string {
  return stdout.split("\n").filter((line) => !line.startsWith('{"time":')).join("\n");
}
