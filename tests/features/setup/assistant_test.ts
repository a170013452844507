/** `init --assistant` and `doctor --assistant`: our parts in the files of Codex and Claude Code, and what became of them. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { startsAgain } from "../../support/started_again.ts";

const TOML = '[jobs.test]\ncommand = ["test"]\n';
const ENV = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const SETTINGS = '{\n\t"permissions": {"allow": ["Bash(ls)"]},\n\t"hooks": {\n\t\t"Stop": [ {"hooks": [' +
  '{"type": "command", "command": "say done"}]} ]\n\t}\n}';
const CODEX = 'model = "theirs" # ours\n\n[mcp_servers.theirs]\ncommand = "x"';
/** Other people's files, and their content. */
const FOREIGN = {
  "AGENTS.md": "# Rules\n\nBe kind.",
  "CLAUDE.md": "# Rules\r\n\r\nBe kind.\r\n",
  ".codex/config.toml": CODEX,
  ".claude/settings.json": SETTINGS,
  ".mcp.json": '{"mcpServers": {"theirs": {"command": "x"}}}\n',
};
const FILES = {
  codex: ["AGENTS.md", ".agents/skills/orchastration/SKILL.md", ".codex/config.toml"],
  claude: ["CLAUDE.md", ".claude/skills/orchastration/SKILL.md", ".mcp.json", ".claude/settings.json"],
};

function machine(files: Readonly<Record<string, string>> = {}): FakeHost {
  const host = machineWith(TOML, { env: ENV });
  for (const [name, content] of Object.entries(files)) host.disk.write(`${PROJECT}/${name}`, content);
  host.program("orchastration", () => 0);
  return host;
}

const textOf = (host: FakeHost, name: string) => host.disk.read(`${PROJECT}/${name}`);

for (const client of ["codex", "claude"] as const) {
  Deno.test(`init --assistant ${client}: adds to the files of others, renews only its parts, and leaves every byte when it is removed`, async () => {
    using host = machine(FOREIGN);
    const said = await call(host, ["init", "--assistant", client]);
    assertEquals([said.code, said.stdout], [
      0,
      `${FILES[client].map((name) => `Wrote ${name}\n`).join("")}\n` +
      `Next: orchastration doctor --assistant ${client}, then orchastration trust\n`,
    ]);
    for (const name of FILES[client]) assert(said.stderr.includes(`${name} (`), said.stderr);
    for (const [name, before] of Object.entries(FOREIGN)) {
      const now = textOf(host, name)!;
      assertEquals(now !== before, FILES[client].includes(name), name);
      if (!name.endsWith(".json")) assert(now.startsWith(before), name);
    }
    const written = FILES[client].map((name) => textOf(host, name));
    const again = await call(host, ["init", "--assistant", client]);
    assertEquals([again.code, again.stderr], [0, ""]);
    assert(
      again.stdout.startsWith(FILES[client].map((name) => `Unchanged: ${name}\n`).join("")),
      again.stdout,
    );
    assertEquals(FILES[client].map((name) => textOf(host, name)), written);
    const gone = await call(host, ["init", "--assistant", client, "--remove"]);
    assertEquals(gone.code, 0, gone.stderr);
    for (const [name, before] of Object.entries(FOREIGN)) assertEquals(textOf(host, name), before, name);
    assertEquals(host.files.stat(`${PROJECT}/.agents`).ok, false);
    assertEquals(host.files.stat(`${PROJECT}/.claude/skills`).ok, false);
  });

  Deno.test(`init --assistant ${client}: files that it made are gone when it is removed, and so are their folders`, async () => {
    using host = machine();
    await call(host, ["init", "--assistant", client]);
    await call(host, ["init", "--assistant", client, "--remove"]);
    const names = host.files.list(PROJECT);
    assertEquals(names.ok && names.value, ["orchastration.toml"]);
  });

  Deno.test(`init --assistant ${client}: the block of instructions has ten lines at most, with its marks`, async () => {
    using host = machine();
    await call(host, ["init", "--assistant", client]);
    const block = textOf(host, FILES[client][0]!)!;
    assert(block.trimEnd().split("\n").length <= 10, block);
    for (const word of ["plan create", "build run", "criterion", "doc generate", "Ask a person"]) {
      assert(block.includes(word), word);
    }
  });

  Deno.test(`init --assistant ${client} --user: writes into the files of the user alone`, async () => {
    using host = machine();
    const said = await call(host, ["init", "--assistant", client, "--user", "--yes", "--json"]);
    const { files } = JSON.parse(said.stdout);
    for (const { path, state } of files) {
      assertEquals([path.startsWith("/home/ada/."), state], [true, "written"], path);
      assert(!path.startsWith(PROJECT), path);
    }
    const names = host.files.list(PROJECT);
    assertEquals(names.ok && names.value, ["orchastration.toml"]);
  });
}

