/** Commands that need a place of the user on a machine that names none: each says what to set, or what to do instead. */

import { expectCall, machineWith } from "../../support/cli.ts";
import "../../../src/app/trust/trust_definitions.ts";

const TOML = '[jobs.make]\ncommand = ["make"]\n';
const UNSET = "$HOME or $XDG_CONFIG_HOME is not set to an absolute path";

for (
  const [words, problem] of [
    [["trust", "list"], `the folder of what is trusted: ${UNSET}\n  try: set it\n`],
    [
      ["init", "--user", "--yes"],
      `a place for the user's own configuration: ${UNSET}\n  try: set it, or leave out --user\n`,
    ],
    [
      ["init", "--assistant", "codex", "--user", "--yes"],
      "the home of the user: no variable of the system names it\n" +
      "  try: leave out --user, to prepare the project alone\n",
    ],
  ] as const
) {
  Deno.test(`${words.join(" ")}: without a home, the next step is told`, async () => {
    using host = machineWith(TOML, { env: { PATH: "/bin" } });
    await expectCall(host, [...words, "--state-dir", "state"], {
      code: 74,
      stderr: `error: Cannot find ${problem}`,
    });
  });
}
