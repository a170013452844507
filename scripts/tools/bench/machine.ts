/** The environment of the benchmark: the machine, without its name, and the tools. */

import { join } from "@std/path/posix";
import { callTool, Problem } from "../../build/tool.ts";
import { isAtRealTimePriority } from "./others_at_work.ts";

export interface Machine {
  readonly os: string;
  readonly arch: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly deno: string;
  /**
   * The number of runnable processes in the minute before, from the kernel: above the number of cores, others
   * were at work.
   */
  readonly load_before: number;
  /** Everything was measured at a real-time priority, so that others could not interfere. */
  readonly is_real_time: boolean;
}

export interface Subject {
  readonly version: string;
  readonly commit: string | null;
  /** Files were changed since the commit. */
  readonly is_changed: boolean;
}

export async function lookAtMachine(): Promise<Machine> {
  const cpuinfo = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const named = /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1];
  return {
    os: Deno.build.os,
    arch: Deno.build.arch,
    kernel: Deno.osRelease(),
    cpu: named ?? (await firstLine("sysctl", ["-n", "machdep.cpu.brand_string"])) ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memory_bytes: Deno.systemMemoryInfo().total,
    deno: Deno.version.deno,
    is_real_time: isAtRealTimePriority(),
    load_before: Math.round(Deno.loadavg()[0]! * 100) / 100,
  };
}

/** The version of a built program, as it prints it. */
export async function lookAtSubject(program: string): Promise<Subject> {
  const said = await firstLine(program, ["--version"]);
  const found = /^orchastration (\S+) \((?:([\w.+-]+), )?deno /.exec(said ?? "");
  if (found === null) {
    throw new Problem(
      `Cannot measure "${program}": it does not answer as Orchastration does`,
      "./scripts/build-linux.sh",
    );
  }
  const [, version, commit = ""] = found;
  return {
    version: version!,
    commit: commit === "" ? null : commit.replace(/-modified$/, ""),
    is_changed: commit.endsWith("-modified"),
  };
}

/** The path of a program with this name on this PATH. */
export async function findTool(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(":").filter((each) => each !== "")) {
    const path = join(folder, name);
    const found = await Deno.stat(path).catch(() => undefined);
    if (found?.isFile && ((found.mode ?? 0) & 0o111) !== 0) return path;
  }
  return undefined;
}

/** The first line that a program prints; undefined where it prints nothing, or fails. */
export async function firstLine(program: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await callTool(program, args, { timeoutMs: 20_000 });
  const line = stdout.split("\n")[0]!.trim();
  return code !== 0 || line === "" ? undefined : line;
}
