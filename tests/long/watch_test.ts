/** `run --watch` with real files, real processes and a real git. Linux only, because the test reads /proc. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newestRecord, newMark, startRun, until } from "../support/real_run.ts";

const ignore = Deno.build.os !== "linux";
const STATE = ["--state-dir", "state"];

/**
 * Every process of a run inherits the lock. A run that finds it taken therefore started before the whole tree
 * of the one before was gone, including a process that left its group and ignores SIGTERM.
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

/** The changed paths of the newest run. */
function whatFor(folder: RealFolder): readonly string[] {
  return (newestRecord(folder, "work") as { watch: { paths: string[] } }).watch.paths;
}

function runsSeen(folder: RealFolder): number {
  return folder.read("seen").split("\n").filter((line) => line === "run").length;
}

Deno.test({
  name: "twenty quick changes cause few runs, none begins before the previous tree is gone, and none is left",
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
  name: "ignored files start no run, tracked files do, and SIGTERM ends the watch while it waits",
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

interface Watching {
  readonly folder: RealFolder;
  readonly pid: number;
  /** Waits for a run that begins after the change. */
  heard(what: string, change: () => void): Promise<void>;
  /**
   * Waits for a run for one of the files that are made in a folder until then, because watching a new folder
   * takes a moment.
   */
  heardIn(path: string): Promise<void>;
}

/** How often a file is made that has to be noticed. */
const TRY_AGAIN_MS = 300;

async function watching(
  test: (watching: Watching) => Promise<void>,
  { toml = "", globs = [] as readonly string[], furnish = (_folder: RealFolder) => {} } = {},
): Promise<void> {
  await inRealFolder(async (folder) => {
    Deno.mkdirSync(`${folder.path}/project/src/deep`, { recursive: true });
    folder.write("project/src/a.txt", "0");
    folder.write(
      "orchastration.toml",
      `[jobs.work]\ncommand = ["true"]\nworking_dir = "project"\n${toml}\n`,
    );
    furnish(folder);
    await using watch = startRun(folder, [
      ...["run", "work"],
      ...globs.flatMap((glob) => ["--watch", glob]),
      ...STATE,
    ]);
    const tell = () => `${watch.stdout}${watch.stderr}`;
    const waits = () => watch.stderr.split("waiting for changes\n").length - 1;
    await until("the first run", () => waits() === 1, tell);
    let made = 0;
    await test({
      folder,
      pid: watch.pid,
      async heard(what, change) {
        const before = waits();
        change();
        await until(`a run for ${what}`, () => waits() > before, tell);
      },
      async heardIn(path) {
        let lastAtMs = 0;
        const first = made;
        await until(`a run for a file in ${path}`, () => {
          if (performance.now() - lastAtMs >= TRY_AGAIN_MS) {
            folder.write(`project/${path}/made-${made++}.txt`, "1");
            lastAtMs = performance.now();
          }
          const names = Array.from({ length: made - first }, (_, i) => `${path}/made-${first + i}.txt`);
          return whatFor(folder).some((name) => names.includes(name));
        }, tell);
      },
    });
    watch.send("SIGTERM");
    assertEquals(await watch.ended, 143, tell());
  });
}

function makeTree(path: string, content: string): void {
  Deno.mkdirSync(`${path}/deep`, { recursive: true });
  Deno.writeTextFileSync(`${path}/a.txt`, content);
}

for (
  const [how, replace] of [
    ["moved away, and another one moved to its place", (path: string) => {
      Deno.renameSync(path, `${path}.old`);
      Deno.renameSync(`${path}.new`, path);
    }],
    ["removed, and another one moved to its place", (path: string) => {
      Deno.removeSync(path, { recursive: true });
      Deno.renameSync(`${path}.new`, path);
    }],
    ["removed and made anew", (path: string) => {
      Deno.removeSync(path, { recursive: true });
      makeTree(path, "anew");
    }],
  ] as const
) {
  for (
    const [which, globs, place] of [
      ["the watched folder", ["src"], "project/src"],
      ["a folder in it", ["."], "project/src"],
      ["the folder above it", ["src"], "project"],
    ] as const
  ) {
    Deno.test({
      name: `after ${which} is ${how}, it is watched again with everything below`,
      ignore,
      fn: () =>
        watching(async ({ folder, heard, heardIn }) => {
          const path = `${folder.path}/${place}`;
          const inner = place === "project" ? `${path}.new/src` : `${path}.new`;
          Deno.mkdirSync(inner, { recursive: true });
          makeTree(inner, "new");
          await heard("the other folder", () => {
            replace(path);
            if (place === "project") makeTree(`${path}/src`, "again");
          });
          await heardIn("src");
          await heardIn("src/deep");
        }, { globs }),
    });
  }
}

Deno.test({
  name: "a file of variables is watched where git ignores it, while it is gone, and when it is back",
  ignore,
  fn: () =>
    watching(async ({ folder, heard }) => {
      const env = `${folder.path}/project/config/.env`;
      await heard("another value", () => Deno.writeTextFileSync(env, "A=2\n"));
      await heard("its end", () => Deno.removeSync(env));
      await heard("its return", () => Deno.writeTextFileSync(env, "A=3\n"));
      await heard("the end of its folder", () =>
        Deno.removeSync(`${folder.path}/project/config`, { recursive: true }));
      await heard("the return of its folder", () => {
        Deno.mkdirSync(`${folder.path}/project/config`);
        Deno.writeTextFileSync(env, "A=4\n");
      });
      await heard("its value after that", () =>
        Deno.writeTextFileSync(env, "A=5\n"));
    }, {
      globs: ["src/**"],
      toml: 'env_file = ["project/config/.env"]',
      furnish(folder) {
        Deno.mkdirSync(`${folder.path}/project/config`);
        folder.write("project/config/.env", "A=1\n");
        new Deno.Command("git", { args: ["init", "-q"], cwd: folder.path }).outputSync();
        folder.write(".gitignore", "config/\n");
      },
    }),
});

/** How many folders a process watches. */
function watchesOf(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fdinfo`)].reduce((sum, { name }) => {
    try {
      return sum +
        Deno.readTextFileSync(`/proc/${pid}/fdinfo/${name}`).split("\n").filter((line) =>
          line.startsWith("inotify wd")
        ).length;
    } catch {
      // It was closed meanwhile.
      return sum;
    }
  }, 0);
}

Deno.test({
  name:
    "packages, ignored folders and targets of links are not watched, and a folder that is no longer ignored is watched",
  ignore,
  fn: () =>
    watching(async ({ folder, pid, heard, heardIn }) => {
      // The project, src, src/deep, made, the folders above for their end alone, and that of the configuration.
      const most = 8 + folder.path.split("/").length;
      assert(watchesOf(pid) <= most, `${watchesOf(pid)} watches`);
      await heard("a file that git tracks in an ignored folder", () =>
        folder.write("project/made/kept.txt", "2"));
      await heard("another list", () =>
        folder.write("project/.gitignore", "made/\n"));
      await heardIn("out/d0");
    }, {
      globs: ["."],
      furnish(folder) {
        for (let i = 0; i < 200; i++) {
          Deno.mkdirSync(`${folder.path}/project/node_modules/p${i}/lib`, { recursive: true });
          Deno.mkdirSync(`${folder.path}/project/out/d${i}`, { recursive: true });
        }
        Deno.mkdirSync(`${folder.path}/project/made`);
        folder.write("project/made/kept.txt", "1");
        folder.write("project/.gitignore", "made/\nout/\n");
        const git = (...args: readonly string[]) =>
          new Deno.Command("git", { args: [...args], cwd: `${folder.path}/project` }).outputSync();
        git("init", "-q");
        git("add", "-f", "made/kept.txt");
        Deno.symlinkSync("/", `${folder.path}/project/src/root`);
        Deno.symlinkSync("..", `${folder.path}/project/src/up`);
      },
    }),
});

Deno.test({
  name: "a thousand files at one moment are noticed, including the last",
  ignore,
  fn: () =>
    watching(async ({ folder, heard }) => {
      await heard("all of them", () => {
        for (let i = 0; i < 1000; i++) {
          Deno.writeTextFileSync(`${folder.path}/project/src/deep/f${i}.log`, "x");
        }
        Deno.writeTextFileSync(`${folder.path}/project/src/deep/last.ts`, "x");
      });
      assert(whatFor(folder).includes("src/deep/last.ts"), JSON.stringify(whatFor(folder)));
    }, { globs: ["src/**/*.ts"] }),
});

const canLimit = !ignore && new Deno.Command("unshare", {
  args: ["-Ur", "sh", "-c", "echo 64 > /proc/sys/user/max_inotify_watches"],
  stdout: "null",
  stderr: "null",
}).outputSync().success;

Deno.test({
  name: "new folders that reach the system's limit end the watch with exit code 74, and the remedy is shown",
  ignore: !canLimit,
  async fn() {
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", '[jobs.work]\ncommand = ["true"]\n');
      Deno.mkdirSync(`${folder.path}/src`);
      const quoted = folder.command.map((word) => `'${word}'`).join(" ");
      const line = "echo 64 > /proc/sys/user/max_inotify_watches && " +
        `exec ${quoted} run work --watch src --state-dir state`;
      const child = new Deno.Command("unshare", {
        args: ["-Ur", "sh", "-c", line],
        cwd: folder.path,
        env: { ...folder.env },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      let said = "";
      const reading = (async () => {
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
      })();
      await until("the first run", () => said.includes("waiting for changes\n"), () => said);
      for (let i = 0; i < 100; i++) Deno.mkdirSync(`${folder.path}/src/d${i}`);
      const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
      const { code } = await child.status;
      clearTimeout(timer);
      await reading;
      assertEquals(code, 74, said);
      assert(said.includes("the system allows no more watched folders\n  try: "), said);
    });
  },
});

/** Root can read everything, unless these capabilities are removed. */
const WITHOUT_RIGHTS = [
  "--bounding-set=-dac_override,-dac_read_search",
  "--inh-caps=-dac_override,-dac_read_search",
];
const canDropRights = !ignore && (Deno.uid() !== 0 ||
  await new Deno.Command("setpriv", { args: [...WITHOUT_RIGHTS, "true"], stdout: "null", stderr: "null" })
    .output()
    .then(({ success }) => success, () => false));

Deno.test({
  name: "an unreadable folder is reported and skipped, and the rest is watched",
  ignore: !canDropRights,
  async fn() {
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", '[jobs.work]\ncommand = ["true"]\n');
      Deno.mkdirSync(`${folder.path}/closed`);
      Deno.chmodSync(`${folder.path}/closed`, 0);
      const [program, ...args] = Deno.uid() === 0
        ? ["setpriv", ...WITHOUT_RIGHTS, ...folder.command] as const
        : folder.command;
      const child = new Deno.Command(program, {
        args: [...args, "run", "work", "--watch", "--state-dir", "state"],
        cwd: folder.path,
        env: { ...folder.env },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      let said = "";
      const reading = (async () => {
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
      })();
      const left = (name: string) =>
        `warning: Cannot watch "${name}": permission denied; it is left out, and everything else is watched\n`;
      try {
        await until(
          "the first run",
          () => said.includes("waiting for changes\n") && said.includes(left("closed")),
          () => said,
        );
        Deno.mkdirSync(`${folder.path}/later`, { mode: 0 });
        await until("the one that comes later", () => said.includes(left("later")), () => said);
        folder.write("a.txt", "1");
        await until(
          "a run for the rest",
          () => said.includes("a.txt changed; running work again\n"),
          () => said,
        );
      } finally {
        child.kill("SIGTERM");
        await child.status;
        await reading;
        for (const name of ["closed", "later"]) Deno.chmodSync(`${folder.path}/${name}`, 0o700);
      }
    });
  },
});
