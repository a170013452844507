/**
 * Calls of the C library that start a process on Linux without a copy of ours, and wait for events of several processes. Opened when the
 * first process is started.
 */

import { type ForeignCalls, foreignCalls } from "./deno_calls.ts";

const SPAWN = {
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  posix_spawn: { parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"], result: "i32" },
  // The same in another thread: the call waits until the new process has begun its program.
  posix_spawn_beside: {
    name: "posix_spawn",
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_addopen: {
    parameters: ["buffer", "i32", "buffer", "i32", "u32"],
    result: "i32",
  },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: "i32" },
  pidfd_open: { parameters: ["i32", "u32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // In another thread, because the call blocks.
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32", nonblocking: true },
} as const;

export type SpawnCalls = ForeignCalls<typeof SPAWN>;

let calls: SpawnCalls | undefined | "not opened" = "not opened";

/** undefined on another system, with a C library that lacks one of them, and where a policy forbids loading one. */
export function spawnCalls(): SpawnCalls | undefined {
  if (calls === "not opened") {
    try {
      calls = Deno.build.os === "linux" ? foreignCalls("libc.so.6", SPAWN) : undefined;
    } catch {
      calls = undefined;
    }
  }
  return calls;
}
