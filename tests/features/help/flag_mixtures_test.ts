/** With --json, stdout is exactly one JSON document, whatever the other flags and their order. */

import { assertEquals } from "@std/assert";
import { call, machineWith } from "../../support/cli.ts";
import { commandsBelow, pathOf } from "../../../src/cli/base/command_tree.ts";
import { loadProgram } from "../../../src/cli/program.ts";

const TOML = '[jobs.hi]\ncommand = ["hi"]\n[tasks.page]\ncommand = ["hi"]\n';

/**
 * None of these does anything: each asks for help or for the version, cannot be parsed, or names a missing
 * file.
 */
const MIXTURES = [
  "--version --json",
  "--json --version",
  "--help --json",
  "--json -h",
  "--version --help --json",
  "--json --json --version",
  "--json --version --log-format json",
  "--json --log-format pretty --help",
  "--version --json more words",
  "--json --nonsense",
  "--nonsense --version --json",
  "--json --config",
  "--json --log-level loud",
  "--log-format --json",
  "--json --state-dir --version",
];

Deno.test("--json beside any other flag of any command gives one JSON document, also for a usage error", async () => {
  const program = await loadProgram();
  const paths = commandsBelow(program.root).map((command) => pathOf(command).split(" ").slice(1));
  assertEquals(paths.length > 30, true);
  const wrong: string[] = [];
  for (const path of paths) {
    for (const mixture of MIXTURES) {
      for (const argv of [[...path, ...mixture.split(" ")], [...mixture.split(" "), ...path]]) {
        using host = machineWith(TOML);
        const { code, stdout } = await call(host, argv);
        if (!isOneDocument(stdout) || ![0, 64, 78].includes(code)) {
          wrong.push(`${argv.join(" ")}: ${code} ${stdout}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

function isOneDocument(text: string): boolean {
  try {
    return Object.keys(JSON.parse(text)).slice(0, 2).join() === "format,kind";
  } catch {
    return false;
  }
}
