/** `git worktree create`, in process: what is made once, whatever happens in between. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import { FIRST_COMMIT, SECOND_COMMIT, withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

// Loaded in advance: see tests/support/cli.ts.
import "../../../src/app/worktrees/create_worktree.ts";
import "../../../src/app/worktrees/list_worktrees.ts";

const TOML = `
[jobs.install]
command = ["npm", "ci"]
[jobs.seed]
command = ["seed"]
[tasks.sample]
command = ["true"]
[worktree]
copy = ["orchastration.toml", ".env", "keys"]
setup = ["install", "seed"]
`;
const THERE = `${PROJECT}-sample`;
const LAST = `${STATE}/runs/sample/last.json`;
const AT = FIRST_COMMIT.slice(0, 12);

function machine(): FakeHost {
  const host = machineWith(TOML, { files: { [`${PROJECT}/.env`]: "A=1\n", [`${PROJECT}/keys/a`]: "k" } });
  host.program("npm", () => 0);
  host.program("seed", () => 0);
  return host;
}

function create(host: FakeHost, ...more: readonly string[]) {
  return call(host, ["git", "worktree", "create", "sample", "--log-level", "error", ...more]);
}

function lastSetup(host: FakeHost): string {
  return String(readJson(host, LAST)["reason"]).replace(/\d{8}T[\d.]+Z/g, "T");
}

Deno.test("git worktree create: branch, work tree, copies and setup are made once", async () => {
  using host = machine();
  withGit(host, PROJECT);
  const first = await create(host);
  assertEquals(
    first.stdout.replace(/\d{8}T[\d.]+Z/g, "T"),
    `task/sample created at ${AT}
work tree ${THERE}
copied orchastration.toml
copied .env
copied keys
setup job install (install/T) succeeded
setup job seed (seed/T) succeeded
next: cd ${THERE}
`,
  );
  assertEquals([first.code, first.stderr], [0, "setup: install\nsetup: seed\n"]);
  assertEquals(host.disk.read(`${THERE}/keys/a`), "k");
  assertEquals(
    lastSetup(host),
    `the branch task/sample was created at ${FIRST_COMMIT}; the work tree ${THERE} was made; ` +
      "copied into it: orchastration.toml, .env, keys; setup job install (install/T) succeeded; setup job seed (seed/T) succeeded",
  );
  const links = readJson(host, `${STATE}/tasks/sample.json`)["links"] as Record<
    string,
    Record<string, unknown>
  >;
  assertEquals([links["worktree"]!["path"], links["worktree"]!["base"]], [THERE, "main"]);

  host.disk.write(`${THERE}/.env`, "A=2\n");
  const again = await create(host);
  assertEquals([again.code, again.stderr], [0, ""]);
  assertEquals(
    again.stdout.replace(/\d{8}T[\d.]+Z/g, "T"),
    `task/sample exists already, at ${AT}
work tree ${THERE} exists already
setup job install (install/T) had succeeded before
setup job seed (seed/T) had succeeded before
next: cd ${THERE}
`,
  );
  // A file that was edited there is never overwritten.
  assertEquals(host.disk.read(`${THERE}/.env`), "A=2\n");
});

Deno.test("git worktree create: a failed setup job is reported, the rest does not run, and the work tree stays", async () => {
  using host = machine();
  withGit(host, PROJECT);
  let works = false;
  host.program("npm", () => works ? 0 : 3);
  const said = await create(host);
  assertEquals(said.code, 3);
  assertEquals(said.stdout.replace(/\d{8}T[\d.]+Z/g, "T").split("\n").slice(-4), [
    "setup job install (install/T) did not succeed: exited with status 3",
    "setup job seed was not run",
    `the work tree stays as it is; try: cd ${THERE}, then the job again`,
    "",
  ]);
  assertEquals([readJson(host, LAST)["status"], host.disk.exists(`${THERE}/.env`)], ["failed", true]);
  works = true;
  assertEquals((await create(host)).code, 0);
});

Deno.test("git worktree create: an existing branch is used as it is, and another base is refused", async () => {
  using host = machine();
  withGit(host, PROJECT).branches.set("task/sample", SECOND_COMMIT);
  const refused = await create(host, "--base", "main");
  assertEquals([refused.code, refused.stderr.split(":")[0]], [65, "error"]);
  const said = await create(host, "--path", "../elsewhere");
  assertEquals(said.code, 0, said.stderr);
  assertEquals(said.stdout.split("\n").slice(0, 2), [
    `task/sample exists already, at ${SECOND_COMMIT.slice(0, 12)}`,
    "work tree /home/ada/elsewhere",
  ]);
});

Deno.test("git worktree create: a link is neither copied nor followed", async () => {
  using host = machine();
  withGit(host, PROJECT).before = (p, words) => {
    if (words[0] === "worktree" && words[1] === "add") {
      p.writeFile(`${THERE}/.git`, "gitdir: elsewhere\n");
      host.disk.makeFolder("/etc/keys");
      host.disk.link(`${THERE}/keys`, "/etc/keys");
    }
    return undefined;
  };
  host.disk.remove(`${PROJECT}/.env`);
  host.disk.link(`${PROJECT}/.env`, "/etc/passwd");
  const said = await create(host);
  assertEquals(said.stdout.split("\n").slice(2, 5), [
    "copied orchastration.toml",
    "not copied: .env: it is a link, which could lead out of the work tree",
    "not copied: keys/a: a link in the work tree leads its folder elsewhere",
  ]);
  assertEquals([host.disk.exists(`${THERE}/.env`), host.disk.exists("/etc/keys/a")], [false, false]);
});

Deno.test("git worktree list: each work tree is listed with its task, its running run, and its last build", async () => {
  using host = machine();
  const repository = withGit(host, PROJECT);
  assertEquals((await create(host)).code, 0);
  repository.worktrees.set("/home/ada/by hand", "other");
  host.disk.makeFolder("/home/ada/by hand/.git");
  const said = await call(host, ["git", "worktree", "list", "--json"]);
  const { worktrees } = JSON.parse(said.stdout);
  assertEquals(
    worktrees.map((each: Record<string, unknown>) => [each["path"], each["task"], each["is_here"]]),
    [
      [PROJECT, null, true],
      [THERE, "sample", false],
      ["/home/ada/by hand", null, false],
    ],
  );
  assertEquals(withoutLog((await call(host, ["git", "worktree", "list"])).stdout).split("\n").length, 4);
});
