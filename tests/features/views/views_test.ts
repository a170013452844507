/** The data of each view: what the records and the definitions say, and which commands a reader is given. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { BoardData, HomeData, RunData, TaskData } from "../../../src/web/page_data.ts";
import { inSite } from "./site.ts";

const TOML = `
[jobs.build]
description = "Compile"
command = ["ok"]
[jobs.test]
command = ["bad"]
needs = ["build"]
[jobs.never]
command = ["ok"]
[tasks.first]
description = "The first"
command = ["ok"]
acceptance = [
  { id = "ac1", text = "it works", check = ["ok"] },
  { id = "ac2", text = "it is nice" },
]
[tasks.second]
command = ["ok"]
needs = ["first"]
[services.web]
command = ["forever"]
ready = { port = 8080 }
`;
const TIME = /\d{8}T\d{6}\.\d{3}Z/g;

function machine() {
  const host = machineWith(TOML);
  host.program("ok", () => {});
  host.program("bad", () => 3);
  return host;
}

interface Answer<View> {
  readonly view: View;
}

function withoutTimes<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(TIME, "*"));
}

Deno.test("home view: each configured name has a row with its newest runs first, and a graph has one of its own", async () => {
  using host = machine();
  await call(host, ["run", "test", "-q"]);
  await call(host.another(), ["run", "build", "-q"]);
  await inSite(host.another(), async (site) => {
    const { view } = await site.data("home") as unknown as Answer<HomeData>;
    assertEquals(view.project, "project");
    assertEquals(view.running, []);
    assertEquals(
      view.rows.map(({ name, kind, cells }) => [name, kind, cells.map(({ status }) => status).join(" ")]),
      [
        ["build", "job", "succeeded succeeded"],
        ["never", "job", ""],
        ["test", "job", "failed"],
        ["first", "task", ""],
        ["second", "task", ""],
        ["web", "service", ""],
        ["graph", "graph", "failed"],
      ],
    );
  });
});

Deno.test("home view: a run that goes on is listed first, with its own status", async () => {
  using host = machineWith('[jobs.long]\ncommand = ["long"]\n');
  const goesOn = Promise.withResolvers<void>();
  host.program("long", () => goesOn.promise);
  const running = host.another();
  const ended = call(running, ["run", "long", "-q"]);
  await running.whenListening();
  await inSite(host, async (site) => {
    let view: HomeData;
    do ({ view } = await site.data("home") as unknown as Answer<HomeData>); while (view.running.length === 0);
    assertEquals(view.running.map(({ status }) => status), ["running"]);
    assertEquals(view.rows.map(({ cells }) => cells.map(({ status }) => status)), [["running"]]);
  });
  goesOn.resolve();
  assertEquals((await ended).code, 0);
});

Deno.test("run view: the commands fit the way in which a run ended, and the token of its processes is not sent", async () => {
  using host = machine();
  await call(host, ["run", "test", "-q"]);
  await call(host.another(), ["run", "build", "-q"]);
  await inSite(host.another(), async (site) => {
    const lines = async (run: string) => {
      const { view } = await site.data(`run?run=${run}`) as unknown as Answer<RunData>;
      assertEquals("token" in view.record, false);
      return withoutTimes(view.commands.map(({ line }) => line));
    };
    assertEquals(await lines("build"), ["orchastration run build", "orchastration runs show build/*"]);
    assertEquals(await lines("graph"), [
      "orchastration run --again graph/*",
      "orchastration runs show graph/*",
    ]);
    const { view } = await site.data("run?run=build") as unknown as Answer<RunData>;
    assertEquals([view.older === undefined, view.newer === undefined], [false, true]);
  });
});

Deno.test("task view: the criteria have their evidence, and the next step is a command line", async () => {
  using host = machine();
  await call(host, ["build", "run", "first", "--plan", "-q"]);
  await inSite(host.another(), async (site) => {
    const { view } = await site.data("task?task=first") as unknown as Answer<TaskData>;
    assertEquals([view.status, view.next], ["in_progress", "orchastration plan accept first ac2"]);
    assertEquals(
      withoutTimes(
        view.criteria.map(({ criterion, state, check }) => [criterion.id, state, check?.run ?? null]),
      ),
      [["ac1", "passed", "first/*"], ["ac2", "open", null]],
    );
    assertEquals(view.history.map(({ action, status }) => [action, status]), [
      ["build.run", "succeeded"],
      ["plan.create", "succeeded"],
    ]);
  });
});

Deno.test("task view: the document is that of the file, and no other file is shown, whatever the record names", async () => {
  using host = machine();
  await call(host, ["build", "run", "first", "--plan", "-q"]);
  const document = async () => {
    let found: TaskData["document"];
    await inSite(host.another(), async (site) => {
      found = (await site.data("task?task=first") as unknown as Answer<TaskData>).view.document;
    });
    return found;
  };
  assertEquals(await document(), undefined);
  await call(host.another(), ["doc", "generate", "first", "--output", "first.md"]);
  const written = await document();
  assert(written?.kind === "text" && written.isAsWritten && !written.isCut);
  assertEquals(written.blocks[0], { kind: "heading", level: 1, line: [{ kind: "text", text: "first" }] });
  const path = `${PROJECT}/first.md`;
  host.disk.write(path, `${host.disk.read(path)}\nMore <words>.\n`);
  const changed = await document();
  assert(changed?.kind === "text" && !changed.isAsWritten);
  assertEquals(changed.blocks.at(-1), { kind: "paragraph", line: [{ kind: "text", text: "More <words>." }] });
  const record = `${STATE}/tasks/first.json`;
  const text = host.disk.read(record)!;
  host.disk.write(`${PROJECT}/other`, "a secret");
  for (
    const [name, fact] of [
      ["other", "has no part that doc generate made"],
      ["../../etc/passwd", "is gone"],
      ["none.md", "is gone"],
      [".", "cannot be read: it is a directory"],
    ] as const
  ) {
    host.disk.write(record, text.replace('"path": "first.md"', `"path": "${name}"`));
    assertEquals([name, await document()], [name, { kind: "not_shown", fact }]);
  }
  host.disk.write(record, text);
  await call(host.another(), ["doc", "generate", "first", "--format", "html", "--output", "first.html"]);
  assertEquals(await document(), { kind: "not_shown", fact: "is HTML: open the file" });
});

Deno.test("board view: each task is a card with its proven criteria and open needs; a name that is no task is said", async () => {
  using host = machine();
  await call(host, ["build", "run", "first", "--plan", "-q"]);
  await inSite(host.another(), async (site) => {
    const { view } = await site.data("board") as unknown as Answer<BoardData>;
    assertEquals(
      view.cards.map(({ name, status, proven, criteria, needs }) => [name, status, proven, criteria, needs]),
      [["first", "in_progress", 1, 2, []], ["second", "unplanned", 0, 0, ["first"]]],
    );
    const none = await site.data("task?task=none") as unknown as { problem: { headline: string } };
    assertEquals(none.problem.headline, 'Cannot find task "none": no task has this name');
  });
});
