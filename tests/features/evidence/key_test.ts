/** `sign --key`: keys that an agent of SSH has, and what happens where it does not sign. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, STATE } from "../../support/cli.ts";
import { joinBytes } from "../../../src/model/bytes.ts";
import { sshPublicKey, sshString, uint32 } from "../../../src/model/ssh_signature.ts";
import { PAYLOAD_TYPE, readBundle, signedBytes } from "../../../src/model/signed_bundle.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const SOCKET = "/tmp/agent.sock";
const HI = "hi/20261122T063449.123Z";
const FILE = `${STATE}/evidence/${HI}/provenance.sigstore.json`;

interface Agent {
  readonly keys: readonly Uint8Array[];
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A machine with a run, and an agent with a key. */
async function machine(more: (agent: Agent) => Partial<Agent> = () => ({})): Promise<FakeHost> {
  const host = machineWith('[jobs.hi]\ncommand = ["echo"]\n', {
    env: { HOME: "/home/ada", PATH: "/bin", SSH_AUTH_SOCK: SOCKET },
  });
  host.program("echo", () => {});
  await call(host, ["run", "hi", "-q"]);
  const secret = await host.signing.makeKey();
  const own: Agent = {
    keys: [(await host.signing.publicKeyOf(secret))!],
    sign: (message) => host.signing.sign(secret, message),
  };
  const agent = { ...own, ...more(own) };
  host.network.sockets.set(SOCKET, async (message) => {
    if (message[0] === 11) {
      const others = [
        sshString(joinBytes([sshString("ssh-rsa"), sshString("x")])),
        sshString("another kind"),
      ];
      const keys = agent.keys.flatMap((key) => [sshString(sshPublicKey(key)), sshString("comment")]);
      return joinBytes([new Uint8Array([12]), uint32(agent.keys.length + 1), ...others, ...keys]);
    }
    const data = message.slice(1 + 4 + 51 + 4, -4);
    const signature = await agent.sign(data);
    if (signature.length === 0) return new Uint8Array([5]);
    const blob = joinBytes([sshString("ssh-ed25519"), sshString(signature)]);
    return joinBytes([new Uint8Array([14]), sshString(blob)]);
  });
  return host;
}

async function publicKeyOf(host: FakeHost): Promise<Uint8Array> {
  const pkcs8 = [...Uint8Array.fromHex("302e020100300506032b657004220420"), ...new Uint8Array(32).fill(1)];
  return (await host.signing.publicKeyOf(new Uint8Array(pkcs8)))!;
}

Deno.test("sign --key: a key in ssh-agent signs, named or alone, and no key of our own is made", async () => {
  using host = await machine();
  const key = await publicKeyOf(host);
  host.disk.write("/home/ada/id.pub", `ssh-ed25519 ${sshPublicKey(key).toBase64()} ada@desk\n`);
  for (const name of ["ssh-agent", "../id.pub"]) {
    const said = await call(host, ["sign", "hi", "--key", name, "--json"]);
    assertEquals([said.code, said.stderr, JSON.parse(said.stdout).key.place], [0, "", "ssh-agent"]);
    const { payload, signature } = readBundle(host.disk.read(FILE)!)!;
    assert(await host.signing.verify(key, signature, signedBytes(PAYLOAD_TYPE, payload)));
    host.files.remove(FILE);
  }
  assertEquals(host.files.stat("/home/ada/.config/orchastration/signing-key.pem").ok, false);
});

Deno.test("sign: the variable names the key where the call does not", async () => {
  using host = await machine();
  host.environment.set("ORCHASTRATION_SIGNING_KEY", "ssh-agent");
  const said = await call(host, ["sign", "hi", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).key.place], [0, "ssh-agent"]);
});

Deno.test("sign --key: an agent that cannot sign, or signs something else, signs nothing", async () => {
  const refused = async (
    host: FakeHost,
    fact: string,
    next: string | undefined = undefined,
    key = "ssh-agent",
  ) => {
    await expectCall(host, ["sign", "hi", "--key", key], {
      code: 65,
      stderr: `error: Cannot sign: ${fact}\n  nothing was signed\n` +
        (next === undefined ? "" : `  try: ${next}\n`),
    });
    assertEquals(host.disk.read(FILE), undefined);
  };
  using locked = await machine(() => ({ sign: () => Promise.resolve(new Uint8Array()) }));
  await refused(locked, "ssh-agent refused to sign");
  using wrong = await machine(({ sign }) => ({ sign: (message) => sign(message.slice(1)) }));
  await refused(wrong, "ssh-agent refused to sign");
  using none = await machine(() => ({ keys: [] }));
  await refused(none, "ssh-agent does not have a key of Ed25519", "add it with ssh-add");
  using several = await machine(({ keys: [key] }) => ({ keys: [key!, new Uint8Array(32)] }));
  await refused(several, "ssh-agent has 2 keys of Ed25519", "name one with --key ~/.ssh/<name>.pub");
  using other = await machine();
  const strange = sshPublicKey(new Uint8Array(32)).toBase64();
  other.disk.write("/home/ada/project/other.pub", `ssh-ed25519 ${strange} x\n`);
  await refused(other, "ssh-agent does not have this key", "add it with ssh-add", "other.pub");
  other.network.sockets.clear();
  await refused(other, "ssh-agent cannot be asked: no such file or directory");
  other.environment.set("SSH_AUTH_SOCK", undefined);
  await refused(
    other,
    "there is no ssh-agent: SSH_AUTH_SOCK is not set",
    "start one and add the key to it: eval $(ssh-agent) && ssh-add",
  );
});
