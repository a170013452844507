/** Prints the path of Mermaid's file for browsers: scripts/tools/diagrams.ts draws with it. */

console.log(import.meta.resolve("mermaid/dist/mermaid.min.js"));
