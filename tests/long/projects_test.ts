/**
 * Projects on a real disk, with real git: any name of the folder, any parent, mounts and links on the way.
 */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder, type RealSaid } from "../support/real_program.ts";
import { startRun, until } from "../support/real_run.ts";
import { findTool } from "../support/tools.ts";

const JOB = '[jobs.work]\ncommand = ["echo", "done"]\n';
const PROJECTS = ".cache/orchastration/state/projects";
const QUIET = ["--quiet"];

const isUnix = Deno.build.os !== "windows";
const canMount = isUnix && findTool("unshare") !== undefined && mounts();

function spec(
  name: string,
  needs: boolean,
  missing: string,
  fn: (folder: RealFolder) => Promise<void>,
): void {
  Deno.test({
    name: `spec: project: ${name}${needs ? "" : ` (${missing})`}`,
    ignore: !needs,
    fn: () => inRealFolder(fn),
  });
}

/**
 * Whether this process may mount in its own namespace, which nobody else sees and which disappears with it.
 */
function mounts(): boolean {
  const line = "mkdir a b && mount --bind a b";
  const folder = Deno.makeTempDirSync();
  try {
    const args = ["--mount", "sh", "-c", line];
    return new Deno.Command("unshare", { args, cwd: folder, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function makeProject(folder: RealFolder, name: string, toml = JOB): void {
  Deno.mkdirSync(`${folder.path}/${name}`, { recursive: true });
  folder.write(`${name}/orchastration.toml`, toml);
}

async function git(folder: RealFolder, cwd: string, ...args: readonly string[]): Promise<void> {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  const said = await folder.call("git", ["-C", cwd, ...who, ...args]);
  assertEquals([args.slice(0, 2), said.code], [args.slice(0, 2), 0], said.stderr);
}

/** Done, without output on stderr. */
function done({ code, stdout, stderr }: RealSaid): string {
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

function projectsOf(folder: RealFolder): readonly { readonly name: string; readonly root: string }[] {
  return [...Deno.readDirSync(`${folder.path}/${PROJECTS}`)].map(({ name }) => {
    const { root } = JSON.parse(folder.read(`${PROJECTS}/${name}/project.json`));
    return { name, root };
  });
}

async function idsIn(
  folder: RealFolder,
  cwd: string,
  ...flags: readonly string[]
): Promise<readonly string[]> {
  const { runs } = JSON.parse(done(await folder.orchastrationIn(cwd, "runs", "list", "--json", ...flags)));
  return runs.map(({ id }: { id: string }) => id);
}

const NAMES = {
  "with spaces": " my  project ",
  "with a line end": "one\ntwo",
  "of 200 characters": "p".repeat(200),
};

for (const [what, name] of Object.entries(NAMES)) {
  spec(`a root ${what}`, isUnix, "not on Windows", async (folder) => {
    makeProject(folder, name);
    const root = `${folder.path}/${name}`;
    assertEquals(done(await folder.orchastrationIn(name, "run", "work", ...QUIET)), "done\n");
    const [project, ...others] = projectsOf(folder);
    assertEquals([project?.root, others], [root, []]);
    assertEquals(
      done(await folder.orchastrationIn(name, "config", "path", "--state")),
      `${folder.path}/${PROJECTS}/${project!.name}\n`,
    );
    assertEquals((await idsIn(folder, name)).length, 1);
    // From another folder, in one line.
    const shown = done(await folder.orchastration("status", "--everywhere"));
    assertEquals([shown.split("\n").length, shown.includes(" work ")], [2, true]);
    // A script finds the folder by the description in docs/records.md.
    const digits = done(
      await folder.call("sh", [
        "-c",
        'cd -- "$1" && printf %s "$(pwd -P)" | sha256sum | cut -c 1-8',
        "sh",
        name,
      ]),
    );
    if (!name.includes("\n")) assert(project!.name.endsWith(`-${digits.trim()}`), project!.name);
  });
}

spec(
  "a job runs in a read-only root, because records are elsewhere, and [state] dir in such a root is one error",
  canMount,
  "mounts are refused",
  async (folder) => {
    makeProject(folder, "disk/plain");
    makeProject(folder, "disk/inside", `${JOB}[state]\ndir = ".state"\n`);
    const script = 'mount --bind disk disk && mount -o remount,bind,ro disk && cd "$1" && shift && exec "$@"';
    const there = (cwd: string, ...argv: readonly string[]) =>
      folder.call("unshare", ["--mount", "sh", "-c", script, "sh", cwd, ...folder.command, ...argv]);
    assertEquals(done(await there("disk/plain", "run", "work", ...QUIET)), "done\n");
    assert(done(await there("disk/plain", "status")).startsWith("work  succeeded"));
    const refused = await there("disk/inside", "run", "work");
    assertEquals([refused.code, refused.stdout], [74, ""]);
    assert(
      refused.stderr.startsWith(`error: Cannot make the folder "${folder.path}/disk/inside/.state/`),
      refused.stderr,
    );
    assert(refused.stderr.includes(": the file system is read-only\n  try: "), refused.stderr);
    assertEquals(done(await there("disk/inside", "status")), "work  never run\n");
  },
);

spec(
  "a root below a link is one project, whichever path is used",
  isUnix,
  "not on Windows",
  async (folder) => {
    makeProject(folder, "real/project");
    Deno.symlinkSync("real", `${folder.path}/link`);
    done(await folder.orchastrationIn("real/project", "run", "work", ...QUIET));
    done(await folder.orchastrationIn("link/project", "run", "work", ...QUIET));
    done(await folder.orchastration("run", "work", ...QUIET, "--config", "link/project/orchastration.toml"));
    assertEquals(projectsOf(folder).map(({ root }) => root), [`${folder.path}/real/project`]);
    assertEquals((await idsIn(folder, "link/project")).length, 3);
  },
);

spec(
  "doctor reports a root that is mounted at a second place",
  canMount,
  "mounts are refused",
  async (folder) => {
    makeProject(folder, "project");
    Deno.mkdirSync(`${folder.path}/again`);
    done(await folder.orchastrationIn("project", "run", "work", ...QUIET));
    const script = 'mount --bind project again && cd again && "$@" run work --quiet && exec "$@" doctor';
    const said = await folder.call("unshare", ["--mount", "sh", "-c", script, "sh", ...folder.command]);
    assertEquals(projectsOf(folder).map(({ root }) => root).toSorted(), [
      `${folder.path}/again`,
      `${folder.path}/project`,
    ]);
    const line =
      `warning  projects: ${folder.path}/again is also ${folder.path}/project, and has other records there\n`;
    assert(said.stdout.includes(line), said.stdout + said.stderr);
  },
);

spec(
  "a run whose root is removed meanwhile ends normally, and its records are orphaned",
  isUnix,
  "not on Windows",
  async (folder) => {
    const script = `while [ ! -e "${folder.path}/go" ]; do sleep 0.05; done; echo done`;
    makeProject(
      folder,
      "project",
      `[jobs.work]\ncommand = ${JSON.stringify(["sh", "-c", `echo up; ${script}`])}\n`,
    );
    await using run = startRun(folder, ["run", "work", "--quiet", "--config", "project/orchastration.toml"]);
    await until("the job runs", () => run.stdout === "up\n");
    Deno.removeSync(`${folder.path}/project`, { recursive: true });
    folder.write("go", "");
    assertEquals([await run.ended, run.stdout, run.stderr], [0, "up\ndone\n", ""]);
    const everywhere = done(await folder.orchastration("status", "--everywhere"));
    assert(everywhere.startsWith("~/project (gone)  work  succeeded  exit 0  "), everywhere);
    const doctor = await folder.orchastration("doctor");
    assert(
      doctor.stdout.includes(
        `warning  projects: ${folder.path}/project is gone, and there are records of it\n`,
      ),
      doctor.stdout,
    );
    assertEquals(done(await folder.orchastration("runs", "prune", "--keep", "0")), "Nothing to remove.\n");
    const pruned = done(await folder.orchastration("runs", "prune", "--orphaned"));
    assertEquals(pruned, "~/project (gone):\n  1 run removed.\n  Nothing is left of it.\n");
    assertEquals(projectsOf(folder), []);
  },
);

const TASK =
  `${JOB}[tasks.release]\ncommand = ["sh", "-c", "mkdir -p dist && echo x > dist/out"]\noutputs = ["dist/out"]\n`;

async function makeRepository(folder: RealFolder, name: string): Promise<void> {
  makeProject(folder, name, TASK);
  folder.write(`${name}/.gitignore`, "dist/\n");
  await git(folder, name, "init", "-q");
  await git(folder, name, "add", ".");
  await git(folder, name, "commit", "-qm", "Begin");
}

const canGit = isUnix && findTool("git") !== undefined;

spec(
  "two clones of a repository are independent, and a work tree is mentioned and continues after it was recreated",
  canGit,
  "needs git",
  async (folder) => {
    await makeRepository(folder, "project");
    await git(folder, ".", "clone", "-q", "project", "clones/project");
    await git(folder, "project", "worktree", "add", "-q", "../feature");
    done(await folder.orchastrationIn("feature", "run", "work", ...QUIET));
    done(await folder.orchastrationIn("feature", "build", "run", "release", "--plan", ...QUIET));
    const here = done(await folder.orchastrationIn("project", "status"));
    assert(/^work {2}never run\nalso run in \.\.\/feature: work, \S+, succeeded\n$/.test(here), here);
    assertEquals(done(await folder.orchastrationIn("clones/project", "status")), "work  never run\n");
    const there = done(await folder.orchastrationIn("clones/project", "plan", "status", "release"));
    assert(!there.includes("also"), there);

    const ids = await idsIn(folder, "feature");
    await git(folder, "project", "worktree", "remove", "--force", "../feature");
    assertEquals(done(await folder.orchastrationIn("project", "status")), "work  never run\n");
    const doctor = await folder.orchastrationIn("project", "doctor");
    assert(
      doctor.stdout.includes(`${folder.path}/feature is gone, and there are records of it\n`),
      doctor.stdout,
    );
    await git(folder, "project", "worktree", "add", "-q", "../feature", "feature");
    assertEquals(await idsIn(folder, "feature"), ids);
    const again = done(await folder.orchastrationIn("feature", "plan", "status", "release"));
    assert(
      /^status +done, stale: /m.test(again) && again.includes("dist/out was removed since the build"),
      again,
    );
  },
);

spec(
  "[state] dir may be outside of the root, and is refused where a file is in the way",
  isUnix,
  "not on Windows",
  async (folder) => {
    makeProject(folder, "project", `${JOB}[state]\ndir = "../records"\n`);
    done(await folder.orchastrationIn("project", "run", "work", ...QUIET));
    assertEquals([...Deno.readDirSync(`${folder.path}/records/runs/work`)].length > 1, true);
    const shown = done(await folder.orchastration("status", "--everywhere"));
    assert(shown.startsWith("~/project  work  succeeded"), shown);
    folder.write("project/orchastration.toml", `${JOB}[state]\ndir = "file"\n`);
    folder.write("project/file", "mine");
    for (
      const argv of [["run", "work"], ["status"], ["runs", "list"], ["runs", "prune", "--keep", "0"], [
        "recover",
      ]]
    ) {
      const refused = await folder.orchastrationIn("project", ...argv);
      assertEquals([argv, refused.code, refused.stdout], [argv, 74, ""]);
      assertEquals(
        refused.stderr,
        `error: Cannot keep records in "${folder.path}/project/file": it is there, and is not a folder\n` +
          "  the path comes from [state] dir\n  try: name a folder there, or another place with --state-dir <path>\n",
      );
    }
    assertEquals(folder.read("project/file"), "mine");
  },
);

spec("init --state-dir has git ignore the records, once", canGit, "needs git", async (folder) => {
  Deno.mkdirSync(`${folder.path}/project`);
  await git(folder, "project", "init", "-q");
  // By a name that means something else in .gitignore.
  const place = "a*[b]/state ";
  assert(
    done(await folder.orchastrationIn("project", "init", "--state-dir", place)).includes(
      "Added to .gitignore: ",
    ),
  );
  done(await folder.orchastrationIn("project", "run", "hello", ...QUIET));
  const status = done(
    await folder.call("git", ["-C", "project", "status", "--short", "--untracked-files=all"]),
  );
  assertEquals(status, "?? .gitignore\n?? .orchastration/orchastration.schema.json\n?? orchastration.toml\n");
  const before = folder.read("project/.gitignore");
  assert(!done(await folder.orchastrationIn("project", "init", "--force")).includes(".gitignore"));
  assertEquals(folder.read("project/.gitignore"), before);
  assertEquals((await idsIn(folder, "project")).length, 1);
});
