/**
 * A layout and links of in-toto in their classic form (specification 1.0), which in-toto-verify reads: which steps a build has, what
 * each used and produced, and the checks of their results. Pure: the signatures come from elsewhere.
 */

import type { RunRecord } from "./run.ts";
import type { StatedFile } from "./statement.ts";

/** A layout has to end at some time. The program does not know how long somebody wants to rely on it. */
const LAYOUT_YEARS = 10;
const LAYOUT_NAME = "root.layout";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Digests = { readonly [path: string]: { readonly sha256: string } };

/** A key in the form of in-toto. */
export interface InTotoKey {
  /** The SHA-256 of its canonical form; see `keyText`. */
  readonly keyId: string;
  readonly publicHex: string;
}

/** The text whose SHA-256 is the id of a key. */
export function keyText(publicHex: string): string {
  return canonical(keyObject(publicHex));
}

/** The public key as a file that in-toto-verify reads. */
export function keyFile(publicHex: string): string {
  return `${JSON.stringify(keyObject(publicHex))}\n`;
}

function keyObject(publicHex: string) {
  return {
    keyid_hash_algorithms: ["sha256", "sha512"],
    keytype: "ed25519",
    keyval: { public: publicHex },
    scheme: "ed25519",
  } as const;
}

/** A file that is to be signed: `canonical(signed)` are the signed bytes. */
export interface Unsigned {
  readonly name: string;
  readonly signed: Json;
}

/** One step: a run with what it used and what it left behind. */
interface Step {
  readonly name: string;
  readonly run: RunRecord;
  readonly materials: Digests;
  readonly products: Digests;
  readonly expectedMaterials: readonly (readonly string[])[];
  readonly expectedProducts: readonly (readonly string[])[];
}

export interface BuildForLayout {
  readonly build: RunRecord;
  readonly plan: { readonly run: RunRecord; readonly files: readonly StatedFile[] } | undefined;
  /** Its record, logs and manifests. */
  readonly files: readonly StatedFile[];
  /** Its input files, with the digests of their contents. */
  readonly inputs: readonly StatedFile[];
  readonly checks: readonly {
    readonly criterion: string;
    readonly run: RunRecord;
    readonly files: readonly StatedFile[];
  }[];
  readonly signedAtMs: number;
}

/** The layout and a link for each step. */
export function inTotoFiles(facts: BuildForLayout, key: InTotoKey): readonly Unsigned[] {
  const steps = stepsOf(facts);
  const links = steps.map((step): Unsigned => ({
    name: `${step.name}.${key.keyId.slice(0, 8)}.link`,
    signed: {
      _type: "link",
      name: step.name,
      command: step.run.intent.command,
      materials: step.materials,
      products: step.products,
      byproducts: {
        status: step.run.status,
        ...(step.run.exit_code === null ? {} : { "return-value": step.run.exit_code }),
      },
      environment: { variables: step.run.intent.env_names },
    },
  }));
  return [{ name: LAYOUT_NAME, signed: layoutOf(facts, steps, key) }, ...links];
}

function stepsOf({ build, plan, files, inputs, checks }: BuildForLayout): readonly Step[] {
  const outputs = digestsOf(
    build.outputs.flatMap(({ path, type, sha256 }) =>
      type === "file" && sha256 !== null ? [{ path, sha256 }] : []
    ),
  );
  const own = digestsOf(files);
  const planned = digestsOf(plan?.files ?? []);
  const planStep: Step | undefined = plan && {
    name: "plan",
    run: plan.run,
    materials: {},
    products: planned,
    expectedMaterials: [["DISALLOW", "*"]],
    expectedProducts: only(Object.keys(planned)),
  };
  const matched = Object.keys(planned).map((
    path,
  ) => ["MATCH", literal(path), "WITH", "PRODUCTS", "FROM", "plan"]);
  const buildStep: Step = {
    name: "build",
    run: build,
    materials: { ...digestsOf(inputs), ...planned },
    products: { ...outputs, ...own },
    expectedMaterials: [...matched, ...only(inputs.map(({ path }) => path), [])],
    expectedProducts: only(Object.keys({ ...outputs, ...own })),
  };
  return [
    ...(planStep === undefined ? [] : [planStep]),
    buildStep,
    ...checks.map(({ criterion, run, files }): Step => ({
      name: `check-${criterion}`,
      run,
      materials: outputs,
      products: digestsOf(files),
      expectedMaterials: [["MATCH", "*", "WITH", "PRODUCTS", "FROM", "build"], ["DISALLOW", "*"]],
      expectedProducts: only(files.map(({ path }) => path)),
    })),
  ];
}

