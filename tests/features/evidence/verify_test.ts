/** `verify`: records, chain and claim, unchanged, altered byte by byte, and attacked as a whole. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import { FIRST_COMMIT, SECOND_COMMIT, withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { JOURNAL, JOURNAL_LOCK, linesOf, sha256 } from "../../support/journal.ts";

const TOML = `
[jobs.counted]
command = ["good"]
inputs = ["src"]
outputs = ["left"]
[jobs.plain]
command = ["good"]
[jobs.bad]
command = ["bad"]
[jobs.all]
needs = ["plain", "counted"]
command = ["good"]
[tasks.site]
command = ["make"]
inputs = ["src"]
outputs = ["out"]
acceptance = [{ id = "ac1", text = "it works", check = ["good"] }, { id = "ac2", text = "it reads well" }]
`;
const QUIET = ["--log-level", "error"];

function machine(toml = TOML): FakeHost {
  const host = machineWith(toml, { files: { [`${PROJECT}/src/a`]: "a" } });
  host.program("good", async (p) => {
    p.writeFile("left", "left");
    await p.stdout("fine\n");
    await p.stderr("no warnings\n");
  });
  host.program("make", (p) => p.writeFile("out", host.disk.read(`${PROJECT}/src/a`)!));
  host.program("bad", () => 3);
  return host;
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(5000);
  return await call(host.another(), [...argv, ...QUIET]);
}

interface Found {
  readonly about: string;
  readonly fact: string;
}
interface Answer {
  readonly holds: boolean;
  readonly [line: string]: unknown;
}

/** The answer as JSON, with the exit code that it must have. */
async function verified(host: FakeHost, ...words: readonly string[]) {
  const said = await quiet(host, "verify", ...words, "--json");
  const answer: Answer = JSON.parse(said.stdout);
  assertEquals([said.code, said.stderr], [answer.holds ? 0 : 1, ""]);
  const of = (line: string) =>
    answer[line] as {
      state: string;
      summary: string;
      failures: readonly Found[];
      unchecked: readonly Found[];
    };
  return {
    holds: answer.holds,
    states: ["records", "chain", "signatures", "claim"].map((line) => of(line).state),
    failures: ["records", "chain", "signatures", "claim"].flatMap((line) =>
      of(line).failures.map(({ about, fact }) => `${line}: ${about} ${fact}`)
    ),
    unchecked: ["records", "chain", "signatures", "claim"].flatMap((line) =>
      of(line).unchecked.map(({ about, fact }) => `${line}: ${about} ${fact}`)
    ),
  };
}

/** A task that is done, and runs of each kind. */
async function recorded(): Promise<FakeHost> {
  const host = machine();
  await quiet(host, "run", "all");
  await quiet(host, "run", "bad");
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  return host;
}

function fileNames(host: FakeHost): readonly string[] {
  return Object.keys(host.disk.tree(STATE)).filter((path) => !path.endsWith("/"))
    .map((path) => path.slice(STATE.length + 1));
}

Deno.test("verify of a task that is done answers four lines, all of which hold, with exit code 0", async () => {
  using host = await recorded();
  assertEquals(
    (await quiet(host, "verify", "site")).stdout,
    [
      "task site: verified",
      "records     holds      3 records, 5 logs, 1 manifest, 1 task record",
      "chain       holds      13 lines in order, no signature anchors it",
      "signatures  unchecked  nothing is signed",
      "claim       holds      proven: 2 criteria, 1 output as built, inputs as built",
      "",
    ].join("\n"),
  );
});

Deno.test("verify --all looks at every record, and at the tasks that are done", async () => {
  using host = await recorded();
  const answer = await verified(host, "--all");
  assertEquals(answer.states, ["holds", "holds", "unchecked", "holds"]);
  assertEquals(await verified(host), answer);
});

Deno.test("verify changes nothing in the state folder", async () => {
  using host = await recorded();
  const before = JSON.stringify(host.disk.tree(STATE));
  await verified(host, "--all");
  assertEquals(JSON.stringify(host.disk.tree(STATE)), before);
});

Deno.test("a failed run is proven to be recorded, and proves nothing else", async () => {
  using host = await recorded();
  const { states, failures } = await verified(host, "bad");
  assertEquals(states, ["holds", "holds", "unchecked", "fails"]);
  assertEquals(failures.map((text) => text.replace(/bad\/\S+/, "ID")), [
    "claim: ID failed: exited with status 3",
  ]);
});

