/** Processes on Linux and macOS: started in a session of their own, seen as a tree, ended as a tree. */

import type {
  ByteReader,
  ChildProcess,
  HostResult,
  Processes,
  ProcessIdentity,
  ProcessMember,
  ProcessSignal,
  SpawnRequest,
} from "./host.ts";
import { currentSystem } from "./deno_environment.ts";
import { attempt, problemOf } from "./deno_problem.ts";
import { byteReader, exitOf, programFiles, runBounded } from "./deno_spawn.ts";
import { findProgram } from "./find_program.ts";
import {
  adoptOrphans,
  carriesToken,
  environmentVariable,
  hasNoChildren,
  readBootId,
  readChildren,
  readProcTable,
  readStat,
  reap,
} from "./linux_proc.ts";
import { membersOf, parsePsOutput, type TableEntry } from "./process_table.ts";
import * as paths from "@std/path/posix";

/** Marks what our tools leave behind (git's daemons), which is no job's. */
const TOOL_VARIABLE = "ORCHASTRATION_TOOL";
const PS_TIMEOUT_MS = 5000;
const PS_MAX_BYTES = 16 * 1024 * 1024;

export function createPosixProcesses(): Processes {
  const os = currentSystem();
  const linux = os === "linux";
  /** Every process that this one started and that has not been waited for. */
  const ownChildren = new Set<number>();
  /** The leaders of trees that may still have members. */
  const liveTrees = new Set<number>();

  function identityOf(pid: number): ProcessIdentity {
    const startTicks = linux ? readStat(pid)?.startTicks ?? null : null;
    return { pid, start_ticks: startTicks, boot_id: linux ? readBootId() : null };
  }

  /** What left its session, its parents and even its environment is of the only tree there is. */
  function isOrphanOf(pid: number, marker: SpawnRequest["marker"]): boolean {
    if (carriesToken(pid, marker)) return true;
    if (environmentVariable(pid, TOOL_VARIABLE) !== undefined) return false;
    return liveTrees.size === 1 && environmentVariable(pid, marker.variable) === undefined;
  }

  async function readTable(): Promise<readonly TableEntry[]> {
    if (!linux) return await readPsTable();
    const { living, zombieChildren } = readProcTable(Deno.pid);
    for (const pid of zombieChildren) if (!ownChildren.has(pid)) reap(pid);
    return living;
  }

  function probe(identity: ProcessIdentity): "alive" | "gone" | "unknown" {
    if (!linux || identity.start_ticks === null || identity.boot_id === null) {
      return exists(identity.pid) ? "unknown" : "gone";
    }
    if (identity.boot_id !== readBootId()) return "gone";
    const stat = readStat(identity.pid);
    if (stat === undefined || stat.startTicks !== identity.start_ticks) return "gone";
    return stat.state === "Z" || stat.state === "X" ? "gone" : "alive";
  }

  function signalOne(identity: ProcessIdentity, signal: ProcessSignal): boolean {
    // Without start ticks a pid proves nothing, and what is not proven is not touched.
    return probe(identity) === "alive" && send(identity.pid, signal);
  }

  return {
    findProgram: (name, where) => findProgram(name, { os, paths, ...where }, programFiles),

    spawn(request): HostResult<ChildProcess> {
      const adoptsOrphans = linux && adoptOrphans();
      const ownSession = request.placement === "own_session";
      // Of the script that became this process, or left running by an attempt before: never of the new tree.
      const earlier = new Map(
        (linux ? readChildren(Deno.pid) : []).map((pid) => [pid, readStat(pid)?.startTicks]),
      );
      const spawned = attempt(() => startChild(request, ownSession));
      if (!spawned.ok) return spawned;
      const child = spawned.value;
      ownChildren.add(child.pid);
      liveTrees.add(child.pid);
      const seen = new Map<number, number | null>();
      const wide = (descriptor: 1 | 2) => linux ? () => openWide(child.pid, descriptor) : undefined;

      const members = async (): Promise<readonly TableEntry[]> => {
        if (adoptsOrphans && hasNoChildren() === true) {
          liveTrees.delete(child.pid);
          return [];
        }
        const otherChildren = new Set(ownChildren);
        otherChildren.delete(child.pid);
        const table = await readTable();
        for (const { pid, startTicks } of table) {
          if (startTicks !== null && earlier.get(pid) === startTicks) otherChildren.add(pid);
        }
        const found = membersOf(table, {
          leaderPid: child.pid,
          ownSession,
          ownPid: Deno.pid,
          otherChildren,
          claimsOrphan: (pid) => adoptsOrphans && isOrphanOf(pid, request.marker),
          seen,
        });
        if (found.length === 0) liveTrees.delete(child.pid);
        for (const member of found) seen.set(member.pid, member.startTicks);
        return found;
      };

      return {
        ok: true,
        value: {
          identity: identityOf(child.pid),
          stdout: ownSession ? byteReader(child.stdout, wide(1)) : undefined,
          stderr: ownSession ? byteReader(child.stderr, wide(2)) : undefined,
          exited: child.status.then((status) => {
            ownChildren.delete(child.pid);
            return exitOf(status);
          }),
          async members(): Promise<readonly ProcessMember[]> {
            return (await members()).map(({ pid, name }) => ({ pid, name }));
          },
          async signalTree(signal) {
            const living = await members();
            const inGroup = ownSession ? living.filter((member) => member.groupId === child.pid) : [];
            // The group at once, so that a member cannot start another between two of our signals. Only while a member
            // is alive: then the system has not given the group's number to anybody else.
            if (inGroup.length > 0) send(-child.pid, signal);
            for (const member of living) {
              if (!inGroup.includes(member)) send(member.pid, signal);
            }
            return living.length;
          },
          release: () => void liveTrees.delete(child.pid),
        },
      };
    },

    runTool: (request) =>
      runBounded({ ...request, env: { ...request.env, [TOOL_VARIABLE]: "1" } }, {
        started: (pid) => void ownChildren.add(pid),
        ended: (pid) => void ownChildren.delete(pid),
        end: (child) => void send(-child.pid, "SIGKILL"),
      }),

    probe,
    signal: signalOne,

    findMarked(identity, marker) {
      if (!linux) {
        return Promise.resolve(probe(identity) === "alive" ? [identity] : []);
      }
      if (identity.boot_id !== null && identity.boot_id !== readBootId()) return Promise.resolve([]);
      const leaderLives = probe(identity) === "alive";
      const found = readProcTable(Deno.pid).living.filter((entry) =>
        (leaderLives && (entry.pid === identity.pid || entry.sessionId === identity.pid)) ||
        carriesToken(entry.pid, marker)
      );
      return Promise.resolve(found.map((entry) => ({
        pid: entry.pid,
        start_ticks: entry.startTicks,
        boot_id: readBootId(),
      })));
    },
  };
}

