/** Colours of captured jobs: what programs are told, by which variables, and where `logs` shows them. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { WithoutSequences } from "../../../src/cli/output/without_sequences.ts";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const TOLD = [
  ...["CARGO_TERM_COLOR", "CLICOLOR_FORCE", "COLUMNS", "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"],
  ...["FORCE_COLOR", "LINES", "NO_COLOR", "PY_COLORS", "npm_config_color"],
];

type Told = Readonly<Record<string, string>>;

interface Given {
  readonly toml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly terminal?: FakeHostOptions["isTerminal"];
}

function machine({ toml = "", env = {}, terminal = true }: Given): { readonly host: FakeHost; told(): Told } {
  const host = machineWith(`${toml}\n[jobs.job]\ncommand = ["work"]\n`, {
    env: { PATH: "/bin", HOME: "/home/ada", TERM: "xterm-256color", ...env },
    isTerminal: terminal,
    columns: 100,
    rows: 30,
  });
  let seen: Told = {};
  host.program("work", (p) => {
    seen = Object.fromEntries(Object.entries(p.env).filter(([name]) => TOLD.includes(name)));
  });
  return { host, told: () => seen };
}

async function told(given: Given = {}): Promise<Told> {
  const { host, told } = machine(given);
  using _ = host;
  const said = await call(host, ["run", "job", ...given.words ?? []]);
  assertEquals(said.code, 0, said.stderr);
  return told();
}

const COLORS = {
  CARGO_TERM_COLOR: "always",
  CLICOLOR_FORCE: "1",
  DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION: "1",
  FORCE_COLOR: "2",
  PY_COLORS: "1",
  npm_config_color: "always",
};
const SIZE = { COLUMNS: "100", LINES: "30" };

Deno.test("colours: at a terminal a captured job gets variables for colour and size, and the record lists these variables", async () => {
  const { host, told } = machine({});
  using _ = host;
  await call(host, ["run", "job"]);
  assertEquals(told(), { ...COLORS, ...SIZE });
  const { intent } = readJson(host, `${STATE}/runs/job/last.json`) as { intent: Record<string, unknown> };
  assertEquals([intent["color_env"], intent["env"]], [{ ...COLORS, ...SIZE }, {}]);
});

Deno.test("colours: the number of colours is that of the terminal", async () => {
  assertEquals((await told({ env: { COLORTERM: "truecolor" } })).FORCE_COLOR, "3");
  assertEquals((await told({ env: { TERM: "xterm" } })).FORCE_COLOR, "1");
});

Deno.test("colours: no variable is added if the output is not shown in colour, or colour was declined", async () => {
  assertEquals(await told({ terminal: false }), {});
  assertEquals(await told({ terminal: { stderr: true } }), {});
  assertEquals(await told({ env: { TERM: "dumb" } }), {});
  assertEquals(await told({ env: { NO_COLOR: "1" } }), { NO_COLOR: "1" });
  assertEquals(await told({ words: ["--no-color"] }), {});
  // Output goes to stderr then.
  assertEquals(await told({ words: ["--json"], terminal: { stderr: true } }), { ...COLORS, ...SIZE });
  assertEquals(await told({ env: { FORCE_COLOR: "0" } }), { FORCE_COLOR: "0", ...SIZE });
  assertEquals(await told({ env: { CLICOLOR: "0" } }), SIZE);
});

Deno.test("colours: a variable of the user's shell or of the job itself is kept", async () => {
  assertEquals(await told({ env: { FORCE_COLOR: "1", COLUMNS: "60" } }), {
    ...COLORS,
    ...SIZE,
    FORCE_COLOR: "1",
    COLUMNS: "60",
  });
  const toml = '[env]\nCARGO_TERM_COLOR = "auto"\nLINES = "5"\n';
  assertEquals(await told({ toml }), { ...COLORS, ...SIZE, CARGO_TERM_COLOR: "auto", LINES: "5" });
  assertEquals(await told({ toml: '[env]\nNO_COLOR = "1"\n' }), { ...SIZE, NO_COLOR: "1" });
});

Deno.test("colours: always and never can be set for all jobs and for one job", async () => {
  const always = '[defaults]\ncolor = "always"\n';
  assertEquals(await told({ toml: always, terminal: false }), COLORS);
  assertEquals(await told({ toml: always, env: { NO_COLOR: "1" } }), { NO_COLOR: "1" });
  const never = '[defaults]\ncolor = "never"\n';
  assertEquals(await told({ toml: never }), { CARGO_TERM_COLOR: "never", NO_COLOR: "1", PY_COLORS: "0" });
  using host = machineWith('[defaults]\ncolor = "never"\n[jobs.own]\ncommand = ["work"]\ncolor = "always"\n');
  host.program("work", (p) => void assertEquals(p.env.FORCE_COLOR, "1"));
  assertEquals((await call(host, ["run", "own"])).code, 0);
  const { definition } = readJson(host, `${STATE}/runs/own/last.json`) as { definition: { color: string } };
  assertEquals(definition.color, "always");
});

Deno.test("colours: an interactive job has the terminal itself, so no variable is added", async () => {
  using host = machineWith('[jobs.job]\ncommand = ["work"]\ninteractive = true\n', { isTerminal: true });
  host.program("work", (p) => void assertEquals(p.env.FORCE_COLOR, undefined));
  assertEquals((await call(host, ["run", "job"])).code, 0);
});

const COLORED =
  "\x1b[31mred\x1b[0m \x1b]0;title\x07plain\n\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\\n";

async function logged(terminal: boolean, ...words: readonly string[]): Promise<string> {
  using first = machineWith('[jobs.job]\ncommand = ["work"]\n');
  first.program("work", (p) => p.stdout(COLORED));
  await call(first, ["run", "job"]);
  const host = first.another({ isTerminal: terminal });
  return (await call(host, ["logs", "job", ...words])).stdout;
}

Deno.test("logs: colours are shown at a terminal, left out in a pipe, and kept with --raw", async () => {
  assertEquals(await logged(true), COLORED);
  assertEquals(await logged(false), "red plain\nlink\n");
  assertEquals(await logged(false, "--raw"), COLORED);
  assertEquals(await logged(true, "--no-color"), "red plain\nlink\n");
  assertEquals((await logged(false, "--timestamps")).replaceAll(/\S+Z /g, ""), "red plain\nlink\n");
});

Deno.test("without sequences: the result does not depend on how the bytes are cut, and text is kept", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const through = (pieces: readonly Uint8Array[]) => {
    const filter = new WithoutSequences();
    return pieces.map((piece) => new TextDecoder().decode(filter.put(piece).slice())).join("");
  };
  for (
    const [given, plain] of [
      ["\x1b[1;38;2;1;2;3mbold\x1b[m", "bold"],
      ["\x1b[2K\rprogress 50%\r\x1b[Kprogress 100%\n", "\rprogress 50%\rprogress 100%\n"],
      ["\x1b(Bx\x1b=y\x1b7z", "xyz"],
      ["cut \x1b[3\nline", "cut \nine"],
      ["a title without an end \x1b]0;oops\nnext", "a title without an end \nnext"],
      ["\x1b\x1b[31mx", "x"],
      ["\x1bP1$r0m\x1b\\y", "y"],
      ["a\x1b[2Cb\x1b[X\x1b[Cc\x1b[0Cd\x1b[?2Ce\x1b[1;2Cf\x1b[3D", "a  b c def"],
      [`\x1b[99999C.${"\x1b[9C|".repeat(9)}`, `${" ".repeat(1000)}.${"         |".repeat(9)}`],
      ["\x1b[12", ""],
      ["no sequence at all: [31m", "no sequence at all: [31m"],
    ] as const
  ) {
    assertEquals(through([encode(given)]), plain, JSON.stringify(given));
    assertEquals(
      through([...encode(given)].map((byte) => new Uint8Array([byte]))),
      plain,
      JSON.stringify(given),
    );
  }
  const piece = fc.uint8Array({ maxLength: 40 });
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const whole = new Uint8Array(pieces.flatMap((each) => [...each]));
    const filter = new WithoutSequences();
    const [one, other] = [new WithoutSequences().put(whole), pieces.flatMap((each) => [...filter.put(each)])];
    assertEquals([...one], other);
    if (!whole.includes(0x1b)) assertEquals([...one], [...whole]);
  }));
});
