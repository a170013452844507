/** What processes do alike on the fake and the real host. */

import { assert, assertEquals } from "@std/assert";
import type { ChildProcess, HostProblemKind, HostResult, SpawnRequest } from "../../src/host/host.ts";
import type { Script } from "../support/fake_process.ts";
import { eventually, readAll, readText, text, toEnd, value } from "./expect.ts";
import type { ContractCase } from "./files_contract.ts";
import { type Command, MARKER, sh, type Subject } from "./subject.ts";

const POSIX = ["linux", "darwin"] as const;
const LINUX = ["linux"] as const;

function spawn(subject: Subject, command: Command, change: Partial<SpawnRequest> = {}): ChildProcess {
  const child = value(subject.host.processes.spawn(subject.request(command, change)));
  subject.started.push(child);
  return child;
}

function refused(result: HostResult<unknown>, kind: HostProblemKind): void {
  assertEquals(result.ok ? "ok" : result.failure.kind, kind);
  if (!result.ok) assert(/[^.\n]$/.test(result.failure.reason), `a reason: ${result.failure.reason}`);
}

/** Ends whatever is left and reads what it held, so that the next case starts from nothing. */
async function endAll(subject: Subject, child: ChildProcess): Promise<void> {
  await child.signalTree("SIGKILL");
  await eventually(subject.host, "no member is left", async () => (await child.members()).length === 0);
  await toEnd(child);
}

async function memberNames(child: ChildProcess): Promise<readonly string[]> {
  return (await child.members()).map(({ name }) => name).toSorted();
}

const SLEEPER: Command = {
  program: "/bin/sleep",
  args: ["1000"],
  script: (p) => p.forever(),
};

interface OutputCase {
  readonly name: string;
  readonly command: Command;
  readonly change?: (subject: Subject) => Partial<SpawnRequest>;
  readonly expected: (subject: Subject) => readonly [end: number | string, stdout: string, stderr?: string];
}

const ARGUMENTS = ["two words", "", "line\nbreak", `"'\\`, "$(id) `id` $HOME", "*", "-n", "ä€😀"] as const;

const OUTPUT_CASES: readonly OutputCase[] = [
  { name: "exit status 0", command: sh("exit 0", () => 0), expected: () => [0, ""] },
  { name: "exit status 3", command: sh("exit 3", () => 3), expected: () => [3, ""] },
  { name: "exit status 255", command: sh("exit 255", () => 255), expected: () => [255, ""] },
  {
    name: "an end by a signal is told from an exit",
    command: sh("kill -TERM $$", (p) => p.crash("SIGTERM")),
    expected: () => ["SIGTERM", ""],
  },
  {
    name: "both streams come apart",
    command: sh("echo out; echo err >&2; printf more; exit 1", async (p) => {
      await p.stdout("out\n");
      await p.stderr("err\n");
      await p.stdout("more");
      return 1;
    }),
    expected: () => [1, "out\nmore", "err\n"],
  },
  {
    name: 'standard input "none" is empty',
    command: sh("cat; echo end", (p) => p.stdout(`${p.stdin}end\n`)),
    expected: () => [0, "end\n"],
  },
  {
    name: "the environment is exactly what was asked for",
    command: {
      program: "/usr/bin/env",
      args: [],
      script: (p) => p.stdout(Object.entries(p.env).map(([name, value]) => `${name}=${value}\n`).join("")),
    },
    change: () => ({ env: { EMPTY: "", ONE: "1", SPACED: " a\nb " } }),
    expected: () => [0, "EMPTY=\nONE=1\nSPACED= a\nb \n"],
  },
  {
    name: "arguments arrive as they are",
    command: sh(
      `printf '%s|' "$@"`,
      (p) => p.stdout(p.args.slice(3).map((arg) => `${arg}|`).join("")),
      ...ARGUMENTS,
    ),
    expected: () => [0, ARGUMENTS.map((argument) => `${argument}|`).join("")],
  },
  {
    name: "the working directory is the one asked for",
    command: sh("pwd", (p) => p.stdout(`${p.cwd}\n`)),
    expected: ({ folder }) => [0, `${folder}\n`],
  },
];

/** Starts a background child, says "ready", and waits. */
function withChild(
  text: string,
  options: Parameters<Parameters<Script>[0]["fork"]>[0],
  waits: boolean,
): Command {
  return sh(`${text} & ${waits ? "wait" : ""}`, async (p) => {
    p.fork({ name: "sleep", ...options }, async (child) => {
      await child.stdout("ready\n");
      await child.forever();
    });
    if (options.holdsPipes !== true) await p.stdout("ready\n");
    if (waits) await p.forever();
  });
}

