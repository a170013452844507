/** The input of the terminal, and its Ctrl-Z, with the real program in a real interactive bash. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type RealRun, startAtTerminal, until } from "../support/real_run.ts";
import { canMakeTerminals } from "../support/terminals.ts";

const ignore = !(await canMakeTerminals());

const READER = `[jobs.reader]
command = ["sh", "-c", "echo up; while read line; do echo \\"job got $line\\"; done"]
stdin = "inherit"
`;
const STOPPING = 'stopping: job "reader" reads the terminal, which the shell has now; "fg" continues it';
const STOPPED = /\[1\]\+ +Stopped/g;

/** The output of the shell and the program, without additions of the shell's line editor. */
function said(run: RealRun): string {
  return run.stdout.replaceAll("\r", "");
}

function times(run: RealRun, what: string | RegExp): number {
  return said(run).split(what).length - 1;
}

/** An interactive bash, in which `orc` is the program. */
async function startShell(folder: RealFolder): Promise<RealRun> {
  const words = folder.command.map((word) => `'${word}'`).join(" ");
  // It reports at once that a job was stopped, and prints no more than the typed line.
  const settings = "set -b\nPS1='ready> '\nbind 'set enable-bracketed-paste off' 2>/dev/null\n";
  folder.write("rc", `${settings}alias orc="${words}"\n`);
  const run = startAtTerminal(folder, "exec bash --noprofile --rcfile rc -i");
  await until("the shell is ready", () => said(run).includes("ready> "), () => run.stdout);
  return run;
}

async function untilTimes(run: RealRun, what: string | RegExp, count: number): Promise<void> {
  await until(`${count} times ${what}`, () => times(run, what) >= count, () => run.stdout);
}

Deno.test({
  name: "spec: keys for the shell are not read by a job in the background",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", READER);
      await using run = await startShell(folder);
      await run.type("orc run reader -q &\n");
      await untilTimes(run, STOPPING, 1);
      await run.type("echo shell got $((1 + 0))\n");
      await untilTimes(run, "shell got 1\n", 1);
      await untilTimes(run, STOPPED, 1);
      // Nothing of it was started, and "bg" does not change that.
      assertEquals(times(run, "\nup\n"), 0, run.stdout);
      await run.type("bg\n");
      await untilTimes(run, STOPPING, 2);
      await untilTimes(run, STOPPED, 2);
      await run.type("fg\n");
      await untilTimes(run, "\nup\n", 1);
      await run.type("first\n");
      await untilTimes(run, "job got first\n", 1);
      // Put behind the shell while it runs.
      await run.type("\x1a");
      await untilTimes(run, STOPPED, 3);
      // Input that is typed while the shell sets its terminal is lost.
      await untilTimes(run, /ready> $/, 1);
      await run.type("bg\n");
      await untilTimes(run, STOPPING, 3);
      await untilTimes(run, STOPPED, 4);
      await run.type("echo shell got $((1 + 1))\n");
      await untilTimes(run, "shell got 2\n", 1);
      await run.type("fg\n");
      await untilTimes(run, /\n'[^\n]*run reader -q\n/, 2);
      await run.type("second\n");
      await untilTimes(run, "job got second\n", 1);
      await run.type("\x04");
      await untilTimes(run, /ready> $/, 1);
      await run.type("echo status $?; exit 0\n");
      assertEquals(await run.ended, 0, run.stdout);
      const got = said(run).split("\n").filter((line) => line.startsWith("job got"));
      assertEquals(got, ["job got first", "job got second"], run.stdout);
      assertEquals(times(run, "status 0\n"), 1, run.stdout);
    }),
});

Deno.test({
  name: "spec: `kill %1` ends a run that waits in the background for the terminal",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", READER);
      await using run = await startShell(folder);
      await run.type("orc run reader -q &\n");
      await untilTimes(run, STOPPING, 1);
      await untilTimes(run, STOPPED, 1);
      await run.type("kill %1\n");
      await untilTimes(run, /\[1\]\+ +Exit 143/, 1);
      assertEquals(times(run, "\nup\n"), 0, run.stdout);
      await run.type("exit 0\n");
      assertEquals(await run.ended, 0, run.stdout);
    }),
});

Deno.test({
  name: "spec: Ctrl-Z at a terminal without a shell does not suspend a run that nobody could continue",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      const wait = "echo up; while [ ! -e go ]; do sleep 0.05; done";
      folder.write("orchastration.toml", `[jobs.work]\ncommand = ["sh", "-c", "${wait}"]\n`);
      await using run = startAtTerminal(folder, "exec PROGRAM run work -q");
      await until("it is up", () => said(run).includes("up\n"), () => run.stdout);
      await run.type("\x1a");
      await until("the key was heard", () => said(run).includes("^Z"), () => run.stdout);
      folder.write("go", "");
      assertEquals(await run.ended, 0, run.stdout);
    }),
});
