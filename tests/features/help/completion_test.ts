/**
 * `completion`, and the calls of its scripts, in process. The shells themselves are tested in
 * tests/long/completion_test.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { KINDS } from "../../../src/cli/completion/candidates.ts";
import { completionScript, SHELLS } from "../../../src/cli/completion/scripts.ts";
import { placeholdersOf } from "../../../src/cli/completion/cursor.ts";
import { loadProgram } from "../../../src/cli/program.ts";
import { call, expectCall, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `
[jobs.greet]
description = "Say hello"
command = ["hello"]
[jobs.grep]
command = ["grep", "a b", "$(touch owned)"]
[jobs.hostile]
description = "one\\n\\ttwo \\u001b[31m$(touch owned) \`id\` 'x' %F{red} \\u202e"
command = ["x"]
[tasks.wanted]
description = "A task"
command = ["hello"]
acceptance = [{ id = "ac1", text = "it works" }, { id = "ac2", text = "it is read" }]
`;
const NOW = "20261122T063449.123Z";

function machine(toml: string | undefined = TOML): FakeHost {
  const host = machineWith(toml);
  for (const id of [`greet/${NOW}`, "greet/20261122T053449.123Z", "wanted/20261121T063449.123Z"]) {
    host.disk.write(`${STATE}/runs/${id}.json`, "{}");
  }
  return host;
}

/** The answer where the last of the words is being typed. */
function check(words: readonly string[], expected: readonly string[], toml: string = TOML): void {
  Deno.test(`complete: ${["orchastration", ...words].join(" ")}|`, async () => {
    using host = machine(toml);
    const stdout = expected.map((line) => `${line}\n`).join("");
    await expectCall(host, ["__complete", "zsh", ...words], { stdout });
    assertEquals(host.disk.exists("/home/ada/.cache/orchastration/orchastration.log"), false);
  });
}

const NAMED = `
[jobs.greet]
description = "Say hello"
command = ["hello"]
alias = ["g", "hi"]
[jobs.under]
command = ["x"]
hidden = true
alias = ["u"]
`;
const GREET = "greet\tSay hello";
const GREP = "grep\tgrep 'a b' '$(touch owned)'";

check(["ru"], [
  "words",
  "run\trun a job, show its output live, record it",
  "runs\tshow recorded runs, and remove old ones",
]);
check(["runs", "s"], ["words", "show\tshow one run in full"]);
check(["nothing"], ["words"]);
check(["run", "gr"], ["words", GREET, GREP]);
check(["run", "greet", "gr"], ["words", GREP]);
check(
  ["run", "--group", "c"],
  ["words", "checks"],
  `${NAMED}group = "checks"\n[jobs.all]\nneeds = ["greet"]\ngroup = "all"\n`,
);
check(["run", "al"], ["words", "all\truns greet"], `${NAMED}[jobs.all]\nneeds = ["greet"]\n`);
check(["run", "greet", "--", "RE"], ["files"]);
check(["run", "hos"], ["words", "hostile\tone two [31m$(touch owned) `id` 'x' %F{red}"]);
check(["status", "gre"], ["words", GREET, GREP]);
check(["run", ""], ["words", GREET, "g\talias of greet", "hi\talias of greet"], NAMED);
check(["status", "h"], ["words", "hi\talias of greet"], NAMED);
check(["runs", "list", ""], ["words", "greet", "wanted", "g\talias of greet", "hi\talias of greet"], NAMED);
check(["logs", "hi"], ["words", "hi\talias of greet"], NAMED);
check(["plan", "create", ""], ["words", "wanted\tA task"]);
check(["build", "run", "--plan", "w"], ["words", "wanted\tA task"]);
check(["plan", "accept", "wanted", ""], ["words", "ac1\tit works", "ac2\tit is read"]);
check(["plan", "accept", "nobody", ""], ["words"]);
check(["runs", "show", "gr"], [
  "words",
  "greet\tits newest run",
  `greet/${NOW}\tjust now`,
  "greet/20261122T053449.123Z\t1 hour ago",
]);
check(["logs", "wanted/"], [
  "words",
  "wanted/last\tits newest run",
  "wanted/20261121T063449.123Z\t1 day ago",
]);
check(["logs", "20261121"], ["words", "20261121T063449.123Z\twanted, 1 day ago"]);
check(["logs", "../"], ["words"]);
check(["runs", "list", ""], ["words", "greet", "wanted"]);
check(["hash", "--algo"], [
  "words",
  "--algorithm\tthe digest algorithm (default: [hash] algorithm, else sha256)",
]);
check(["hash", "--algorithm", "sha2"], ["words", "sha256"]);
check(["hash", "--algorithm=sha2"], ["words", "--algorithm=sha256"]);
check(["hash", "--nonsense=sha2"], ["words"]);
check(["hash", ""], ["files"]);
check(["--config", ""], ["files"]);
check(["list", "--state-dir=x"], ["files"]);
check(["runs", "list", "--status", "s"], ["words", "succeeded", "signalled"]);
check(["runs", "list", "--limit", ""], ["words"]);
check(["--json", "list", "--js"], ["words"]);
check(["list", "--json", "--js"], ["words"]);
check(["completion", "f"], ["words", "fish"]);
check(["help", "env"], ["words", "environment\tvariables that are read, and variables that jobs get"]);
check(["help", "runs", "l"], ["words", "list\tshow recorded runs, newest first"]);
check(["help", "nothing", ""], ["words"]);
// Silent where the command itself would report a problem.
check(["run", "gr"], ["words"], "broken");
check(["run", "--config", "nope.toml", "gr"], ["words"]);
check(["--state-dir", "nowhere", "logs", ""], ["words"]);

