/**
 * The host that an alias in the configuration of ssh stands for. Knows how to call ssh; knows no
 * repositories.
 */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { hasSucceeded, type Tool } from "./tool.ts";

/** ssh may look names up in the network, if that is configured. */
const ASK_BOUND_MS = 5000;

/**
 * Resolves `github.com-work` to `github.com` where the user's configuration says so; any other host stays as
 * it is. `ssh` is undefined where it is not installed. No connection is made. Source: ssh(1), "-G".
 */
export async function resolveSshHost(ssh: Tool | undefined, host: string): Promise<Result<string, Failure>> {
  if (ssh === undefined) return ok(host);
  const asked = await ssh.call(["-G", host], { timeoutMs: ASK_BOUND_MS });
  if (!asked.ok) return asked;
  const found = hasSucceeded(asked.value) ? /^hostname (\S+)$/m.exec(asked.value.stdout)?.[1] : undefined;
  return ok(found?.toLowerCase() ?? host);
}