Deno.test("init --assistant claude: the entries have the form of Claude Code", async () => {
  using host = machine();
  await call(host, ["init", "--assistant", "claude"]);
  assertEquals(JSON.parse(textOf(host, ".mcp.json")!), {
    mcpServers: { orchastration: { type: "stdio", command: "orchastration", args: ["mcp"] } },
  });
  const hook = (name: string) => [{ type: "command", command: `orchastration hook ${name}`, timeout: 5 }];
  assertEquals(JSON.parse(textOf(host, ".claude/settings.json")!), {
    hooks: {
      SessionStart: [{ hooks: hook("session-start") }],
      PostToolUse: [{ matcher: "Bash", hooks: hook("post-tool") }],
      Stop: [{ hooks: hook("stop") }],
    },
  });
});

Deno.test("init --assistant: at a terminal it shows everything and asks, and a no writes nothing", async () => {
  using host = machineWith(TOML, { env: ENV, isTerminal: true, stdin: "n\n" });
  const { code, stdout, stderr } = await call(host, ["init", "--assistant", "codex"]);
  assertEquals(code, 65);
  for (const words of ["[mcp_servers.orchastration]", "Write this? [y/N]", "nothing was written"]) {
    assert((stdout + stderr).includes(words), stdout + stderr);
  }
  assertEquals(textOf(host, "AGENTS.md"), undefined);
});

const REFUSED: readonly (readonly [what: string, files: Readonly<Record<string, string>>, fact: string])[] = [
  [
    "a server of that name",
    { ".codex/config.toml": '[mcp_servers.orchastration]\ncommand = "other"\n' },
    "with what belongs there it would not be TOML: line 5: trying to redefine an already defined table or value",
  ],
  [
    "a mark without the other",
    { "AGENTS.md": "<!-- orchastration:begin -->\n" },
    "one of our marks is in it without the other",
  ],
  [
    "a skill of somebody",
    { ".agents/skills/orchastration/SKILL.md": "theirs\n" },
    "it was not written by Orchastration",
  ],
];
for (const [what, files, fact] of REFUSED) {
  Deno.test(`init --assistant: ${what} is refused before anything is written`, async () => {
    using host = machine(files);
    const said = await call(host, ["init", "--assistant", "codex"]);
    const [[name]] = Object.entries(files) as [[string, string]];
    assertEquals(said, {
      code: 65,
      stdout: "",
      stderr: `error: Cannot change "${PROJECT}/${name}": ${fact}\n` +
        "  try: correct it by hand, then run the command again\n",
    });
    for (const each of FILES.codex) assertEquals(textOf(host, each), files[each], each);
  });
}

Deno.test("init --assistant: settings that are no JSON are refused before anything is written", async () => {
  using host = machine({ ".claude/settings.json": "{ // mine\n}\n" });
  const said = await call(host, ["init", "--assistant", "claude"]);
  assertEquals([said.code, said.stderr.split("\n")[0]], [
    65,
    `error: Cannot change "${PROJECT}/.claude/settings.json": it is not JSON`,
  ]);
  assertEquals(textOf(host, "CLAUDE.md"), undefined);
});

Deno.test("init --assistant: a link that leads out of the project is refused; one inside is followed", async () => {
  using host = machine({ "AGENTS.md": "theirs\n" });
  host.disk.write("/home/ada/notes.md", "private\n");
  host.disk.link(`${PROJECT}/CLAUDE.md`, "/home/ada/notes.md");
  const said = await call(host, ["init", "--assistant", "claude"]);
  assertEquals([said.code, said.stderr.split("\n")[0]], [
    65,
    `error: Cannot change "${PROJECT}/CLAUDE.md": it is outside of the project, at /home/ada/notes.md`,
  ]);
  assertEquals(host.disk.read("/home/ada/notes.md"), "private\n");
  host.files.remove(`${PROJECT}/CLAUDE.md`);
  host.disk.link(`${PROJECT}/CLAUDE.md`, "AGENTS.md");
  assertEquals((await call(host, ["init", "--assistant", "claude"])).code, 0);
  assertEquals(host.files.isLink(`${PROJECT}/CLAUDE.md`), true);
  assert(textOf(host, "AGENTS.md")!.startsWith("theirs\n\n<!-- orchastration:begin"));
});

Deno.test("init --assistant: it is refused where no project is configured, with the commands that help", async () => {
  using host = machineWith(undefined, { env: ENV });
  await expectCall(host, ["init", "--assistant", "codex"], {
    code: 65,
    stderr: 'error: Cannot prepare "codex": no project is configured here\n' +
      "  try: orchastration init, or orchastration init --assistant codex --user\n",
  });
});

Deno.test("init --remove and --force: words that contradict each other are not understood", async () => {
  using host = machine();
  for (const words of [["--remove"], ["--assistant", "codex", "--force"], ["--assistant", "vim"]]) {
    assertEquals((await call(host, ["init", ...words])).code, 64, words.join(" "));
  }
});

