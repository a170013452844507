/**
 * The key of the user, beside the user's configuration: made at first use, readable by its owner alone, and refused if it is
 * readable by others. Never in a repository and never in a record.
 */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, type NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { privateKeyOfPem, privateKeyPem } from "../../model/signing_key.ts";
import { replaceFile } from "../../host/durable_write.ts";
import type { Host } from "../../host/host.ts";
import { shellWord } from "../../model/shell_word.ts";
import { fileUnwritable } from "../files/user_file.ts";
import { besideUserConfig } from "../workspace/user_folder.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { keyIdOf, type Signer } from "./signer.ts";

const KEY_NAME = "signing-key.pem";
/** Names the key where a call does not. */
const KEY_VARIABLE = "ORCHASTRATION_SIGNING_KEY";
const IN_AGENT = "ssh-agent";
/** A key has 119 bytes as text; the rest is for line ends and for what is not ours. */
const MAX_BYTES = 64 * 1024;
/** Another process makes the key at the same moment. */
const LOCK_BOUND_MS = 5000;
const LOCK_PAUSE_MS = 20;
const ANOTHER_KEY = nextAdvice("name another key with --key <path>");
/** The bits of everybody but the owner. */
const OTHERS = 0o077;

/** Its path; a failure where the system does not say where the user's configuration is. */
function userKey(workspace: Workspace): Result<string, Failure> {
  return besideUserConfig(workspace, KEY_NAME, {
    what: "the folder of the signing key",
    advice: "set it, or name a key with --key <path>",
  });
}

/**
 * The key that a call names, or the variable, or the user's own, which is made if there is none. A name is "ssh-agent", the file of a
 * private key, or that of a public key in the form of SSH, whose private part ssh-agent has.
 */
export async function openSigner(
  workspace: Workspace,
  flag: string | undefined,
): Promise<Result<Signer, Failure>> {
  const { host } = workspace;
  const named = flag ?? (host.environment.get(KEY_VARIABLE) || undefined);
  if (named === IN_AGENT) return await (await import("./agent_key.ts")).agentSigner(host, undefined);
  if (named !== undefined) {
    return await namedSigner(host, host.paths.resolve(workspace.currentFolder, named));
  }
  const place = userKey(workspace);
  if (!place.ok) return place;
  const found = host.files.entry(place.value);
  if (found.ok) return await fileSigner(host, place.value, false);
  if (found.failure.kind !== "not_found") return fail(unreadable(place.value, found.failure.reason));
  const made = await makeKey(host, place.value);
  return made.ok ? await fileSigner(host, place.value, made.value) : made;
}

async function namedSigner(host: Host, path: string): Promise<Result<Signer, Failure>> {
  const bytes = host.files.readBytes(path, MAX_BYTES);
  if (!bytes.ok) return fail(unreadable(path, bytes.failure.reason));
  const text = new TextDecoder().decode(bytes.value);
  if (!text.startsWith("ssh-")) return await fileSigner(host, path, false);
  const { publicKeyOfLine } = await import("../../model/ssh_agent.ts");
  const publicKey = publicKeyOfLine(text);
  if (publicKey === undefined) return unusable(path, "it is no public key of Ed25519", [ANOTHER_KEY]);
  return await (await import("./agent_key.ts")).agentSigner(host, publicKey);
}

/** The public key of the user, without making one; undefined where there is none that can be used. */
export async function ownPublicKey(workspace: Workspace): Promise<Uint8Array | undefined> {
  const place = userKey(workspace);
  if (!place.ok || !workspace.host.files.entry(place.value).ok) return undefined;
  const signer = await fileSigner(workspace.host, place.value, false);
  return signer.ok ? signer.value.publicKey : undefined;
}

