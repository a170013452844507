/** The JSON Schema says what the key table says, and Taplo, a program of its own, can use it (tests/taplo). */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { parse } from "smol-toml";
import { decode } from "../../src/config/decode.ts";
import { configSchema } from "../../src/config/json_schema.ts";
import { KEY_WORDS } from "../../src/config/key_words.ts";

const FILE = new URL("../../configs/orchastration.schema.json", import.meta.url);
const EXAMPLE = new URL("../../configs/config.example.toml", import.meta.url);
const DOCUMENT = new URL("../../docs/configuration.md", import.meta.url);

Deno.test("schema: configs/orchastration.schema.json is what `config schema` prints", async () => {
  assertEquals(await Deno.readTextFile(FILE), `${JSON.stringify(configSchema(), null, 2)}\n`);
});

Deno.test("schema: every key with a description is in the schema, and in docs/configuration.md", async () => {
  const text = JSON.stringify(configSchema());
  const document = await Deno.readTextFile(DOCUMENT);
  for (const [key, words] of Object.entries(KEY_WORDS)) {
    assert(text.includes(JSON.stringify(words)), key);
    const name = key.replace(/^.*\./, "");
    assert(document.includes(`\`${name}\``) || document.includes(`[${name}`), key);
  }
});

/** Whether Taplo accepts each of these files. */
async function lint(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, boolean>>> {
  const folder = await Deno.makeTempDir({ prefix: "orchastration-taplo-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}.toml`, text);
    }
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys", "--config", "deno.json"],
        ...["npm:@taplo/cli@0.7.0", "lint", "--no-auto-config", "--schema", FILE.href],
        ...Object.keys(files).map((name) => `${folder}/${name}.toml`),
      ],
      cwd: fromFileUrl(new URL("../taplo/", import.meta.url)),
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert(said.includes(`found files total=${Object.keys(files).length}`), said);
    return Object.fromEntries(
      Object.keys(files).map((name) => [name, !new RegExp(`invalid file.*[/\\\\]${name}\\.toml`).test(said)]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const command = 'command = ["x"]';
const GOOD: readonly string[] = [
  "",
  `[jobs.a]\n${command}`,
  `[jobs."a.b"]\n${command}\nworking_dir = "x"\ntimeout_seconds = 2.5\nenv = { "a b" = "", __proto__ = "1" }`,
  `[jobs.a]\n${command}\nretry = { max = 100, backoff = 1.5, on_exit_codes = [0] }\nsuccess_exit_codes = [1, 255]`,
  `[tasks.a]\n${command}\nrepo = "o/r"\nacceptance = [{ id = "last", text = "t", check = ["c"] }]`,
  `[tasks.a]\n${command}\nrepo = "external"\nstatus = "done"\noutputs = ["**/*.js"]`,
  `[jobs.a]\n${command}\nalias = ["b"]\ngroup = "G"\nhidden = true\nconfirm = "Sure?"`,
  `[jobs.a]\n${command}\n[jobs.a.windows]\n${command}\nenv = { A = "" }\nretry = { max = 1 }\n[jobs.a.macos]`,
  `[jobs.a]\n${command}\nenv_file = ".env"\n[jobs.b]\n${command}\nenv_file = { path = ".env", required = false }`,
  `[tasks.a]\n${command}\nenv_file = [".env", { path = "x" }]\nenv = { A = "\${env:A:-b}" }`,
  `[tasks.a]\n${command}\nlinux = { outputs = ["a"], working_dir = "x" }`,
  '[logging]\nlevel = "WARN"\nformat = "json"\n[hash]\nalgorithm = "SHA-256"\n[git]\nbranch_prefix = ""',
  '[logging]\nlevel = "critical"\nmax_bytes = 4096\n[doc]\ndir = "a/b"',
];
const BAD: readonly string[] = [
  "[jobs.a]",
  "[jobs.a]\ncommand = []",
  '[jobs.a]\ncommand = "x"',
  "[jobs.a]\ncommand = [1]",
  `[jobs."a b"]\n${command}`,
  `[jobs.a]\n${command}\ncomand = 1`,
  `[jobs.a]\n${command}\ndocuments = []`,
  `[tasks.a]\n${command}\nstdin = "none"`,
  `[jobs.a]\n${command}\ntimeout_seconds = -1`,
  `[jobs.a]\n${command}\nretry = { max = 0 }`,
  `[jobs.a]\n${command}\nretry = { delay_seconds = 1 }`,
  `[jobs.a]\n${command}\nenv = { A = 1 }`,
  `[tasks.a]\n${command}\nrepo = "a/b/c"`,
  `[tasks.a]\n${command}\nacceptance = [{ id = "x" }]`,
  `[jobs.a]\n${command}\nalias = ["a b"]`,
  `[jobs.a]\n${command}\nenv_file = 1`,
  `[jobs.a]\n${command}\nenv_file = [{ required = true }]`,
  `[jobs.a]\n${command}\nconfirm = ""`,
  `[jobs.a]\n${command}\nwindows = { alias = [] }`,
  `[tasks.a]\n${command}\nlinux = { command = [] }`,
  '[logging]\nlevel = "loud"',
  "[unknown]",
];

Deno.test("schema: Taplo and the program agree on which configurations are valid", async () => {
  const files: Record<string, string> = { example: await Deno.readTextFile(EXAMPLE) };
  GOOD.forEach((text, index) => files[`good${index}`] = text);
  BAD.forEach((text, index) => files[`bad${index}`] = text);
  const ours = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, decode(parse(text), "linux").problems.length === 0]),
  );
  const expected = Object.fromEntries(Object.keys(files).map((name) => [name, !name.startsWith("bad")]));
  assertEquals(ours, expected);
  assertEquals(await lint(files), expected);
});
