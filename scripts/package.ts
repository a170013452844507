/** Builds Orchastration for one system and makes its installable packages. */

import { join } from "@std/path/posix";
import { VERSION } from "../src/version.ts";
import { buildProgram, ROOT } from "./build/build_program.ts";
import { OPTIONS, readWords } from "./build/words.ts";
import { V8_FLAGS } from "./build/runtime.ts";
import { Problem, runScript, withScratch } from "./build/tool.ts";
import { readComponents } from "./package/components.ts";
import { deb } from "./package/deb.ts";
import { compress, type Entry } from "./package/entry.ts";
import { archiveLayout, debLayout, npmLayout, packageName, type Product } from "./package/layout.ts";
import { notices } from "./package/notices.ts";
import { type Papers, readPapers } from "./package/papers.ts";
import { sbom } from "./package/sbom.ts";
import { tar } from "./package/tar.ts";
import { zip } from "./package/zip.ts";
import { writeList } from "./build/checksums.ts";

const HELP =
  `Builds Orchastration and packages it into dist/packages/: a .tar.gz (Windows: a .zip), on Linux a .deb, the list of
its parts (CycloneDX), the install script of the system, and SHA256SUMS of everything there.

${OPTIONS}
  --npm                      make the npm package and nothing else; it is the same for all systems
  --base-url <address>       where the packages will be: the install script looks there
  --tag <name>               refuse unless this is the tag of the version`;

await runScript(async () => {
  const words = readWords(Deno.args, "dist/packages", {
    npm: { type: "boolean" },
    "base-url": { type: "string" },
    tag: { type: "string" },
  });
  if (words === undefined) return console.log(HELP);
  const { wanted, more } = words;
  if (more["tag"] !== undefined && more["tag"] !== `v${VERSION}`) {
    throw new Problem(`Cannot release "${more["tag"]}": the tag of this version is "v${VERSION}"`);
  }
  await Deno.mkdir(wanted.out, { recursive: true });
  await withScratch(async (scratch) => {
    const folder = join(scratch, "product");
    // The npm package contains the bundle, which an executable hides.
    const form = more["npm"] ? "portable" : wanted.form;
    const built = await buildProgram({ ...wanted, form, out: folder });
    const product: Product = { target: wanted.target, form: built.form, version: VERSION, folder };
    const components = await readComponents(ROOT);
    const papers = await readPapers(ROOT, notices(components));
    const { revision } = built;
    const made = more["npm"] ? [await npmPackage(product, papers, revision.secondsSinceEpoch)] : [
      ...await systemPackages(product, papers, revision.secondsSinceEpoch),
      [
        `orchastration-${VERSION}.cdx.json`,
        await sbom(components, { version: VERSION, ...revision }),
      ] as const,
      await installScript(product, more["base-url"]),
    ];
    for (const [name, content] of made) {
      const path = join(wanted.out, name);
      await (typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content));
      if (name.endsWith(".sh") && Deno.build.os !== "windows") await Deno.chmod(path, 0o755);
      console.log(`packaged ${path}`);
    }
  });
  await writeList(wanted.out);
});

type Made = readonly [name: string, content: string | Uint8Array];

async function systemPackages(product: Product, papers: Papers, seconds: number): Promise<readonly Made[]> {
  const { target, version } = product;
  const name = packageName(product);
  const archive = await archiveLayout(product, papers);
  if (target.os === "windows") return [[`${name}.zip`, await zip(archive, seconds)]];
  const made: Made[] = [[`${name}.tar.gz`, await tarGz(archive, seconds)]];
  if (target.os === "linux") {
    const architecture = target.arch === "x64" ? "amd64" : "arm64";
    const facts = { version, architecture, secondsSinceEpoch: seconds } as const;
    made.push([
      `orchastration_${version}_${architecture}.deb`,
      await deb(await debLayout(product, papers), facts),
    ]);
  }
  return made;
}

async function npmPackage(product: Product, papers: Papers, seconds: number): Promise<Made> {
  if (product.form !== "portable") {
    throw new Problem(
      "Cannot make the npm package of an executable: it holds the program alone",
      "--portable",
    );
  }
  const start = (await Deno.readTextFile(join(ROOT, "scripts/package/npm_start.mjs")))
    .replace("@V8_FLAGS@", V8_FLAGS);
  return [`orchastration-${VERSION}.tgz`, await tarGz(await npmLayout(product, papers, start), seconds)];
}

async function tarGz(entries: readonly Entry[], seconds: number): Promise<Uint8Array> {
  return await compress(tar(entries, { secondsSinceEpoch: seconds }), "gzip");
}

/** With the address of the packages it needs no argument; otherwise the caller has to give one. */
async function installScript({ target }: Product, baseUrl: string | boolean | undefined): Promise<Made> {
  const name = target.os === "windows" ? "install.ps1" : "install.sh";
  const text = await Deno.readTextFile(join(ROOT, "scripts", name));
  return [name, typeof baseUrl === "string" ? text.replace("@BASE_URL@", baseUrl) : text];
}
