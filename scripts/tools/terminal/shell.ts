/**
 * A real shell on a real terminal, typed at by a script: what documents show of the program was said to a terminal. Needs
 * bash, and `script` of util-linux, which makes the pseudo-terminal. Knows nothing of what is typed.
 */

export interface ShellOptions {
  readonly cwd: string;
  /** All that the shell inherits. */
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

/** What the terminal was sent, and when. */
export interface Chunk {
  /** Since the shell was there. */
  readonly atMs: number;
  readonly text: string;
}

export interface Shell {
  /** As on a keyboard; without a line end nothing happens yet. */
  type(text: string): Promise<void>;
  /** Until the prompt has come again for what was typed last, and the shell has said all of `until`. */
  settled(until?: (said: string) => boolean): Promise<void>;
  /** Until the terminal has been sent this much. */
  heard(isThere: (said: string) => boolean): Promise<void>;
  /** Everything since the shell was there, as it was sent. */
  chunks(): readonly Chunk[];
  end(): Promise<void>;
}

/** The sequence by which shells tell terminals that a prompt begins; terminals show nothing of it. */
const PROMPT = "\x1b]133;A\x07";
/** Longer than any one line of a document takes. */
const BOUND_MS = 60_000;
const END_BOUND_MS = 5_000;

export async function openShell({ cwd, env, columns, rows }: ShellOptions): Promise<Shell> {
  const shell = "exec bash --noprofile --norc --noediting -i";
  const child = new Deno.Command("script", {
    args: ["--quiet", "--flush", "--echo", "always", "--command", shell, "/dev/null"],
    ...{ cwd, clearEnv: true, stdin: "piped", stdout: "piped", stderr: "inherit" },
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
    settled: (until = () => true) => waitFor(() => promptsIn(said()) > promptsBefore && until(said())),
    heard: (isThere) => waitFor(() => isThere(said())),
    chunks: () => chunks.map(({ atMs, text }) => ({ atMs, text: text.replaceAll(PROMPT, "") })),
    async end() {
      // What hangs is ended with its terminal.
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
