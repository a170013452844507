/** Which processes belong to a run, and how they are ended: on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import { eventually, readText, toEnd } from "./expect.ts";
import { endAll, memberNames, SLEEPER, spawn, spawnBeside, withChild } from "./process_steps.ts";
import type { RunningProgram } from "../support/fake_process.ts";
import { type ContractCase, LINUX, MARKER, POSIX, sh } from "./subject.ts";

export const TREE_CONTRACT: readonly ContractCase[] = [
  {
    name: "callers are alive, the nearest first, and show the variables with which they were started",
    on: LINUX,
    check({ host: { processes } }) {
      const callers = processes.callers();
      assert(callers.length > 0);
      const { pid } = callers[0]!;
      assert(pid !== processes.self().pid);
      assertEquals(processes.probe(callers[0]!), "alive");
      assert((processes.startedWith(pid, "PATH") ?? "") !== "");
      assertEquals(processes.startedWith(pid, "NO_SUCH_VARIABLE"), undefined);
      assertEquals(processes.startedWith(2 ** 30, "PATH"), undefined);
    },
  },
  {
    name: "findWorkingIn finds a process by its working directory, also below the folder, and no other",
    on: POSIX,
    async check(subject) {
      const { files, paths, processes } = subject.host;
      const inner = paths.join(subject.folder, "tree", "inner");
      assert(files.makeFolders(inner).ok && files.makeFolders(paths.join(subject.folder, "tree-2")).ok);
      const real = files.realPath(paths.join(subject.folder, "tree"));
      assert(real.ok);
      const child = spawn(subject, SLEEPER, { workingDir: inner });
      const pids = async (folder: string) =>
        (await processes.findWorkingIn(folder))?.map(({ pid }) => pid).includes(child.identity.pid);
      await eventually(subject.host, "it is found", async () => await pids(real.value) === true);
      assertEquals(await pids(`${real.value}-2`), false);
      await endAll(subject, child);
      assertEquals(await pids(real.value), false);
    },
  },
  {
    name: "members are the living processes, and signalTree reaches each member",
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
      assert((await child.look()).members.some(({ pid }) => pid === child.identity.pid));
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
    name: "spawnBeside refuses what spawn refuses, in the same words",
    async check(subject) {
      const missing = subject.request(SLEEPER, {
        workingDir: subject.host.paths.join(subject.folder, "none"),
      });
      const [atOnce, beside] = [
        subject.host.processes.spawn(missing),
        await subject.host.processes.spawnBeside(missing),
      ];
      assertEquals([atOnce.ok, beside], [false, atOnce]);
    },
  },
  {
    name:
      "spawnBeside gives each process its own end and output, while trees are looked at and others are started",
    on: POSIX,
    async check(subject) {
      const lives = spawn(subject, SLEEPER);
      const codes = Array.from({ length: 40 }, (_, index) => index);
      const ends = await Promise.all(codes.map(async (code) => {
        const child = await spawnBeside(
          subject,
          sh(`echo ${code}; exit ${code}`, async (p) => {
            await p.stdout(`${code}\n`);
            return code;
          }),
        );
        const others = await memberNames(lives);
        const end = await child.exited;
        const { isEmpty } = await child.look();
        return [end, (await toEnd(child)).stdout, isEmpty, others];
      }));
      assertEquals(
        ends,
        codes.map((code) => [{ kind: "exited", exit_code: code }, `${code}\n`, true, ["sleep"]]),
      );
      await endAll(subject, lives);
    },
  },
  {
    name: "a process that leaves one that was started beside others stays a member of its tree",
    on: LINUX,
    async check(subject) {
      const leaves = withChild("setsid sh -c 'echo ready; exec sleep 1000'", {
        holdsPipes: true,
        detachedFromGroup: true,
      }, false);
      const children = await Promise.all([1, 2, 3, 4].map((number) => {
        const marker = { ...MARKER, token: `${MARKER.token}-${number}` };
        const env = { PATH: "/usr/bin:/bin", [marker.variable]: marker.token };
        return spawnBeside(subject, leaves, { marker, env });
      }));
      await Promise.all(children.map((child) => readText(child.stdout, "ready\n")));
      for (const child of children) assertEquals(await child.exited, { kind: "exited", exit_code: 0 });
      for (const child of children) {
        // The shell between them says "ready" before it becomes the sleeper.
        await eventually(
          subject.host,
          "the sleeper is left",
          async () => (await memberNames(child)).join() !== "sh",
        );
        assertEquals(await memberNames(child), ["sleep"]);
      }
      for (const child of children) assertEquals(await child.signalTree("SIGKILL"), 1);
      await Promise.all(children.map((child) => endAll(subject, child)));
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
      assertEquals((await child.look()).members.length, 1);
      assertEquals(atEnd, false);
      assertEquals(await child.signalTree("SIGKILL"), 1);
      await end;
      assertEquals(atEnd, true);
    },
  },
  {
    name: "a process that left the group with setsid is still a member",
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
      await eventually(subject.host, "both are gone", async () => (await child.look()).isEmpty);
      await toEnd(child);
    },
  },
  {
    name: "an orphan outside the group and without its environment is still a member",
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
      await eventually(subject.host, "it is gone", async () => (await child.look()).isEmpty);
      await toEnd(child);
    },
  },
  {
    name: "an orphan that carries the marker of another run is still a member",
    on: LINUX,
    async check(subject) {
      const child = spawn(
        subject,
        withChild(`setsid env ${MARKER.variable}=other sh -c 'echo ready; exec sleep 1000'`, {
          holdsPipes: true,
          detachedFromGroup: true,
          withoutEnvironment: true,
        }, false),
      );
      await readText(child.stdout, "ready\n");
      await child.exited;
      await eventually(
        subject.host,
        "the orphan lives",
        async () => (await memberNames(child)).join() === "sleep",
      );
      await endAll(subject, child);
    },
  },
  {
    name: "a process that forks and exits repeatedly is seen by every look, and does not outlive SIGKILL",
    on: LINUX,
    async check(subject) {
      // Before the first of them exists, because one that gets SIGTERM before its own trap would end the
      // chain.
      const line = "trap '' TERM; hop() { (sleep 0.01; hop) & }; hop";
      const hop = async (p: RunningProgram): Promise<void> => {
        p.ignore("SIGTERM");
        await p.sleep(10);
        p.fork({}, hop);
      };
      const child = spawn(
        subject,
        sh(`${line} >/dev/null 2>&1`, (p) => {
          p.fork({}, hop);
        }),
      );
      await child.exited;
      await child.signalTree("SIGTERM");
      for (let looks = 0; looks < 50; looks++) {
        assertEquals((await child.look()).isEmpty, false);
        await subject.host.clock.after(1).elapsed;
      }
      await endAll(subject, child);
      assertEquals(await child.look(), { members: [], isEmpty: true, isListed: true });
    },
  },
  {
    name: "two trees do not see each other's processes",
    on: POSIX,
    async check(subject) {
      const [one, two] = [spawn(subject, SLEEPER), spawn(subject, SLEEPER)];
      assertEquals((await one.look()).members.map(({ pid }) => pid), [one.identity.pid]);
      assertEquals(await two.signalTree("SIGKILL"), 1);
      assertEquals(await two.exited, { kind: "signalled", signal: "SIGKILL" });
      assertEquals((await one.look()).members.map(({ pid }) => pid), [one.identity.pid]);
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
      assertEquals((await child.look()).members.length, 1);
      assertEquals(await child.signalTree("SIGCONT"), 1);
      assertEquals(await child.signalTree("SIGTERM"), 1);
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
    name: "release stops no process",
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
    name: "probe distinguishes a living process from an ended one and from another with the same pid",
    on: LINUX,
    async check(subject) {
      const { processes } = subject.host;
      const child = spawn(subject, SLEEPER);
      const { identity } = child;
      assertEquals(processes.probe(identity), "alive");
      assertEquals(processes.probe({ ...identity, start_ticks: (identity.start_ticks ?? 0) + 1 }), "gone");
      assertEquals(processes.probe({ ...identity, boot_id: "another boot" }), "gone");
      assertEquals(processes.probe({ ...identity, start_ticks: null }), "unknown");
      // A container has numbers of its own; earlier programs did not note whose the number is.
      const elsewhere = { ...identity, pid_namespace: 1 };
      assertEquals([processes.probe(elsewhere), processes.signal(elsewhere, "SIGTERM")], ["unknown", false]);
      assertEquals(processes.probe({ ...elsewhere, boot_id: "another boot" }), "gone");
      const { pid_namespace: _, ...earlier } = identity;
      assertEquals(processes.probe(earlier), "alive");
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
    name: "findMarked finds processes by token and by session, and nothing after another boot",
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
      // While a process becomes another program, its environment cannot be read.
      await eventually(
        subject.host,
        "it is asleep",
        async () => (await memberNames(child)).includes("sleep"),
      );
      const find = async (change: object, token: string) =>
        (await processes.findMarked({ ...child.identity, ...change }, { ...MARKER, token }))?.length;
      await eventually(subject.host, "both are found", async () => await find({}, MARKER.token) === 2);
      assertEquals(await find({ start_ticks: 1 }, MARKER.token), 2);
      assertEquals(await find({}, MARKER.token.slice(0, -1)), 1);
      assertEquals(await find({ start_ticks: 1 }, MARKER.token.slice(0, -1)), 0);
      assertEquals(await find({ boot_id: "another boot" }, MARKER.token), 0);
      assertEquals(await find({ pid_namespace: 1 }, MARKER.token), 2);
      assertEquals(await find({ pid_namespace: 1 }, MARKER.token.slice(0, -1)), undefined);
      await endAll(subject, child);
      assertEquals(await find({}, MARKER.token), 0);
      assertEquals(await find({ pid_namespace: 1 }, MARKER.token), undefined);
    },
  },
  {
    name: "the identity of this process is known, and it is alive",
    check({ host: { processes, environment } }) {
      const self = processes.self();
      assertEquals(self.pid, environment.pid);
      assertEquals(processes.probe(self), environment.os === "linux" ? "alive" : "unknown");
      if (environment.os === "linux") assertEquals(typeof self.pid_namespace, "number");
    },
  },
  {
    name: "an orphan of one tree is not a member of another tree",
    on: LINUX,
    async check(subject) {
      const marked = (token: string) => ({
        marker: { variable: MARKER.variable, token },
        env: { PATH: "/usr/bin:/bin", [MARKER.variable]: token },
      });
      const one = spawn(subject, SLEEPER, marked("1111"));
      const left = withChild("setsid sh -c 'echo ready; exec sleep 1000'", {
        holdsPipes: true,
        detachedFromGroup: true,
      }, false);
      const two = spawn(subject, left, marked("2222"));
      await readText(two.stdout, "ready\n");
      await two.exited;
      assertEquals((await one.look()).members.map(({ pid }) => pid), [one.identity.pid]);
      await endAll(subject, two);
      await endAll(subject, one);
    },
  },
];
