/** Tests ports of this machine, and finds the processes that hold them. Knows no services. */

import type { HostResult } from "./host_result.ts";
import type { Network, PortHolder, PostRequest } from "./network.ts";
import { attempt } from "./deno_problem.ts";
import { serveLoopback } from "./deno_server.ts";
import { readStat } from "./linux_proc.ts";

/** A program listens on one of these addresses or on both; "localhost" can mean either. */
const LOOPBACKS = ["127.0.0.1", "::1"];
/** The state LISTEN in /proc/net/tcp. Source: proc(5), include/net/tcp_states.h */
const LISTENING = "0A";
/** sysconf(_SC_CLK_TCK), which is 100 on every architecture that Deno runs on. */
const TICKS_PER_SECOND = 100;

export function createNetwork(): Network {
  return {
    async accepts(port, timeoutMs) {
      const tried = await Promise.all(LOOPBACKS.map((hostname) => isAccepted(hostname, port, timeoutMs)));
      return tried.includes(true);
    },
    async status(url, timeoutMs) {
      try {
        const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
        await answer.body?.cancel();
        return answer.status;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return undefined;
      }
    },
    async post(url, request) {
      return await sent(url, request, async (answer) => {
        await answer.body?.cancel();
        return { ok: true, value: answer.status };
      });
    },
    async ask(url, request) {
      return await sent(url, request, async (answer) => {
        const body = await bodyOf(answer, request.maxBytes);
        return body.ok ? { ok: true, value: { status: answer.status, body: body.value } } : body;
      });
    },
    exchange: async (socket, message, bounds) =>
      (await import("./deno_socket.ts")).exchange(socket, message, bounds),
    holderOf: (port) => Deno.build.os === "linux" ? linuxHolder(port) : undefined,
    serve: serveLoopback,
  };
}

/** Sends a POST and reads its answer, both within the time limit. */
async function sent<T>(
  url: string,
  { headers, body, timeoutMs }: PostRequest,
  read: (answer: Response) => Promise<HostResult<T>>,
): Promise<HostResult<T>> {
  try {
    return await read(
      await fetch(url, {
        method: "POST",
        headers: { ...headers },
        body: new Uint8Array(body),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isLate = error.name === "TimeoutError";
    return {
      ok: false,
      failure: isLate
        ? { kind: "timed_out", reason: `it did not answer within ${timeoutMs} ms` }
        : { kind: "other", reason: "it could not be reached" },
    };
  }
}

async function bodyOf(answer: Response, maxBytes: number): Promise<HostResult<Uint8Array>> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of answer.body ?? []) {
    sizeBytes += part.length;
    if (sizeBytes > maxBytes) {
      return {
        ok: false,
        failure: { kind: "too_large", reason: `its answer has more than ${maxBytes} bytes` },
      };
    }
    parts.push(part);
  }
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { ok: true, value: whole };
}

async function isAccepted(hostname: string, port: number, timeoutMs: number): Promise<boolean> {
  const connecting = Deno.connect({ hostname, port }).then((connection) => {
    connection.close();
    return true;
  }, () => false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<false>((resolve) => timer = setTimeout(resolve, timeoutMs, false));
  const accepted = await Promise.race([connecting, bound]);
  clearTimeout(timer);
  return accepted;
}

/** undefined also where the process belongs to another user, whose file descriptors are not shown. */
function linuxHolder(port: number): PortHolder | undefined {
  const inodes = new Set(["tcp", "tcp6"].flatMap((table) => listenersAt(table, port)));
  if (inodes.size === 0) return undefined;
  const processes = attempt(() => [...Deno.readDirSync("/proc")]);
  if (!processes.ok) return undefined;
  for (const { name } of processes.value) {
    if (/^\d+$/.test(name) && holdsOne(name, inodes)) return facts(Number(name));
  }
  return undefined;
}

/** The inodes of sockets that listen at the port. */
function listenersAt(table: string, port: number): readonly string[] {
  const text = attempt(() => Deno.readTextFileSync(`/proc/net/${table}`));
  if (!text.ok) return [];
  return text.value.split("\n").slice(1).flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const isHere = state === LISTENING && Number.parseInt(local?.split(":").at(-1) ?? "", 16) === port;
    return isHere && inode !== undefined ? [inode] : [];
  });
}

function holdsOne(pid: string, inodes: ReadonlySet<string>): boolean {
  const open = attempt(() => [...Deno.readDirSync(`/proc/${pid}/fd`)]);
  return open.ok && open.value.some(({ name }) => {
    const target = attempt(() => Deno.readLinkSync(`/proc/${pid}/fd/${name}`));
    return target.ok && inodes.has(/^socket:\[(\d+)\]$/.exec(target.value)?.[1] ?? "");
  });
}

function facts(pid: number): PortHolder {
  const program = attempt(() => Deno.readTextFileSync(`/proc/${pid}/comm`).trim());
  const stat = attempt(() => readStat(pid));
  const boot = attempt(() => /^btime (\d+)$/m.exec(Deno.readTextFileSync("/proc/stat"))?.[1]);
  const ticks = stat.ok ? stat.value?.startTicks : undefined;
  return {
    pid,
    program: program.ok ? program.value : undefined,
    startedAtMs: boot.ok && boot.value !== undefined && typeof ticks === "number"
      ? (Number(boot.value) + ticks / TICKS_PER_SECOND) * 1000
      : undefined,
  };
}
