/** Checks one signed file: its form, its signature, and whether the files that it is about still have their digests. */

import type { KnownKey, SignatureView } from "../../model/evidence.ts";
import { canonical, readMetablock } from "../../model/in_toto.ts";
import { PAYLOAD_TYPE, readBundle, signedBytes } from "../../model/signed_bundle.ts";
import { readStatement } from "../../model/statement.ts";
import { isTimeStampFor } from "../../model/time_stamp.ts";
import type { Host } from "../../host/host.ts";
import { inTotoKey } from "./in_toto_evidence.ts";

/** The digest of a file, by its path relative to the state folder; undefined where there is none. */
export type DigestOf = (path: string) => Promise<string | undefined>;

/** A statement in a bundle, or a layout or link of in-toto, by the name of the file. */
export async function checkSigned(
  host: Pick<Host, "signing" | "digests">,
  keys: readonly KnownKey[],
  file: string,
  bytes: Uint8Array,
  digestOf: DigestOf,
): Promise<SignatureView> {
  return file.endsWith(".sigstore.json")
    ? await checkBundle(host, keys, file, bytes, digestOf)
    : await checkMetablock(host, keys, file, bytes);
}

async function checkMetablock(
  host: Pick<Host, "signing" | "digests">,
  keys: readonly KnownKey[],
  file: string,
  bytes: Uint8Array,
): Promise<SignatureView> {
  const view = { file, keyId: undefined, by: undefined, problems: [], statement: undefined };
  const block = readMetablock(new TextDecoder().decode(bytes));
  if (block === undefined) {
    return { ...view, problems: ["it is not in the form in which layouts and links are signed here"] };
  }
  for (const key of keys) {
    if ((await inTotoKey(host, key.publicKey)).keyId !== block.keyId) continue;
    const signed = new TextEncoder().encode(canonical(block.signed));
    return await host.signing.verify(key.publicKey, block.signature, signed)
      ? { ...view, keyId: key.keyId, by: key }
      : { ...view, keyId: key.keyId, problems: ["its signature is not that of its key"] };
  }
  return view;
}

async function checkBundle(
  { signing, digests }: Pick<Host, "signing" | "digests">,
  keys: readonly KnownKey[],
  file: string,
  bytes: Uint8Array,
  digestOf: DigestOf,
): Promise<SignatureView> {
  const bundle = readBundle(new TextDecoder().decode(bytes));
  const bad = (problem: string, keyId?: string): SignatureView => ({
    file,
    keyId,
    by: undefined,
    problems: [problem],
    statement: undefined,
  });
  if (bundle === undefined) return bad("it is not in the form in which statements are signed here");
  const { payload, signature, keyId, timeStamp } = bundle;
  const by = keys.find((key) => key.keyId === keyId);
  if (
    by !== undefined && !await signing.verify(by.publicKey, signature, signedBytes(PAYLOAD_TYPE, payload))
  ) {
    return bad("its signature is not that of its key", keyId);
  }
  const statement = readStatement(new TextDecoder().decode(payload));
  if (statement === undefined) return bad("it is no statement about a run", keyId);
  const problems: string[] = [];
  const digest = Uint8Array.fromHex(await digests.sha256(signature));
  if (timeStamp !== undefined && !isTimeStampFor(timeStamp, digest)) {
    problems.push("its time stamp is not about its signature");
  }
  for (const [path, sha256] of statement.files) {
    const found = await digestOf(path);
    if (found === undefined) problems.push(`${path} is missing`);
    else if (found !== sha256) problems.push(`${path} is not what was signed`);
  }
  return { file, keyId, by, problems, statement };
}
