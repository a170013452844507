/**
 * A real shell on a real terminal, driven by a script, so that documents show real output. Needs bash, and
 * `script` of util-linux, which makes the pseudo-terminal. Does not know what is typed.
 */

export interface ShellOptions {
  readonly cwd: string;
  /** Everything that the shell inherits. */
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

/** The bytes sent to the terminal, with their times. */
export interface Chunk {
  /** Since the shell was ready. */
  readonly atMs: number;
  readonly text: string;
}

export interface Shell {
  /** As on a keyboard; without a line end nothing happens yet. */
  type(text: string): Promise<void>;
  /** Until the prompt has returned after the last typed line, and the shell has printed all of `until`. */
  untilPrompt(until?: (said: string) => boolean): Promise<void>;
  /** Until the terminal has received this much. */
  heard(isThere: (said: string) => boolean): Promise<void>;
  /** All bytes since the shell was ready. */
  chunks(): readonly Chunk[];
  end(): Promise<void>;
}

/** The sequence by which shells mark the start of a prompt; terminals do not show it. */
const PROMPT = "\x1b]133;A\x07";
/** Longer than any single line of a document takes. */
const BOUND_MS = 60_000;
const END_BOUND_MS = 5_000;

export async function openShell({ cwd, env, columns, rows }: ShellOptions): Promise<Shell> {
  const shell = "exec bash --noprofile --norc --noediting -i";
  const child = new Deno.Command("script", {
    args: ["--quiet", "--flush", "--echo", "always", "--command", shell, "/dev/null"],
    cwd,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    env: {
      ...env,
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      PS1: `\\[${PROMPT}\\]$ `,
      HISTFILE: "/dev/null",
    },
  }).spawn();
  const writer = child.stdin.getWriter();
  const chunks: Chunk[] = [];
  let begun = performance.now();
  let heard = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      chunks.push({ atMs: performance.now() - begun, text });
      heard.resolve();
      heard = Promise.withResolvers();
    }
  })();
  const said = () => chunks.map(({ text }) => text).join("");
  let promptsBefore = 0;

  async function waitFor(isThere: () => boolean): Promise<void> {
    const bound = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => bound.reject(new Error(`Cannot go on: the shell says no more than\n${said()}`)),
      BOUND_MS,
    );
    try {
      while (!isThere()) await Promise.race([heard.promise, bound.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  const type = async (text: string) => {
    promptsBefore = promptsIn(said());
    await writer.write(new TextEncoder().encode(text));
  };
  await waitFor(() => promptsIn(said()) > 0);
  await type(`stty rows ${rows} cols ${columns}\n`);
  await waitFor(() => promptsIn(said()) > promptsBefore);
  chunks.splice(0, Infinity, { atMs: 0, text: "$ " });
  begun = performance.now();

  return {
    type,
    untilPrompt: (until = () => true) => waitFor(() => promptsIn(said()) > promptsBefore && until(said())),
    heard: (isThere) => waitFor(() => isThere(said())),
    chunks: () => chunks.map(({ atMs, text }) => ({ atMs, text: text.replaceAll(PROMPT, "") })),
    async end() {
      // A hanging shell is ended with its terminal.
      const timer = setTimeout(() => child.kill("SIGKILL"), END_BOUND_MS);
      await writer.write(new TextEncoder().encode("exit\n"));
      await child.status;
      clearTimeout(timer);
      await reading;
      await writer.close().catch(() => {});
    },
  };
}

function promptsIn(said: string): number {
  return said.split(PROMPT).length - 1;
}