Deno.test("complete: --config and --state-dir count for what is completed", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/other.toml`, '[jobs.other]\ncommand = ["x"]\n');
  host.disk.write(`${PROJECT}/s/runs/old/${NOW}.json`, "{}");
  const ask = async (...words: readonly string[]) =>
    (await call(host, ["__complete", "fish", ...words])).stdout;
  assertEquals(await ask("run", "--config=other.toml", ""), "words\nother\tx\n");
  assertEquals(await ask("--config", "other.toml", "run", ""), "words\nother\tx\n");
  assertEquals(await ask("--state-dir", "s", "runs", "list", ""), "words\nold\n");
  assertEquals(await ask("--config", "~/project/other.toml", "run", ""), "words\nother\tx\n");
});

const GRAPHS = `
[jobs.good]
command = ["good"]
[jobs.bad]
command = ["bad"]
[jobs.both]
needs = ["good", "bad"]
[jobs.fine]
needs = ["good"]
[tasks.wanted]
command = ["bad"]
`;

Deno.test("complete: run --again offers the runs of several jobs in which something is left to run again, and no job", async () => {
  using host = machineWith(GRAPHS);
  host.program("good", () => Promise.resolve());
  host.program("bad", () => Promise.resolve(3));
  const ask = async (...words: readonly string[]) =>
    (await call(host, ["__complete", "zsh", "run", ...words])).stdout;
  assertEquals(await ask("--again", ""), "words\n");
  const run = async (...words: readonly string[]) => {
    const said = await call(host, [...words, "--json"]);
    await host.clock.after(60_000).elapsed;
    return JSON.parse(said.stdout).id as string;
  };
  const failed = await run("run", "both");
  await run("run", "good");
  await run("run", "bad");
  const time = failed.split("/")[1]!;
  const offered = `words\ngraph\tits newest run\n${failed}\t3 minutes ago\n`;
  assertEquals(await ask("--again", ""), offered);
  assertEquals(await ask("--again", "gr"), offered);
  for (
    const [shell, words] of [["bash", ["run", "--again", "'gr"]], ["fish", ["run", "--again", ""]], [
      "powershell",
      [":run", ":--again", ":"],
    ]] as const
  ) {
    await expectCall(host, ["__complete", shell, ...words], { stdout: offered });
  }
  assertEquals(
    await ask("--again="),
    `words\n--again=graph\tits newest run\n--again=${failed}\t3 minutes ago\n`,
  );
  assertEquals(
    await ask("--again", "graph/"),
    `words\ngraph/last\tits newest run\n${failed}\t3 minutes ago\n`,
  );
  assertEquals(await ask("--again", time.slice(0, 4)), `words\n${time}\tgraph, 3 minutes ago\n`);
  assertEquals(await ask("--again", "bad"), "words\n");
  // A run in which every job succeeded, and a build of tasks, would be refused.
  await run("run", "fine");
  await run("build", "run", "--all", "--plan");
  assertEquals(await ask("--again", ""), `words\n${failed}\t5 minutes ago\n`);
  for (const [word, code] of [["graph", 65], [failed, 1]] as const) {
    assertEquals((await call(host, ["run", "--again", word, "--quiet"])).code, code, word);
  }
});

Deno.test("complete: words are accepted in the form of each shell", async () => {
  using host = machine();
  const ask = async (...words: readonly string[]) => (await call(host, ["__complete", ...words])).stdout;
  const answer = `words\n${GREET}\n`;
  assertEquals(await ask("bash", "'run'", `"gree`), answer);
  assertEquals(await ask("bash", String.raw`r\un`, "gre\\e"), answer);
  assertEquals(await ask("fish", "run", "'gree"), answer);
  assertEquals(await ask("powershell", ":run", ":gree"), answer);
  assert((await ask("powershell", ":")).includes("\nlist\tshow the configured jobs\n"));
  for (const word of ["$(touch owned)", "`touch owned`", "a\nb", "${HOME}", "*", "'*", "\\"]) {
    for (const shell of SHELLS) assertEquals(await ask(shell, "run", word), "words\n");
  }
});

