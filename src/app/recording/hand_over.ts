/** Hands a run over to whichever command looks next, and takes it up again. Values of secrets are not kept meanwhile. */

import type { FileRecord } from "../../model/run.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { SlurmSettings } from "../../model/executor.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { SpawnRequest } from "../../host/processes.ts";
import { type HandedSpawn, type Handover, writeHandover } from "../../store/handover.ts";
import { readInputKey } from "../../store/input_key.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { CHAIN_VARIABLE } from "./prepare_run.ts";

/** No argument and no variable can contain it. */
const EDGE = "\0";

export interface RunToHandOver {
  readonly run: RunId;
  readonly settings: SlurmSettings;
  readonly secrets: readonly string[];
  /** undefined where there is only one attempt. */
  readonly spawn: SpawnRequest | undefined;
  readonly before: readonly FileRecord[];
}

export async function handOver(
  parts: StoreParts,
  { run, settings, secrets, spawn, before }: RunToHandOver,
): Promise<Result<void, Failure>> {
  const macs = await macsOf(parts, secrets);
  if (!macs.ok) return macs;
  return writeHandover(parts, {
    format: 1,
    kind: "handover",
    run,
    settings,
    secrets: macs.value,
    spawn: spawn === undefined ? null : withPlaces(spawn, secrets),
    before,
  });
}

/**
 * The values of the secrets of a run that was handed over, in their order, where the present values are the same ones;
 * undefined where they are not.
 */
export async function sameSecrets(
  parts: StoreParts,
  { secrets: macs }: Handover,
  present: readonly string[],
): Promise<readonly string[] | undefined> {
  if (macs.length === 0) return [];
  const now = await macsOf(parts, present);
  if (!now.ok) return undefined;
  const found = macs.map((mac) => present[now.value.indexOf(mac)]);
  return found.every((value) => value !== undefined) ? found : undefined;
}

/** How the next attempt is started, with the values of the secrets in their places. */
export function spawnAgain(handed: HandedSpawn, token: string, secrets: readonly string[]): SpawnRequest {
  const value = (text: string) =>
    text.replaceAll(/\0(\d+)\0/g, (_, index: string) => secrets[Number(index)] ?? "");
  const { program, args, workingDir, env } = handed;
  return {
    program: value(program),
    args: args.map(value),
    workingDir: value(workingDir),
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)])),
    placement: "own_session",
    stdin: "none",
    marker: { variable: CHAIN_VARIABLE, token },
  };
}

function withPlaces(
  { program, args, workingDir, env }: SpawnRequest,
  secrets: readonly string[],
): HandedSpawn {
  // A longer value may contain a shorter one.
  const longestFirst = [...secrets.entries()].sort(([, a], [, b]) => b.length - a.length);
  const place = (text: string) =>
    longestFirst.reduce(
      (done, [index, secret]) =>
        done.split(/(\0\d+\0)/).map((part) =>
          part.startsWith(EDGE) ? part : part.replaceAll(secret, () => `${EDGE}${index}${EDGE}`)
        ).join(""),
      text,
    );
  return {
    program: place(program),
    args: args.map(place),
    workingDir: place(workingDir),
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, place(text)])),
  };
}

/** With the key of this machine, so that a short value cannot be guessed from its digest. */
async function macsOf(
  parts: StoreParts,
  secrets: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  if (secrets.length === 0) return ok([]);
  const key = readInputKey(parts);
  if (!key.ok) return fail({ code: "state_unreadable", action: "read the key", ...key.failure });
  const mac = (secret: string) =>
    parts.digests.hmacSha256(key.value, new TextEncoder().encode(`secret of a run: ${secret}`));
  return ok(await Promise.all(secrets.map(mac)));
}