Deno.test("a mutation of any byte of a record, log, manifest, plan or task record is found and named", async () => {
  using host = await recorded();
  const files = fileNames(host).filter((name) =>
    /^(runs\/.*Z\.(json|inputs\.json|stdout\.log|stderr\.log|order\.log)|tasks\/.*\.json)$/.test(name)
  );
  const kinds = new Set(
    files.map((name) => name.replace(/^(\w+)\/.*Z?(?=\.(?:json|inputs|std|order))/, "$1")),
  );
  assert(kinds.size >= 5, [...kinds].join(" "));
  for (const name of files) {
    const path = `${STATE}/${name}`;
    const bytes = host.disk.readBytes(path)!;
    for (const mutated of mutations(bytes)) {
      host.disk.write(path, mutated.bytes);
      const { holds, failures } = await verified(host, "--all");
      assertEquals(holds, false, `${name}: ${mutated.how}`);
      assert(failures.some((text) => text.includes(name)), `${name}, ${mutated.how}: ${failures.join("; ")}`);
    }
    host.disk.write(path, bytes);
  }
  assertEquals((await verified(host, "--all")).holds, true);
});

/** Changes at the beginning, the end and between, and of the length. */
function* mutations(bytes: Uint8Array): Generator<{ readonly how: string; readonly bytes: Uint8Array }> {
  const places = new Set([0, 1, bytes.length - 2, bytes.length - 1]);
  for (let part = 1; part < 8; part++) places.add(Math.floor((bytes.length * part) / 8));
  for (const at of places) {
    if (at < 0 || at >= bytes.length) continue;
    const changed = bytes.slice();
    changed[at]! ^= 1;
    yield { how: `byte ${at} changed`, bytes: changed };
  }
  if (bytes.length === 0) {
    yield { how: "a byte added", bytes: new Uint8Array([32]) };
    return;
  }
  yield { how: "the last byte removed", bytes: bytes.slice(0, -1) };
  yield { how: "a byte added", bytes: new Uint8Array([...bytes, 32]) };
  yield { how: "emptied", bytes: new Uint8Array() };
}

Deno.test("a mutation of any byte of the journal is found, and its line is named", async () => {
  using host = await recorded();
  const text = host.disk.read(JOURNAL)!;
  const bytes = host.disk.readBytes(JOURNAL)!;
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const places = new Set<number>();
  for (const [index, end] of ends.entries()) {
    const start = index === 0 ? 0 : ends[index - 1]! + 1;
    for (let part = 0; part < 12; part++) places.add(start + Math.floor(((end - start) * part) / 12));
    places.add(end);
  }
  for (const at of places) {
    const line = ends.findIndex((end) => end >= at) + 1;
    const changed = bytes.slice();
    changed[at]! ^= 1;
    host.disk.write(JOURNAL, changed);
    const { holds, failures } = await verified(host, "--all");
    assertEquals(holds, false, `byte ${at} of line ${line}`);
    const isNamed = failures.some((each) =>
      each.startsWith("chain: ") && /line (\d+)/.test(each) &&
      [line, line + 1].includes(Number(/line (\d+)/.exec(each)![1]))
    );
    assert(isNamed, `byte ${at} of line ${line}: ${failures.join("; ")}`);
  }
});

for (
  const [attack, alter, named] of [
    ["a removed line", (lines: string[]) => lines.toSpliced(4, 1), "line 5 has the number 6"],
    [
      "two lines in another order",
      (lines: string[]) => [...lines.slice(0, 3), lines[4]!, lines[3]!, ...lines.slice(5)],
      "line 4 has the number 5",
    ],
    ["a repeated line", (lines: string[]) => lines.toSpliced(4, 0, lines[3]!), "line 5 has the number 4"],
    [
      "a cut tail",
      (lines: string[]) => lines.slice(0, -2),
      "journal.jsonl ends with line 11; line 13 was there before",
    ],
    ["a cut beginning", (lines: string[]) => lines.slice(2), "line 1 has the number 3"],
    ["no journal", () => [], "journal.jsonl is gone; it had 13 lines"],
  ] as const
) {
  Deno.test(`${attack} in the journal is found and named`, async () => {
    using host = await recorded();
    host.disk.write(JOURNAL, alter([...linesOf(host)]).map((line) => `${line}\n`).join(""));
    const { holds, failures } = await verified(host, "--all");
    assertEquals(holds, false);
    assert(failures.includes(`chain: ${named}`), failures.join("\n"));
  });
}

