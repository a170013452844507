/** The task loop as a person goes through it, with the real program, real files and real git. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";

/** The quick start, and a task with a check, a person's confirmation and a need. */
const CONFIG = `[jobs.sample]
description = "List current directory"
command = ["ls", "-la"]
working_dir = "."
timeout_seconds = 10
env = { SAMPLE_ENV = "true" }

[tasks.sample_task]
description = "Example task definition"
working_dir = "."
command = ["mkdir", "-p", "dist"]
outputs = ["dist"]
documents = ["README.md"]

[tasks.page]
command = ["cp", "source.txt", "page.txt"]
outputs = ["page*.txt"]
needs = ["sample_task"]
acceptance = [
  { id = "ac1", text = "it is not empty", check = ["test", "-s", "page.txt"], timeout_seconds = 10 },
  { id = "ac2", text = "it reads well" },
]
`;

const POSIX = Deno.build.os !== "windows";

async function git(folder: RealFolder, ...args: readonly string[]): Promise<string> {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
  const said = await folder.call("git", [...who, ...args]);
  assertEquals([said.code, args], [0, args], said.stderr);
  return said.stdout.trim();
}

function recordOf(folder: RealFolder, path: string): Record<string, unknown> {
  const [project] = Deno.readDirSync(`${folder.path}/.cache/orchastration/state/projects`);
  return JSON.parse(folder.read(`.cache/orchastration/state/projects/${project!.name}/${path}`));
}

async function said(folder: RealFolder, ...argv: readonly string[]) {
  return await folder.orchastration(...argv, "--log-level", "error");
}

const TOOK = "<took>";

function withoutTimes(text: string): string {
  return text.replace(/\d{8}T\d{6}\.\d{3}Z/g, "<time>").replace(/\b\d+(?:\.\d+)?m?s\b/g, TOOK);
}

async function statusOf(folder: RealFolder, name: string) {
  const { code, stdout, stderr } = await said(folder, "plan", "status", name, "--json");
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

Deno.test({
  name: "the quick start plans, builds and documents a task, and reports a commit in between",
  ignore: !POSIX,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", CONFIG);
      folder.write("README.md", "# Sample\n");
      folder.write("source.txt", "a page\n");
      folder.write(".gitignore", ".cache/\ndist/\ndocs/\n");
      await git(folder, "init", "-q", "-b", "main");
      await git(folder, "add", ".");
      await git(folder, "commit", "-q", "-m", "Begin");
      const commit = await git(folder, "rev-parse", "HEAD");

      const list = await said(folder, "plan", "list");
      assertEquals([list.code, list.stderr], [0, ""]);
      assertEquals(
        list.stdout,
        "page         unplanned  nothing is recorded for it yet\n" +
          "sample_task  unplanned  nothing is recorded for it yet\n",
      );
      const planned = await said(folder, "plan", "create", "sample_task");
      assertEquals([planned.code, planned.stderr], [0, ""]);
      assertMatch(
        planned.stdout,
        /^sample_task is planned: sample_task\/\d{8}T\d{6}\.\d{3}Z\n {2}sha256 [0-9a-f]{64}\nnext: orchastration build run sample_task\n$/,
      );
      const task = recordOf(folder, "tasks/sample_task.json");
      const plan = recordOf(folder, `runs/${(task["plan"] as { run: string }).run}.json`);
      assertEquals([plan["action"], (plan["git"] as Record<string, unknown>)["commit"]], [
        "plan.create",
        commit,
      ]);
      assertEquals((plan["git"] as Record<string, unknown>)["dirty"], false);
      assertEquals((await statusOf(folder, "sample_task")).status, "planned");

      const built = await said(folder, "build", "run", "sample_task");
      assertEquals(built, {
        code: 0,
        stdout: "",
        stderr: "sample_task is done: the build succeeded and its output is present\n" +
          "  next: orchastration doc generate sample_task\n",
      });
      const documented = await said(folder, "doc", "generate", "sample_task");
      assertEquals([documented.code, documented.stderr], [0, ""]);
      assert(folder.read("docs/tasks/sample_task.md").includes("Example task definition"));
      assertEquals((await statusOf(folder, "sample_task")).stale, []);

      folder.write("README.md", "# Sample, said better\n");
      await git(folder, "commit", "-q", "-a", "-m", "Say it better");
      const now = await git(folder, "rev-parse", "HEAD");
      const after = await statusOf(folder, "sample_task");
      assertEquals([after.status, after.stale], ["done", [
        `the repository is at ${now.slice(0, 12)}, the build was made at ${commit.slice(0, 12)}`,
      ]]);
      assertEquals(after.documents.map((each: { since_plan: string }) => each.since_plan), ["changed"]);
      assertEquals((await said(folder, "build", "run", "sample_task")).code, 0);
      assertEquals((await statusOf(folder, "sample_task")).stale, []);
    }),
});

