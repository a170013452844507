/** `evidence export` and `evidence verify`: what the folder contains, and every change of it that is found. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, PROJECT, STATE } from "../../support/cli.ts";
import { withGit } from "../../support/fake_git.ts";
import { publicKeyPem } from "../../../src/model/signing_key.ts";
import {
  BUILD,
  exported,
  filesIn,
  FOLDER,
  KEY,
  machine,
  PLAN,
  verdict,
} from "../../support/exported_evidence.ts";
import type { FakeHost } from "../../support/fake_host.ts";

Deno.test("evidence export: the folder has everything about the build, and nothing of a secret", async () => {
  using host = await exported();
  const names = filesIn(host).map((path) => path.slice(FOLDER.length + 1));
  const check = BUILD.replace("124", "125");
  assertEquals(names, [
    "README.md",
    "SHA256SUMS",
    "SHA256SUMS.sig",
    "allowed_signers",
    "evidence.json",
    `evidence/${BUILD}/build.5e2d627c.link`,
    `evidence/${BUILD}/check-good.5e2d627c.link`,
    `evidence/${BUILD}/criterion-good.sigstore.json`,
    `evidence/${BUILD}/plan.5e2d627c.link`,
    `evidence/${BUILD}/provenance.sigstore.json`,
    `evidence/${BUILD}/root.layout`,
    "in-toto.pub",
    "journal.jsonl",
    "key.pem",
    `runs/${PLAN}.json`,
    `runs/${BUILD}.inputs.json`,
    `runs/${BUILD}.json`,
    `runs/${BUILD}.order.log`,
    `runs/${BUILD}.stderr.log`,
    `runs/${BUILD}.stdout.log`,
    `runs/${check}.json`,
    `runs/${check}.stderr.log`,
    `runs/${check}.stdout.log`,
    "tasks/site.json",
    "verify-journal.sh",
    "verify-signatures.sh",
  ]);
  for (const name of names) {
    assertEquals(host.disk.read(`${FOLDER}/${name}`)!.includes("value-of-token"), false, name);
  }
  const [from, to] = rangeOf(host);
  await expectCall(host, ["evidence", "verify", "site-evidence"], {
    stdout: "files:      ok: 24 files are as they were exported\n" +
      `chain:      ok: lines ${from} to ${to} are in order\n` +
      `signatures: ok: 2 statements and 4 files for in-toto, by your own key, ${KEY}\n` +
      "claim:      ok: the build succeeded and 1 of 2 criteria passed their checks (inputs " +
      `${JSON.parse(host.disk.read(`${STATE}/runs/${BUILD}.json`)!).inputs.sha256})\n` +
      "  seen is the word of ada\n",
  });
});

/** The numbers of the first and the last line of the exported journal. */
function rangeOf(host: FakeHost): readonly [number, number] {
  const lines = host.disk.read(`${FOLDER}/journal.jsonl`)!.trimEnd().split("\n");
  return [JSON.parse(lines[0]!).n, JSON.parse(lines.at(-1)!).n];
}

Deno.test("evidence verify: a criterion that failed is authentic, and the claim fails", async () => {
  using host = await machine((p) => p.exit(1));
  await call(host, ["evidence", "export", "site"]);
  const { states, facts } = await verdict(host);
  assertEquals(states, { files: "holds", chain: "holds", signatures: "holds", claim: "fails" });
  assertEquals(
    facts.slice(-3),
    ["the build ended as failed", "good FAILED", "seen is not proven"].slice(0, 3),
  );
});

Deno.test("evidence verify: a changed, removed or added byte of any file is found", async () => {
  using host = await exported();
  for (const path of filesIn(host)) {
    const text = host.disk.read(path)!;
    const bytes = new TextEncoder().encode(text);
    const step = Math.max(1, Math.floor(bytes.length / 12));
    const places = new Set([...Array.from({ length: 12 }, (_, at) => at * step), bytes.length - 1]);
    for (const at of places) {
      if (at < 0 || at >= bytes.length) continue;
      const changed = bytes.slice();
      changed[at]! ^= 1;
      host.disk.write(path, changed);
      assertEquals((await verdict(host)).holds, false, `${path}, byte ${at}`);
    }
    host.disk.write(path, `${text} `);
    assertEquals((await verdict(host)).holds, false, `${path}, longer`);
    host.disk.remove(path);
    assertEquals((await verdict(host)).holds, false, `${path}, missing`);
    host.disk.write(path, text);
  }
  assertEquals((await verdict(host)).holds, true);
  host.disk.write(`${FOLDER}/runs/more.json`, "{}");
  assertEquals((await verdict(host)).facts[0], "runs/more.json is not listed in SHA256SUMS");
});

