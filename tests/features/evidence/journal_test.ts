/** The journal: one line for each finished record, each with the digest of the line before; after crashes and alterations, too. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { entriesOf, JOURNAL, JOURNAL_LOCK, linesOf, namesOf, sha256 } from "../../support/journal.ts";
import { atEveryDeath } from "../../support/until_death.ts";

const TOML = `
[jobs.good]
command = ["good"]
[jobs.bad]
command = ["bad"]
[jobs.counted]
command = ["good"]
inputs = ["src"]
[jobs.all]
needs = ["good", "counted"]
command = ["good"]
[tasks.site]
command = ["good"]
acceptance = [{ id = "ac1", text = "it works", check = ["good"] }, { id = "ac2", text = "it reads well" }]
`;
const QUIET = ["--log-level", "error"];

function machine(): FakeHost {
  const host = machineWith(TOML, { files: { [`${PROJECT}/src/a`]: "a" } });
  host.program("good", (p) => p.stdout("fine\n"));
  host.program("bad", () => 3);
  return host;
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(1000);
  return await call(host.another(), [...argv, ...QUIET]);
}

/** The digest of the file that an entry of a run is about. */
function digestAt(host: FakeHost, id: unknown): string {
  return sha256(host.disk.readBytes(`${STATE}/runs/${id}.json`)!);
}

Deno.test("every finished run is in the journal with its status and the digest of its record, failures like successes", async () => {
  using host = machine();
  await quiet(host, "run", "good");
  await quiet(host, "run", "bad");
  await quiet(host, "run", "counted");
  const [begun, ...runs] = entriesOf(host);
  assertEquals([begun!["kind"], begun!["runs_before"], begun!["sha256"]], ["begun", 0, sha256("")]);
  assertEquals(runs.map(({ kind, status }) => [kind, status]), [
    ["run", "succeeded"],
    ["run", "failed"],
    ["run", "succeeded"],
  ]);
  for (const { id, sha256: digest } of runs) assertEquals(digest, digestAt(host, id));
  assertEquals(
    runs[2]!["manifest"],
    sha256(host.disk.readBytes(`${STATE}/runs/${runs[2]!["id"]}.inputs.json`)!),
  );
  const newest = linesOf(host).at(-1)!;
  assertEquals(JSON.parse(host.disk.read(JOURNAL_LOCK)!), { n: 4, sha256: sha256(newest) });
});

Deno.test("a task enters its plan, its check, its build, a person's confirmation, and each new form of its record", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  const entries = entriesOf(host);
  assertEquals(entries.map(({ kind, action }) => action ?? kind), [
    "begun",
    "task",
    "plan.create",
    "task",
    "check.run",
    "build.run",
    "task",
    "confirmation",
  ]);
  const { criterion, build, sha256: digest } = entries.at(-1)!;
  const task = readJson(host, `${STATE}/tasks/site.json`);
  assertEquals([criterion, build], ["ac2", (task["last_build"] as { run: string }).run]);
  assertEquals(digest, sha256(host.disk.readBytes(`${STATE}/tasks/site.json`)!));
});

Deno.test("the runs of a graph reach the disk together, in fewer syncs than lines", async () => {
  const jobs = Array.from({ length: 40 }, (_, index) => `[jobs.j${index}]\ncommand = ["good"]\n`);
  const names = jobs.map((_, index) => `"j${index}"`).join(", ");
  using host = machineWith(`${jobs.join("")}[jobs.all]\ncommand = ["good"]\nneeds = [${names}]\n`);
  host.program("good", () => {});
  assertEquals((await call(host, ["run", "all", "--jobs", "20", ...QUIET])).code, 0);
  // Its nodes, its own run, the graph, and the beginning.
  assertEquals(entriesOf(host).length, 43);
  const syncs = host.operations.filter(({ name, paths }) => name === "sync" && paths[0] === JOURNAL).length;
  assert(syncs <= 3, `${syncs} syncs`);
});

