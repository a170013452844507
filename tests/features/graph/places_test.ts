/** Slots and pools: how many run at a time, in all projects of a user, and for what the others wait. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/recording/all_slots.ts";

const QUIET = ["--log-level", "error"];
const POOL = "[pools]\nheavy = 1\n";
const job = (name: string, more = "") => `[jobs.${name}]\ncommand = ["${name}"]\n${more}`;
const HEAVY = 'pool = "heavy"\n';

/** What runs, and the most that ever ran at a time. */
class Watched {
  readonly running = new Set<string>();
  most = 0;

  script(name: string, ms: number): Script {
    return async (p) => {
      this.running.add(name);
      this.most = Math.max(this.most, this.running.size);
      await p.sleep(ms);
      this.running.delete(name);
    };
  }
}

function programs(watched: Watched, host: FakeHost, names: readonly string[], ms = 100): void {
  for (const name of names) host.program(name, watched.script(name, ms));
}

Deno.test("the jobs of a pool of one run one after the other, while jobs outside the pool go on", async () => {
  using host = machineWith(`${POOL}${job("a", HEAVY)}${job("b", HEAVY)}${job("c")}`);
  const heavy = new Watched();
  const all = new Watched();
  programs(heavy, host, ["a", "b"]);
  programs(all, host, ["c"]);
  const said = await call(host, ["run", "a", "b", "c", ...QUIET]);
  assertEquals([said.code, heavy.most, all.most], [0, 1, 1]);
  assert(said.stderr.startsWith("b waits for pool heavy"), said.stderr);
  assert(said.stderr.includes("graph succeeded: 3 succeeded in 2"), said.stderr);
});

Deno.test("a job that waits for a pool is never told that a run has it which ended before", async () => {
  using host = machineWith(`${POOL}${job("a", HEAVY)}${job("b", HEAVY)}`);
  programs(new Watched(), host, ["a", "b"]);
  await call(host, ["run", "b", ...QUIET]);
  const said = await call(host.another(), ["run", "a", "b", "-j", "2", ...QUIET]);
  const waits = said.stderr.split("\n").filter((line) => line.includes(" waits for "));
  assertEquals([said.code, waits.map((line) => line.replace(/\/.*? has$/, " has"))], [0, [
    "b waits for pool heavy",
    "b waits for pool heavy, which a has",
  ]]);
});

Deno.test("two projects together never exceed the number of slots, and get them alternately", async () => {
  const names = ["a", "b", "c", "d"];
  const toml = names.map((name) => job(name)).join("");
  using host = machineWith(toml, { files: { "/srv/b/orchastration.toml": toml } });
  const other = host.another({ cwd: "/srv/b" });
  const watched = new Watched();
  programs(watched, host, names);
  const both = await Promise.all([
    call(host, ["run", ...names, "-j", "2", ...QUIET]),
    call(other, ["run", ...names, "-j", "2", ...QUIET]),
  ]);
  assertEquals(both.map(({ code }) => code), [0, 0]);
  assertEquals(watched.most, 2);
  assert(
    both.some(({ stderr }) => /waits for a slot, which \w\/\S+ of \S+ has/.test(stderr)),
    both[1]?.stderr,
  );
  for (const file of ["slot-0", "slot-1", "slot-next"]) {
    assert(host.disk.exists(`${USER_STATE}/locks/${file}.lock`), file);
  }
});

