/** Calls of outside tools by Orchastration itself, as a record has them. Spelled as in the record. */

/**
 * `none`: the call only read. `unknown`: the call was to change something, and it is not known, or not known
 * yet, whether it did.
 */
export const TOOL_EFFECTS = ["none", "done", "unknown"] as const;
export type ToolEffect = (typeof TOOL_EFFECTS)[number];

/** One call of an outside tool (git, gh) by Orchastration itself. It is stored before its process exists. */
export interface ToolRecord {
  readonly argv: readonly string[];
  /** The resolved path of argv[0]. */
  readonly program: string;
  readonly start_time: string;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** It was ended because its time limit passed. */
  readonly timed_out: boolean;
  readonly effect: ToolEffect;
}