Deno.test("a removed or added record is found and named, and a pruned one is no failure", async () => {
  using host = await recorded();
  const [plain] = fileNames(host).filter((name) => /^runs\/plain\/.*Z\.json$/.test(name));
  const path = `${STATE}/${plain}`;
  const text = host.disk.read(path)!;
  host.disk.remove(path);
  assert((await verified(host, "--all")).failures[0]!.startsWith(`records: ${plain} is gone; line `));
  host.disk.write(path, text);
  const added = plain!.replace(/T\d{6}/, "T235959");
  host.disk.write(`${STATE}/${added}`, text.replaceAll(plain!.slice(5, -5), added.slice(5, -5)));
  assertEquals((await verified(host, "--all")).failures, [`records: ${added} is not in the journal`]);
  host.disk.remove(`${STATE}/${added}`);
  await quiet(host, "run", "plain");
  await quiet(host, "runs", "prune", "plain", "--keep", "0");
  assertEquals((await verified(host, "--all")).states, ["holds", "holds", "unchecked", "holds"]);
});

Deno.test("a record that was altered before it was pruned stays a failure", async () => {
  using host = await recorded();
  const [plain] = fileNames(host).filter((name) => /^runs\/plain\/.*Z\.json$/.test(name));
  host.disk.write(`${STATE}/${plain}`, host.disk.read(`${STATE}/${plain}`)!.replace('"ada"', '"bob"'));
  await quiet(host, "runs", "prune", "plain", "--keep", "0");
  const { failures } = await verified(host, "--all");
  assert(
    /^records: runs\/plain\/\S+ was altered between line \d+ and its removal in line \d+$/.test(failures[0]!),
    failures[0],
  );
});

Deno.test("runs from before the journal are never proven, and no more of them are accepted than there were", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  await quiet(host, "run", "plain");
  for (const path of [JOURNAL, JOURNAL_LOCK]) host.disk.remove(path);
  const without = await verified(host, "--all");
  assert(without.failures.includes("chain: journal.jsonl does not exist; the next run begins one"));
  await quiet(host, "run", "plain");
  const after = await verified(host, "site");
  assertEquals(after.states, ["unchecked", "holds", "unchecked", "fails"]);
  assert(
    after.unchecked.includes("records: 3 runs were recorded before the journal began"),
    after.unchecked.join("\n"),
  );
  const [plain] = fileNames(host).filter((name) => /^runs\/plain\/.*Z\.json$/.test(name));
  const forged = plain!.replace(/\d{8}T/, "20200101T");
  host.disk.write(
    `${STATE}/${forged}`,
    host.disk.read(`${STATE}/${plain}`)!.replaceAll(plain!.slice(5, -5), forged.slice(5, -5)),
  );
  const { failures } = await verified(host, "--all");
  assert(
    failures.includes("records: 5 runs claim to be older than the journal, and it began with 4"),
    failures.join("\n"),
  );
});

Deno.test("a break in the chain fails from then on, whichever lines follow", async () => {
  using host = await recorded();
  host.disk.write(JOURNAL, linesOf(host).slice(0, -1).map((line) => `${line}\n`).join(""));
  await quiet(host, "run", "plain");
  const { failures } = await verified(host, "--all");
  assert(
    failures.includes("chain: line 13 is a break: it ends with line 12; line 13 was there before"),
    failures.join("\n"),
  );
});

Deno.test("a clock that was set back is said, and the order of the lines counts", async () => {
  using host = machine();
  await quiet(host, "run", "plain");
  host.clock.setBack(3_600_000);
  await quiet(host, "run", "bad");
  const { states, unchecked } = await verified(host, "--all");
  assertEquals(states.slice(0, 2), ["holds", "holds"]);
  assertEquals(unchecked.filter((text) => text.startsWith("chain")), [
    "chain: line 3 has an earlier time than the line before it: the clock was set back",
  ]);
});

Deno.test("inputs or outputs that changed since a build are missing for its claim, each by name", async () => {
  using host = await recorded();
  host.disk.write(`${PROJECT}/src/a`, "b");
  assertEquals((await verified(host, "site")).failures, ["claim: site src/a changed since the build"]);
  host.disk.write(`${PROJECT}/src/a`, "a");
  host.disk.write(`${PROJECT}/out`, "other");
  assertEquals((await verified(host, "site")).failures, ["claim: site out changed since the build"]);
  host.disk.write(`${PROJECT}/src/a`, "b");
  const { failures } = await verified(host, "counted");
  assertEquals(failures.map((text) => text.replace(/counted\/\S+/, "ID")), [
    "claim: ID src/a changed since the run",
  ]);
});