Deno.test("a single run waits for a pool that another project holds, names the holder, and is recorded as waiting", async () => {
  const toml = `${POOL}${job("work", HEAVY)}`;
  using host = machineWith(toml, { files: { "/srv/b/orchastration.toml": toml } });
  const other = host.another({ cwd: "/srv/b" });
  const watched = new Watched();
  programs(watched, host, ["work"], 3000);
  const running = call(host, ["run", "work", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(1000);
  const waiting = call(other, ["run", "work", ...QUIET]);
  assertEquals((await running).code, 0);
  assertEquals(await waiting, {
    code: 0,
    stdout: "",
    stderr: `waiting for work/20261122T063449.123Z of ${PROJECT} to end\n`,
  });
  assertEquals(watched.most, 1);
});

Deno.test("a run inside a run uses the slots of the outer run, so that it does not wait for ever", async () => {
  using host = machineWith(
    `${POOL}${job("outer", HEAVY)}${job("inner", HEAVY)}${job("other")}${job("beside")}`,
  );
  const watched = new Watched();
  programs(watched, host, ["inner", "other", "beside"]);
  const seen: string[] = [];
  host.program("outer", async (p) => {
    seen.push(p.env["ORCHASTRATION_SLOTS"] ?? "");
    const env = { ...p.env };
    // One graph and one single run, of the job that wants what the outer one has.
    const graph = call(host.another({ env }), ["run", "inner", "other", "-j", "1", ...QUIET]);
    assertEquals((await graph).code, 0);
    assertEquals((await call(host.another({ env }), ["run", "inner", ...QUIET])).code, 0);
  });
  assertEquals((await call(host, ["run", "outer", "beside", "-j", "1", ...QUIET])).code, 0);
  assertEquals(seen, ["pool:heavy,slot"]);
  assertEquals(watched.most, 1);
});

Deno.test("inside a run of a pool, waiting for a pool earlier in the order is refused", async () => {
  using host = machineWith(
    `[pools]\na = 1\nb = 1\n${job("holder", 'pool = "a"\n')}${job("outer", 'pool = "b"\n')}${
      job("inner", 'pool = "a"\n')
    }`,
  );
  const watched = new Watched();
  programs(watched, host, ["holder"], 5000);
  programs(watched, host, ["inner"]);
  host.program("outer", async (p) => {
    const said = await call(host.another({ env: { ...p.env } }), ["run", "inner", ...QUIET]);
    assertEquals(
      said,
      {
        code: 65,
        stdout: "",
        stderr:
          'error: Cannot wait for pool "a": it is taken, and a job around this one holds pool b: waiting in this order ' +
          "could go on for ever\n",
      },
    );
  });
  assertEquals((await call(host, ["run", "holder", "outer", ...QUIET])).code, 0);
});

Deno.test("a slot is free again when its holder was killed", async () => {
  using host = machineWith(`${POOL}${job("work", HEAVY)}${job("more")}`);
  host.program("work", (p) => p.forever());
  host.program("more", () => {});
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "work", "more", "-j", "1"])), {
    kind: "died",
  });
  using next = host.reviveAfterDeath({ processes: "gone" });
  next.program("work", () => {});
  assertEquals((await call(next, ["run", "work", "more", "-j", "1", ...QUIET])).code, 0);
});

Deno.test("Ctrl-C ends the wait for a slot, and every waiting node has an ending", async () => {
  using host = machineWith(`${job("a")}${job("b")}`);
  const watched = new Watched();
  programs(watched, host, ["a", "b"], 60_000);
  const first = call(host, ["run", "a", "b", "-j", "1", ...QUIET]);
  await host.whenListening();
  await host.clock.advance(1000);
  const second = host.another();
  const waiting = call(second, ["run", "a", "b", "-j", "1", ...QUIET]);
  await second.whenListening();
  await host.clock.advance(1000);
  second.signal("SIGINT");
  assertEquals((await waiting).code, 130);
  host.signal("SIGINT");
  assertEquals((await first).code, 130);
  const record = readJson(host, `${STATE}/runs/graph/last.json`);
  const { nodes } = record["graph"] as { readonly nodes: readonly { readonly status: string }[] };
  assertEquals(nodes.map(({ status }) => status).includes("waiting"), false);
});

Deno.test("-j takes a whole number from 1", async () => {
  using host = machineWith(job("a"));
  for (const word of ["0", "x", "-1", "1.5"]) {
    const said = await call(host, ["run", "a", `--jobs=${word}`]);
    assertEquals([said.code, said.stderr.split("\n")[0]], [
      64,
      `error: Cannot use --jobs "${word}": expected a whole number from 1 to 1024`,
    ]);
  }
  await expectCall(host, ["run", "a", "-j"], {
    code: 64,
    stderr: 'error: Cannot understand "-j, --jobs": its <n> is missing\n  try: orchastration run --help\n',
  });
});
