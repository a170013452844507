/** The variables that tell a job its work tree and its ports, in process. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML =
  '[jobs.serve]\ncommand = ["serve"]\n[jobs.own]\ncommand = ["serve"]\nenv = { ORCHASTRATION_PORT_BASE = "7" }\n';

/** A main work tree, and as many linked ones. */
function machine(trees: number): FakeHost {
  const files: Record<string, string> = { [`${PROJECT}/.git/HEAD`]: "ref: refs/heads/main\n" };
  for (let n = 1; n <= trees; n++) {
    files[`${PROJECT}/.git/worktrees/t${n}/gitdir`] = `/home/ada/t${n}/.git\n`;
    files[`${PROJECT}/.git/worktrees/t${n}/commondir`] = "../..\n";
    files[`/home/ada/t${n}/.git`] = `gitdir: ${PROJECT}/.git/worktrees/t${n}\n`;
    files[`/home/ada/t${n}/orchastration.toml`] = TOML;
    files[`/home/ada/t${n}/inner/orchastration.toml`] = TOML;
  }
  const host = machineWith(TOML, { files });
  host.program("serve", async (p) => {
    await p.stdout(`${p.env["ORCHASTRATION_WORKTREE"]} ${p.env["ORCHASTRATION_PORT_BASE"]}\n`);
  });
  return host;
}

async function said(host: FakeHost, cwd: string, job = "serve", env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await call(
    host.another({ cwd, env: { PATH: "/bin", HOME: "/home/ada", ...env } }),
    [
      ...["run", job, "--quiet"],
    ],
  );
  assertEquals([code, stderr], [0, ""]);
  const [worktree = "", base = ""] = stdout.trim().split(" ");
  return { worktree, base };
}

Deno.test("variables: each work tree has ports of its own, the same each time, also for a project below its root", async () => {
  using host = machine(12);
  const folders = [PROJECT, ...Array.from({ length: 12 }, (_, n) => `/home/ada/t${n + 1}`)];
  const first = new Map<string, string>();
  for (const folder of folders) {
    const { worktree, base } = await said(host, folder);
    assertEquals(worktree, folder);
    assert(Number(base) >= 10_000 && Number(base) < 32_000 && Number(base) % 100 === 0, base);
    first.set(folder, base);
  }
  assertEquals(new Set(first.values()).size, folders.length);
  for (const folder of folders) assertEquals((await said(host, folder)).base, first.get(folder));
  assertEquals(await said(host, "/home/ada/t1/inner"), {
    worktree: "/home/ada/t1",
    base: first.get("/home/ada/t1"),
  });
});

Deno.test("variables: the ports of an outer run do not count, and variables of the job itself do", async () => {
  using host = machine(1);
  const outer = { ORCHASTRATION_WORKTREE: "/elsewhere", ORCHASTRATION_PORT_BASE: "1" };
  const { worktree, base } = await said(host, "/home/ada/t1", "serve", outer);
  assertEquals([worktree, Number(base) > 1], ["/home/ada/t1", true]);
  assertEquals((await said(host, "/home/ada/t1", "own", outer)).base, "7");
});

Deno.test("variables: outside of a repository there are no ports, and the range of a removed work tree is reused last", async () => {
  using host = machine(2);
  host.disk.remove(`${PROJECT}/.git/HEAD`);
  const { base } = await said(host, "/home/ada/t1");
  host.disk.remove("/home/ada/t1");
  const other = await said(host, "/home/ada/t2");
  assert(other.base !== base);
  // Every other range is taken.
  for (let n = 0; n < 220; n++) {
    const path = `${USER_STATE}/ports/${10_000 + 100 * n}`;
    if (![base, other.base].includes(String(10_000 + 100 * n))) host.disk.write(path, `${PROJECT}\n`);
  }
  host.disk.write("/srv/more/.git/HEAD", "ref: refs/heads/main\n");
  host.disk.write("/srv/more/orchastration.toml", TOML);
  assertEquals(await said(host, "/srv/more"), { worktree: "/srv/more", base });
  host.disk.write("/srv/last/.git/HEAD", "ref: refs/heads/main\n");
  host.disk.write("/srv/last/orchastration.toml", TOML);
  assertEquals(await said(host, "/srv/last"), { worktree: "/srv/last", base: "undefined" });
  host.disk.write("/srv/plain/orchastration.toml", TOML);
  assertEquals(await said(host, "/srv/plain"), { worktree: "undefined", base: "undefined" });
});