export const PROCESS_CASES: readonly ContractCase[] = [
  ...OUTPUT_CASES.map(({ name, command, change, expected }): ContractCase => ({
    name,
    on: POSIX,
    async check(subject) {
      const ended = await toEnd(spawn(subject, command, change?.(subject)));
      const [end, stdout, stderr = ""] = expected(subject);
      assertEquals(ended, {
        exit: typeof end === "number"
          ? { kind: "exited", exit_code: end }
          : { kind: "signalled", signal: end },
        stdout,
        stderr,
      });
    },
  })),
  {
    name: "output is exact, also where it is no text and does not fit into a pipe",
    on: POSIX,
    async check(subject) {
      const block = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const path = subject.put(
        "bytes",
        new Uint8Array(Array.from({ length: 1200 }, () => [...block]).flat()),
      );
      const child = spawn(subject, {
        program: "/bin/cat",
        args: [path],
        script: async (p) => {
          for (let i = 0; i < 1200; i++) await p.stdout(block);
        },
      });
      const [stdout] = await Promise.all([readAll(child.stdout), readAll(child.stderr), child.exited]);
      child.release();
      assertEquals(stdout.length, 1200 * 256);
      assert(stdout.every((byte, index) => byte === index % 256));
    },
  },
  {
    name: "the end of output is told again and again",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, sh("echo x", (p) => p.stdout("x\n")));
      await readAll(child.stdout);
      assertEquals(await child.stdout?.read(), undefined);
      await toEnd(child);
    },
  },
  {
    name: "a cancelled reader is at its end, and a pending read with it",
    realDisagrees: "a read after cancelling a pending one throws a TypeError",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      const pending = child.stdout?.read();
      child.stdout?.cancel();
      assertEquals([await pending, await child.stdout?.read()], [undefined, undefined]);
      await endAll(subject, child);
    },
  },
  {
    name: "a writer whose reader has gone ends by SIGPIPE",
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        sh("while :; do echo x; done", async (p) => {
          for (;;) await p.stdout("x\n");
        }),
      );
      child.stdout?.cancel();
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGPIPE" });
      await toEnd(child);
    },
  },
  {
    name: "attached: no pipes, and its status all the same",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, sh("exit 4", () => 4), { placement: "attached" });
      assertEquals([child.stdout, child.stderr], [undefined, undefined]);
      assertEquals(await child.exited, { kind: "exited", exit_code: 4 });
      child.release();
    },
  },
  {
    name: "members are those that live, and signalTree reaches each of them",
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        withChild("(trap '' TERM; echo ready; exec sleep 1000)", {
          holdsPipes: true,
          ignores: ["SIGTERM"],
        }, true),
      );
      await readText(child.stdout, "ready\n");
      await eventually(
        subject.host,
        "the shell and its child live",
        async () => (await memberNames(child)).join() === "sh,sleep",
      );
      assert((await child.members()).some(({ pid }) => pid === child.identity.pid));
      assertEquals(await child.signalTree("SIGTERM"), 2);
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGTERM" });
      assertEquals(await memberNames(child), ["sleep"]);
      assertEquals(await child.signalTree("SIGTERM"), 1);
      assertEquals(await memberNames(child), ["sleep"]);
      await endAll(subject, child);
      assertEquals(await child.signalTree("SIGKILL"), 0);
    },
  },
  {
    name: "a child in the background holds the pipe open beyond the end of the main process",
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        withChild("(echo ready; exec sleep 1000)", { holdsPipes: true }, false),
      );
      await readText(child.stdout, "ready\n");
      let atEnd = false;
      const end = child.stdout?.read().then((chunk) => atEnd = chunk === undefined);
      assertEquals(await child.exited, { kind: "exited", exit_code: 0 });
      assertEquals((await child.members()).length, 1);
      assertEquals(atEnd, false);
      assertEquals(await child.signalTree("SIGKILL"), 1);
      await end;
      assertEquals(atEnd, true);
    },
  },
  {
    name: "what left the group with setsid is a member all the same",
    on: LINUX,
    async check(subject) {
      const child = spawn(
        subject,
        withChild("setsid sh -c 'echo ready; exec sleep 1000'", {
          holdsPipes: true,
          detachedFromGroup: true,
        }, true),
      );
      await readText(child.stdout, "ready\n");
      await eventually(
        subject.host,
        "the shell and its child live",
        async () => (await memberNames(child)).join() === "sh,sleep",
      );
      assertEquals(await child.signalTree("SIGTERM"), 2);
      await eventually(subject.host, "both are gone", async () => (await child.members()).length === 0);
      await toEnd(child);
    },
  },
  {
    name: "an orphan outside the group and without its environment is a member all the same",
    on: LINUX,
    async check(subject) {
      const child = spawn(
        subject,
        withChild("setsid env -i sh -c 'echo ready; exec sleep 1000'", {
          holdsPipes: true,
          detachedFromGroup: true,
          withoutEnvironment: true,
        }, false),
      );
      await readText(child.stdout, "ready\n");
      assertEquals(await child.exited, { kind: "exited", exit_code: 0 });
      await eventually(
        subject.host,
        "the orphan lives",
        async () => (await memberNames(child)).join() === "sleep",
      );
      assertEquals(await child.signalTree("SIGTERM"), 1);
      await eventually(subject.host, "it is gone", async () => (await child.members()).length === 0);
      await toEnd(child);
    },
  },
  {
    name: "two trees do not see each other's processes",
    on: POSIX,
    async check(subject) {
      const [one, two] = [spawn(subject, SLEEPER), spawn(subject, SLEEPER)];
      assertEquals((await one.members()).map(({ pid }) => pid), [one.identity.pid]);
      assertEquals(await two.signalTree("SIGKILL"), 1);
      assertEquals(await two.exited, { kind: "signalled", signal: "SIGKILL" });
      assertEquals((await one.members()).map(({ pid }) => pid), [one.identity.pid]);
      await endAll(subject, one);
      await endAll(subject, two);
    },
  },
  {
    name: "a stopped process is alive, ends by SIGKILL, and goes on by SIGCONT",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      assertEquals(await child.signalTree("SIGSTOP"), 1);
      assertEquals((await child.members()).length, 1);
      assertEquals(await child.signalTree("SIGTERM"), 1);
      assertEquals(await child.signalTree("SIGCONT"), 1);
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGTERM" });
      await endAll(subject, child);
      const killed = spawn(subject, SLEEPER);
      await killed.signalTree("SIGSTOP");
      await killed.signalTree("SIGKILL");
      assertEquals(await killed.exited, { kind: "signalled", signal: "SIGKILL" });
      await endAll(subject, killed);
    },
  },
  {
    name: "release ends nothing",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      child.stdout?.cancel();
      child.stderr?.cancel();
      child.release();
      assertEquals(await child.signalTree("SIGKILL"), 1);
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGKILL" });
    },
  },
  {
    name: "probe knows the living from the gone and from another process with the same pid",
    on: LINUX,
    async check(subject) {
      const { processes } = subject.host;
      const child = spawn(subject, SLEEPER);
      const { identity } = child;
      assertEquals(processes.probe(identity), "alive");
      assertEquals(processes.probe({ ...identity, start_ticks: (identity.start_ticks ?? 0) + 1 }), "gone");
      assertEquals(processes.probe({ ...identity, boot_id: "another boot" }), "gone");
      assertEquals(processes.probe({ ...identity, start_ticks: null }), "unknown");
      assertEquals(processes.signal({ ...identity, start_ticks: 1 }, "SIGKILL"), false);
      assertEquals(processes.probe(identity), "alive");
      assertEquals(processes.signal(identity, "SIGTERM"), true);
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGTERM" });
      assertEquals(processes.probe(identity), "gone");
      assertEquals(processes.probe({ ...identity, start_ticks: null }), "gone");
      assertEquals(processes.signal(identity, "SIGKILL"), false);
      await endAll(subject, child);
    },
  },
  {
    name: "findMarked finds by the token and by the session, and nothing after another boot",
    on: LINUX,
    async check(subject) {
      const { processes } = subject.host;
      const env = { PATH: "/usr/bin:/bin", [MARKER.variable]: `aaaa,${MARKER.token},bbbb` };
      const child = spawn(
        subject,
        withChild("setsid sh -c 'echo ready; exec sleep 1000'", {
          holdsPipes: true,
          detachedFromGroup: true,
        }, true),
        { env },
      );
      await readText(child.stdout, "ready\n");
      const find = async (change: object, token: string) =>
        (await processes.findMarked({ ...child.identity, ...change }, { ...MARKER, token })).length;
      assertEquals(await find({}, MARKER.token), 2);
      assertEquals(await find({ start_ticks: 1 }, MARKER.token), 2);
      assertEquals(await find({}, "7f3"), 1);
      assertEquals(await find({ start_ticks: 1 }, "7f3"), 0);
      assertEquals(await find({ boot_id: "another boot" }, MARKER.token), 0);
      await endAll(subject, child);
      assertEquals(await find({}, MARKER.token), 0);
    },
  },
  {
    name: "what cannot be started is a problem with its kind",
    on: POSIX,
    check(subject) {
      const { host: { processes, paths }, folder, put } = subject;
      const start = (change: Partial<SpawnRequest>) => {
        const result = processes.spawn(subject.request(SLEEPER, change));
        assert(!result.ok, "nothing was to be started");
        return result;
      };
      refused(start({ program: paths.join(folder, "none") }), "not_found");
      refused(start({ program: put("plain", "text") }), "permission_denied");
      refused(start({ program: folder }), "permission_denied");
      refused(start({ args: ["a\0b"] }), "other");
      refused(start({ args: Array.from({ length: 40 }, () => "x".repeat(100_000)) }), "too_long");
    },
  },
  {
    name: "a missing working directory starts nothing",
    on: POSIX,
    check(subject) {
      const { host: { processes, paths }, folder } = subject;
      const result = processes.spawn(subject.request(SLEEPER, { workingDir: paths.join(folder, "none") }));
      assertEquals(result.ok, false);
    },
  },
  {
    name: "findProgram looks through PATH, passing over what cannot be executed",
    on: POSIX,
    check({ host: { processes, paths }, folder, put }) {
      const good = put("b/tool", "#!/bin/sh\n", 0o700);
      const plain = put("a/tool", "#!/bin/sh\n", 0o600);
      put("c/folder/inner", "");
      const [a, b, c] = ["a", "b", "c"].map((name) => paths.join(folder, name));
      const find = (name: string, PATH: string) =>
        processes.findProgram(name, { workingDir: folder, env: { PATH } });
      assertEquals(value(find("tool", `${a}:${b}`)), good);
      assertEquals(value(find("tool", "none:b")), good);
      refused(find("tool", a!), "not_executable");
      refused(find("folder", c!), "not_executable");
      refused(find("none", `${a}:${b}`), "not_found");
      refused(find("tool", ""), "not_found");
      refused(find("to\0ol", b!), "not_found");
      assert(plain !== good);
    },
  },
  {
    name: "findProgram takes a path with a slash against the working directory",
    on: POSIX,
    check({ host: { processes, paths }, folder, put }) {
      const tool = put("b/tool", "#!/bin/sh\n", 0o700);
      put("plain", "#!/bin/sh\n");
      put("text", "echo without a first line\n", 0o700);
      const find = (name: string) => processes.findProgram(name, { workingDir: folder, env: {} });
      assertEquals(value(find("b/tool")), tool);
      assertEquals(value(find("./b/../b/tool")), tool);
      assertEquals(value(find(tool)), tool);
      refused(find("./none"), "not_found");
      refused(find("./plain"), "not_executable");
      refused(find("./text"), "not_executable");
      refused(find("./b"), "not_executable");
      refused(find(paths.join(folder, "b")), "not_executable");
    },
  },
  {
    name: "runTool gives status, output and what it was fed",
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
          ...{ program, args, workingDir, env },
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
    name: "runTool does not wait longer than it may, not for a child of the tool either",
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
    name: "runTool does not wait longer than it may, not for what left the tool's group either",
    realDisagrees: "what left the group holds the output open, and runTool waits for it",
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
    name: "what a tool leaves behind is no member of a tree",
    realDisagrees: "every adopted orphan counts as a member of every tree",
    on: LINUX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      const command = sh("setsid sleep 2 >/dev/null 2>&1 &", (p) => {
        p.fork({ name: "sleep", detachedFromGroup: true }, (left) => left.sleep(2000));
      });
      const { program, args, workingDir, env } = subject.request(command);
      const bounds = { timeoutMs: 10_000, maxOutputBytes: 4 };
      value(await subject.host.processes.runTool({ program, args, workingDir, env, ...bounds }));
      assertEquals((await child.members()).map(({ pid }) => pid), [child.identity.pid]);
      await endAll(subject, child);
    },
  },
  {
    name: "an orphan of one tree is no member of another",
    realDisagrees: "every adopted orphan counts as a member of every tree",
    on: LINUX,
    async check(subject) {
      const [one, two] = [
        spawn(subject, SLEEPER),
        spawn(
          subject,
          withChild("setsid sh -c 'echo ready; exec sleep 1000'", {
            holdsPipes: true,
            detachedFromGroup: true,
          }, false),
        ),
      ];
      await readText(two.stdout, "ready\n");
      await two.exited;
      assertEquals((await one.members()).map(({ pid }) => pid), [one.identity.pid]);
      await endAll(subject, two);
      await endAll(subject, one);
    },
  },
  {
    name: "runTool says what cannot be started",
    on: POSIX,
    async check({ host: { processes, paths }, folder }) {
      const request = { args: [], workingDir: folder, env: {}, timeoutMs: 50, maxOutputBytes: 4 };
      refused(await processes.runTool({ program: paths.join(folder, "none"), ...request }), "not_found");
    },
  },
];
