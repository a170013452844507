/** Programs of others that judge what we sign: Sigstore's libraries and openssl (docs/design/0039-signatures.md). */

import { fromFileUrl } from "@std/path";
import { signedBytes } from "../../src/model/signed_bundle.ts";

const SIGSTORE = fromFileUrl(new URL("../sigstore/", import.meta.url));

export interface Verdict {
  readonly ok: boolean;
  /** The accepted payload, or the reason of the refusal. */
  readonly said: string;
}

/** The verdict of @sigstore/bundle and @sigstore/verify about each bundle, by the public key in PEM. */
export async function sigstoreSays(
  cases: readonly { readonly bundle: string; readonly key: string }[],
): Promise<readonly Verdict[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys"],
      ...["--config", "deno.json", "verify.ts"],
    ],
    cwd: SIGSTORE,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  for (const each of cases) await writer.write(new TextEncoder().encode(`${JSON.stringify(each)}\n`));
  await writer.close();
  const { success, stdout, stderr } = await output;
  if (!success) throw new Error(`Cannot run Sigstore: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** Whether openssl accepts the signature of the envelope: the raw Ed25519 signature over its PAE. */
export async function opensslAccepts(bundle: string, key: string): Promise<boolean> {
  const { dsseEnvelope: { payload, payloadType, signatures: [{ sig }] } } = JSON.parse(bundle);
  const folder = await Deno.makeTempDir({ prefix: "orchastration-openssl-" });
  try {
    await Deno.writeTextFile(`${folder}/key.pem`, key);
    await Deno.writeFile(`${folder}/message`, signedBytes(payloadType, Uint8Array.fromBase64(payload)));
    await Deno.writeFile(`${folder}/signature`, Uint8Array.fromBase64(sig));
    const { code } = await new Deno.Command("openssl", {
      args: [
        ...["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem"],
        ...["-in", "message", "-sigfile", "signature"],
      ],
      cwd: folder,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return code === 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
