/** Tries a million random titles, or until one has a bad slug. */
import { slug } from "./slug.ts";

console.error("trying a million titles");
for (let tried = 1; tried <= 1_000_000; tried++) {
  const title = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(8)));
  if (!/^([a-z0-9]+(-[a-z0-9]+)*)?$/.test(slug(title))) throw new Error(`a bad slug: ${slug(title)}`);
  if (tried % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
