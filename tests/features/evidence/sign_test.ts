/** `sign`: what is signed and with which key, and when nothing is. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import { createSigning } from "../../../src/host/deno_signing.ts";
import { PAYLOAD_TYPE, readBundle, signedBytes } from "../../../src/model/signed_bundle.ts";
import { readStatement } from "../../../src/model/statement.ts";
import { privateKeyOfPem } from "../../../src/model/signing_key.ts";
import { atEveryDeath } from "../../support/until_death.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const KEY = "/home/ada/.config/orchastration/signing-key.pem";
const CONFIG = `
[jobs.hi]
command = ["echo", "hi"]
env = { COLOUR = "value-of-colour" }

[tasks.site]
command = ["make"]
inputs = ["src.txt"]
outputs = ["out.txt"]
env = { COLOUR = "value-of-colour" }
secrets = ["TOKEN"]
acceptance = [
  { id = "good", text = "it is good", check = ["true"] },
  { id = "bad", text = "it is not bad", check = ["false"] },
  { id = "seen", text = "somebody saw it" },
]
`;
const HI = "hi/20261122T063449.123Z";
const FOLDER = `${STATE}/evidence`;

function machine(): FakeHost {
  const host = machineWith(CONFIG, {
    files: { "/home/ada/project/src.txt": "1" },
    env: { HOME: "/home/ada", PATH: "/bin", TOKEN: "value-of-token" },
  });
  host.program("echo", (p) => p.stdout("hi\n"));
  host.program("make", (p) => p.writeFile("out.txt", "made"));
  host.program("true", () => {});
  host.program("false", (p) => p.exit(1));
  return host;
}

async function ranHi(): Promise<FakeHost> {
  const host = machine();
  await call(host, ["run", "hi", "-q"]);
  return host;
}

async function built(): Promise<{ readonly host: FakeHost; readonly build: string }> {
  const host = machine();
  await call(host, ["build", "run", "site", "--plan", "-q"]);
  const { last_build } = readJson(host, `${STATE}/tasks/site.json`);
  return { host, build: (last_build as { run: string }).run };
}

/** The statements that were signed about a run, each verified with the key of the user. */
async function statements(host: FakeHost, run: string): Promise<ReadonlyMap<string, string>> {
  const signing = createSigning();
  const publicKey = await signing.publicKeyOf(privateKeyOfPem(host.disk.read(KEY)!)!);
  const found = new Map<string, string>();
  const names = host.files.list(`${FOLDER}/${run}`);
  for (const name of names.ok ? names.value.toSorted() : []) {
    if (!name.endsWith(".sigstore.json")) continue;
    const bundle = readBundle(host.disk.read(`${FOLDER}/${run}/${name}`)!);
    assert(bundle !== undefined, name);
    assert(
      await signing.verify(publicKey!, bundle.signature, signedBytes(PAYLOAD_TYPE, bundle.payload)),
      name,
    );
    found.set(name, new TextDecoder().decode(bundle.payload));
  }
  return found;
}

Deno.test("sign: the key is made at first use, for its owner alone, and used again", async () => {
  using host = await ranHi();
  const said = (isNew: boolean) =>
    `${HI} is signed: succeeded\n` +
    `key     fd110d301d2f077d (${KEY}${isNew ? ", made now" : ""})\n` +
    "tree    none: the files were not as committed\n" +
    "inputs  none: not declared, or they changed during the run\n" +
    `in      ${STATE}\n` +
    `signed  evidence/${HI}/provenance.sigstore.json\n`;
  await expectCall(host, ["sign", "hi"], { stdout: said(true) });
  const entry = host.files.entry(KEY);
  assertEquals(entry.ok && entry.value.mode, 0o600);
  const key = host.disk.read(KEY);
  await expectCall(host.another(), ["sign", HI], { stdout: said(false) });
  assertEquals(host.disk.read(KEY), key);
});

