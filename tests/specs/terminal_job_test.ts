/** `terminal = true` with the real program, real terminals, and programs that ask the system. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, startAtTerminal, until } from "../support/real_run.ts";
import { canMakeTerminals } from "../support/terminals.ts";

const ignore = !(await canMakeTerminals());

const CONFIG = `[defaults]
terminal = true
timeout_seconds = 60
[jobs.asks]
command = ["sh", "-c", "test -t 1 && test -t 2 && echo both; test -t 0 || echo no input; stty size < /dev/tty"]
[jobs.progress]
command = ["sh", "-c", "printf 'a 1\\\\r'; printf '\\\\033[32ma 2\\\\033[0m\\\\n' >&2; exit 3"]
[jobs.resized]
command = ["sh", "-c", "trap 'stty size < /dev/tty; exit 0' WINCH; echo up; sleep 30 & wait"]
[jobs.reads]
command = ["sh", "-c", "test -t 0 && echo asks; read line; echo got $line; stty -echo; echo hidden; read secret; echo got $secret"]
stdin = "inherit"
[jobs.stubborn]
command = ["sh", "-c", "trap '' INT HUP; (trap '' HUP INT; setsid sleep 600 MARK) & echo up; wait"]
kill_grace_seconds = 1
[jobs.much]
command = ["sh", "-c", "seq 1 200000; echo last"]
`;

function logOf(folder: RealFolder, stream: "stdout" | "stderr", job: string): string {
  const [project] = Deno.readDirSync(`${folder.path}/.cache/orchastration/state/projects`);
  const runs = `${folder.path}/.cache/orchastration/state/projects/${project!.name}/runs/${job}`;
  const [log] = [...Deno.readDirSync(runs)].filter(({ name }) => name.endsWith(`.${stream}.log`));
  return Deno.readTextFileSync(`${runs}/${log!.name}`);
}

function terminalSpec(name: string, check: (folder: RealFolder) => Promise<void>): void {
  Deno.test({
    name: `spec: terminal: ${name}`,
    ignore,
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", CONFIG);
        await check(folder);
      }),
  });
}

terminalSpec(
  "a program sees a terminal of the usual size, and no input, also where we have none",
  async (folder) => {
    const said = await folder.orchastration("run", "asks", "-q");
    assertEquals(said, { code: 0, stdout: "both\r\nno input\r\n24 80\r\n", stderr: "" });
  },
);

terminalSpec(
  "progress, colours and the exit status are kept; both streams are one; logs leaves colours out",
  async (folder) => {
    assertEquals((await folder.orchastration("run", "progress", "-q")).code, 3);
    assertEquals(logOf(folder, "stdout", "progress"), "a 1\r\x1b[32ma 2\x1b[0m\r\n");
    assertEquals(logOf(folder, "stderr", "progress"), "");
    assertEquals((await folder.orchastration("logs", "progress")).stdout, "a 1\ra 2\r\n");
  },
);

terminalSpec("nothing of much output is lost at its end", async (folder) => {
  const said = await folder.orchastration("run", "much", "-q");
  assertEquals([said.code, said.stdout.split("\r\n").length, said.stdout.endsWith("200000\r\nlast\r\n")], [
    0,
    200_002,
    true,
  ]);
});

terminalSpec("it has the size of our window, and follows it", async (folder) => {
  await using run = startAtTerminal(
    folder,
    "stty rows 33 cols 77; (sleep 0.1; while ! test -e go; do sleep 0.1; done; stty rows 11 cols 55 < /dev/tty) & " +
      "exec PROGRAM run resized -q",
  );
  await until("it runs", () => run.stdout.includes("up"), () => run.stdout);
  folder.write("go", "");
  await until("it hears of the new size", () => run.stdout.includes("11 55"), () => run.stdout);
  assertEquals(await run.ended, 0);
});

terminalSpec("what is typed goes to the job, whose terminal decides whether it is shown", async (folder) => {
  await using run = startAtTerminal(folder, "exec PROGRAM run reads -q");
  await until("it asks", () => run.stdout.includes("asks"), () => run.stdout);
  await run.type("hello\n");
  await until("it got it", () => run.stdout.includes("got hello"), () => run.stdout);
  await until("it hides what is typed", () => run.stdout.includes("hidden"), () => run.stdout);
  await run.type("quiet\n");
  assertEquals(await run.ended, 0);
  assertEquals(logOf(folder, "stdout", "reads"), "asks\r\nhello\r\ngot hello\r\nhidden\r\ngot quiet\r\n");
});

terminalSpec("Ctrl-C ends the whole tree, also what ignores it and has left the session", async (folder) => {
  const mark = newMark();
  try {
    await stopped(folder, mark);
  } finally {
    endMarked(mark);
  }
});

async function stopped(folder: RealFolder, mark: string): Promise<void> {
  folder.write("orchastration.toml", CONFIG.replace("sleep 600 MARK", `sleep 600.${mark}`));
  await using run = startAtTerminal(folder, "exec PROGRAM run stubborn -q");
  await until("it runs", () => run.stdout.includes("up"), () => run.stdout);
  await until("its child runs", () => marked(mark).length > 0);
  await run.type("\x03");
  assertEquals(await run.ended, 130);
  assertEquals(marked(mark), []);
}
