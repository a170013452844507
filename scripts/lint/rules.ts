/** Rules of `deno lint` for this project; deno.json names this file. */

/** `value as unknown as Other` says anything about a value, so the compiler checks nothing. */
const noDoubleCast: Deno.lint.Rule = {
  create(context) {
    if (!/[\\/]src[\\/]/.test(context.filename)) return {};
    return {
      TSAsExpression({ expression, range }) {
        if (expression.type !== "TSAsExpression") return;
        if (expression.typeAnnotation.type !== "TSUnknownKeyword") return;
        context.report({
          range,
          message: "A cast through `unknown` hides every mistake",
          hint: "Parse the value, or narrow its type by a check.",
        });
      },
    };
  },
};

export default {
  name: "orchastration",
  rules: { "no-double-cast": noDoubleCast },
} satisfies Deno.lint.Plugin;
