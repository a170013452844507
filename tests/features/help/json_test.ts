/** `--json` in any combination: stdout is exactly one JSON document that matches the exit code. */

import { assert, assertEquals } from "@std/assert";
import { type AnyCommand, pathOf, verbsBelow } from "../../../src/cli/base/command_tree.ts";
import { placeholderOf } from "../../../src/cli/completion/cursor.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import { withGh } from "../../support/fake_gh.ts";
import { withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `
[jobs.sample]
group = "checks"
command = ["work"]
[services.api]
command = ["work"]
ready = { line = "out" }
[schedules.nightly]
job = "sample"
at = "02:30"
[tasks.sample_task]
command = ["work"]
acceptance = [{ id = "ac1", text = "it reads well" }]
`;

/** A value for each argument and option, by its name in help. */
const VALUES: Readonly<Record<string, string>> = {
  path: "README.md",
  glob: "src/**",
  files: "README.md",
  args: "x",
  job: "sample",
  task: "sample_task",
  "job-or-task": "sample",
  regexp: "out",
  cursor: "1.0.0",
  service: "api",
  schedule: "nightly",
  criterion: "ac1",
  run: "sample",
  "graph-run": "graph",
  "run-or-task": "sample",
  name: "sample",
  status: "failed",
  shell: "bash",
  words: "list",
  lines: "1",
  n: "1",
  duration: "1d",
  text: "said",
  rev: "HEAD",
  branch: "mine",
  repo: "octo/hello",
  label: "bug",
  variable: "A=1",
  heading: "checks",
};

const { root } = await loadProgram();

function valueOf(name: string | undefined): string {
  const value = VALUES[name ?? ""];
  assert(value !== undefined, `there is no value for <${name}>`);
  return value;
}

async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML, { files: { [`${PROJECT}/README.md`]: "read me\n" } });
  withGit(host, PROJECT).remotes.set("origin", "git@github.com:octo/hello.git");
  withGh(host);
  host.program("systemctl", () => {});
  host.program("/usr/bin/orchastration", (p) => p.stdout("render();"));
  host.program("work", async (p) => {
    await p.stdout("out\n");
    await p.stderr("err\n");
  });
  for (const words of ["run sample", "build run sample_task --plan"]) {
    assertEquals([words, (await call(host, words.split(" "))).code], [words, 0]);
  }
  return host;
}

/** Each option with a value where it takes one; for choices the first and the last. */
function optionsOf(command: AnyCommand): readonly (readonly string[])[] {
  const own = command.options.filter(({ long }) => long !== "--json");
  return own.flatMap((option) => {
    const flag = option.long ?? option.flags;
    if (!option.required && !option.optional) return [[flag]];
    const values = option.argChoices === undefined
      ? [valueOf(placeholderOf(option))]
      : [option.argChoices[0]!, option.argChoices.at(-1)!];
    return values.map((value) => [`${flag}=${value}`]);
  });
}

/** No option, each option, and each pair of the command's own options. */
function mixtures(command: AnyCommand): readonly (readonly string[])[] {
  const global = new Set(root.options.map(({ long }) => long));
  const all = optionsOf(command);
  const own = all.filter(([flag]) => !global.has(flag!.replace(/=.*/, "")));
  const pairs = own.flatMap((one, i) => own.slice(i + 1).map((other) => [...one, ...other]));
  return [[], ...all, ...pairs, ["--help"], ["--version"], ["--nosuch"], ["--help", "--version"]];
}

async function expectOneDocument(host: FakeHost, argv: readonly string[]): Promise<void> {
  const { code, stdout } = await call(host, argv);
  let document: { format?: number; kind?: string; exit_code?: number };
  try {
    document = JSON.parse(stdout);
  } catch {
    throw new Error(`${argv.join(" ")}: stdout is no document: ${stdout}`);
  }
  assert(typeof document.format === "number" && typeof document.kind === "string", argv.join(" "));
  assertEquals(Object.keys(document).slice(0, 2), ["format", "kind"], argv.join(" "));
  if (document.kind === "failure") {
    assertEquals([argv, code, code > 0], [argv, document.exit_code, true]);
  }
}

for (const command of verbsBelow(root)) {
  const path = pathOf(command).split(" ").slice(1);
  Deno.test(`--json: ${path.join(" ")} prints one document, whatever the other words are`, async () => {
    using host = await machine();
    const words = command.registeredArguments.filter((each) => each.name() !== "args")
      .map((each) => valueOf(each.name()));
    const required = words.slice(0, command.registeredArguments.filter((each) => each.required).length);
    for (const options of mixtures(command)) {
      for (
        const argv of [[...path, ...required, ...options, "--json"], [
          "--json",
          ...path,
          ...words,
          ...options,
        ]]
      ) {
        await expectOneDocument(host, argv);
      }
    }
    await expectOneDocument(host, [...path, "--json"]);
    await expectOneDocument(host, [...path, ...words, "too", "many", "words", "--json"]);
  });
}

Deno.test("--json: a missing command and unknown words are reported in one document", async () => {
  using host = await machine();
  for (
    const line of [
      "--json",
      "--json --json",
      "--version --json",
      "-V --json",
      "--json --help",
      "help --json",
      "help nosuch --json",
      "runs help list --json",
      "runs help nosuch --json",
      "nosuch --json",
      "sample --json",
      "runs nosuch --json",
      "--json=yes list --json",
      "--config --json list",
      "--log-level loud list --json",
      "run sample --json -- --json",
      "run sample --json --watch",
    ]
  ) {
    await expectOneDocument(host, line.split(" "));
  }
});

Deno.test("--json: after -- it is an argument of the job", async () => {
  using host = await machine();
  const { stdout } = await call(host, ["run", "sample", "--quiet", "--", "--json"]);
  assertEquals(stdout, "out\n");
});
