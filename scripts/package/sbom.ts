/**
 * The machine-readable list of a package's components. Source: CycloneDX 1.6,
 * https://cyclonedx.org/docs/1.6/json/
 */

import { type Component, idOf } from "./components.ts";
import { DENO_VERSION } from "../build/targets.ts";

export interface SbomFacts {
  readonly version: string;
  readonly commit: string;
  readonly secondsSinceEpoch: number;
}

/** Equal facts give equal text: the serial number is made from the content. */
export async function sbom(components: readonly Component[], facts: SbomFacts): Promise<string> {
  const self = { name: "orchastration", version: facts.version };
  const runtime = { name: "deno", version: DENO_VERSION };
  const content = {
    metadata: {
      timestamp: new Date(facts.secondsSinceEpoch * 1000).toISOString().replace(".000Z", "Z"),
      component: {
        type: "application",
        "bom-ref": purl(self),
        ...self,
        purl: purl(self),
        ...(facts.commit === "" ? {} : { properties: [{ name: "commit", value: facts.commit }] }),
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": purl(runtime),
        ...runtime,
        purl: purl(runtime),
        licenses: [{ license: { id: "MIT" } }],
      },
      ...components.map((each) => ({
        type: "library",
        "bom-ref": purl(each),
        ...nameOf(each),
        version: each.version,
        scope: "required",
        hashes: [hashOf(each)],
        licenses: [{ license: { id: each.license } }],
        purl: purl(each),
      })),
    ],
    dependencies: dependencies(self, runtime, components),
  };
  const serialNumber = `urn:uuid:${await uuidOf(JSON.stringify(content))}`;
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber, version: 1 };
  return `${JSON.stringify({ ...head, ...content }, null, 2)}\n`;
}

function dependencies(
  self: { readonly name: string; readonly version: string },
  runtime: { readonly name: string; readonly version: string },
  components: readonly Component[],
): readonly { readonly ref: string; readonly dependsOn: readonly string[] }[] {
  const byId = new Map(components.map((each) => [idOf(each), purl(each)]));
  const own = components.filter(({ direct }) => direct);
  return [
    { ref: purl(self), dependsOn: [purl(runtime), ...own.map(purl)] },
    { ref: purl(runtime), dependsOn: [] },
    ...components.map((each) => ({
      ref: purl(each),
      dependsOn: each.dependencies.map((id) => byId.get(id)!),
    })),
  ];
}

/** Source: the purl specification, type npm: the scope is the namespace, and its "@" is percent-encoded. */
function purl({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function nameOf({ name }: Component): { readonly group?: string; readonly name: string } {
  const [group, inner] = name.split("/");
  return inner === undefined ? { name } : { group: group!, name: inner };
}

function hashOf({ integrity }: Component): { readonly alg: string; readonly content: string } {
  const base64 = /^sha512-(.+)$/.exec(integrity)?.[1];
  if (base64 === undefined) throw new Error(`Cannot read the integrity "${integrity}": expected "sha512-…"`);
  return { alg: "SHA-512", content: Uint8Array.fromBase64(base64).toHex() };
}

/** Source: RFC 9562, section 5.8: version 8, whose bits are chosen by the application. */
async function uuidOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = new Uint8Array(digest).toHex();
  const variant = (8 | Number.parseInt(hex[16]!, 16) & 3).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}