async function fileSigner(host: Host, path: string, isNew: boolean): Promise<Result<Signer, Failure>> {
  const { files, signing } = host;
  const private_ = requirePrivate(host, path);
  if (!private_.ok) return private_;
  const bytes = files.readBytes(path, MAX_BYTES);
  if (!bytes.ok) return fail(unreadable(path, bytes.failure.reason));
  const key = await privateKeyIn(new TextDecoder().decode(bytes.value));
  if (key === "encrypted") {
    return unusable(path, "it has a passphrase", [
      nextAdvice("add it to ssh-agent with ssh-add, then name its public key: --key <path>.pub"),
    ]);
  }
  const publicKey = key === undefined ? undefined : await signing.publicKeyOf(key);
  if (key === undefined || publicKey === undefined) {
    return unusable(path, "it is no private key of Ed25519 without a passphrase", [
      nextAdvice("name a key that `openssl genpkey -algorithm ed25519` wrote, or one of ssh-agent"),
    ]);
  }
  return ok({
    keyId: await keyIdOf(host, publicKey),
    publicKey,
    place: path,
    isNew,
    sign: async (message) => ok(await signing.sign(key, message)),
  });
}

/** PKCS #8, or the form of OpenSSH. */
async function privateKeyIn(text: string): Promise<Uint8Array | "encrypted" | undefined> {
  if (!text.includes("OPENSSH")) return privateKeyOfPem(text);
  return (await import("../../model/ssh_agent.ts")).privateKeyOfOpenSsh(text);
}

/** A key that others can read is no longer the key of one person. */
function requirePrivate({ files, environment }: Host, path: string): Result<void, Failure> {
  const real = files.realPath(path);
  if (!real.ok) return fail(unreadable(path, real.failure.reason));
  const entry = files.entry(real.value);
  if (!entry.ok) return fail(unreadable(path, entry.failure.reason));
  const { kind, ownerId, mode } = entry.value;
  if (kind !== "file") return unusable(path, "it is not a plain file", [ANOTHER_KEY]);
  if (ownerId !== undefined && environment.userId !== undefined && ownerId !== environment.userId) {
    return unusable(path, "it belongs to another user", [ANOTHER_KEY]);
  }
  if (mode !== undefined && (mode & OTHERS) !== 0) {
    return unusable(path, `other users can use it (its mode is ${mode.toString(8).padStart(4, "0")})`, [
      nextAdvice(
        `chmod 600 ${
          shellWord(real.value)
        }, if nobody else has read it; else remove it, and a new one is made`,
      ),
    ]);
  }
  return ok(undefined);
}

/** Whether this call made it; false where another process was faster. */
async function makeKey(
  { files, paths, signing, clock }: Host,
  path: string,
): Promise<Result<boolean, Failure>> {
  const unwritable = (reason: string) => fileUnwritable(path, reason);
  const folder = paths.dirname(path);
  const made = files.makeFolders(folder, "private");
  if (!made.ok) return unwritable(made.failure.reason);
  // What it signs must not survive a power cut without it.
  for (const created of made.value) {
    const synced = files.syncFolder(paths.dirname(created));
    if (!synced.ok && synced.failure.kind !== "permission_denied") return unwritable(synced.failure.reason);
  }
  const giveUpAtMs = clock.monotonicMs() + LOCK_BOUND_MS;
  for (;;) {
    const lock = files.tryLock(`${path}.lock`, { exclusive: true, create: "if_missing" });
    if (!lock.ok && lock.failure.kind !== "no_locks") return unwritable(lock.failure.reason);
    if (lock.ok && lock.value === "held") {
      if (clock.monotonicMs() >= giveUpAtMs) return unwritable("another process is making it");
      await clock.after(LOCK_PAUSE_MS).elapsed;
      continue;
    }
    try {
      if (files.entry(path).ok) return ok(false);
      const bytes = new TextEncoder().encode(privateKeyPem(await signing.makeKey()));
      const written = replaceFile(files, paths, path, bytes, { durable: "new" });
      return written.ok ? ok(true) : unwritable(written.failure.reason);
    } finally {
      if (lock.ok && lock.value !== "held") {
        files.remove(`${path}.lock`);
        lock.value.release();
      }
    }
  }
}

function unusable(path: string, why: string, next: NextSteps): Result<never, Failure> {
  return fail({ code: "not_signed", run: undefined, fact: `the key ${path} cannot be used: ${why}`, next });
}

function unreadable(path: string, reason: string): Failure {
  return { code: "file_unreadable", action: "read the signing key", path, reason, next: [ANOTHER_KEY] };
}
