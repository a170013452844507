/** Requests about the inputs of definitions that have none: each is refused, and says how to have some. */

import { call, expectCall, machineWith } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import "../../../src/app/inputs/explain_run.ts";
import "../../../src/app/tasks/accept_inputs.ts";
import "../../../src/app/tasks/build_task.ts";
import { readJson, STATE } from "../../support/cli.ts";

const TOML = `
[jobs.make]
command = ["make"]
[tasks.site]
command = ["make"]
`;
const ADD = '  try: add inputs to its definition, such as inputs = ["@git"], to run it only after a change\n';

async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML);
  host.program("make", () => Promise.resolve());
  await call(host, ["run", "make", "--quiet"]);
  await call(host, ["build", "run", "site", "--plan", "--quiet"]);
  return host;
}

for (const name of ["make", "site"]) {
  Deno.test(`runs why ${name}: a run without inputs is refused with the way to have some`, async () => {
    using host = await machine();
    const { id } = readJson(host, `${STATE}/runs/${name}/last.json`);
    await expectCall(host, ["runs", "why", name], {
      code: 65,
      stderr:
        `error: Cannot explain run "${id}": its definition has no inputs, and without inputs it always runs\n${ADD}`,
    });
  });

  Deno.test(`runs accept-unchanged ${name}: a definition without inputs is refused with the way to have some`, async () => {
    using host = await machine();
    await expectCall(host, ["runs", "accept-unchanged", name, "--because", "so"], {
      code: 65,
      stderr: `error: Cannot accept the inputs of "${name}": its definition has no inputs\n${ADD}`,
    });
  });
}

Deno.test("runs why: the run of a plan, which has no inputs of its own, is refused with the run that is shown instead", async () => {
  using host = machineWith(TOML);
  await call(host, ["plan", "create", "site"]);
  const { id } = readJson(host, `${STATE}/runs/site/last.json`);
  await expectCall(host, ["runs", "why", "site"], {
    code: 65,
    stderr:
      `error: Cannot explain run "${id}": it is no run of a job, and no build\n  try: orchastration runs show ${id}\n`,
  });
});

Deno.test("build run --all: without a task, the next step shows how one is written", async () => {
  using host = machineWith('[jobs.make]\ncommand = ["make"]\n');
  await expectCall(host, ["build", "run", "--all"], {
    code: 65,
    stderr: 'error: Cannot build "all tasks": there are none\n  try: orchastration plan list\n',
  });
});
