/** The notices about the work of others in a package. */

import { type Component, DENO_LICENSE, idOf } from "./components.ts";
import { DENO_VERSION } from "../build/targets.ts";

export function notices(components: readonly Component[]): string {
  const parts = [
    section(`deno@${DENO_VERSION} (MIT)`, DENO_LICENSE),
    ...components.map((each) => section(`${idOf(each)} (${each.license})`, each.licenseText)),
  ];
  return `Orchastration contains the software below. Each part comes with its own licence.
The runtime holds further parts (V8, and crates of Rust): https://github.com/denoland/deno

${parts.join("\n")}`;
}

function section(title: string, text: string): string {
  return `${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${text}\n`;
}
