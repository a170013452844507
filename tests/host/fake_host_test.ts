/** Features of the fake host beyond the contract: faults on request, death at any change, other systems. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { replaceFile, type ReplaceOptions } from "../../src/host/durable_write.ts";
import { createFakeHost, type FakeHost } from "../support/fake_host.ts";
import { FakeDeath } from "../support/fake_life.ts";
import { atEveryDeath, untilDeath } from "../support/until_death.ts";
import { text, toEnd, value } from "./expect.ts";
import { MARKER } from "./subject.ts";

const bytesOf = (content: string) => new TextEncoder().encode(content);

function save(
  host: FakeHost,
  content: string,
  durable: ReplaceOptions["durable"] = "new",
): ReturnType<typeof replaceFile> {
  return replaceFile(host.files, host.paths, "/tmp/record", bytesOf(content), { durable });
}

function start(host: FakeHost, name: string) {
  const program = value(
    host.processes.findProgram(name, { workingDir: "/tmp", env: host.environment.all() }),
  );
  return value(host.processes.spawn({
    program,
    args: [],
    workingDir: "/tmp",
    env: { [MARKER.variable]: MARKER.token },
    placement: "own_session",
    stdin: "none",
    marker: MARKER,
  }));
}

Deno.test("replaceFile: a temporary name that is taken is skipped, within a bound", () => {
  using host = createFakeHost();
  for (const number of [1, 2, 3]) host.disk.write(`/tmp/.record.unique${number}.tmp`, "of a crash");
  assertEquals(save(host, "new"), { ok: true, value: undefined });
  assertEquals(host.disk.read("/tmp/record"), "new");
  host.faults.failWhen({ op: "createNew", path: /record/, problem: "already_exists" });
  const refused = save(host, "newer");
  assertEquals([refused.ok, host.disk.read("/tmp/record")], [false, "new"]);
});

Deno.test("replaceFile: a temporary file that another process deleted is written again", () => {
  using host = createFakeHost();
  const { files } = host;
  let taken = 0;
  const robbed = {
    ...files,
    uniqueName: () => files.uniqueName(),
    createNew: (path: string) => files.createNew(path),
    syncFolder: (path: string) => files.syncFolder(path),
    remove: (path: string) => files.remove(path),
    rename(from: string, to: string) {
      if (taken++ === 0) host.disk.remove(from);
      return files.rename(from, to);
    },
  } as typeof files;
  const written = replaceFile(robbed, host.paths, "/tmp/record", bytesOf("new"), { durable: "new" });
  assertEquals([written.ok, taken, host.disk.read("/tmp/record")], [true, 2, "new"]);
});

Deno.test("fake host: death at every change of replaceFile leaves the old or the new content", async () => {
  const seen: string[] = [];
  await atEveryDeath(
    () => {
      const host = createFakeHost();
      host.disk.write("/tmp/record", "old");
      return host;
    },
    (host) => save(host, "new"),
    (dead) => {
      const names = dead.operations.map(({ name }) => name).join(" ");
      const next = dead.reviveAfterDeath();
      const afterCrash = next.disk.read("/tmp/record");
      const afterPowerCut = next.reviveAfterDeath({ losingUnsynced: true }).disk.read("/tmp/record");
      seen.push(`${names}: ${afterCrash}, ${afterPowerCut}`);
    },
  );
  assertEquals(seen, [
    ": old, old",
    "createNew: old, old",
    "createNew write: old, old",
    "createNew write sync: old, old",
    "createNew write sync rename: new, old",
  ]);
});

Deno.test("fake host: an atomic replacement leaves the old or the new content, never a part or nothing", async () => {
  await atEveryDeath(
    () => {
      const host = createFakeHost();
      value(save(host, "old"));
      return host;
    },
    (host) => save(host, "new", "old or new"),
    (dead) => {
      for (const losingUnsynced of [false, true]) {
        const found = dead.reviveAfterDeath({ losingUnsynced }).disk.read("/tmp/record");
        assert(found === "old" || found === "new", String(found));
      }
    },
  );
});

Deno.test("fake host: a power cut keeps only synced content", () => {
  using host = createFakeHost();
  value(save(host, "durable"));
  const log = value(host.files.createNew("/tmp/log"));
  value(log.write(bytesOf("synced ")));
  value(log.sync());
  value(host.files.syncFolder("/tmp"));
  value(log.write(bytesOf("unsynced")));
  value(host.files.makeFolders("/tmp/folder"));
  value(save(host, "renamed without a sync", false));
  const next = host.reviveAfterDeath({ losingUnsynced: true });
  assertEquals(next.disk.tree("/tmp"), { "/tmp/log": "synced ", "/tmp/record": "durable" });
  assertEquals(next.bootId, "fake-boot-again");
});

Deno.test("fake host: a dead process changes nothing more, and its locks are free", () => {
  using host = createFakeHost();
  const lock = value(host.files.tryLock("/tmp/lock", { exclusive: true, create: "new" }));
  const other = host.another();
  assertEquals(value(other.files.tryLock("/tmp/lock", { exclusive: true, create: "never" })), "held");
  host.die();
  for (
    const operation of [
      () => host.files.stat("/tmp"),
      () => host.clock.nowMs(),
      () => host.clock.after(1),
      () => lock !== "held" && lock.release(),
      () => host.processes.probe({ pid: 1, start_ticks: 1, boot_id: "x" }),
    ]
  ) {
    assertEquals(assertThrows(operation) instanceof FakeDeath, true);
  }
  const taken = value(other.files.tryLock("/tmp/lock", { exclusive: true, create: "never" }));
  assertEquals(taken === "held", false);
  assertEquals(other.disk.openFiles("/tmp"), ["/tmp/lock"]);
  assertEquals([host.environment.pid, other.environment.pid], [4242, 4243]);
});

Deno.test("fake host: a full disk takes what fits, and has room again after a removal", () => {
  using host = createFakeHost();
  host.faults.diskBytesLeft = 5;
  const file = value(host.files.createNew("/tmp/file"));
  assertEquals(file.write(bytesOf("12345678")), {
    ok: false,
    failure: { kind: "no_space", reason: "no space left on the device" },
  });
  file.close();
  assertEquals([host.disk.read("/tmp/file"), host.files.freeBytes("/tmp")], ["12345", 0]);
  value(host.files.remove("/tmp/file"));
  value(save(host, "12345"));
  assertEquals(save(host, "123").ok, false);
  assertEquals(host.disk.tree("/tmp"), { "/tmp/record": "12345" });
});

Deno.test("fake host: faults are selected by operation, path, number and time", () => {
  using host = createFakeHost();
  host.disk.write("/tmp/a", "a");
  host.disk.write("/tmp/b", "b");
  host.faults.failNext({ op: "readBytes", path: /a$/, problem: "permission_denied" });
  host.faults.failNext({
    op: ["stat", "list"],
    skip: 1,
    times: 2,
    problem: { kind: "other", reason: "a hiccup" },
  });
  const tell = (result: { ok: boolean; failure?: { kind: string } }) =>
    result.ok ? "ok" : result.failure?.kind;
  assertEquals(
    ["/tmp/b", "/tmp/a", "/tmp/a"].map((path) => tell(host.files.readBytes(path))),
    ["ok", "permission_denied", "ok"],
  );
  assertEquals(
    ["/tmp", "/tmp/a", "/tmp", "/tmp"].map((path) => tell(host.files.stat(path))),
    ["ok", "other", "other", "ok"],
  );
  const mend = host.faults.failWhen({ op: "rename", path: "/tmp/record", problem: "read_only" });
  assertEquals([tell(save(host, "x")), tell(save(host, "x"))], ["read_only", "read_only"]);
  mend();
  assertEquals(tell(save(host, "x")), "ok");
});

Deno.test("fake host: a program sleeps in virtual time and receives signals", async () => {
  using host = createFakeHost();
  host.program("job", async (p) => {
    p.onSignal("SIGTERM", () => p.exit(9));
    await p.stdout("a");
    await p.sleep(5000);
    await p.stdout("b");
    host.signal("SIGINT");
    await p.forever();
  });
  const begun = host.clock.monotonicMs();
  const child = start(host, "job");
  const stop = host.signals.onStop((signal) => {
    assertEquals(signal, "SIGINT");
    void child.signalTree("SIGTERM");
  });
  assertEquals(await toEnd(child), { exit: { kind: "exited", exit_code: 9 }, stdout: "ab", stderr: "" });
  stop();
  assertEquals(host.signalsSent, [{ signal: "SIGTERM", pids: [1000], atMs: begun + 5000 }]);
  assertEquals([host.spawned.length, host.livingProcesses()], [1, []]);
});

Deno.test("fake host: a chunk of output is only valid until the next", async () => {
  using host = createFakeHost();
  host.program("job", (p) => p.stdout("secret"));
  const child = start(host, "job");
  const chunk = await child.stdout?.read();
  await child.stdout?.read();
  assertEquals(text(chunk ?? new Uint8Array(0)), "??????");
  await toEnd(child);
});

Deno.test("fake host: after a crash processes are alive or ended, as the test requests", async () => {
  for (const processes of ["alive", "gone"] as const) {
    using host = createFakeHost();
    host.program("job", (p) => p.forever());
    const { identity } = start(host, "job");
    const fate = await untilDeath(host, async () => {
      await host.clock.after(10).elapsed;
      host.die();
      await host.clock.after(10).elapsed;
    });
    const next = host.reviveAfterDeath({ processes });
    const found = await next.processes.findMarked(identity, MARKER);
    assertEquals([fate.kind, next.processes.probe(identity), found?.length], [
      "died",
      processes === "alive" ? "alive" : "gone",
      processes === "alive" ? 1 : 0,
    ]);
    next.reusePid(identity.pid);
    assertEquals([next.processes.probe(identity), next.processes.signal(identity, "SIGKILL")], [
      "gone",
      false,
    ]);
    assertEquals(next.livingProcesses(), ["1000 stranger"]);
  }
});

Deno.test("fake host: a stop signal without a handler ends us", async () => {
  using host = createFakeHost();
  host.signal("SIGTERM");
  await host.died;
  assertEquals(host.isDead, true);
});

Deno.test("fake host: a stalled reader delays writes in their order, and a closed reader makes writes fail", async () => {
  using host = createFakeHost({ isTerminal: true, columns: 40 });
  const { terminal } = host;
  assertEquals([terminal.sharedOutput, terminal.stdout.columns, terminal.stdin.isTerminal], [true, 40, true]);
  terminal.stallStdout();
  const writes = [terminal.stdout.write(bytesOf("one ")), terminal.stdout.write(bytesOf("two "))];
  await terminal.stderr.write(bytesOf("err "));
  await host.clock.after(1000).elapsed;
  assertEquals([host.stdoutText(), terminal.stdout.pendingWrites], ["", 2]);
  terminal.resumeStdout();
  await Promise.all(writes);
  assertEquals(terminal.screenText(), "err one two ");
  assertEquals(terminal.transcript, [{ stream: "stderr", text: "err " }, {
    stream: "stdout",
    text: "one two ",
  }]);
  terminal.closeStdout(2);
  const cut = await terminal.stdout.write(bytesOf("three"));
  assertEquals([cut.ok ? "ok" : cut.failure.kind, host.stdoutText()], ["closed", "one two th"]);
});

Deno.test("fake host: Windows ignores case, has drives, and does not replace open files", async () => {
  using host = createFakeHost({ os: "windows" });
  const { files } = host;
  host.disk.write("C:\\Data\\File.txt", "x");
  assertEquals(text(value(files.readBytes("c:\\data\\FILE.TXT"))), "x");
  assertEquals(value(files.realPath("c:/data/file.txt")), "C:\\Data\\File.txt");
  assertEquals(files.stat("D:\\").ok, false);
  host.disk.write("C:\\Data\\new", "y");
  const reader = value(files.openForReading("C:\\Data\\File.txt"));
  assertEquals(files.rename("C:\\Data\\new", "C:\\Data\\File.txt").ok, false);
  reader.close();
  value(files.rename("C:\\Data\\new", "C:\\Data\\File.txt"));
  assertEquals(host.program("tool", (p) => p.forever()), "C:\\bin\\tool.exe");
  const child = start(host, "tool");
  await child.signalTree("SIGTERM");
  assertEquals(await child.exited, { kind: "exited", exit_code: 1 });
  assertEquals(host.processes.probe(child.identity), "gone");
});