Deno.test("sign: two calls at once leave a journal whose newest lines are those of the files that stay", async () => {
  const { host, build } = await built();
  using _ = host;
  // The first call pauses after its files are written, before they are entered.
  const slow = host.another();
  const { sha256 } = slow.digests;
  let second: Promise<unknown> | undefined;
  const isWritten = () => host.disk.exists(`${FOLDER}/${build}/check-bad.5e2d627c.link`);
  slow.digests.sha256 = async (bytes) => {
    if (second === undefined && isWritten()) {
      second = call(host.another(), ["run", "hi", "-q"]).then(() => call(host.another(), ["sign", "site"]));
      for (let round = 0; round < 300; round++) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return await sha256.call(slow.digests, bytes);
  };
  assertEquals((await call(slow, ["sign", "site"])).code, 0);
  assertEquals(await second !== undefined, true);
  const { stdout } = await call(host.another(), ["verify", "site", "--json"]);
  const { records, chain, signatures } = JSON.parse(stdout);
  assertEquals([records, chain, signatures].flatMap(({ failures }) => failures), []);
});

Deno.test("sign: a build is signed with each check that ran, PASSED and FAILED alike", async () => {
  const { host, build } = await built();
  using _ = host;
  const said = await call(host, ["sign", "site", "--json"]);
  assertEquals(said.code, 0, said.stderr);
  const { files, not_signed } = JSON.parse(said.stdout);
  assertEquals(not_signed, ["seen"]);
  assertEquals(
    files.slice(0, 3).map(({ path, criterion, result }: Record<string, string>) => [path, criterion, result]),
    [
      [`evidence/${build}/provenance.sigstore.json`, undefined, undefined],
      [`evidence/${build}/criterion-good.sigstore.json`, "good", "PASSED"],
      [`evidence/${build}/criterion-bad.sigstore.json`, "bad", "FAILED"],
    ],
  );
  assertEquals(
    files.slice(3).map(({ path }: { path: string }) => path.split("/").at(-1)),
    ["root.layout", ...["plan", "build", "check-good", "check-bad"].map((step) => `${step}.5e2d627c.link`)],
  );
  const record = readJson(host, `${STATE}/runs/${build}.json`);
  const inputs = (record["inputs"] as { sha256: string }).sha256;
  const signed = await statements(host, build);
  assertEquals(
    [...signed.keys()],
    files.slice(0, 3).map(({ path }: { path: string }) => path.split("/").at(-1)).toSorted(),
  );
  const digest = await host.digests.sha256(
    new TextEncoder().encode(host.disk.read(`${STATE}/runs/${build}.json`)!),
  );
  for (const text of signed.values()) {
    const read = readStatement(text)!;
    assertEquals([read.inputs, read.files.get(`runs/${build}.json`)], [inputs, digest]);
  }
  const provenance = readStatement(signed.get("provenance.sigstore.json")!)!;
  assertEquals([provenance.run, provenance.status, [...provenance.outputs.keys()]], [build, "failed", [
    "out.txt",
  ]]);
});

Deno.test("sign: no statement contains the value of a variable, and each field has one witness", async () => {
  const { host, build } = await built();
  using _ = host;
  await call(host, ["sign", "site"]);
  const signed = await statements(host, build);
  assertEquals(signed.size, 3);
  for (const [name, text] of signed) {
    assertEquals(/value-of-/.test(text), false, name);
    const { predicate } = JSON.parse(text);
    const { witnessed, declared } = predicate.orchastration_witness;
    for (const path of leavesOf(predicate)) {
      if (path.startsWith("orchastration_witness")) continue;
      const vouched = [...witnessed, ...declared].filter((prefix: string) =>
        `${path}.`.startsWith(`${prefix}.`)
      );
      assertEquals(vouched.length, 1, `${name}: ${path}`);
    }
    assertEquals(declared, ["orchastration_declared"]);
  }
});

function leavesOf(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === "" ? key : `${path}.${key}`)
  );
}

Deno.test("sign: a run whose inputs changed meanwhile stands for no inputs and no tree", async () => {
  using host = machine();
  host.program("make", (p) => {
    p.writeFile("out.txt", "made");
    p.writeFile("src.txt", "2");
  });
  await call(host, ["build", "run", "site", "--plan", "-q"]);
  const said = await call(host, ["sign", "site", "--json"]);
  const { run, tree, inputs_sha256 } = JSON.parse(said.stdout);
  assertEquals([tree, inputs_sha256], [null, null]);
  for (const text of (await statements(host, run)).values()) {
    const read = readStatement(text)!;
    assertEquals([read.inputs, read.gitTree], [undefined, undefined]);
    assertEquals(
      JSON.parse(text).predicate.orchastration_result.inputs_changed,
      read.criterion === undefined,
    );
  }
});

Deno.test("sign: a key that others can use is refused, and nothing is signed", async () => {
  const chmod = `try: chmod 600 ${KEY}, if nobody else has read it; else remove it, and a new one is made\n`;
  for (const mode of [0o640, 0o604, 0o620, 0o660, 0o644]) {
    using host = await ranHi();
    await call(host, ["sign", "hi"]);
    host.disk.setMode(KEY, mode);
    host.files.remove(`${FOLDER}/${HI}/provenance.sigstore.json`);
    await expectCall(host, ["sign", "hi"], {
      code: 65,
      stderr: `error: Cannot sign: the key ${KEY} cannot be used: other users can use it (its mode is ` +
        `0${mode.toString(8)})\n  nothing was signed\n  ${chmod}`,
    });
    assertEquals(host.disk.read(`${FOLDER}/${HI}/provenance.sigstore.json`), undefined);
  }
});

