/** Prints where the file of Mermaid is that browsers load: scripts/tools/diagrams.ts draws with it. */

console.log(import.meta.resolve("mermaid/dist/mermaid.min.js"));