Deno.test("complete: every argument and every value of an option has a kind of candidates", async () => {
  const program = (await loadProgram()).root;
  assertEquals([...placeholdersOf(program)].filter((name) => !(name in KINDS)), []);
});

for (const shell of SHELLS) {
  Deno.test(`completion ${shell}: the script is printed, with instructions to install it at its top`, async () => {
    using host = machine("broken");
    const { install, text } = completionScript(shell);
    await expectCall(host, ["completion", shell], { stdout: text });
    const comments = text.split("\n\n")[0]!.split("\n");
    assert(comments.every((line) => line.startsWith("#")), text);
    for (const line of install) assert(comments.includes(`# ${line}`), line);
    // A tab is written as its escape, so that no editor can lose it, and no line is evaluated.
    assert(!/\t|undefined|\beval\b.*\$(?!\(orchastration)/.test(text), text);
  });

  Deno.test(`completion ${shell}: at a terminal, instructions are printed beside the script`, async () => {
    using host = machineWith(undefined, { isTerminal: true, sharedOutput: false });
    const { install, text } = completionScript(shell);
    await expectCall(host, ["completion", shell], {
      stdout: text,
      stderr: `\n${install.map((line) => `${line}\n`).join("")}`,
    });
  });
}

Deno.test("completion: an unknown shell is refused, with the known shells", async () => {
  using host = machine();
  await expectCall(host, ["completion", "fsh"], {
    code: 64,
    stderr: 'error: Cannot complete for shell "fsh": expected one of bash, zsh, fish, powershell\n' +
      '  did you mean "zsh"?\n  try: orchastration completion --help\n',
  });
});

Deno.test("completion --json: the script is printed in one document", async () => {
  using host = machine();
  const document = JSON.parse((await call(host, ["completion", "zsh", "--json"])).stdout);
  assertEquals([document.kind, document.shell], ["completion_script", "zsh"]);
  assertEquals(document.script, completionScript("zsh").text);
});

Deno.test("completion powershell: words are passed as arguments, each with a mark, and no text is evaluated", () => {
  const { text } = completionScript("powershell");
  const script = text.split("\n\n").slice(1).join("\n\n");
  assert(
    script.startsWith(
      "Register-ArgumentCompleter -Native -CommandName orchastration, orchastration.exe -ScriptBlock {\n",
    ),
  );
  assertEquals([...script.matchAll(/& (\S+)/g)].map(([, program]) => program), ["orchastration"]);
  assertEquals(/Invoke-Expression|\biex\b|ExpandString|ScriptBlock\]::Create/i.test(script), false);
  assertEquals([...script.matchAll(/\$words \+= (\S+)/g)].map(([, mark]) => mark), ["':'", "':'", "':'"]);
  for (const [open, close] of ["{}", "()", "[]"]) {
    assertEquals(script.split(open!).length, script.split(close!).length, open);
  }
});
