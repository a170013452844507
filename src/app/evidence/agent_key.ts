/** A key that an agent of SSH holds: the private part never comes here. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, type NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { ASK_FOR_KEYS, askToSign, keysIn, signatureIn } from "../../model/ssh_agent.ts";
import type { Host } from "../../host/host.ts";
import { keyIdOf, type Signer } from "./signer.ts";

/** A person may have to touch a key, or to answer a question. */
const SIGN_BOUND_MS = 60_000;
const MAX_BYTES = 1024 * 1024;

/** `wanted`: its public key; undefined: the only key of Ed25519 that the agent has. */
export async function agentSigner(
  host: Host,
  wanted: Uint8Array | undefined,
): Promise<Result<Signer, Failure>> {
  const socket = host.environment.get("SSH_AUTH_SOCK");
  if (socket === undefined || socket === "") {
    return unusable("there is no ssh-agent: SSH_AUTH_SOCK is not set", [
      nextAdvice("start one and add the key to it: eval $(ssh-agent) && ssh-add"),
    ]);
  }
  const ask = async (message: Uint8Array): Promise<Result<Uint8Array, Failure>> => {
    const answer = await host.network.exchange(socket, message, {
      timeoutMs: SIGN_BOUND_MS,
      maxBytes: MAX_BYTES,
    });
    return answer.ok ? answer : unusable(`ssh-agent cannot be asked: ${answer.failure.reason}`, []);
  };
  const listed = await ask(ASK_FOR_KEYS);
  if (!listed.ok) return listed;
  const keys = keysIn(listed.value) ?? [];
  const publicKey = wanted === undefined && keys.length === 1
    ? keys[0]
    : keys.find((key) => wanted !== undefined && key.toHex() === wanted.toHex());
  if (publicKey === undefined) {
    return wanted === undefined && keys.length > 1
      ? unusable(`ssh-agent has ${keys.length} keys of Ed25519`, [
        nextAdvice("name one with --key ~/.ssh/<name>.pub"),
      ])
      : unusable(`ssh-agent does not have ${wanted === undefined ? "a key of Ed25519" : "this key"}`, [
        nextAdvice("add it with ssh-add"),
      ]);
  }
  return ok({
    keyId: await keyIdOf(host, publicKey),
    publicKey,
    place: "ssh-agent",
    isNew: false,
    async sign(message) {
      const answer = await ask(askToSign(publicKey, message));
      if (!answer.ok) return answer;
      const signature = signatureIn(answer.value);
      const isRight = signature !== undefined && await host.signing.verify(publicKey, signature, message);
      return isRight ? ok(signature) : unusable("ssh-agent refused to sign", []);
    },
  });
}

function unusable(fact: string, next: NextSteps): Result<never, Failure> {
  return fail({ code: "not_signed", run: undefined, fact, next });
}
