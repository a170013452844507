/** Outside tools, on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import { refused, text, value } from "./expect.ts";
import { endAll, SLEEPER, spawn } from "./process_steps.ts";
import { type ContractCase, LINUX, POSIX, sh } from "./subject.ts";

export const TOOL_CONTRACT: readonly ContractCase[] = [
  {
    name: "runTool gives the status, and passes input and output",
    on: POSIX,
    async check(subject) {
      const command = sh("cat; echo err >&2; exit 5", async (p) => {
        await p.stdout(p.stdin);
        await p.stderr("err\n");
        return 5;
      });
      const { program, args, workingDir, env } = subject.request(command);
      const result = value(
        await subject.host.processes.runTool({
          program,
          args,
          workingDir,
          env,
          stdin: new TextEncoder().encode("fed\n"),
          timeoutMs: 10_000,
          maxOutputBytes: 1000,
        }),
      );
      assertEquals(
        [result.exit, text(result.stdout), text(result.stderr)],
        [{ kind: "exited", exit_code: 5 }, "fed\n", "err\n"],
      );
    },
  },
  {
    name: "runTool keeps the first bytes of too much output",
    on: POSIX,
    async check(subject) {
      const command = sh("printf 0123456789", (p) => p.stdout("0123456789"));
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 10_000, maxOutputBytes: 4 };
      const result = value(
        await subject.host.processes.runTool({ program, args, workingDir, env, ...bounds }),
      );
      assertEquals([result.exit, text(result.stdout)], [{ kind: "exited", exit_code: 0 }, "0123"]);
    },
  },
  {
    name: "runTool waits no longer than its bound, also for a child of the tool",
    on: POSIX,
    async check(subject) {
      const command = sh("sleep 1000 & wait", async (p) => {
        p.fork({ name: "sleep", holdsPipes: true }, (child) => child.forever());
        await p.forever();
      });
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 50, maxOutputBytes: 4 };
      refused(
        await subject.host.processes.runTool({ program, args, workingDir, env, ...bounds }),
        "timed_out",
      );
    },
  },
  {
    name: "runTool waits no longer than its bound, also for a process that left the tool's group",
    on: LINUX,
    async check(subject) {
      const command = sh("setsid sleep 5 & wait", async (p) => {
        p.fork({ name: "sleep", holdsPipes: true, detachedFromGroup: true }, (child) => child.sleep(5000));
        await p.forever();
      });
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 50, maxOutputBytes: 4 };
      const begun = subject.host.clock.monotonicMs();
      refused(
        await subject.host.processes.runTool({ program, args, workingDir, env, ...bounds }),
        "timed_out",
      );
      assert(subject.host.clock.monotonicMs() - begun < 4000, "it was to answer soon after its bound");
    },
  },
  {
    name: "runTool stops a tool on request, before or while it runs",
    on: POSIX,
    async check(subject) {
      const command = sh("sleep 1000 & wait", async (p) => {
        p.fork({ name: "sleep", holdsPipes: true }, (child) => child.forever());
        await p.forever();
      });
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 60_000, maxOutputBytes: 4 };
      const stop = new AbortController();
      const run = () =>
        subject.host.processes.runTool({ program, args, workingDir, env, ...bounds, stop: stop.signal });
      const running = run();
      stop.abort();
      refused(await running, "stopped");
      refused(await run(), "stopped");
    },
  },
  {
    name: "processes that a tool leaves in its session are not members of a tree",
    on: LINUX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      const command = sh("sleep 2 >/dev/null 2>&1 &", (p) => {
        p.fork({ name: "sleep" }, (left) => left.sleep(2000));
      });
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 10_000, maxOutputBytes: 4 };
      value(await subject.host.processes.runTool({ program, args, workingDir, env, ...bounds }));
      assertEquals((await child.look()).members.map(({ pid }) => pid), [child.identity.pid]);
      await endAll(subject, child);
    },
  },
  {
    name: "runTool reports a tool that cannot be started",
    on: POSIX,
    async check({ host: { processes, paths }, folder }) {
      const request = { args: [], workingDir: folder, env: {}, timeoutMs: 50, maxOutputBytes: 4 };
      refused(await processes.runTool({ program: paths.join(folder, "none"), ...request }), "not_found");
    },
  },
];
