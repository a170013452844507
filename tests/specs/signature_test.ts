/** `sign` with the real program: programs of others accept what it writes, and nothing that differs from it. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { opensslAccepts, sigstoreSays } from "../support/judges.ts";
import { signedBuild } from "../support/signed_build.ts";
import { findTool } from "../support/tools.ts";

const OPENSSL = findTool("openssl");

Deno.test({
  name: "signatures: Sigstore's libraries accept each statement, and nothing that differs in a signed part",
  ignore: OPENSSL === undefined,
  fn: () =>
    inRealFolder(async (folder) => {
      const { files, bundles, key } = await signedBuild(folder);
      const stated = files.filter(({ path }) => path.endsWith(".sigstore.json"));
      assertEquals(stated.map(({ criterion, result }) => [criterion, result]), [
        [undefined, undefined],
        ["good", "PASSED"],
        ["bad", "FAILED"],
      ]);
      const statements = (await sigstoreSays(bundles.map((bundle) => ({ bundle, key })))).map(
        ({ ok, said }) => {
          assert(ok, said);
          return JSON.parse(said);
        },
      );
      assertEquals(statements.map(({ predicateType }) => predicateType), [
        "https://slsa.dev/provenance/v1",
        "https://in-toto.io/attestation/test-result/v0.1",
        "https://in-toto.io/attestation/test-result/v0.1",
      ]);
      const tree = (await folder.call("git", ["rev-parse", "HEAD^{tree}"])).stdout.trim();
      for (const { subject } of statements) assertEquals(subject[0].digest, { gitTree: tree });
      // No value of a variable leaves the machine.
      assertEquals(
        statements.map((each) => JSON.stringify(each)).filter((each) => /value-of-/.test(each)),
        [],
      );
      const { stdout: other } = await folder.call("sh", [
        "-c",
        "openssl genpkey -algorithm ed25519 | openssl pkey -pubout",
      ]);
      const forged = [...bundles.flatMap(mutations), ...swapped(bundles)].map((bundle) => ({ bundle, key }));
      const verdicts = await sigstoreSays([...forged, ...bundles.map((bundle) => ({ bundle, key: other }))]);
      assertEquals(verdicts.filter(({ ok }) => ok), []);
    }),
});

Deno.test({
  name: "signatures: openssl accepts each raw signature, and no other one",
  ignore: OPENSSL === undefined,
  fn: () =>
    inRealFolder(async (folder) => {
      const { bundles, key } = await signedBuild(folder);
      for (const bundle of bundles) assertEquals(await opensslAccepts(bundle, key), true);
      const [first] = bundles;
      // openssl cannot be given a signature that is missing.
      const few = mutations(first!).filter((text) => text.includes('"sig"')).filter((_, at) => at % 40 === 0);
      for (const bundle of [...few, ...swapped(bundles)]) {
        assertEquals(await opensslAccepts(bundle, key), false);
      }
    }),
});

const SSH = ["ssh-keygen", "ssh-agent", "ssh-add"].every((tool) => findTool(tool) !== undefined);

Deno.test({
  name:
    "signatures: a key of OpenSSH signs the same from its file and from ssh-agent, and one with a passphrase only there",
  ignore: !SSH || OPENSSL === undefined,
  fn: () =>
    inRealFolder(async (folder) => {
      await signedBuild(folder, true);
      const script = `set -e
eval "$(ssh-agent -a "$PWD/agent.sock")" > /dev/null
trap 'ssh-agent -k > /dev/null' EXIT
ssh-keygen -q -t ed25519 -N "" -f plain
ssh-keygen -q -t ed25519 -N passphrase -f locked
"$@" sign site --key plain > /dev/null && "$@" evidence export site --key plain --output from-file > /dev/null
ssh-add -q plain
"$@" sign site --key ssh-agent > /dev/null && "$@" evidence export site --key plain.pub --output from-agent > /dev/null
! "$@" sign site --key locked 2> refusal
"$@" evidence verify from-agent --key from-file/key.pem`;
      const said = await folder.shell(script);
      assertEquals([said.code, said.stderr], [1, ""], said.stdout);
      // The criterion of a person is open, and everything else holds.
      assertEquals(said.stdout.split("\n").filter((line) => line.includes(" fails: ")), [
        "claim:      fails: read is not proven",
      ]);
      assert(folder.read("refusal").includes("it has a passphrase"), folder.read("refusal"));
      const key = folder.read("from-agent/key.pem");
      assertEquals(key, folder.read("from-file/key.pem"));
      const bundles = ["from-file", "from-agent"].map((name) => {
        const [path] = [...Deno.readDirSync(`${folder.path}/${name}/evidence/site`)];
        return folder.read(`${name}/evidence/site/${path!.name}/criterion-good.sigstore.json`);
      });
      assertEquals(bundles[0], bundles[1]);
      assertEquals(await opensslAccepts(bundles[1]!, key), true);
      assertEquals((await sigstoreSays([{ bundle: bundles[1]!, key }]))[0]!.ok, true);
    }),
});

/** The bundle with one byte changed at many places of its payload, its type and its signature. */
function mutations(text: string): readonly string[] {
  const bundle = JSON.parse(text);
  const { dsseEnvelope: { payload, payloadType, signatures: [{ sig }] } } = bundle;
  const written = (payload: string, payloadType: string, sig: string) =>
    JSON.stringify({ ...bundle, dsseEnvelope: { payload, payloadType, signatures: [{ sig, keyid: "" }] } });
  const bytes = Uint8Array.fromBase64(payload);
  return [
    ...everywhere(bytes, 20).map((changed) => written(changed.toBase64(), payloadType, sig)),
    ...everywhere(new TextEncoder().encode(payloadType), 1)
      .map((changed) => written(payload, new TextDecoder().decode(changed), sig)),
    ...everywhere(Uint8Array.fromBase64(sig), 1).map((changed) =>
      written(payload, payloadType, changed.toBase64())
    ),
    written(bytes.slice(0, -1).toBase64(), payloadType, sig),
    written(payload, payloadType, Uint8Array.fromBase64(sig).slice(0, -1).toBase64()),
    JSON.stringify({ ...bundle, dsseEnvelope: { payload, payloadType, signatures: [] } }),
  ];
}

function everywhere(bytes: Uint8Array, step: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) => {
    const changed = bytes.slice();
    changed[at * step]! ^= 1;
    return changed;
  });
}

/** Each statement with the signature of the next one. */
function swapped(bundles: readonly string[]): readonly string[] {
  return bundles.map((text, at) => {
    const bundle = JSON.parse(text);
    const { dsseEnvelope: { signatures } } = JSON.parse(bundles[(at + 1) % bundles.length]!);
    return JSON.stringify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures } });
  });
}