function startChild(request: SpawnRequest, ownSession: boolean): Deno.ChildProcess {
  return new Deno.Command(request.program, {
    args: [...request.args],
    cwd: request.workingDir,
    env: { ...request.env },
    clearEnv: true,
    detached: ownSession,
    stdin: request.stdin === "inherit" ? "inherit" : "null",
    stdout: ownSession ? "piped" : "inherit",
    stderr: ownSession ? "piped" : "inherit",
  }).spawn();
}

async function openWide(pid: number, descriptor: 1 | 2): Promise<ByteReader | undefined> {
  const { openWidePipe } = await import("./deno_wide_pipe.ts");
  return openWidePipe(pid, descriptor);
}

async function readPsTable(): Promise<readonly TableEntry[]> {
  const result = await runBounded({
    program: "/bin/ps",
    args: ["-A", "-o", "pid=,ppid=,pgid=,stat=,comm="],
    workingDir: "/",
    env: { LC_ALL: "C" },
    timeoutMs: PS_TIMEOUT_MS,
    maxOutputBytes: PS_MAX_BYTES,
  }, { started() {}, ended() {}, end: (child) => void send(child.pid, "SIGKILL") });
  return result.ok ? parsePsOutput(new TextDecoder().decode(result.value.stdout)) : [];
}

/** False when there is no such process, or it is not ours to signal. */
function send(pid: number, signal: ProcessSignal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    problemOf(error);
    return false;
  }
}

/** Asks without sending, as in kill(2); Deno has no name for it among its signals. */
const NO_SIGNAL: unknown = 0;

function exists(pid: number): boolean {
  try {
    // "Not permitted" is an answer, too.
    Deno.kill(pid, NO_SIGNAL as Deno.Signal);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}