Deno.test("a build whose inputs changed while it ran proves no criterion", async () => {
  using host = machine();
  host.program("make", (p) => {
    p.writeFile("out", "a");
    host.disk.write(`${PROJECT}/src/a`, "changed");
  });
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  const { states, failures } = await verified(host, "site");
  assertEquals(states, ["holds", "holds", "unchecked", "fails"]);
  assert(failures.includes("claim: ac1 was not checked for this build"), failures.join("\n"));
});

Deno.test("a criterion that was proven in another work tree is not proven here", async () => {
  const toml = `${TOML.replaceAll('inputs = ["src"]\n', "")}[state]\ndir = "/shared"\n`;
  using host = machine(toml);
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  host.disk.write("/home/ada/other/orchastration.toml", toml);
  host.disk.write("/home/ada/other/out", "something else");
  const there = host.another({ cwd: "/home/ada/other" });
  const said = await call(there, ["verify", "site", "--json", ...QUIET]);
  assertEquals(said.code, 1);
  const { claim } = JSON.parse(said.stdout);
  assert(
    claim.failures.some(({ fact }: Found) => fact === `it was built in ${PROJECT}, not here`),
    JSON.stringify(claim),
  );
});

Deno.test("a confirmation that the journal does not have is not counted", async () => {
  using host = await recorded();
  // A forger who knows the rules writes a line for the record, and none for the confirmation.
  const lines = [...linesOf(host)];
  const forged = lines.at(-1)!.replace('"confirmation"', '"task"').replace(
    /"criterion":"ac2","build":"[^"]*",/,
    "",
  );
  const rest = lines.slice(0, -1);
  host.disk.write(JOURNAL, [...rest, forged].map((line) => `${line}\n`).join(""));
  host.disk.write(JOURNAL_LOCK, JSON.stringify({ n: lines.length, sha256: sha256(forged) }));
  assertEquals((await verified(host, "site")).failures, [
    "claim: ac2 its confirmation is not in the journal",
  ]);
});

Deno.test("without inputs, a build stands for the tree of its commit, which has to be that of the files", async () => {
  using host = machine(TOML.replaceAll('inputs = ["src"]\n', ""));
  const repository = withGit(host, PROJECT);
  repository.trees.set(FIRST_COMMIT, "a".repeat(40)).set(SECOND_COMMIT, "b".repeat(40));
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  assertEquals((await verified(host, "site")).states, ["holds", "holds", "unchecked", "holds"]);
  repository.branches.set("main", SECOND_COMMIT);
  assertEquals((await verified(host, "site")).failures, [
    `claim: site its files are not those of commit ${FIRST_COMMIT.slice(0, 12)}, for which it was built`,
  ]);
  const said = await quiet(host, "verify", "--all");
  assertEquals(said.stdout.split("\n").slice(-3), [
    "claim       fails      0 of 1 done task proven",
    `fails: site: its files are not those of commit ${FIRST_COMMIT.slice(0, 12)}, for which it was built`,
    "",
  ]);
  // An amended commit with the same files.
  repository.trees.set(SECOND_COMMIT, "a".repeat(40));
  assertEquals((await verified(host, "site")).holds, true);
  repository.changed.push("src/a");
  assertEquals((await verified(host, "site")).failures, [
    "claim: site it has no inputs, and its files have changes that were not committed",
  ]);
});

Deno.test("verify of a name and --all, or of an unknown name, is refused", async () => {
  using host = await recorded();
  await expectCall(host, ["verify", "site", "--all"], {
    code: 64,
    stderr: 'error: Cannot verify "site": --all verifies every record, and a name only some\n' +
      "  try: orchastration verify --all, or orchastration verify site\n",
  });
  assertEquals((await quiet(host, "verify", "nothing")).code, 66);
});

