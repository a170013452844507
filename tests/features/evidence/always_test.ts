/** `[evidence] sign = "always"` and `time_stamp_url`. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import { readBundle } from "../../../src/model/signed_bundle.ts";
import { readStatement } from "../../../src/model/statement.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const KEY = "/home/ada/.config/orchastration/signing-key.pem";
const TSA = "http://tsa.example/tsr";

function machine(evidence = 'sign = "always"'): FakeHost {
  const host = machineWith(
    `[evidence]\n${evidence}\n[jobs.a]\ncommand = ["echo"]\n[jobs.b]\ncommand = ["fail"]\nneeds = ["a"]\n` +
      '[tasks.site]\ncommand = ["echo"]\nacceptance = [{ id = "one", text = "t", check = ["echo"] }]\n',
  );
  host.program("echo", () => {});
  host.program("fail", (p) => p.exit(3));
  return host;
}

/** The statuses of everything that is signed about a job or task, oldest first. */
function signed(host: FakeHost, name: string): readonly string[] {
  const times = host.files.list(`${STATE}/evidence/${name}`);
  return (times.ok ? times.value.toSorted() : []).flatMap((time) => {
    const text = host.disk.read(`${STATE}/evidence/${name}/${time}/provenance.sigstore.json`);
    const bundle = text === undefined ? undefined : readBundle(text);
    return bundle === undefined ? [] : [readStatement(new TextDecoder().decode(bundle.payload))!.status!];
  });
}

Deno.test("sign = always: each run of a job, node of a graph and build is signed, whatever its end", async () => {
  using host = machine();
  assertEquals((await call(host, ["run", "a", "-q"])).code, 0);
  host.clock.pass(1000);
  assertEquals((await call(host, ["run", "b", "-q"])).code, 3);
  assertEquals((await call(host, ["build", "run", "site", "--plan", "-q"])).code, 0);
  assertEquals([signed(host, "a"), signed(host, "b"), signed(host, "site")], [
    ["succeeded", "succeeded"],
    ["failed"],
    ["succeeded"],
  ]);
  const { last_build } = readJson(host, `${STATE}/tasks/site.json`) as { last_build: { run: string } };
  assert(host.files.stat(`${STATE}/evidence/${last_build.run}/criterion-one.sigstore.json`).ok);
});

Deno.test("sign = always: a run that cannot be signed fails the call, and its record says how it ended", async () => {
  using host = machine();
  await call(host, ["run", "a", "-q"]);
  host.disk.setMode(KEY, 0o644);
  host.clock.pass(1000);
  const said = await call(host, ["run", "a", "-q"]);
  assertEquals(said, {
    code: 65,
    stdout: "",
    stderr: `error: Cannot sign: the key ${KEY} cannot be used: other users can use it (its mode is 0644)\n` +
      "  nothing was signed\n" +
      `  try: chmod 600 ${KEY}, if nobody else has read it; else remove it, and a new one is made\n`,
  });
  const { id, status } = readJson(host, `${STATE}/runs/a/last.json`) as { id: string; status: string };
  assertEquals([status, host.files.stat(`${STATE}/evidence/${id}`).ok], ["succeeded", false]);
  const built = await call(host, ["build", "run", "site", "--plan", "-q"]);
  assertEquals([built.code, built.stderr.includes("nothing was signed")], [65, true]);
  assertEquals(readJson(host, `${STATE}/tasks/site.json`)["status"], "done");
});

Deno.test("sign = asked: nothing is signed by itself, and no key is made", async () => {
  using host = machine('sign = "asked"');
  await call(host, ["run", "a", "-q"]);
  assertEquals([signed(host, "a"), host.files.stat(KEY).ok], [[], false]);
});

Deno.test("time_stamp_url: without a token for exactly this signature nothing is signed", async () => {
  using host = machine(`time_stamp_url = "${TSA}"`);
  await call(host, ["run", "a", "-q"]);
  const cannot = async (fact: string) => {
    const said = await call(host, ["sign", "a"]);
    assertEquals([said.code, said.stdout, said.stderr], [
      65,
      "",
      `error: Cannot sign: the time-stamp service ${TSA} ${fact}\n  nothing was signed\n` +
      "  try: call sign again later, or remove time_stamp_url from [evidence]\n",
    ]);
    assertEquals(signed(host, "a"), []);
  };
  await cannot("gave no answer: it could not be reached");
  host.network.answers.set(TSA, 500);
  await cannot("answered with the status 500");
  // A token that repeats the request is about it; one byte less is about nothing.
  const answer = (change: (request: Uint8Array) => Uint8Array) => (request: Uint8Array) => {
    const token = change(request);
    const granted = [0x30, 3, 2, 1, 0];
    return { status: 200, body: new Uint8Array([0x30, granted.length + token.length, ...granted, ...token]) };
  };
  host.network.services.set(TSA, answer((request) => request.map((byte, at) => at === 30 ? byte ^ 1 : byte)));
  await cannot("gave an answer that is no token for this signature");
  host.network.services.set(TSA, answer((request) => request.map((byte, at) => at === 60 ? byte ^ 1 : byte)));
  await cannot("gave an answer that is no token for this signature");
  host.network.services.set(TSA, (request) => {
    const { body } = answer((same) => same)(request);
    return { status: 200, body: body.map((byte, at) => at === 6 ? 2 : byte) };
  });
  await cannot("gave an answer that is no token for this signature");
  host.network.services.set(TSA, answer((request) => request));
  assertEquals((await call(host, ["sign", "a"])).code, 0);
  assertEquals(signed(host, "a"), ["succeeded"]);
  const verified = await call(host, ["verify", "a"]);
  assertEquals([verified.code, /^signatures +holds/m.test(verified.stdout)], [0, true], verified.stdout);
});