Deno.test("evidence verify: lines that are removed, reordered or cut off are found", async () => {
  using host = await exported();
  const path = `${FOLDER}/journal.jsonl`;
  const lines = host.disk.read(path)!.trimEnd().split("\n");
  const said = async (changed: readonly string[]) => {
    host.disk.write(path, changed.map((line) => `${line}\n`).join(""));
    const { states, facts } = await verdict(host);
    assertEquals(states["chain"], "fails");
    return facts.find((fact) => /^line|^its first/.test(fact));
  };
  const [from, to] = rangeOf(host);
  const cut = (one: number, other: number) =>
    `its first or last lines are missing: it has lines ${one} to ${other}`;
  assertEquals(await said(lines.toSpliced(1, 1)), `line ${from + 2} follows line ${from}`);
  assertEquals(
    await said(lines.with(1, lines[2]!).with(2, lines[1]!)),
    `line ${from + 2} follows line ${from}`,
  );
  assertEquals(await said(lines.slice(0, -1)), cut(from, to - 1));
  assertEquals(await said(lines.slice(1)), cut(from + 1, to));
  assertEquals(
    await said(lines.with(1, lines[1]!.replace('"site', '"sitf'))),
    `line ${from + 2} names another digest than that of line ${from + 1}`,
  );
});

Deno.test("evidence verify: statements that swapped their signatures, or are missing, are found", async () => {
  using host = await exported();
  const at = (name: string) => `${FOLDER}/evidence/${BUILD}/${name}.sigstore.json`;
  const [one, other] = [at("provenance"), at("criterion-good")];
  const texts = [host.disk.read(one)!, host.disk.read(other)!];
  const signatureIn = (text: string) => JSON.parse(text).dsseEnvelope.signatures[0].sig as string;
  const [first, second] = texts.map(signatureIn);
  host.disk.write(one, texts[0]!.replace(first!, second!));
  host.disk.write(other, texts[1]!.replace(second!, first!));
  const swapped = await verdict(host);
  assertEquals([swapped.states["signatures"], swapped.states["claim"]], ["fails", "fails"]);
  host.disk.write(one, texts[0]!);
  host.disk.remove(other);
  const missing = await verdict(host);
  assertEquals([missing.states["files"], missing.states["claim"]], ["fails", "fails"]);
  assert(missing.facts.includes("good is not proven"));
});

Deno.test("evidence verify: a host that rewrites everything without the key is found by who knows the key", async () => {
  using host = await exported();
  const publicKey = await host.signing.publicKeyOf(
    new Uint8Array(
      [...Uint8Array.fromHex("302e020100300506032b657004220420"), ...new Uint8Array(32).fill(1)],
    ),
  );
  host.disk.write(`${PROJECT}/ada.pem`, publicKeyPem(publicKey!));
  assertEquals((await verdict(host, "--key", "ada.pem")).holds, true);
  // The attacker makes another key, signs the same build as passed, and exports again.
  host.disk.remove("/home/ada/.config/orchastration/signing-key.pem");
  host.disk.remove(FOLDER);
  await call(host, ["sign", "site"]);
  assertEquals((await call(host, ["evidence", "export", "site"])).code, 0);
  const given = await verdict(host, "--key", "ada.pem");
  assertEquals([given.holds, given.states["signatures"], given.states["claim"]], [
    false,
    "fails",
    "not_checked",
  ]);
  // Somebody who knows no key is told so, and gets no green answer.
  host.disk.remove("/home/ada/.config/orchastration/signing-key.pem");
  const unknown = await verdict(host);
  assertEquals(unknown.states, {
    files: "holds",
    chain: "holds",
    signatures: "not_checked",
    claim: "not_checked",
  });
});

