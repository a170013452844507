/** The tool of a system that manages its timers, called within a bound. */

import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { hasSucceeded } from "../workspace/call_program.ts";

const BOUND_MS = 30_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** The most that a message repeats of a tool's output. */
const MAX_WORDS = 200;

export interface ToolSaid {
  readonly isGood: boolean;
  readonly stdout: string;
  /** How it ended, and what it said of it, as the second half of a sentence. */
  readonly words: string;
}

/** A failure if the tool is missing, or does not end. */
export async function callTool(
  { environment, processes }: Host,
  [name, ...args]: readonly [string, ...string[]],
  workingDir: string,
  stdin?: string,
): Promise<Result<ToolSaid, string>> {
  const env = environment.all();
  const program = processes.findProgram(name, { workingDir, env });
  if (!program.ok) return fail(program.failure.reason);
  const ran = await processes.runTool({
    program: program.value,
    args,
    workingDir,
    env,
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) }),
  });
  if (!ran.ok) return fail(ran.failure.reason);
  const { exit, stdout, stderr } = ran.value;
  const decoder = new TextDecoder();
  const said = decoder.decode(stderr).trim().replace(/\s+/g, " ").slice(0, MAX_WORDS);
  const end = exit.kind === "exited" ? `exited with status ${exit.exit_code}` : `was ended by ${exit.signal}`;
  return ok({
    isGood: hasSucceeded(ran.value),
    stdout: decoder.decode(stdout),
    words: `${[name, ...args].join(" ")} ${end}${said === "" ? "" : `: ${said}`}`,
  });
}
