/** The trace context of a run (W3C Trace Context, version 00): the place of a run in the trace of its caller. Pure. */

/** The variable by which processes hand the context on. */
export const TRACE_VARIABLE = "TRACEPARENT";

export interface TraceRecord {
  /** Given to the processes of the run, so that what they do is below it. */
  readonly traceparent: string;
  /** The context of the caller; null where there was none, and the run begins a trace. */
  readonly parent: string | null;
}

/** Later versions may add fields behind these. */
const CONTEXT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Without a caller nobody has decided against a trace, and "00" would switch off that of the job. */
const SAMPLED = "01";
const VERSION = "00";

export interface TraceContext {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: string;
}

/**
 * `digest` is 64 hexadecimal digits that no other run has; `outer` the same of the run of the same process that contains it, whose
 * child it then is.
 */
export function traceOf(digest: string, outer: string | undefined, callers: string | undefined): TraceRecord {
  const context = parseTraceContext(callers);
  const { traceId, flags } = context ?? { traceId: (outer ?? digest).slice(0, 32), flags: SAMPLED };
  const at = (span: string) => `${VERSION}-${traceId}-${spanOf(span)}-${flags}`;
  return {
    traceparent: at(digest),
    parent: outer === undefined ? (context === undefined ? null : callers!) : at(outer),
  };
}

function spanOf(digest: string): string {
  return digest.slice(-16);
}

/** undefined where it is missing, or not as the standard says: then it is ignored, as the standard says. */
export function parseTraceContext(text: string | undefined): TraceContext | undefined {
  const match = CONTEXT.exec(text ?? "");
  if (match === null) return undefined;
  const [, version, traceId, parentId, flags, more] = match;
  const isKnown = version !== "ff" && (version !== VERSION || more === undefined);
  return isKnown && !/^0+$/.test(traceId!) && !/^0+$/.test(parentId!)
    ? { traceId: traceId!, parentId: parentId!, flags: flags! }
    : undefined;
}
