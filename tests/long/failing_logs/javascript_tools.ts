/** Failing projects of compilers, linters and bundlers for JavaScript, and of the runtimes themselves. */

import { type FailingProject, many } from "./project.ts";

export const JAVASCRIPT_TOOLS: readonly FailingProject[] = [
  {
    name: "tsc, one error among files that are right",
    tool: "tsc",
    files: {
      "a.ts": 'export const price: number = "12";\n',
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, n) => [`ok${n}.ts`, `export const x${n} = ${n};\n`]),
      ),
    },
    args: ["--noEmit", "--strict", "--skipLibCheck", "--types", "", "a.ts", "ok1.ts"],
    tells: ["a.ts(1,14)", "TS2322", "Type 'string' is not assignable to type 'number'"],
  },
  {
    name: "tsc, many errors, shown with the code",
    tool: "tsc",
    files: { "a.ts": many(120, (n) => `export const v${n}: number = "${n}";`) },
    args: ["--noEmit", "--pretty", "--skipLibCheck", "--types", "", "a.ts"],
    tells: ["a.ts:1:14", "TS2322", "Found 120 errors"],
  },
  {
    name: "tsc, a module that is missing",
    tool: "tsc",
    files: { "a.ts": 'import { b } from "./missing_part";\nexport const c = b;\n' },
    args: ["--noEmit", "--skipLibCheck", "--types", "", "a.ts"],
    tells: ["TS2307", "./missing_part"],
  },
  {
    name: "eslint, a rule",
    tool: "eslint",
    files: {
      "eslint.config.mjs": 'export default [{ rules: { "no-undef": "error", "no-unused-vars": "warn" } }];\n',
      "a.mjs": `${many(30, (n) => `const unused${n} = ${n};`)}\ncompute(12);\n`,
    },
    args: ["a.mjs"],
    tells: ["no-undef", "'compute' is not defined"],
  },
  {
    name: "eslint, code that cannot be parsed",
    tool: "eslint",
    files: { "eslint.config.mjs": "export default [];\n", "a.mjs": "const = 3;\n" },
    args: ["a.mjs"],
    tells: ["Parsing error", "Unexpected token ="],
  },
  {
    name: "prettier --check",
    tool: "prettier",
    files: { "a.js": "const   x =   1\n", "b.js": "const y = 1;\n" },
    args: ["--check", "."],
    tells: ["a.js", "Code style issues"],
  },
  {
    name: "biome lint",
    tool: "biome",
    files: {
      "biome.json": "{}",
      "a.js": "export function f(a) {\n  if (a == NaN) return 1;\n  return 2;\n}\n",
    },
    args: ["lint", "a.js"],
    tells: ["a.js:2", "useIsNan"],
  },
  {
    name: "esbuild, an import that is missing",
    tool: "esbuild",
    files: { "a.js": 'import { x } from "./nowhere.js";\nconsole.log(x);\n' },
    args: ["a.js", "--bundle", "--outfile=out.js"],
    tells: ["Could not resolve", "./nowhere.js"],
  },
  {
    name: "rollup, a name that is not exported",
    tool: "rollup",
    files: { "a.mjs": 'import { y } from "./b.mjs";\nconsole.log(y);\n', "b.mjs": "export const x = 1;\n" },
    args: ["a.mjs", "--file", "out.js"],
    tells: ['"y" is not exported by "b.mjs"'],
  },
  {
    name: "markdownlint",
    tool: "markdownlint",
    files: { "a.md": "# One\n\n### Three\n\ntext\n" },
    args: ["a.md"],
    tells: ["a.md:3", "MD001"],
  },
  {
    name: "node, an exception far down",
    tool: "node",
    files: {
      "a.js": 'for (let n = 0; n < 3000; n++) console.log("step " + n + " of 3000");\n' +
        'function open(name) { throw new TypeError("no reader for " + name); }\n' +
        'function load() { open("chart.xyz"); }\nload();\n',
    },
    args: ["a.js"],
    tells: ["TypeError: no reader for chart.xyz"],
  },
  {
    name: "node, a promise that nobody waits for, in the middle of output",
    tool: "node",
    files: {
      "a.js": 'for (let n = 0; n < 500; n++) console.log("step " + n);\n' +
        'Promise.reject(new Error("the lease ran out"));\n',
    },
    args: ["a.js"],
    tells: ["the lease ran out"],
  },
  {
    name: "node, a module that is missing",
    tool: "node",
    files: { "a.js": 'require("./engine");\n' },
    args: ["a.js"],
    tells: ["Cannot find module './engine'"],
  },
  {
    name: "node, an error early, then a long farewell",
    tool: "node",
    files: {
      "a.js": 'console.log("begin");\nconsole.error("Error: disk quota exceeded on /data");\n' +
        'for (let n = 0; n < 4000; n++) console.log("closing handle " + n);\nprocess.exit(4);\n',
    },
    args: ["a.js"],
    tells: ["disk quota exceeded on /data"],
  },
  {
    name: "npm run, whose script fails",
    tool: "npm",
    needs: ["node"],
    files: {
      "package.json": '{"name":"x","version":"1.0.0","scripts":{"build":"node build.js"}}',
      "build.js": 'console.log("bundling"); throw new Error("entry point src/app.ts is empty");\n',
    },
    args: ["run", "build"],
    tells: ["entry point src/app.ts is empty"],
  },
  {
    name: "npm run, of a script that is not there",
    tool: "npm",
    files: { "package.json": '{"name":"x","version":"1.0.0","scripts":{"build":"true"}}' },
    args: ["run", "bild"],
    tells: ['Missing script: "bild"'],
  },
  {
    name: "deno check",
    tool: "deno",
    files: { "a.ts": "export function f(n: number): string { return n; }\n" },
    args: ["check", "--no-config", "a.ts"],
    tells: ["TS2322", "Type 'number' is not assignable to type 'string'"],
  },
  {
    name: "deno lint",
    tool: "deno",
    files: { "a.ts": "export let x: any = 1;\n" },
    args: ["lint", "--no-config", "a.ts"],
    tells: ["no-explicit-any", "a.ts:1:15"],
  },
  {
    name: "deno fmt --check",
    tool: "deno",
    files: { "a.ts": "const x   = 1\nexport { x }\n" },
    args: ["fmt", "--no-config", "--check", "a.ts"],
    tells: ["a.ts", "Found 1 not formatted file"],
  },
];
