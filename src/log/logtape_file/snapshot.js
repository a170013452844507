// Copied from npm's @logtape/file 2.3.10 by scripts/copy_libraries.ts. Not to be edited.
//#region src/snapshot.ts
const immediateSinkSymbol = Symbol.for("LogTape.sinkSnapshotPolicy.immediate");
function markSinkAsImmediate(sink) {
	Object.defineProperty(sink, immediateSinkSymbol, { value: true });
	return sink;
}

//#endregion
export { markSinkAsImmediate };
