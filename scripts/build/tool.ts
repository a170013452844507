/** Calls other programs for the scripts, and reports problems in words for the caller of the script. */

/** Shown instead of a stack trace. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly next: string | undefined;

  constructor(message: string, next?: string) {
    super(message);
    this.next = next;
  }
}

export interface ToolCall {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Only these variables, without those of the script. */
  readonly clearEnv?: boolean;
  readonly timeoutMs?: number;
}

export interface ToolSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const TIMEOUT_MS = 10 * 60_000;

/** Runs a program to its end. A missing program gives status 127, as in a shell. */
export async function callTool(
  program: string,
  args: readonly string[],
  call: ToolCall = {},
): Promise<ToolSaid> {
  const abort = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
      env: { NO_COLOR: "1", ...call.env },
      clearEnv: call.clearEnv ?? false,
      stdin: "null",
      signal: abort,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr), timedOut: abort.aborted };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, stdout: "", stderr: `${program} was not found\n`, timedOut: false };
  }
}

/** The same where only success is accepted: its stdout is returned, its stderr is passed on. */
export async function needTool(
  action: string,
  program: string,
  args: readonly string[],
  call: ToolCall = {},
): Promise<string> {
  const said = await callTool(program, args, call);
  if (said.code === 0 && !said.timedOut) return said.stdout;
  const how = said.timedOut ? "took too long" : `ended with status ${said.code}`;
  throw new Problem(`Cannot ${action}: ${[program, ...args].join(" ")} ${how}\n${said.stderr.trimEnd()}`);
}

/**
 * The `main` of a script: problems become words and status 1; any other error is a bug of the script and is
 * thrown.
 */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`error: ${error.message}`);
    if (error.next !== undefined) console.error(`  try: ${error.next}`);
    Deno.exitCode = 1;
  }
}

/** A folder that is removed when `use` has ended. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-build-" }));
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
