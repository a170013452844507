/**
 * Makes the parts of a bundle load nothing before it is needed: neither other parts, nor built-ins of Node. Works on the
 * text that `deno bundle` writes, and refuses what it does not know.
 */

/** The file of the bundle that has what stands in for built-ins; its source is lazy_builtins.ts. */
export const LAZY_BUILTINS = "lazy_builtins.js";

/** What a library extends is needed at once. lazy_builtins.ts has a class of its own for each. */
const CLASSES: readonly string[] = ["EventEmitter of node:events"];
/** These are functions, and so can be asked for when they are called. */
const FUNCTIONS: readonly string[] = ["stripVTControlCharacters of node:util"];

/** Only parts that are loaded for it import this one. */
const NEEDED = "node:crypto";

/** How a bundle of CommonJS asks for built-ins; the module that it takes this from is one itself. */
const REQUIRE =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar __require = \1\(import\.meta\.url\);$/m;
const WHOLE = /^import (\w+) from "(node:[\w/]+)";\n/gm;
const NAMES = new RegExp(`^import \\{ (.*) \\} from "(?!${NEEDED}")(node:[\\w/]+)";\\n`, "gm");

export function lazyPart(text: string): string {
  return lazyBuiltins(lazyParts(text));
}

/**
 * The runtime reads every part that a literal `import()` names before it starts the first one. What an expression names
 * it reads when it comes there, which halves the start.
 */
function lazyParts(text: string): string {
  return text.replaceAll(/\bimport\(("\.\/[^"]+\.js")\)/g, 'import($1 + "")');
}

function lazyBuiltins(text: string): string {
  const used = new Set<string>();
  // Imports count from the top of a module, wherever they stand; so does what takes their place.
  const declarations: string[] = [];
  const declare = (local: string, value: string, helper: string) => {
    used.add(helper);
    declarations.push(`var ${local} = ${value};\n`);
    return "";
  };
  const lazy = text
    .replace(REQUIRE, () => declare("__require", "__lazy.whenUsed", "whenUsed"))
    .replaceAll(
      WHOLE,
      (_, local: string, builtin: string) => declare(local, `__lazy.whenUsed("${builtin}")`, "whenUsed"),
    )
    .replaceAll(NAMES, (_, names: string, builtin: string) =>
      names.split(", ").map((each) => {
        const [name, local = name] = each.split(" as ") as [string, string?];
        const what = `${name} of ${builtin}`;
        if (CLASSES.includes(what)) return declare(local, `__lazy.${name}`, name);
        if (FUNCTIONS.includes(what)) {
          return declare(local, `__lazy.whenCalled("${builtin}", "${name}")`, "whenCalled");
        }
        throw new Error(`Cannot put off the import of ${what}: scripts/build/lazy.ts does not know it`);
      }).join(""));
  const left = new RegExp(`^(?:import|export)\\b[^;]*"(?!${NEEDED}")node:[^"]*".*$`, "m").exec(lazy);
  if (left !== null) throw new Error(`Cannot put off "${left[0]}": it has a form that is not known`);
  if (declarations.length === 0) return lazy;
  return `import * as __lazy from "./${LAZY_BUILTINS}";\n${declarations.join("")}${lazy}`;
}
