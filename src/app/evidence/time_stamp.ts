/** Asks the time-stamp service of the configuration when a signature was made. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { isTimeStampFor, QUERY_TYPE, timeStampRequest } from "../../model/time_stamp.ts";
import type { Workspace } from "../workspace/workspace.ts";

const ANSWER_BOUND_MS = 20_000;
/** An answer with its certificates has a few thousand bytes. */
const MAX_BYTES = 256 * 1024;

/** Its answer; undefined where no service is configured. */
export async function timeStampOf(
  workspace: Workspace,
  signature: Uint8Array,
): Promise<Result<Uint8Array | undefined, Failure>> {
  const project = await workspace.project();
  // Records can be signed whatever the present configuration is like.
  const url = project.ok ? project.value.evidence.timeStampUrl : undefined;
  if (url === undefined) return ok(undefined);
  const { network, digests } = workspace.host;
  const digest = Uint8Array.fromHex(await digests.sha256(signature));
  const nonce = Uint8Array.fromHex(digests.randomToken());
  // Always of the same length, so that a short number is not found by chance.
  nonce[0] = nonce[0]! & 0x3f | 0x40;
  const answer = await network.ask(url, {
    headers: { "content-type": QUERY_TYPE },
    body: timeStampRequest(digest, nonce),
    timeoutMs: ANSWER_BOUND_MS,
    maxBytes: MAX_BYTES,
  });
  const cannot = (fact: string) =>
    fail(
      {
        code: "not_signed",
        run: undefined,
        fact: `the time-stamp service ${url} ${fact}`,
        next: [nextAdvice("call sign again later, or remove time_stamp_url from [evidence]")],
      } as const,
    );
  if (!answer.ok) return cannot(`gave no answer: ${answer.failure.reason}`);
  if (answer.value.status !== 200) return cannot(`answered with the status ${answer.value.status}`);
  return isTimeStampFor(answer.value.body, digest, nonce)
    ? ok(answer.value.body)
    : cannot("gave an answer that is no token for this signature");
}
