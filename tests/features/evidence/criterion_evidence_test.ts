/** The evidence beside each criterion, in documents and issues: digest, verified or not, and whether the check was edited with the work. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { sha256 } from "../../support/journal.ts";

const TOML = `
[tasks.site]
command = ["make"]
outputs = ["out"]
acceptance = [
  { id = "ac1", text = "it works", check = ["check", "tests/site.js", "out", "--all"] },
  { id = "ac2", text = "it reads well" },
  { id = "ac3", text = "it is small", check = ["./size.sh"] },
]
`;

function machine(): FakeHost {
  const host = machineWith(TOML, { files: { [`${PROJECT}/tests/site.js`]: "strict" } });
  host.program("make", (p) => p.writeFile("out", "made"));
  host.program("check", (p) => p.stdout("fine\n"));
  host.program(`${PROJECT}/size.sh`, () => 0);
  return host;
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(5000);
  return await call(host.another(), [...argv, "--log-level", "error"]);
}

async function built(host: FakeHost, between: () => void = () => {}): Promise<void> {
  await quiet(host, "plan", "create", "site");
  between();
  assertEquals((await quiet(host, "build", "run", "site")).code, 0);
  await quiet(host, "plan", "accept", "site", "ac2");
}

async function acceptance(host: FakeHost) {
  const said = await quiet(host, "doc", "generate", "site", "--output", "-", "--json");
  const all: Record<string, unknown>[] = JSON.parse(said.stdout).acceptance;
  return all.map(({ verified, check_edited }) => [verified, check_edited]);
}

Deno.test("each criterion of a document has the digest of its check's record, and is verified", async () => {
  using host = machine();
  await built(host);
  assertEquals(await acceptance(host), [[true, []], [true, []], [true, []]]);
  const said = await quiet(host, "doc", "generate", "site", "--output", "-", "--json");
  const { evidence } = JSON.parse(said.stdout).acceptance[0];
  assertEquals(evidence.record_sha256, sha256(host.disk.readBytes(`${STATE}/runs/${evidence.run}.json`)!));
});

Deno.test("an altered record or log of a check is shown as not verified, in the document and the issue", async () => {
  using host = machine();
  await built(host);
  const said = await quiet(host, "doc", "generate", "site", "--output", "-", "--json");
  const { evidence } = JSON.parse(said.stdout).acceptance[0];
  host.disk.write(`${STATE}/runs/${evidence.run}.stdout.log`, "FINE\n");
  assertEquals(await acceptance(host), [[false, []], [true, []], [true, []]]);
  const page = await quiet(host, "doc", "generate", "site", "--output", "-");
  assert(page.stdout.includes(", **not verified**"), page.stdout);
});

Deno.test("a check whose file changed, appeared or went between plan and build is named as edited with the work", async () => {
  using host = machine();
  await built(host, () => host.disk.write(`${PROJECT}/tests/site.js`, "lenient"));
  assertEquals(await acceptance(host), [[true, ["tests/site.js"]], [true, []], [true, []]]);
  const page = await quiet(host, "doc", "generate", "site", "--output", "-");
  assert(page.stdout.includes("**check edited with the work: tests/site.js**"), page.stdout);
  // What changes after the build says nothing about it.
  host.disk.write(`${PROJECT}/tests/site.js`, "strict");
  assertEquals((await acceptance(host))[0], [true, ["tests/site.js"]]);
  host.disk.write(`${PROJECT}/size.sh`, "other");
  await quiet(host, "plan", "create", "site", "--force");
  host.disk.remove(`${PROJECT}/tests/site.js`);
  await quiet(host, "build", "run", "site");
  assertEquals((await acceptance(host))[0], [true, ["tests/site.js"]]);
});

Deno.test("an output of the task that a check names is not taken for the check", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/out`, "before");
  await built(host);
  assertEquals(await acceptance(host), [[true, []], [true, []], [true, []]]);
});
