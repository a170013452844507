// Copied from npm's @logtape/logtape 2.4.2 by scripts/copy_libraries.ts. Not to be edited.
//#region src/disposable.ts
const disposeSymbol = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const asyncDisposeSymbol = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

//#endregion
export { asyncDisposeSymbol, disposeSymbol };