/** What doctor says, without the line on the program. */
async function findings(host: FakeHost, client: string) {
  const said = await call(host, ["doctor", "--assistant", client, "--json"]);
  return JSON.parse(said.stdout).findings.slice(1).map(
    ({ subject, status, fact }: Record<string, string>) => [subject, status, fact],
  );
}

Deno.test("doctor --assistant: tells what is missing, and what is there in an earlier form", async () => {
  using host = machine({ "AGENTS.md": "<!-- orchastration:begin -->\nold\n<!-- orchastration:end -->\n" });
  assertEquals((await findings(host, "codex")).slice(0, 3), [
    ["codex instructions", "warning", "are there in an earlier form"],
    ["codex skill", "warning", "is not there"],
    ["codex server", "warning", "is not there"],
  ]);
  const said = await call(host, ["doctor", "--assistant", "codex"]);
  assert(said.stdout.includes("         try: orchastration init --assistant codex\n"), said.stdout);
});

Deno.test("doctor --assistant codex: tells whether Codex trusts each hook as it is, and when it fired last", async () => {
  using host = machine();
  await call(host, ["init", "--assistant", "codex"]);
  const skipped = "is there, but Codex does not trust it as it is, and skips it in silence";
  assertEquals((await findings(host, "codex")).slice(2), [
    ["codex server", "warning", "is there, but Codex does not trust this folder yet"],
    ["codex hook session-start", "warning", `${skipped}; it has not fired here yet`],
    ["codex hook post-tool", "warning", `${skipped}; it has not fired here yet`],
    ["codex hook stop", "warning", `${skipped}; it has not fired here yet`],
  ]);
  const state = (event: string, digest: string) =>
    `[hooks.state."${PROJECT}/.codex/config.toml:${event}:0:0"]\ntrusted_hash = "sha256:${digest}"\n`;
  host.disk.write(
    "/home/ada/.codex/config.toml",
    `[projects."${PROJECT}"]\ntrust_level = "trusted"\n` + state("stop", STOP_DIGEST) +
      state("session_start", "0".repeat(64)),
  );
  const stdin = JSON.stringify({ hook_event_name: "Stop", turn_id: "1", model: "m" });
  const next = host.another({ env: ENV, stdin });
  startsAgain(next);
  await call(next, ["hook", "stop"]);
  assertEquals((await findings(host, "codex")).slice(2), [
    ["codex server", "ok", "is there, and Codex starts it"],
    ["codex hook session-start", "warning", `${skipped}; it has not fired here yet`],
    ["codex hook post-tool", "warning", `${skipped}; it has not fired here yet`],
    ["codex hook stop", "ok", "is there and trusted; it fired last 2026-11-22T06:34:49.123Z, for codex"],
  ]);
});

/** As Codex CLI 0.169.0 computes it. */
const STOP_DIGEST = "c8a1dece112dad618f4da35ea6666388625c07ab6c4f53dba689e7381dfa39c2";

Deno.test("doctor --assistant claude: tells whether Claude Code trusts the folder, and starts the server", async () => {
  using host = machine();
  await call(host, ["init", "--assistant", "claude"]);
  assertEquals((await findings(host, "claude"))[2], [
    "claude server",
    "warning",
    "is there, but Claude Code does not trust this folder yet",
  ]);
  const own = (facts: object) =>
    host.disk.write("/home/ada/.claude.json", JSON.stringify({ projects: { [PROJECT]: facts } }));
  own({ hasTrustDialogAccepted: true });
  assertEquals((await findings(host, "claude")).slice(2, 4), [
    ["claude server", "warning", "is there, but Claude Code does not trust it yet"],
    ["claude hook session-start", "ok", "is there and trusted; it has not fired here yet"],
  ]);
  own({ hasTrustDialogAccepted: true, enabledMcpjsonServers: ["orchastration"] });
  assertEquals((await findings(host, "claude"))[2], [
    "claude server",
    "ok",
    "is there, and Claude Code starts it",
  ]);
  own({
    hasTrustDialogAccepted: true,
    enabledMcpjsonServers: ["orchastration"],
    disabledMcpjsonServers: ["orchastration"],
  });
  assertEquals((await findings(host, "claude"))[2]![1], "warning");
});

Deno.test("doctor --assistant: both clients are examined if none is named", async () => {
  using host = machine();
  const said = await call(host, ["doctor", "--assistant", "--json"]);
  const subjects = JSON.parse(said.stdout).findings.map(({ subject }: { subject: string }) => subject);
  assertEquals(subjects.length, 14);
  assertEquals(new Set(subjects.map((each: string) => each.split(" ")[0])), new Set(["codex", "claude"]));
});

Deno.test("doctor --assistant: a program that the client would not find is a problem", async () => {
  using host = machineWith(TOML, { env: ENV });
  const said = await call(host, ["doctor", "--assistant", "codex"]);
  assertEquals([said.code, said.stdout.split("\n")[0]], [
    1,
    'problem  codex program: no program "orchastration" in the folders of PATH',
  ]);
});