Deno.test("a signed build anchors the journal, and a host that rewrites everything without the key is found", async () => {
  using host = await recorded();
  await quiet(host, "sign", "site");
  const signed = await verified(host, "site");
  assertEquals([signed.states, signed.failures, signed.unchecked], [
    ["holds", "holds", "holds", "holds"],
    [],
    [],
  ]);
  assert(
    /^chain +holds +\d+ lines in order, anchored up to line 13 by key [0-9a-f]{16}$/m.test(
      (await quiet(host, "verify", "site")).stdout,
    ),
  );
  // Another user, another exit status, and every digest and line after it made to fit.
  const build = fileNames(host).find((name) =>
    /^runs\/site\/.*Z\.json$/.test(name) && host.disk.read(`${STATE}/${name}`)!.includes('"build.run"')
  )!;
  const before = host.disk.read(`${STATE}/${build}`)!;
  const after = before.replace('"user": "ada"', '"user": "eve"');
  assert(after !== before);
  host.disk.write(`${STATE}/${build}`, after);
  rewriteJournal(host, (text) => text.replaceAll(sha256(before), sha256(after)));
  const { states, failures } = await verified(host, "site");
  assertEquals(states.slice(0, 3), ["holds", "fails", "fails"]);
  assert(
    failures.some((text) => /^chain: line 11 is not the one that key [0-9a-f]{16} signed$/.test(text)),
    failures.join("\n"),
  );
  assert(
    failures.some((text) => text.startsWith("signatures: ") && text.includes(build)),
    failures.join("\n"),
  );
});

/** As somebody does who knows the rules: every line follows the one before it, and the note fits. */
function rewriteJournal(host: FakeHost, alter: (text: string) => string): void {
  let previous = "0".repeat(64);
  let n = 0;
  const lines = alter(linesOf(host).join("\n")).split("\n").map((line) => {
    const text = JSON.stringify({ ...JSON.parse(line), n: ++n, previous });
    previous = sha256(text);
    return text;
  });
  host.disk.write(JOURNAL, lines.map((line) => `${line}\n`).join(""));
  host.disk.write(JOURNAL_LOCK, JSON.stringify({ n, sha256: previous }));
}

Deno.test("a tail that was cut off together with the note of it is found, if a signature names a later line", async () => {
  using host = await recorded();
  await quiet(host, "sign", "site");
  const lines = linesOf(host).slice(0, 6);
  host.disk.write(JOURNAL, lines.map((line) => `${line}\n`).join(""));
  host.disk.write(JOURNAL_LOCK, JSON.stringify({ n: 6, sha256: sha256(lines.at(-1)!) }));
  const { failures } = await verified(host, "site");
  assert(failures.some((text) => /^chain: line 11 is not the one that key/.test(text)), failures.join("\n"));
});

/** What the statement about the newest build of the task, or the newest run of the job, says of the journal. */
function statedJournal(host: FakeHost, name: string) {
  const path = Object.keys(host.disk.tree(`${STATE}/evidence/${name}`)).sort()
    .findLast((each) => each.endsWith("provenance.sigstore.json"))!;
  const { dsseEnvelope: { payload } } = JSON.parse(host.disk.read(path)!);
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(payload))).predicate.orchastration_journal;
}

for (const how of ["sign", "always"] as const) {
  const where = how === "sign" ? "of a run from before it" : "that is made at the end of each run";
  Deno.test(`the next signature ${where} says that a break was seen, and a removed break is found`, async () => {
    using host = machine(how === "always" ? `${TOML}\n[evidence]\nsign = "always"\n` : TOML);
    await quiet(host, "run", "plain");
    await quiet(host, "run", "bad");
    // Somebody removes a failure, but not the note of it, and nobody has seen that yet.
    const kept = linesOf(host).filter((line) => !line.includes('"bad/'));
    host.disk.write(JOURNAL, kept.map((line) => `${line}\n`).join(""));
    await quiet(host, ...(how === "sign" ? ["sign", "plain"] : ["run", "plain"]));
    const lines = linesOf(host);
    const at = lines.findIndex((line) => line.includes('"chain_break"'));
    assertEquals(at, kept.length);
    const { breaks, head } = statedJournal(host, "plain");
    assertEquals(breaks, { count: 1, lines: [{ n: at + 1, sha256: sha256(lines[at]!) }] });
    assertEquals(head.sha256, sha256(lines[head.n - 1]!));
    const before = await verified(host, "--all");
    assert(before.failures.some((text) => text.startsWith(`chain: line ${at + 1} is a break: `)));
    assertEquals(before.failures.filter((text) => text.includes("is not the break")), []);
    rewriteJournal(
      host,
      (text) => text.split("\n").filter((line) => !line.includes('"chain_break"')).join("\n"),
    );
    const { failures } = await verified(host, "--all");
    const fact = new RegExp(`^chain: line ${at + 1} is not the break that key [0-9a-f]{16} signed$`);
    assertEquals(failures.filter((text) => fact.test(text)).length, 1, failures.join("\n"));
  });
}

