/** The layout of each kind of package. */

import { join } from "@std/path/posix";
import { compress, entriesBelow, type Entry, textEntry } from "./entry.ts";
import { DENO_VERSION, portableFolder, programName, type Target } from "../build/targets.ts";
import { CHECKSUMS } from "../build/checksums.ts";
import type { Papers } from "./papers.ts";

export interface Product {
  readonly target: Target;
  readonly form: "native" | "portable";
  readonly version: string;
  /** The folder of the build. */
  readonly folder: string;
}

export function packageName({ target, version }: Product): string {
  return `orchastration-${version}-${target.os}-${target.arch}`;
}

/** One folder that can be unpacked anywhere. */
export async function archiveLayout(product: Product, papers: Papers): Promise<readonly Entry[]> {
  const top = packageName(product);
  return [
    ...await programEntries(product, top),
    ...completionEntries(product, papers, join(top, "completions")),
    textEntry(join(top, "man/orchastration.1"), papers.manualPage),
    textEntry(join(top, "config.example.toml"), papers.example),
    textEntry(join(top, "THIRD_PARTY_NOTICES.txt"), papers.notices),
  ];
}

/** Source: Filesystem Hierarchy Standard 3.0, 4.4 and 4.7; Debian Policy 4.7, 12.5 and 12.7. */
export async function debLayout(
  product: Product,
  papers: Papers,
): Promise<readonly Entry[]> {
  const docs = "usr/share/doc/orchastration";
  const program: readonly Entry[] = product.form === "native" ? await programEntries(product, "usr/bin") : [
    ...await programEntries(product, "usr/lib/orchastration"),
    { path: "usr/bin/orchastration", content: { linkTo: "../lib/orchastration/orchastration" } },
  ];
  const gz = async (text: string) => await compress(new TextEncoder().encode(text), "gzip");
  const { bash, zsh, fish } = papers.completions;
  return [
    ...program,
    textEntry(join(docs, "copyright"), papers.notices),
    { path: join(docs, "changelog.gz"), content: await gz(papers.changelog) },
    { path: "usr/share/man/man1/orchastration.1.gz", content: await gz(papers.manualPage) },
    textEntry("usr/share/bash-completion/completions/orchastration", bash),
    textEntry("usr/share/zsh/vendor-completions/_orchastration", zsh),
    textEntry("usr/share/fish/vendor_completions.d/orchastration.fish", fish),
    textEntry(join(docs, "examples/config.example.toml"), papers.example),
  ];
}

/** Without a runtime: npm installs the one for the machine. */
export async function npmLayout(product: Product, papers: Papers, start: string): Promise<readonly Entry[]> {
  const program = join(product.folder, portableFolder(product.target), "program");
  return [
    textEntry("package/package.json", `${JSON.stringify(npmManifest(product.version), null, 2)}\n`),
    { ...textEntry("package/bin/orchastration.mjs", start), executable: true },
    ...await entriesBelow(program, "package/program"),
    textEntry("package/man/orchastration.1", papers.manualPage),
    textEntry("package/config.example.toml", papers.example),
    textEntry("package/THIRD_PARTY_NOTICES.txt", papers.notices),
  ];
}

function npmManifest(version: string) {
  return {
    name: "orchastration",
    version,
    description: "Runs the jobs and tasks of a repository, and keeps proof of how they ended",
    type: "module",
    bin: { orchastration: "bin/orchastration.mjs" },
    man: "man/orchastration.1",
    engines: { node: ">=20" },
    dependencies: { deno: DENO_VERSION },
  };
}

/** Under the names by which each shell finds them. */
function completionEntries({ target }: Product, { completions }: Papers, under: string): readonly Entry[] {
  const powershell = textEntry(join(under, "orchastration.ps1"), completions.powershell);
  if (target.os === "windows") return [powershell];
  return [
    textEntry(join(under, "orchastration.bash"), completions.bash),
    textEntry(join(under, "_orchastration"), completions.zsh),
    textEntry(join(under, "orchastration.fish"), completions.fish),
    powershell,
  ];
}

async function programEntries(product: Product, under: string): Promise<readonly Entry[]> {
  const name = programName(product.target, product.form);
  const entries = await entriesBelow(product.folder, under);
  const kept = entries.filter(({ path }) => path !== join(under, CHECKSUMS));
  if (!kept.some(({ path }) => path === join(under, name))) {
    throw new Error(`Cannot package ${product.folder}: it has no ${name}`);
  }
  return kept;
}