Deno.test("processes that end at the same time take turns, and no line is lost", async () => {
  using host = machine();
  const names = ["good", "bad", "counted"];
  await Promise.all(Array.from({ length: 30 }, (_, index) => quiet(host, "run", names[index % 3]!)));
  const entries = entriesOf(host);
  assertEquals(entries.length, 31);
  assertEquals(new Set(entries.map(({ id }) => id)).size, 31);
});

Deno.test("the journal of an older state folder begins with the number of runs that were there, which are not entered", async () => {
  using host = machine();
  for (const name of ["good", "bad", "good"]) await quiet(host, "run", name);
  const before = entriesOf(host).slice(1).map(({ id }) => `${id}\n`).sort().join("");
  host.disk.remove(JOURNAL);
  host.disk.remove(JOURNAL_LOCK);
  await quiet(host, "run", "good");
  const [begun, ...runs] = entriesOf(host);
  assertEquals([begun!["runs_before"], begun!["sha256"], runs.length], [3, sha256(before), 1]);
});

Deno.test("runs prune leaves the digest of each record that it removes", async () => {
  using host = machine();
  for (let run = 0; run < 3; run++) await quiet(host, "run", "good");
  const digests = entriesOf(host).slice(1).map(({ id, sha256 }) => [id, sha256]);
  await quiet(host, "runs", "prune", "--keep", "1");
  const removed = entriesOf(host).filter(({ kind }) => kind === "pruned");
  assertEquals(removed.map(({ id, sha256 }) => [id, sha256]).sort(), digests.slice(0, 2));
});

for (
  const [end, story] of [["crash", "counted"], ["power cut", "counted"], ["power cut", "all"]] as const
) {
  Deno.test(`a ${end} at any change of a run of ${story} leaves a journal that the next run continues, with a line for each record that can be read`, async () => {
    const model = machine();
    await quiet(model, "run", "good");
    let deaths = 0;
    await atEveryDeath(
      () => {
        const host = machine();
        for (const path of Object.keys(model.disk.tree(STATE))) {
          if (!path.endsWith("/")) host.disk.write(path, model.disk.readBytes(path)!);
        }
        host.clock.pass(10_000);
        return host;
      },
      (host) => call(host, ["run", story, ...QUIET]),
      async (dead, diedAt) => {
        const next = dead.reviveAfterDeath(
          end === "crash" ? { processes: "gone" } : { losingUnsynced: true },
        );
        await call(next, ["recover", ...QUIET]);
        await quiet(next, "run", "good");
        const entries = entriesOf(next);
        assertEquals(entries.filter(({ kind }) => kind === "chain_break"), []);
        // Where a run was entered twice, because its end was lost, the newest line counts.
        const newest = new Map(entries.slice(1).map(({ id, sha256 }) => [id, sha256]));
        for (const path of Object.keys(next.disk.tree(`${STATE}/runs`))) {
          if (!/Z\.json$/.test(path)) continue;
          const id = path.slice(`${STATE}/runs/`.length, -".json".length);
          assertEquals(newest.get(id), digestAt(next, id), `${id} after ${diedAt}`);
        }
        deaths++;
      },
    );
    assert(deaths > 30);
  });
}

/** A state with three runs, whose journal the test changes. */
async function recorded(): Promise<FakeHost> {
  const host = machine();
  for (const name of ["good", "bad", "good"]) await quiet(host, "run", name);
  return host;
}

Deno.test("a line that a crash cut off is removed and named, and the whole lines stay", async () => {
  using host = await recorded();
  const whole = host.disk.read(JOURNAL)!;
  host.disk.write(JOURNAL, `${whole}{"n":5,"time":"2026-`);
  await quiet(host, "run", "good");
  assert(host.disk.read(JOURNAL)!.startsWith(whole));
  const [torn, run] = entriesOf(host).slice(4);
  assertEquals([torn!["kind"], torn!["bytes"], torn!["sha256"]], [
    "torn",
    20,
    sha256('{"n":5,"time":"2026-'),
  ]);
  assertEquals(run!["kind"], "run");
});

