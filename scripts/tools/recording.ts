/**
 * Records the session that the README shows: `deno task recording` types it into a real terminal, in a
 * separate home, and writes it as an asciicast and as an SVG. A test types it again and compares.
 */

import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { GUIDE } from "./guide.ts";
import { type Cast, formatCast } from "./recording/cast.ts";
import { withHome } from "./terminal/home.ts";
import { openShell, type Shell } from "./terminal/shell.ts";

const DRAWING = new URL("./recording/", import.meta.url);
export const CAST = new URL("../../docs/recording/first-minutes.cast", import.meta.url);
export const SVG = new URL("../../docs/recording/first-minutes.svg", import.meta.url);

const SIZE = { columns: 100, rows: 24 };
const TITLE = "The first minutes with Orchastration";
const DESCRIPTION =
  "In a terminal: orchastration init proposes two jobs, run test passes, run fuzz is stopped with Ctrl-C. Then Orchastration itself " +
  "is killed during a run: status says that the run was interrupted and which process is still alive, recover ends it, and " +
  "runs list shows how each run ended, without an end for the one that was interrupted.";

/** The typed text, and the output that must come before the next step. */
interface Step {
  readonly keys: string;
  /** A line is typed as people do; the prompt has to return, unless something else is waited for. */
  readonly until?: string;
  /** How long a reader needs for the present screen. */
  readonly restMs: number;
}

const SESSION: readonly Step[] = [
  { keys: "orchastration init\n", until: "n for no: ", restMs: 2500 },
  { keys: "\n", restMs: 2500 },
  { keys: "orchastration run test\n", restMs: 2500 },
  { keys: "orchastration run fuzz\n", until: "a million titles", restMs: 4300 },
  { keys: "\x03", restMs: 2500 },
  { keys: "orchastration run fuzz &\n", until: "a million titles", restMs: 1500 },
  { keys: "kill -9 $!; wait $!\n", restMs: 1200 },
  { keys: "orchastration status\n", restMs: 4000 },
  { keys: "orchastration recover --kill\n", restMs: 2500 },
  { keys: "orchastration runs list\n", restMs: 1000 },
];

/** The present session. `isPaced`: typed and watched as by a person; otherwise as fast as possible. */
export function record(isPaced: boolean): Promise<Cast> {
  return withHome(async ({ path, env }) => {
    const slugs = join(path, "slugs");
    await Deno.writeTextFile(join(slugs, "slug.ts"), await mendedSlug());
    const shell = await openShell({ cwd: slugs, env, ...SIZE });
    const pause = (ms: number) => isPaced ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
    try {
      await pause(800);
      for (const step of SESSION) {
        await carryOut(step, shell, pause);
        await pause(step.restMs);
      }
      return { ...SIZE, events: shell.chunks() };
    } finally {
      await shell.end();
    }
  });
}

/** Fixed as in the guide, because its bug is not part of the first minutes. */
async function mendedSlug(): Promise<string> {
  const [, content] = /^```ts file=slug\.ts\n([\s\S]*?)^```$/m.exec(await Deno.readTextFile(GUIDE)) ?? [];
  if (content === undefined) throw new Error("Cannot find slug.ts in the guide");
  return content;
}

async function carryOut(
  { keys, until }: Step,
  shell: Shell,
  pause: (ms: number) => Promise<unknown> | undefined,
): Promise<void> {
  const heard = shell.chunks().length;
  const line = keys.trimEnd();
  for (const key of keys.length > 1 ? line : "") {
    await shell.type(key);
    await pause(45);
  }
  await pause(300);
  await shell.type(keys.length > 1 ? keys.slice(line.length) : keys);
  if (until === undefined) return await shell.untilPrompt();
  await shell.heard(() => shell.chunks().slice(heard).map(({ text }) => text).join("").includes(until));
}

/** The recording as SVG. */
export async function draw(cast: Cast): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env", "--config", "deno.json", "draw.ts", TITLE, DESCRIPTION],
    cwd: fromFileUrl(DRAWING),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(formatCast(cast)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`Cannot draw the recording: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const cast = await record(true);
  await Deno.writeTextFile(CAST, formatCast(cast));
  await Deno.writeTextFile(SVG, await draw(cast));
}
