/**
 * Draws docs/diagrams/*.mmd as SVG: `deno task diagrams`, with npm's Mermaid in a headless Chromium. Each
 * picture contains the digest of its source, by which a test sees that they belong together.
 */

import { fromFileUrl, toFileUrl } from "@std/path";

export const DIAGRAMS = new URL("../../docs/diagrams/", import.meta.url);
const MERMAID = new URL("../../tests/mermaid/", import.meta.url);
const PAGE = new URL("./diagrams/page.js", import.meta.url);
const CSS = new URL("./diagrams/diagrams.css", import.meta.url);
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const BOUND_MS = 60_000;

export interface Diagram {
  /** Without its extension. */
  readonly name: string;
  readonly source: string;
  /** Covers everything that the picture depends on, except the browser and its fonts. */
  readonly sha256: string;
}

/** The sources, sorted by name. */
export async function diagrams(): Promise<readonly Diagram[]> {
  const names = [...Deno.readDirSync(DIAGRAMS)].map(({ name }) => name).filter((name) =>
    name.endsWith(".mmd")
  );
  const rest = [PAGE, CSS, new URL("deno.lock", MERMAID)].map(readText);
  return await Promise.all(
    names.toSorted().map(async (file) => {
      const source = readText(new URL(file, DIAGRAMS));
      return { name: file.replace(/\.mmd$/, ""), source, sha256: await sha256([source, ...rest].join("\0")) };
    }),
  );
}

/** The picture of a diagram, as it is on disk. */
export function picture(name: string): string {
  return readText(new URL(`${name}.svg`, DIAGRAMS));
}

/** With the line ends of a clone on any system. */
function readText(url: URL): string {
  return Deno.readTextFileSync(url).replaceAll("\r\n", "\n");
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** The SVG of each source. */
async function draw(sources: readonly string[]): Promise<readonly string[]> {
  const folder = await Deno.makeTempDir({ prefix: "orchastration-diagrams-" });
  try {
    const input = JSON.stringify({ sources, css: readText(CSS) }).replaceAll("<", "\\u003c");
    const html = '<!doctype html><meta charset="utf-8"><body>' +
      `<script id="input" type="application/json">${input}</script>` +
      `<script src="${await mermaidBundle()}"></script><script type="module">${readText(PAGE)}</script>`;
    await Deno.writeTextFile(`${folder}/page.html`, html);
    const { success, stdout, stderr } = await new Deno.Command(await browser(), {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", `--user-data-dir=${folder}/profile`],
        // Time in the page passes as fast as possible, so this is a bound and no delay.
        ...[`--virtual-time-budget=${BOUND_MS}`, "--dump-dom", toFileUrl(`${folder}/page.html`).href],
      ],
      stdin: "null",
      signal: AbortSignal.timeout(BOUND_MS),
    }).output();
    const encoded = /<body>([A-Za-z0-9+/=]+)<\/body>/.exec(new TextDecoder().decode(stdout))?.[1];
    if (!success || encoded === undefined) {
      throw new Error(`Cannot draw the diagrams: ${new TextDecoder().decode(stderr)}`);
    }
    return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(encoded)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where Deno keeps Mermaid's file for browsers. */
async function mermaidBundle(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-env", "--config", "deno.json", "bundle.ts"],
    cwd: fromFileUrl(MERMAID),
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot load Mermaid: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

async function browser(): Promise<string> {
  for (const name of BROWSERS) {
    try {
      const { success } = await new Deno.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`Cannot draw the diagrams: none of ${BROWSERS.join(", ")} is on PATH`);
}

if (import.meta.main) {
  const all = await diagrams();
  const drawn = await draw(all.map(({ source }) => source));
  for (const [index, { name, sha256 }] of all.entries()) {
    const svg = drawn[index]!.replace("<svg ", `<svg data-made-of="sha256:${sha256}" `);
    await Deno.writeTextFile(new URL(`${name}.svg`, DIAGRAMS), `${svg}\n`);
    console.log(`docs/diagrams/${name}.svg`);
  }
}
