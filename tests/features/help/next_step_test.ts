/** Next steps: every command line that is shown for copying is for the place of the call. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT } from "../../support/cli.ts";
import { lastingCommand, nextLine } from "../../../src/cli/base/command_line.ts";
import { nextAdvice, nextCommand, placeholder } from "../../../src/model/next_step.ts";

const TOML = `
[jobs.hello]
command = ["hello"]
[tasks.site]
command = ["make-site"]
acceptance = [{ id = "ac1", text = "it reads well" }]
`;
const PLACE = ["--config", "my config.toml", "--state-dir", "st"];
const LINE = "orchastration --config 'my config.toml' --state-dir st";

function machine() {
  const host = machineWith(undefined, { files: { [`${PROJECT}/my config.toml`]: TOML } });
  host.program("hello", (p) => p.exit(3));
  host.program("make-site", () => {});
  return host;
}

/** The text after `try:`, `next:` and `log:` when these words are called, after others. */
function check(words: string, steps: readonly string[], ...before: readonly string[]): void {
  Deno.test(`next step: ${words}`, async () => {
    using host = machine();
    for (const earlier of before) await call(host, [...PLACE, ...earlier.split(" ")]);
    const { stdout, stderr } = await call(host, [...PLACE, ...words.split(" ")]);
    const found = [...(stdout + stderr).matchAll(/^ *(?:try|next|log):? +(.*)$/gm)].map(([, line]) => line!);
    assertEquals(found, steps);
  });
}

check("build run site", [`${LINE} plan create site, or ${LINE} build run site --plan`]);
check("plan create site", [`${LINE} build run site`]);
check("plan create site", [`${LINE} plan status site`], "plan create site");
check("plan status site", [`${LINE} plan create site`]);
check("build run site", [`${LINE} plan accept site ac1`], "plan create site");
check("plan accept site ac1", [`${LINE} doc generate site`], "build run site --plan");
check("plan accept site ac9", [`${LINE} plan status site`]);
check("run nosuch", [`${LINE} list`]);
check("run site", [`${LINE} plan status site`]);
check("plan create hello", [`${LINE} run hello`]);
check("logs nosuch/1", [`${LINE} runs list`]);
check("logs", [`${LINE} runs list, or ${LINE} logs --help`]);
check("run", [`${LINE} run hello, or set default = "hello" at the top of the configuration`]);
check("run hello extra", [`${LINE} run hello -- extra`]);
check("frobnicate", [`${LINE} --help`]);
check("hello", [`${LINE} run hello`]);
check("runs prune", [`${LINE} runs prune --keep <n>, or ${LINE} runs prune --older-than <duration>`]);
check("doc generate", [`${LINE} doc generate <task>, or ${LINE} doc generate --all`]);
// It writes a configuration, so it cannot be given another one.
check("init", [`orchastration --state-dir st init`]);

Deno.test("next step: with --json it contains the global flags", async () => {
  using host = machine();
  const next = async (...words: readonly string[]) =>
    JSON.parse((await call(host, [...PLACE, "--json", ...words])).stdout).next;
  assertEquals(
    await next("build", "run", "site"),
    `${LINE} plan create site, or ${LINE} build run site --plan`,
  );
  assertEquals(await next("plan", "status", "site"), `${LINE} plan create site`);
});

Deno.test("next step: words are quoted, placeholders are not, and control characters are escaped", () => {
  const flags = { config: "\x1b[2J" };
  assertEquals(
    nextLine([nextCommand("run", "it's", "--", placeholder("a\x1bb")), nextAdvice("wait")], flags),
    "orchastration --config $'\\e[2J' run 'it'\\''s' -- <a\\u001bb>, or wait",
  );
  assertEquals(nextLine([], flags), undefined);
  assertEquals(
    lastingCommand("plan create", ["site", { inherited: "TOKEN" }], "a b.toml"),
    "orchastration --config 'a b.toml' plan create site TOKEN=\"$TOKEN\"",
  );
});
