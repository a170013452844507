/** Which machine a host of ssh's configuration stands for. Knows how ssh speaks; knows no repositories. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { hasSucceeded, type Tool } from "./tool.ts";

/** It may look names up in the network, where somebody configured that. */
const ASK_BOUND_MS = 5000;

/**
 * `github.com-work` is `github.com` where the user's configuration says so; every other host is itself. `ssh` is undefined
 * where there is none. Nobody is connected to. Source: ssh(1), "-G".
 */
export async function resolveSshHost(ssh: Tool | undefined, host: string): Promise<Result<string, Failure>> {
  if (ssh === undefined) return ok(host);
  const asked = await ssh.call(["-G", host], { timeoutMs: ASK_BOUND_MS });
  if (!asked.ok) return asked;
  const found = hasSucceeded(asked.value) ? /^hostname (\S+)$/m.exec(asked.value.stdout)?.[1] : undefined;
  return ok(found?.toLowerCase() ?? host);
}
