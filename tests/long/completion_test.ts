/** Completion in real shells: bash, and zsh and fish where they are installed. No typed text is evaluated. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";

const TOML = `
[jobs.deploy]
description = "Deploy $(touch owned) \`touch owned\` 100%"
command = ["true"]
[jobs.develop]
description = "two\\nlines"
command = ["true"]
[jobs.only]
command = ["true"]
[jobs.broken]
command = ["false"]
[jobs.all]
needs = ["broken"]
`;
const HOSTILE = ["$(touch owned)", "`touch owned`", '"$(touch owned)', "<(touch owned)"];

function inShell(shell: string, name: string, test: (folder: RealFolder) => Promise<void>): void {
  const isThere = isInstalled(shell);
  Deno.test({
    name: `completion in ${shell}: ${name}${isThere ? "" : " (not installed)"}`,
    ignore: !isThere,
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", TOML);
        folder.write("notes.toml", "");
        Deno.mkdirSync(`${folder.path}/bin`);
        const command = folder.command.map((word) => `'${word}'`).join(" ");
        folder.write("bin/orchastration", `#!/bin/sh\nexec ${command} "$@"\n`);
        Deno.chmodSync(`${folder.path}/bin/orchastration`, 0o755);
        folder.write("script", (await folder.orchastration("completion", shell)).stdout);
        await test(folder);
        assertEquals([...Deno.readDirSync(folder.path)].filter((entry) => entry.name === "owned"), []);
      }),
  });
}

/** The id of a run of several jobs in which one failed. */
async function failedGraph(folder: RealFolder): Promise<string> {
  const { stdout, code } = await folder.orchastration("run", "all", "--json");
  assertEquals(code, 1);
  return JSON.parse(stdout).id;
}

function isInstalled(program: string): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    return new Deno.Command(program, { args: ["--version"], stdin: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Lines that a shell prints for a script of ours, with the program on its PATH. */
async function linesOf(
  folder: RealFolder,
  [shell, ...options]: readonly [string, ...string[]],
  script: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const path = `PATH="${folder.path}/bin:$PATH"; export PATH; exec "$@"`;
  const said = await folder.call("sh", ["-c", path, "sh", shell, ...options, "-c", script, ...words]);
  assertEquals([said.stderr, said.code], ["", 0]);
  return said.stdout.split("\n").slice(0, -1);
}

/**
 * The actions of readline on a TAB (9) or for the list on a second one (63), with words as bash splits them.
 */
const IN_BASH = `set -u
source ./script
COMP_TYPE=$1; shift
COMP_WORDS=(orchastration "$@"); COMP_CWORD=$#; COMPREPLY=(); COLUMNS=60
_orchastration
for each in "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"; do printf '%s\\n' "$each"; done`;

inShell("bash", "commands, jobs, options and values", async (folder) => {
  const ask = (...words: readonly string[]) =>
    linesOf(folder, ["bash", "--norc"], IN_BASH, ["bash", ...words]);
  assertEquals(await ask("9", "ru"), ["run", "runs"]);
  assertEquals(await ask("9", "run", "on"), ["only"]);
  assertEquals(await ask("63", "run", "de"), [
    "deploy   Deploy $(touch owned) `touch owned` 100%",
    "develop  two lines",
  ]);
  assertEquals(await ask("9", "run", "'on"), ["only"]);
  assertEquals(await ask("9", "hash", "--algorithm", "=", "sha5"), ["sha512"]);
  assertEquals(await ask("9", "hash", "--algorithm", "="), ["sha256", "sha1", "sha512"]);
  assertEquals(await ask("9", "--config", "=", "notes.toml", "run", ""), []);
  assertEquals(await ask("9", "run", "--again", ""), []);
  const graph = await failedGraph(folder);
  assertEquals(await ask("9", "run", "--again", "gr"), ["graph", graph]);
});

inShell("bash", "nothing typed is evaluated", async (folder) => {
  const ask = (...words: readonly string[]) =>
    linesOf(folder, ["bash", "--norc"], IN_BASH, ["bash", ...words]);
  for (const word of HOSTILE) {
    assertEquals(await ask("9", "run", word), []);
    assertEquals(await ask("9", word, "on"), []);
  }
});

inShell("bash", "a script that is evaluated, as its installation says", async (folder) => {
  const script = 'eval "$(orchastration completion bash)"; complete -p orchastration';
  assertEquals(await linesOf(folder, ["bash", "--norc"], script, []), [
    "complete -F _orchastration orchastration",
  ]);
});

const IN_FISH = "source ./script; complete -C $argv[1]";

inShell("fish", "commands, jobs, options, values and files", async (folder) => {
  const ask = (line: string) => linesOf(folder, ["fish", "--no-config"], IN_FISH, [`orchastration ${line}`]);
  assertEquals(await ask("run de"), [
    "deploy\tDeploy $(touch owned) `touch owned` 100%",
    "develop\ttwo lines",
  ]);
  assertEquals(await ask("run 'on"), ["only\ttrue"]);
  assertEquals(await ask("hash --algorithm=sha5"), ["--algorithm=sha512"]);
  assertEquals(await ask("--config no"), ["notes.toml"]);
  assertEquals(await ask("run nothing"), []);
  assertEquals(await ask("run --again "), []);
  const graph = await failedGraph(folder);
  assertEquals((await ask("run --again gr")).map((line) => line.split("\t")[0]), ["graph", graph]);
});

inShell("fish", "nothing typed is evaluated", async (folder) => {
  for (const word of [...HOSTILE, "(touch owned)"]) {
    await linesOf(folder, ["fish", "--no-config"], IN_FISH, [`orchastration run ${word}`]);
    await linesOf(folder, ["fish", "--no-config"], IN_FISH, [`orchastration ${word} o`]);
  }
});

/**
 * Types into an interactive zsh, and waits after each TAB for a text to appear; everything visible is
 * printed. TAB only completes here: zsh's own binding first expands the word under the cursor, for every
 * program alike.
 */
const IN_ZSH = `zmodload zsh/zpty
zpty -b inner "env COLUMNS=100 TERM=xterm zsh -f -i"
zpty -w inner 'PS1=; autoload -U compinit; compinit -u -D; source ./script; bindkey "^I" complete-word; echo rea""dy'
zpty -r -m inner seen '*ready*'
while (( $# )); do
  zpty -w -n inner $'\\x15'"orchastration $1"$'\\t'
  zpty -r -m inner seen "*$2*"
  print -r -- "$seen"
  shift 2
done
zpty -d inner`;

inShell("zsh", "commands, jobs, options, values and files", async (folder) => {
  const graph = await failedGraph(folder);
  const newer = JSON.parse((await folder.orchastration("run", "broken", "--json")).stdout).id;
  const steps = [
    ["run on", "only"],
    // The newest run is listed first, as in every list of runs.
    ["logs broken/", `broken/last*${newer}*broken/2`],
    ["run ", "develop*two lines"],
    ["hash --algorithm=sha5", "sha512"],
    ["--config=no", "notes.toml"],
    ["run $(touch owned) ", ""],
    ["run `touch owned`", ""],
    ["$(touch owned) de", ""],
    ["status on", "status only"],
    [`run --again ${graph.slice(0, 8)}`, graph],
  ];
  const lines = await linesOf(folder, ["zsh", "-f"], IN_ZSH, ["zsh", ...steps.flat()]);
  const text = lines.join("\n");
  assertEquals(text.includes("deploy   Deploy $(touch owned) `touch owned` 100%"), true, text);
});
