/** `doctor` about projects and their records: each finding, where there is one, and where not. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE, USER_STATE } from "../../support/cli.ts";
import { withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\n';

/** The lines of `doctor` about these subjects that are not ok, without the program's name in the advice. */
async function findingsOf(host: FakeHost, ...argv: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await call(host, ["doctor", ...argv]);
  return stdout.split(/\n(?=\S)/)
    .filter((line) => /^(?:warning|problem) +(?:projects|state|records[^:]*): /.test(line))
    .map((line) => line.trimEnd().replace(/^(\w+) +/, "$1 ").replace(/\n +/, "; "));
}

/** A project that was used, in a folder of this name. */
async function use(host: FakeHost, root: string, toml = TOML): Promise<void> {
  host.disk.write(`${root}/orchastration.toml`, toml);
  assertEquals((await call(host.another({ cwd: root }), ["run", "work", "--quiet"])).code, 0);
}

function machine(toml = TOML): FakeHost {
  const host = machineWith(toml);
  host.program("work", () => {});
  return host;
}

Deno.test("doctor: the first five missing projects are named, and the number of the others", async () => {
  for (
    const [count, more] of [[5, undefined], [6, "the folder of 1 more project is gone"], [
      8,
      "the folders of 3 more projects are gone",
    ]] as const
  ) {
    using host = machine();
    const roots = Array.from({ length: count }, (_, index) => `/srv/p${index}`);
    for (const root of roots) await use(host, root);
    host.disk.remove("/srv");
    const prune = "orchastration runs prune --orphaned --dry-run";
    const expected = roots.slice(0, 5).map((root) =>
      `warning projects: ${root} is gone, and there are records of it; try: orchastration runs adopt ${root}, or ${prune}`
    );
    if (more !== undefined) expected.push(`warning projects: ${more}; try: ${prune}`);
    assertEquals(await findingsOf(host), expected);
  }
});

Deno.test("doctor: a project with a separate state folder cannot adopt records, and is not advised to", async () => {
  using host = machine(`${TOML}[state]\ndir = "/records"\n`);
  await use(host, "/srv/gone");
  host.disk.remove("/srv/gone");
  assertEquals(await findingsOf(host), [
    "warning projects: /srv/gone is gone, and there are records of it; try: orchastration runs prune --orphaned --dry-run",
  ]);
});

Deno.test("doctor: records of a missing project in its own state folder are reported, but not offered for adoption", async () => {
  using host = machine();
  await use(host, "/srv/gone", `${TOML}[state]\ndir = "/records"\n`);
  host.disk.remove("/srv/gone");
  assertEquals(await findingsOf(host), [
    "warning projects: /srv/gone is gone, and there are records of it; try: orchastration runs prune --orphaned --dry-run",
  ]);
  assertEquals((await call(host, ["runs", "adopt", "/srv/gone"])).code, 65);
});

Deno.test("doctor: a project whose folder exists, or cannot be examined, is not missing", async () => {
  using host = machine();
  await use(host, "/srv/other");
  assertEquals(await findingsOf(host), []);
  host.faults.failWhen({ op: "stat", path: /^\/srv\/other$/, problem: "permission_denied" });
  assertEquals(await findingsOf(host.another()), []);
});

Deno.test("doctor: a folder that is two projects by two paths is reported", async () => {
  using host = machine();
  await use(host, "/srv/other");
  const file = `${USER_STATE}/projects/${
    host.disk.list(`${USER_STATE}/projects`).find((name) => name.startsWith("other-"))
  }/project.json`;
  // As after a bind mount: the other root is the same folder.
  const mounted = { ...JSON.parse(host.disk.read(file)!), root: "/mnt/project" };
  host.disk.write(file, JSON.stringify(mounted));
  host.disk.link("/mnt/project", PROJECT);
  assertEquals(await findingsOf(host), [
    `warning projects: ${PROJECT} is also /mnt/project, and has other records there; ` +
    "try: use one of the two paths only, or set one place for the records with [state] dir",
  ]);
});

/** The finding about records in this folder, after a run. */
function ignoring(
  name: string,
  dir: string,
  given: { readonly ignored?: readonly string[]; readonly isRepository?: boolean },
  expected: readonly string[],
): void {
  Deno.test(`doctor: records in the project: ${name}`, async () => {
    using host = machine(`${TOML}[state]\ndir = ${JSON.stringify(dir)}\n`);
    if (given.isRepository !== false) withGit(host, PROJECT).ignored.push(...given.ignored ?? []);
    // Nothing can be committed before a record exists.
    if (dir !== ".") assertEquals(await findingsOf(host), []);
    assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
    assertEquals(await findingsOf(host), expected);
  });
}

const said = (dir: string, next: string) =>
  `warning state: git does not ignore ${dir}, so records can be committed; try: ${next}`;
ignoring("git does not ignore them", ".state", {}, [said(".state", "add /.state/ to .gitignore")]);
ignoring("by a name with signs", "a*", {}, [said("a*", "add /a\\*/ to .gitignore")]);
ignoring("git ignores them", ".state", { ignored: [".state"] }, []);
ignoring("no repository", ".state", { isRepository: false }, []);
ignoring("outside of it", "../state", {}, []);
ignoring("the root itself", ".", {}, [said(".", "name another folder with [state] dir")]);

Deno.test("doctor --everywhere: records of each project are reported, and interrupted runs with the command that recovers each", async () => {
  using host = machine();
  await use(host, "/srv/other");
  host.program("work", async (p) => {
    host.die();
    await p.forever();
  });
  const doomed = call(host, ["run", "work"]);
  await Promise.race([doomed, host.died]);
  using next = host.reviveAfterDeath({ processes: "gone" });
  const reader = next.another({ cwd: "/srv/other" });
  assertEquals(await findingsOf(reader), []);
  assertEquals(await findingsOf(reader, "--everywhere"), [
    `warning records of ${PROJECT}: 1 run is interrupted and not recovered; try: orchastration recover --state-dir ${STATE}`,
  ]);
  assert(
    (await call(reader, ["doctor", "--everywhere"])).stdout.includes(
      "records of /srv/other: 1 run is recorded",
    ),
  );
});

Deno.test("doctor: the place of the records is shown, and who chose it if it is not a folder", async () => {
  using host = machine();
  assert((await call(host, ["doctor"])).stdout.includes(`ok       state: ${STATE} can be made\n`));
  host.disk.write("/file", "");
  assertEquals(await findingsOf(host, "--state-dir", "/file"), [
    "problem state: /file (--state-dir) is not a folder, nor can one be made there; " +
    "try: name a folder there, or choose another place with --state-dir <path>",
  ]);
});
