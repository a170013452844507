/**
 * The real program with several jobs at once: ending one tree waits for no other, no process is left, and the
 * records are true, also after a kill. Linux only, because no other system shows every process so plainly.
 */

import { assert, assertEquals } from "@std/assert";
import { type RealFolder } from "../support/real_program.ts";
import { marked, markedSpec, newestRecord, startRun, until } from "../support/real_run.ts";

const QUIET = ["--log-level", "error", "--state-dir", "state"];

function job(name: string, script: string, more = ""): string {
  return `[jobs.${name}]\ncommand = ["sh", "-c", ${
    JSON.stringify(script)
  }]\nkill_grace_seconds = 0.4\n${more}\n`;
}

function last(folder: RealFolder, name: string): Record<string, unknown> {
  return newestRecord(folder, name);
}

interface Node {
  readonly name: string;
  readonly status: string;
}

function nodes(folder: RealFolder): readonly string[] {
  const { nodes } = last(folder, "graph")["graph"] as { readonly nodes: readonly Node[] };
  return nodes.map(({ name, status }) => `${name} ${status}`);
}

/** A loop that can be found, and that ends by itself long after the test has failed. */
const loop = (mark: string, kind: string) =>
  `sh -c 'for i in 1 2 3 4 5 6 7 8 9; do sleep 5; done' ${kind}-${mark}`;

markedSpec(
  "graph: orphans go with the job that they are of; those of nobody at the latest with the last job",
  async (folder, mark) => {
    folder.write(
      "orchastration.toml",
      // One keeps its environment in a session of its own, the other has neither; both outlive their main
      // process.
      job(
        "quick",
        `setsid ${loop(mark, "known")} & env -i setsid ${
          loop(mark, "unknown")
        } & while [ ! -e seen ]; do sleep 0.05; done`,
      ) +
        job("long", `touch began; while [ ! -e go ]; do sleep 0.05; done; sleep 0.3`),
    );
    await using run = startRun(folder, ["run", "quick", "long", ...QUIET]);
    await until(
      "both orphans live",
      () => marked(`known-${mark}`).length > 1 && marked(`unknown-${mark}`).length > 0,
    );
    folder.write("seen", "");
    const ended = () => {
      try {
        return last(folder, "quick")["status"] !== "running";
      } catch {
        return false;
      }
    };
    await until("the quick job ends while the long one runs", ended, () => run.stderr);
    assertEquals(last(folder, "long")["status"], "running");
    assertEquals(
      marked(`known-${mark}`).filter(({ argv }) => argv.some((word) => word === `known-${mark}`)),
      [],
    );
    folder.write("go", "");
    assertEquals([await run.ended, run.stderr.includes("graph succeeded: 2 succeeded")], [0, true]);
    assertEquals(marked(mark), []);
    assertEquals(last(folder, "quick")["status"], "succeeded");
  },
);

markedSpec(
  "graph: SIGINT ends all trees, and the account of what did not begin is whole",
  async (folder, mark) => {
    const script = `${loop(mark, "child")} & setsid ${loop(mark, "other")} & wait`;
    folder.write(
      "orchastration.toml",
      job("one", script) + job("two", script) + job("after", "true", 'needs = ["one", "two"]'),
    );
    await using run = startRun(folder, ["run", "after", "-j", "2", ...QUIET]);
    await until("both run", () => marked(`child-${mark}`).length >= 2 && marked(`other-${mark}`).length >= 2);
    run.send("SIGINT");
    assertEquals(await run.ended, 130);
    assertEquals(marked(mark), []);
    assertEquals(nodes(folder), ["one cancelled", "two cancelled", "after not_started"]);
  },
);

markedSpec("graph: --fail-fast ends what runs beside, with all of its processes", async (folder, mark) => {
  folder.write(
    "orchastration.toml",
    job("bad", "while [ ! -e began ]; do sleep 0.05; done; exit 3") +
      job("slow", `setsid ${loop(mark, "other")} & touch began; ${loop(mark, "child")}`),
  );
  const said = await folder.orchastration("run", "bad", "slow", "-j", "2", "--fail-fast", ...QUIET);
  assertEquals([said.code, nodes(folder)], [1, ["bad failed", "slow cancelled"]]);
  assertEquals(marked(mark), []);
});