Deno.test({
  name: "tasks with needs, a check, a confirmation, drift and no outputs work together",
  ignore: !POSIX,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", CONFIG);
      folder.write("README.md", "");
      folder.write("source.txt", "a page\n");
      const refused = await said(folder, "build", "run", "page", "--plan");
      assertEquals([refused.code, refused.stdout], [65, ""]);
      const built = await said(folder, "build", "run", "page", "--plan", "--with-needs");
      assertEquals({ ...built, stderr: withoutTimes(built.stderr) }, {
        code: 0,
        stdout: "",
        stderr: `succeeded  sample_task  ${TOOK}\nunconfirmed  page  ${TOOK}\n` +
          `graph succeeded: 1 succeeded, 1 unconfirmed in ${TOOK}\n` +
          "  page unconfirmed: built; ac2 waits to be confirmed by a person\n" +
          `  longest way: sample_task -> page (${TOOK})\n` +
          "  graph: orchastration runs show graph/<time>\n" +
          "  next: orchastration plan accept page ac2\n",
      });
      const accepted = await said(folder, "plan", "accept", "page", "ac2", "--note", "read it");
      assertEquals([accepted.code, accepted.stdout.split("\n")[1]], [
        0,
        "page is done: the build succeeded, its output is present and both criteria are met",
      ]);
      const build = recordOf(
        folder,
        `runs/${(recordOf(folder, "tasks/page.json")["last_build"] as { run: string }).run}.json`,
      );
      const [output] = build["outputs"] as Record<string, unknown>[];
      const digest = await folder.call("sha256sum", ["page.txt"]);
      if (digest.code === 0) assertEquals(output!["sha256"], digest.stdout.slice(0, 64));

      folder.write("page.txt", "edited by hand\n");
      assertEquals((await statusOf(folder, "page")).stale, ["page.txt changed since the build"]);

      folder.write(
        "orchastration.toml",
        CONFIG.replace('"source.txt", "page.txt"]', '"source.txt", "other.txt"]'),
      );
      const drifted = await said(folder, "build", "run", "page");
      assertEquals([drifted.code, drifted.stderr.split("\n").slice(2, 5)], [65, [
        "  command[2]:",
        '    - "page.txt"',
        '    + "other.txt"',
      ]]);
      assertEquals((await said(folder, "plan", "create", "page")).code, 0);
      await Deno.remove(`${folder.path}/page.txt`);
      const empty = await said(folder, "build", "run", "page");
      assertEquals(empty.code, 1);
      assertMatch(
        empty.stderr,
        /^error: task "page" failed after [\d.]+m?s: it exited with status 0, but its output is missing: page\*\.txt\n/,
      );
      assertEquals((await statusOf(folder, "page")).status, "failed");
    }),
});

Deno.test({
  name: "an output that is an endless pipe is not opened, and a link out of the folder does not count",
  ignore: !POSIX,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write(
        "orchastration.toml",
        '[tasks.odd]\ncommand = ["true"]\noutputs = ["pipe", "link", "locked"]\n',
      );
      await folder.call("mkfifo", ["pipe"]);
      await Deno.symlink("/etc/hosts", `${folder.path}/link`);
      folder.write("locked", "x");
      await Deno.chmod(`${folder.path}/locked`, 0);
      const odd = await said(folder, "build", "run", "odd", "--plan");
      assertEquals(odd.code, 1);
      // Root can open everything.
      const isRoot = Deno.uid() === 0;
      assertMatch(
        odd.stderr,
        isRoot
          ? /2 of 3 outputs are missing: pipe \(it is neither a file nor a folder\), link \(a link that leaves working_dir\)\n/
          : /3 of 3 outputs are missing: .*locked \(it is there and cannot be read\)\n/,
      );
    }),
});