Deno.test("evidence verify: an older export is not accepted for a newer tree", async () => {
  using host = await exported();
  withGit(host, PROJECT);
  host.program("git", async (p) => {
    await p.stdout(`${"ab".repeat(20)}\n`);
  });
  const { states, facts } = await verdict(host, "--tree", "HEAD");
  assertEquals(states, { files: "holds", chain: "holds", signatures: "holds", claim: "fails" });
  assertEquals(facts.at(-1), `it is about another tree than ${"ab".repeat(20)}: none is signed`);
});

Deno.test("evidence verify: a folder that is no export fails, and each sentence has its words", async () => {
  using host = await machine();
  host.disk.write(`${PROJECT}/other/readme`, "");
  const said = await call(host, ["evidence", "verify", "other"]);
  assertEquals([said.code, said.stderr], [1, ""]);
  assertEquals(said.stdout.split("\n").filter((line) => line.startsWith("claim")), [
    "claim:      fails: evidence.json does not say which build it is about",
  ]);
});

Deno.test("evidence verify: a clock that was set back does not change the order of the journal", async () => {
  using host = await machine();
  host.clock.setBack(3_600_000);
  await call(host, ["sign", "site"]);
  await call(host, ["evidence", "export", "site"]);
  const { holds, facts } = await verdict(host);
  assertEquals(holds, true);
  assert(
    facts.some((fact) =>
      /^the clock was set back before line \d+; the order is that of the lines$/.test(fact)
    ),
  );
});

Deno.test("evidence export: a build that is not signed, altered, or signed with another key is refused", async () => {
  using host = await machine();
  const evidence = `${STATE}/evidence/${BUILD}`;
  const refused = async (fact: string, next?: string) =>
    await expectCall(host, ["evidence", "export", "site"], {
      code: 65,
      stderr: `error: Cannot export the evidence of "${BUILD}": ${fact}\n` +
        (next === undefined ? "" : `  try: ${next}\n`),
    });
  const log = `${STATE}/runs/${BUILD}.stdout.log`;
  const text = host.disk.read(log)!;
  host.disk.write(log, `${text}more\n`);
  await refused(
    `evidence/${BUILD}/provenance.sigstore.json: runs/${BUILD}.stdout.log is not what was signed`,
  );
  host.disk.write(log, text);
  const provenance = host.disk.read(`${evidence}/provenance.sigstore.json`)!;
  host.disk.remove(`${evidence}/provenance.sigstore.json`);
  await refused(`evidence/${BUILD}/provenance.sigstore.json: it is missing`);
  host.disk.write(`${evidence}/provenance.sigstore.json`, provenance);
  host.disk.remove("/home/ada/.config/orchastration/signing-key.pem");
  await refused(
    `evidence/${BUILD}/build.5e2d627c.link is signed with a key that nobody here knows`,
    `orchastration sign ${BUILD}`,
  );
  // Signing again with the new key replaces what the old one signed.
  assertEquals((await call(host, ["sign", "site"])).code, 0);
  const names = host.files.list(evidence);
  assertEquals((names.ok ? names.value : []).filter((name) => name.includes("5e2d627c")), []);
  assertEquals(host.files.stat(FOLDER).ok, false);
  assertEquals((await call(host, ["evidence", "export", "site"])).code, 0);
});

Deno.test("evidence export: a folder with something in it is refused, and a full disk leaves no signed folder", async () => {
  using host = await machine();
  host.disk.write(`${FOLDER}/mine.txt`, "mine");
  await expectCall(host, ["evidence", "export", "site"], {
    code: 65,
    stderr: `error: Cannot export evidence to "${FOLDER}": the folder is not empty\n` +
      "  try: name a new folder with --output <path>\n",
  });
  host.faults.failNext({ op: "rename", path: /other\/SHA256SUMS$/, problem: "no_space" });
  const said = await call(host, ["evidence", "export", "site", "--output", "other"]);
  assertEquals([said.code, host.disk.read(`${PROJECT}/other/SHA256SUMS.sig`)], [74, undefined]);
});