function layoutOf(
  { signedAtMs }: BuildForLayout,
  steps: readonly Step[],
  { keyId, publicHex }: InTotoKey,
): Json {
  const expires = new Date(signedAtMs);
  expires.setUTCFullYear(expires.getUTCFullYear() + LAYOUT_YEARS);
  const recorded = steps.flatMap(({ name, products }) =>
    Object.keys(products).filter((path) => path.startsWith("runs/")).map((path) => ({ name, path }))
  );
  const unchanged = [
    ...recorded.map(({ path }) => ["REQUIRE", path]),
    ...recorded.map(({ name, path }) => ["MATCH", literal(path), "WITH", "PRODUCTS", "FROM", name]),
    ["DISALLOW", "runs/*"],
    ["ALLOW", "*"],
  ];
  return {
    _type: "layout",
    readme: "",
    expires: `${expires.toISOString().slice(0, 19)}Z`,
    keys: { [keyId]: { ...keyObject(publicHex), keyid: keyId } },
    steps: steps.map(({ name, run, expectedMaterials, expectedProducts }) => ({
      _type: "step",
      name,
      pubkeys: [keyId],
      threshold: 1,
      expected_command: run.intent.command,
      expected_materials: expectedMaterials,
      expected_products: expectedProducts,
    })),
    inspect: steps.filter(({ name }) => name !== "plan").map(({ name, run }) => ({
      _type: "inspection",
      name: `${name}-succeeded`,
      run: ["jq", "-e", '.status == "succeeded"', `runs/${run.id}.json`],
      expected_materials: unchanged,
      expected_products: [["ALLOW", "*"]],
    })),
  };
}

/** Each of these has to be there, where `required` names it, and nothing else may be. */
function only(paths: readonly string[], required = paths): readonly (readonly string[])[] {
  return [
    ...required.map((path) => ["REQUIRE", path]),
    ...paths.map((path) => ["ALLOW", literal(path)]),
    ["DISALLOW", "*"],
  ];
}

/** Patterns are those of fnmatch in Python, where a class of one character stands for itself. */
function literal(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

function digestsOf(files: readonly StatedFile[]): Digests {
  return Object.fromEntries(files.map(({ path, sha256 }) => [path, { sha256 }]));
}

/** The signed file. */
export function metablockText(signed: Json, keyId: string, signature: Uint8Array): string {
  return `${JSON.stringify({ signatures: [{ keyid: keyId, sig: signature.toHex() }], signed }, null, 1)}\n`;
}

/** undefined unless the text is exactly what `metablockText` writes for its parts. */
export function readMetablock(
  text: string,
): { readonly keyId: string; readonly signature: Uint8Array; readonly signed: Json } | undefined {
  try {
    const { signatures: [{ keyid, sig }], signed } = JSON.parse(text);
    const signature = Uint8Array.fromHex(sig);
    return metablockText(signed, keyid, signature) === text ? { keyId: keyid, signature, signed } : undefined;
  } catch (error) {
    // No JSON, no hexadecimal digits, or another shape.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The canonical JSON of in-toto: sorted keys, and only the backslash and the quote escaped. Source: OLPC, "Canonical JSON" */
export function canonical(value: Json): string {
  if (typeof value === "string") return `"${value.replace(/[\\"]/g, "\\$&")}"`;
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value).sort(([one], [other]) => byCodePoint(one, other))
    .map(([key, inner]) => `${canonical(key)}:${canonical(inner)}`);
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Python sorts by code points, JavaScript by UTF-16 code units. */
function byCodePoint(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