Deno.test("sign: a key of somebody else, of another kind, or that is missing is refused", async () => {
  const cannot = (path: string, why: string) =>
    `error: Cannot sign: the key ${path} cannot be used: ${why}\n`;
  using host = await ranHi();
  await call(host, ["sign", "hi"]);
  host.disk.giveTo(KEY, 4711);
  await expectCall(host, ["sign", "hi"], {
    code: 65,
    stderr: `${cannot(KEY, "it belongs to another user")}  nothing was signed\n` +
      "  try: name another key with --key <path>\n",
  });
  host.disk.write("/home/ada/rsa.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  await expectCall(host, ["sign", "hi", "--key", "../rsa.pem"], {
    code: 65,
    stderr: cannot("/home/ada/rsa.pem", "it is no private key of Ed25519 without a passphrase") +
      "  nothing was signed\n" +
      "  try: name a key that `openssl genpkey -algorithm ed25519` wrote, or one of ssh-agent\n",
  });
  await expectCall(host, ["sign", "hi", "--key", "none.pem"], {
    code: 74,
    stderr: 'error: Cannot read the signing key "/home/ada/project/none.pem": no such file or directory\n' +
      "  try: name another key with --key <path>\n",
  });
});

Deno.test("sign: what has not ended, or is no run of a job and no build, is refused", async () => {
  const { host, build } = await built();
  using _ = host;
  const refused = async (reference: string, fact: string, next?: string) =>
    await expectCall(host, ["sign", reference], {
      code: 65,
      stderr: `error: Cannot sign "${reference}": ${fact}\n  nothing was signed\n` +
        (next === undefined ? "" : `  try: ${next}\n`),
    });
  const { plan, checks } = readJson(host, `${STATE}/runs/${build}.json`) as {
    plan: { run: string };
    checks: { run: string }[];
  };
  await refused(plan.run, "it is an act (plan.create), and only runs of jobs and builds of tasks are signed");
  await refused(
    checks[0]!.run,
    "it is the check of a criterion, which is signed with its build",
    "orchastration sign site",
  );
  host.disk.write(
    "/home/ada/project/orchastration.toml",
    `${CONFIG}[tasks.other]\ncommand = ["make"]\n`,
  );
  await refused("other", "the task has no build", "orchastration build run other");
  assertEquals(host.disk.read(KEY), undefined);
});

Deno.test("sign: a build that was not needed is signed as the build whose result holds", async () => {
  using host = machine();
  host.program("false", () => {});
  await call(host, ["build", "run", "site", "--plan", "-q"]);
  const first = (readJson(host, `${STATE}/tasks/site.json`)["last_build"] as { run: string }).run;
  host.clock.pass(1000);
  await call(host, ["build", "run", "site", "-q"]);
  const said = await call(host, ["sign", "site", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).run], [0, first]);
});

Deno.test("sign: if a file cannot be written, nothing remains that looks signed", async () => {
  for (let skip = 0; skip < 8; skip++) {
    const { host, build } = await built();
    using _ = host;
    host.faults.failNext({
      op: "rename",
      path: /\.(sigstore\.json|link|layout)$/,
      problem: "no_space",
      skip,
    });
    const said = await call(host, ["sign", "site"]);
    assertEquals([said.code, said.stdout], [74, ""]);
    const left = host.files.list(`${FOLDER}/${build}`);
    assertEquals(left.ok && left.value, []);
  }
});

Deno.test("sign: each file is entered in the journal, and nothing remains if it cannot be", async () => {
  const { host, build } = await built();
  using _ = host;
  host.faults.failNext({ op: "openForAppending", path: /journal\.jsonl/, problem: "no_space" });
  const failed = await call(host, ["sign", "site"]);
  assertEquals([failed.code, (await statements(host, build)).size], [74, 0]);
  const said = await call(host, ["sign", "site", "--json"]);
  const { files, key } = JSON.parse(said.stdout);
  const lines = host.disk.read(`${STATE}/journal.jsonl`)!.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    lines.filter(({ kind }) => kind === "signed").map(({ id, file, sha256, key }) => [id, file, sha256, key]),
    files.map(({ path, sha256 }: { path: string; sha256: string }) => [
      build,
      path.split("/").at(-1),
      sha256,
      key.id,
    ]),
  );
});

Deno.test("sign: after a death at any change, each file that exists is whole and verified", async () => {
  await atEveryDeath(
    machine,
    async (host) => {
      await call(host, ["run", "hi", "-q"]);
      await call(host, ["sign", "hi"]);
    },
    async (dead) => {
      using host = dead.reviveAfterDeath({ losingUnsynced: true });
      const key = host.disk.read(KEY);
      if (key !== undefined) assertEquals((await statements(host, HI)).size <= 1, true);
      else assertEquals(host.disk.read(`${FOLDER}/${HI}/provenance.sigstore.json`), undefined);
      if (!host.files.stat(`${STATE}/runs/${HI}.json`).ok) return;
      await call(host, ["recover", HI]);
      const said = await call(host, ["sign", HI]);
      assertEquals([said.code, (await statements(host, HI)).size], [0, 1], said.stderr);
    },
  );
});