Deno.test("a signature covers the journal up to its newest line, not only to that of the run", async () => {
  using host = await recorded();
  await quiet(host, "run", "bad");
  await quiet(host, "sign", "plain");
  const { n, head, breaks } = statedJournal(host, "plain");
  assertEquals([n < head.n, breaks], [true, { count: 0, lines: [] }]);
  rewriteJournal(host, (text) => text.replaceAll('"failed"', '"succeeded"'));
  const { failures } = await verified(host, "plain");
  assert(
    failures.some((text) => text.startsWith(`chain: line ${head.n} is not the one that key`)),
    failures.join("\n"),
  );
});

/** A task that is done, built at the first commit of a repository. */
async function builtAtFirst(toml = TOML) {
  const host = machine(toml);
  const repository = withGit(host, PROJECT);
  repository.trees.set(FIRST_COMMIT, "a".repeat(40)).set(SECOND_COMMIT, "b".repeat(40));
  await quiet(host, "plan", "create", "site");
  await quiet(host, "build", "run", "site");
  await quiet(host, "plan", "accept", "site", "ac2");
  return { host, repository };
}

Deno.test("verify --tree finds the builds of a tree, also after its commit was amended, and none for another tree", async () => {
  const { host, repository } = await builtAtFirst();
  const said = await quiet(host, "verify", "--tree", "HEAD");
  assertEquals([said.code, said.stdout.split("\n").filter((line) => /^(tree|claim)/.test(line))], [0, [
    "tree aaaaaaaaaaaa (HEAD): verified",
    "claim       holds      proven: site (built at a commit with it), 2 criteria",
  ]]);
  repository.branches.set("main", SECOND_COMMIT);
  assertEquals((await verified(host, "--tree", "HEAD")).failures, [
    "claim: this tree is not one that a build of a task stands for",
  ]);
  repository.trees.set(SECOND_COMMIT, "a".repeat(40));
  assertEquals((await verified(host, "--tree", "HEAD")).holds, true);
  assertEquals((await verified(host, "site", "--tree", "HEAD")).holds, true);
});

Deno.test("a signature binds a build to its tree when its commit no longer exists", async () => {
  const { host, repository } = await builtAtFirst();
  await quiet(host, "sign", "site");
  repository.branches.set("main", SECOND_COMMIT);
  repository.trees.delete(FIRST_COMMIT);
  repository.trees.set(SECOND_COMMIT, "a".repeat(40));
  const said = await quiet(host, "verify", "--tree", "HEAD");
  assertEquals(said.code, 0, said.stdout);
  assert(said.stdout.includes("proven: site (signed for it), 2 criteria"), said.stdout);
});

Deno.test("an older build proves its own tree, and not a newer one", async () => {
  const { host, repository } = await builtAtFirst();
  repository.branches.set("main", SECOND_COMMIT);
  host.disk.write(`${PROJECT}/src/a`, "newer");
  await quiet(host, "build", "run", "site");
  assertEquals((await verified(host, "--tree", FIRST_COMMIT)).holds, true);
  const { failures } = await verified(host, "--tree", "HEAD");
  assertEquals(failures, ["claim: ac2 waits to be confirmed by a person"]);
});

Deno.test("a build with changes that were not committed, or whose inputs changed, stands for no tree", async () => {
  for (const what of ["not committed", "changed meanwhile"]) {
    using host = machine();
    const repository = withGit(host, PROJECT);
    repository.trees.set(FIRST_COMMIT, "a".repeat(40));
    if (what === "not committed") repository.changed.push("src/a");
    else {
      host.program("make", (p) => {
        p.writeFile("out", "a");
        host.disk.write(`${PROJECT}/src/a`, "changed");
      });
    }
    await quiet(host, "plan", "create", "site");
    await quiet(host, "build", "run", "site");
    assertEquals((await verified(host, "--tree", "HEAD")).failures, [
      "claim: this tree is not one that a build of a task stands for",
    ], what);
  }
});

Deno.test("verify --tree with --all, or of an unknown revision or task, is refused", async () => {
  const { host } = await builtAtFirst();
  assertEquals((await quiet(host, "verify", "--all", "--tree", "HEAD")).code, 64);
  assertEquals((await quiet(host, "verify", "nothing", "--tree", "HEAD")).code, 66);
  const unknown = await quiet(host, "verify", "--tree", "gone");
  assertEquals([unknown.code, unknown.stderr.split("\n")[0]], [
    64,
    'error: Cannot verify the tree of "gone": git knows no such commit, branch or tag here',
  ]);
});
