/**
 * Makes the parts of a bundle load other parts, and built-ins of Node, only when they are needed. Works on
 * the text that `deno bundle` writes, and refuses unknown forms.
 */

/** The file of the bundle with the replacements for built-ins; its source is lazy_builtins.ts. */
export const LAZY_BUILTINS = "lazy_builtins.js";

/** A class that a library extends is needed at once, so lazy_builtins.ts has its own version of each. */
const CLASSES: readonly string[] = ["EventEmitter of node:events"];
/** Functions can be loaded when they are called. */
const FUNCTIONS: readonly string[] = ["stripVTControlCharacters of node:util"];

/** Only parts that are themselves loaded late import this one. */
const NEEDED = "node:crypto";

/** How a bundle of CommonJS asks for built-ins; the module that provides this is a built-in itself. */
const REQUIRE =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar __require = \1\(import\.meta\.url\);$/m;
const WHOLE = /^import (\w+) from "(node:[\w/]+)";\n/gm;
const NAMES = new RegExp(`^import \\{ (.*) \\} from "(?!${NEEDED}")(node:[\\w/]+)";\\n`, "gm");

export function lazyPart(text: string): string {
  return lazyBuiltins(lazyParts(text));
}

/**
 * The runtime reads every part named by a literal `import()` before it starts the first one. A part named by
 * an expression is read when that is evaluated, which halves the start.
 */
function lazyParts(text: string): string {
  return text.replaceAll(/\bimport\(("\.\/[^"]+\.js")\)/g, 'import($1 + "")');
}

function lazyBuiltins(text: string): string {
  const used = new Set<string>();
  // Imports take effect from the top of a module, wherever they stand, so their replacements are put there.
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