Deno.test("a whole line without its end stays, and is no reason for a break", async () => {
  using host = await recorded();
  const whole = host.disk.read(JOURNAL)!;
  host.disk.write(JOURNAL, whole.slice(0, -1));
  await quiet(host, "run", "good");
  assertEquals(namesOf(entriesOf(host).slice(4)).map((name) => name.split("/")[0]), ["run good"]);
});

for (
  const [change, alter, reason] of [
    [
      "a journal that lost its last line",
      (text: string) => text.split("\n").slice(0, -2).join("\n") + "\n",
      "it ends with line 3; line 4 was there before",
    ],
    ["an empty journal", () => "", "it is gone; it had 4 lines"],
    [
      "a changed last line",
      (text: string) => text.replace(/"succeeded"(?=[^\n]*\n$)/, '"failed"'),
      "line 4 is not the one that was written",
    ],
    [
      "a last line that is no entry",
      (text: string) => text.split("\n").slice(0, -2).join("\n") + "\nnonsense\n",
      "its last line does not continue the one before it",
    ],
    [
      "a changed line before the last",
      (text: string) => text.replace('"failed"', '"succeeded"'),
      "its last line does not continue the one before it",
    ],
  ] as const
) {
  Deno.test(`${change} is a break that the next line names, and never a second beginning`, async () => {
    using host = await recorded();
    const newest = linesOf(host).at(-1)!;
    const altered = alter(host.disk.read(JOURNAL)!);
    host.disk.write(JOURNAL, altered);
    await quiet(host, "run", "good");
    const after = linesOf(host).slice(altered.split("\n").length - 1).map((line) => JSON.parse(line));
    assertEquals(after.map(({ kind }) => kind), ["chain_break", "run"]);
    const [found, run] = after;
    assertEquals([found.reason, found.sha256], [reason, sha256(altered)]);
    const isKnown = reason.startsWith("it") && !reason.startsWith("its") || reason.startsWith("line");
    if (isKnown) assertEquals([found.expected_n, found.expected_sha256], [4, sha256(newest)]);
    assertEquals(run.previous, sha256(linesOf(host).at(-2)!));
    // Once is enough.
    await quiet(host, "run", "good");
    assertEquals(linesOf(host).filter((line) => line.includes('"chain_break"')).length, 1);
  });
}

Deno.test("a journal that is a link, or cannot be written, refuses the end of a run with exit code 74", async () => {
  using host = await recorded();
  host.disk.write("/elsewhere", host.disk.read(JOURNAL)!);
  host.disk.remove(JOURNAL);
  host.disk.link(JOURNAL, "/elsewhere");
  const before = host.disk.read("/elsewhere");
  const linked = await quiet(host, "run", "good");
  assertEquals([linked.code, linked.stderr.split("\n")[0]], [
    74,
    `error: Cannot write the journal "${JOURNAL}": it is a symbolic link`,
  ]);
  assertEquals(host.disk.read("/elsewhere"), before);
});

Deno.test("a holder of the lock that does not answer is waited for within a bound", async () => {
  using host = await recorded();
  const lock = host.another().files.tryLock(JOURNAL_LOCK, { exclusive: true, create: "never" });
  assert(lock.ok && lock.value !== "held");
  const said = await quiet(host, "run", "good");
  assertEquals([said.code, said.stderr.split("\n")[0]], [
    74,
    `error: Cannot take the lock "${JOURNAL_LOCK}": another process has held it for 60 seconds`,
  ]);
});

Deno.test("on a file system without locks, the journal is written all the same", async () => {
  using host = machine();
  host.disk.lockFault = "locks are not supported";
  for (const name of ["good", "bad"]) await quiet(host, "run", name);
  assertEquals(entriesOf(host).length, 3);
});

for (const words of [["verify", "--all"], ["verify", "good"]]) {
  Deno.test(`journal: ${words.join(" ")} says what to do about a journal that may not be read`, async () => {
    using host = machine();
    await quiet(host, "run", "good");
    host.disk.setAccess(JOURNAL, { readable: false });
    const said = await call(host.another(), [...words, ...QUIET]);
    assertEquals([said.code, said.stderr], [
      74,
      `error: Cannot read the journal "${JOURNAL}": permission denied\n  try: fix the permissions\n`,
    ]);
  });
}