markedSpec(
  "graph: killed with its jobs alive, recover ends them, and every node has an ending",
  async (folder, mark) => {
    folder.write(
      "orchastration.toml",
      job("first", "true") + job("one", loop(mark, "one"), 'needs = ["first"]') +
        job("two", `setsid ${loop(mark, "two")}`, 'needs = ["first"]') +
        job("after", "true", 'needs = ["one", "two"]'),
    );
    await using run = startRun(folder, ["run", "after", "-j", "2", ...QUIET]);
    await until("both run", () => marked(`one-${mark}`).length > 0 && marked(`two-${mark}`).length > 0);
    run.send("SIGKILL");
    await run.ended;
    const recovered = await folder.orchastration("recover", "--kill", ...QUIET);
    assertEquals([recovered.code, marked(mark)], [0, []], recovered.stderr);
    assertEquals(nodes(folder), [
      "first succeeded",
      "one interrupted",
      "two interrupted",
      "after not_started",
    ]);
    assertEquals(last(folder, "graph")["status"], "interrupted");
  },
);

markedSpec("graph: 120 jobs, 8 at a time: every one recorded, and none before its needs", async (folder) => {
  const names = Array.from({ length: 120 }, (_, at) => `job${at}`);
  folder.write(
    "orchastration.toml",
    names.map((name, at) => {
      const needs = at < 10 ? [] : [names[at - 10]!, names[(at * 7) % at]!];
      return `[jobs.${name}]\ncommand = ["true"]\nneeds = ${JSON.stringify([...new Set(needs)])}\n`;
    }).join(""),
  );
  const said = await folder.orchastration("run", ...names, "-j", "8", ...QUIET);
  assertEquals(said.code, 0, said.stderr);
  const graph = last(folder, "graph")["graph"] as {
    readonly nodes: readonly { readonly name: string; readonly start_time: string; readonly run: string }[];
    readonly edges: readonly { readonly from: string; readonly to: string }[];
  };
  assertEquals(graph.nodes.length, 120);
  const runOf = new Map(
    graph.nodes.map(({ name, run }) => [name, JSON.parse(folder.read(`state/runs/${run}.json`))]),
  );
  for (const record of runOf.values()) assertEquals(record.status, "succeeded");
  for (const { from, to } of graph.edges) {
    assert(runOf.get(from).end_time <= runOf.get(to).start_time, `${to} began before ${from} had ended`);
  }
});

markedSpec(
  "graph: three projects at once never exceed a pool, nor the slots; a kill gives all of them back",
  async (folder, mark) => {
    const names = ["a", "b", "c"];
    // Each says when it begins and when it ends; a line is written at once, so that the order is true.
    const say = `echo + >> ../log; sleep 0.1; echo - >> ../log; : ${mark}`;
    for (const project of ["one", "two", "three"]) {
      Deno.mkdirSync(`${folder.path}/${project}`);
      folder.write(
        `${project}/orchastration.toml`,
        `[pools]\nheavy = 1\n${names.map((name) => job(name, say, 'pool = "heavy"')).join("")}` +
          job("stuck", `echo began > ../stuck; ${loop(mark, "stuck")}`, 'pool = "heavy"'),
      );
    }
    const inProject = (project: string, ...argv: readonly string[]) => {
      const words = folder.command.map((word) => `'${word}'`).join(" ");
      return folder.call("sh", ["-c", `cd ${project} && exec ${words} ${argv.join(" ")} --log-level error`]);
    };
    const all = await Promise.all(
      ["one", "two", "three"].map((project) => inProject(project, "run", ...names, "-j", "2")),
    );
    assertEquals(all.map(({ code }) => code), [0, 0, 0], all.map(({ stderr }) => stderr).join("\n"));
    const log = folder.read("log").split("\n").slice(0, -1);
    let running = 0;
    let most = 0;
    for (const line of log) most = Math.max(most, running += line === "+" ? 1 : -1);
    assertEquals([log.length, most, running], [18, 1, 0]);

    await using stuck = startRun(folder, [], {
      program: ["sh", "-c", `cd one && exec ${folder.command.join(" ")} run stuck a -j 1 --log-level error`],
    });
    await until("it has the pool and the slot", () => marked(`stuck-${mark}`).length > 0);
    stuck.send("SIGKILL");
    await stuck.ended;
    // The places were locks of the process that is gone; what it left alive is for recover.
    assertEquals((await inProject("two", "run", "b", "c", "-j", "1")).code, 0);
    assertEquals((await inProject("one", "recover", "--kill")).code, 0);
    assertEquals(marked(`stuck-${mark}`), []);
  },
);
