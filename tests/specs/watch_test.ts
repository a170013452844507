/** `run --watch` with real files, real processes and a real git. Linux only, as what it looks at is in /proc. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, startRun, until } from "../support/real_run.ts";

const ignore = Deno.build.os !== "linux";
const STATE = ["--state-dir", "state"];

/**
 * Every process of a run inherits the lock. So a run that finds it taken has begun before the whole tree of the one before
 * had gone, also what left its group and ignores SIGTERM.
 */
const TREE = `
exec 9>../lock
flock -n 9 || echo overlap >> ../seen
echo run >> ../seen
setsid sh -c "trap '' TERM; sleep 1000.$0" &
sleep 1000.$0
`;

async function withJob(
  script: string,
  test: (folder: RealFolder, mark: string) => Promise<void>,
): Promise<void> {
  const mark = newMark();
  try {
    await inRealFolder(async (folder) => {
      Deno.mkdirSync(`${folder.path}/project/src`, { recursive: true });
      folder.write("project/src/a.txt", "0");
      folder.write("seen", "");
      folder.write(
        "orchastration.toml",
        `[jobs.work]\ncommand = ["sh", "-c", ${JSON.stringify(script)}, "${mark}"]\n` +
          'working_dir = "project"\nkill_grace_seconds = 0.2\n',
      );
      await test(folder, mark);
    });
  } finally {
    endMarked(mark);
  }
}

/** The paths that the newest run was begun for. */
function whatFor(folder: RealFolder): readonly string[] {
  const record = JSON.parse(folder.read("state/runs/work/last.json")) as { watch: { paths: string[] } };
  return record.watch.paths;
}

function runsSeen(folder: RealFolder): number {
  return folder.read("seen").split("\n").filter((line) => line === "run").length;
}

Deno.test({
  name:
    "twenty quick changes are few runs, none begins before the tree of the one before is gone, and none is left",
  ignore,
  fn: () =>
    withJob(TREE, async (folder, mark) => {
      await using watch = startRun(folder, ["run", "work", "--watch", "src/**", ...STATE]);
      const tell = () => `${watch.stdout}${watch.stderr}`;
      await until("the first run", () => marked(mark).length >= 3, tell);
      for (let i = 1; i <= 20; i++) {
        folder.write("project/src/a.txt", String(i));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await until("a second run", () => runsSeen(folder) >= 2 && marked(mark).length >= 3, tell);
      folder.write("project/src/b.txt", "one more");
      await until("a run for it", () =>
        whatFor(folder).includes("src/b.txt") && marked(mark).length >= 3, tell);
      watch.send("SIGINT");
      assertEquals(await watch.ended, 130);
      assertEquals(marked(mark), []);
      assert(!folder.read("seen").includes("overlap"), folder.read("seen"));
      assert(runsSeen(folder) <= 8, `${runsSeen(folder)} runs\n${tell()}`);
      const listed = await folder.orchastration("runs", "list", "work", "--json", ...STATE);
      const { runs } = JSON.parse(listed.stdout) as { runs: { status: string }[] };
      assertEquals(
        new Set(runs.map(({ status }) =>
          status
        )),
        new Set(["cancelled"]),
      );
    }),
});

Deno.test({
  name: "what git ignores runs nothing, what it knows does, and SIGTERM ends the watch while it waits",
  ignore,
  fn: () =>
    withJob("echo run >> ../seen", async (folder) => {
      await folder.call("git", ["init", "-q", "project"]);
      folder.write("project/.gitignore", "out/\n*.log\n");
      Deno.mkdirSync(`${folder.path}/project/out`);
      await using watch = startRun(folder, ["run", "work", "--watch"]);
      const tell = () => `${watch.stdout}${watch.stderr}`;
      const waits = () => watch.stderr.split("waiting for changes\n").length - 1;
      await until("the first run", () => waits() === 1, tell);
      folder.write("project/out/made.txt", "1");
      folder.write("project/src/debug.log", "1");
      // Heard of later than the two, and so in the same burst or in one after it.
      await folder.call("git", ["-C", "project", "add", "-A"]);
      // In one step, so that it is one change on the slowest machine.
      folder.write("new.txt", "1");
      Deno.renameSync(`${folder.path}/new.txt`, `${folder.path}/project/src/new.txt`);
      await until("a second run", () => waits() === 2, tell);
      watch.send("SIGTERM");
      assertEquals(await watch.ended, 143);
      assertEquals(runsSeen(folder), 2);
      assertEquals(
        watch.stderr,
        "waiting for changes\nsrc/new.txt changed; running work again\nwaiting for changes\n",
      );
    }),
});
