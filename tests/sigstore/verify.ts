/**
 * Reads lines of JSON, each with a `bundle` (its text) and a `key` (PEM), and prints a line for each: the payload that
 * Sigstore's own libraries accepted, or why they refused.
 */

import { createPublicKey } from "node:crypto";
import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, Verifier } from "@sigstore/verify";

const input = await new Response(Deno.stdin.readable).text();
for (const line of input.split("\n")) {
  if (line === "") continue;
  const { bundle, key } = JSON.parse(line);
  console.log(JSON.stringify(judge(bundle, key)));
}

function judge(text: string, pem: string): { readonly ok: boolean; readonly said: string } {
  try {
    const trusted = { publicKey: createPublicKey(pem), validFor: () => true };
    const material = {
      certificateAuthorities: [],
      timestampAuthorities: [],
      tlogs: [],
      ctlogs: [],
      publicKey: () => trusted,
    };
    const verifier = new Verifier(material, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 });
    const bundle = bundleFromJSON(JSON.parse(text));
    verifier.verify(toSignedEntity(bundle));
    const content = bundle.content;
    const said = content.$case === "dsseEnvelope" ? content.dsseEnvelope.payload.toString() : content.$case;
    return { ok: true, said };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
