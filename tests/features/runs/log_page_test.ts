/** `logs --grep`, `--after` and `--max-bytes`: parts of the output as lines of plain text, and how to go on. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";

const ID = "work/20261122T063449.123Z";

async function afterRun(script: Script, more = ""): Promise<FakeHost> {
  const host = machineWith(`[jobs.work]\ncommand = ["work"]\n${more}`);
  host.program("work", script);
  await call(host, ["run", "work", "--quiet"]);
  return host;
}

const counted: Script = async (p) => {
  for (let n = 1; n <= 20; n++) {
    await (n % 5 === 0 ? p.stderr(`err ${n}\n`) : p.stdout(`out ${n}\n`));
    // Two pipes have an order only where time passes between them.
    await p.sleep(20);
  }
};

Deno.test("logs --grep: matching lines of both streams are shown with context, and a rule between parts", async () => {
  using host = await afterRun(counted);
  await expectCall(host, ["logs", "work", "--grep", "^err (5|15)$"], {
    stdout: "err 5\n--\nerr 15\n",
    stderr: "shown 2 of 20 lines\n",
  });
  await expectCall(host, ["logs", "work", "--grep", "err (5|15)", "--context", "1"], {
    stdout: "out 4\nerr 5\nout 6\n--\nout 14\nerr 15\nout 16\n",
    stderr: "shown 6 of 20 lines\n",
  });
  await expectCall(host, ["logs", "work", "--grep", "err", "--stdout"], { stderr: "shown 0 of 16 lines\n" });
  await expectCall(host, ["logs", "work", "--grep", "10", "--tail", "2"], { stderr: "shown 0 of 4 lines\n" });
});

Deno.test("logs --max-bytes: whole lines are shown, and the next command continues until everything was shown once", async () => {
  using host = await afterRun(counted);
  let seen = "";
  let argv = ["logs", "work", "--max-bytes", "30"];
  for (let calls = 0; calls < 20; calls++) {
    const said = await call(host, argv);
    assertEquals(said.code, 0);
    assert(said.stdout.length <= 30, said.stdout);
    seen += said.stdout;
    const next = / --after (\S+)\n$/.exec(said.stderr)?.[1];
    if (next === undefined) break;
    argv = ["logs", "work", "--max-bytes", "30", "--after", next];
  }
  assertEquals(
    seen,
    Array.from({ length: 20 }, (_, n) => `${(n + 1) % 5 === 0 ? "err" : "out"} ${n + 1}\n`).join(""),
  );
});

Deno.test("logs --after: new output of a running run is shown, except an unfinished line", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  const reader = host.another({ env: { PATH: "/bin", HOME: "/home/ada" } });
  const next = (cursor: string) => `; next: orchastration logs ${ID} --after ${cursor}\n`;
  host.program("work", async (p) => {
    await p.stdout("one\ntw");
    await expectCall(reader, ["logs", "work", "--after", "1.0.0"], {
      stdout: "one\n",
      stderr: `shown 1 of 1 line${next("1.4.0")}`,
    });
    await p.stdout("o\nthree\n");
    await expectCall(reader, ["logs", "work", "--after", "1.4.0"], {
      stdout: "two\nthree\n",
      stderr: `shown 2 of 2 lines${next("1.14.0")}`,
    });
    await p.stdout("four");
  });
  await call(host, ["run", "work", "--quiet"]);
  await expectCall(host, ["logs", ID, "--after", "1.14.0"], {
    stdout: "four\n",
    stderr: "shown 1 of 1 line\n",
  });
});

Deno.test("logs --after: the next attempt follows the end of the previous one", async () => {
  let attempts = 0;
  using host = await afterRun(async (p) => {
    await p.stdout(`attempt ${++attempts}\n`);
    return attempts === 1 ? 1 : 0;
  }, "retry = { max = 1 }\n");
  await expectCall(host, ["logs", "work", "--attempt", "1", "--max-bytes", "100"], {
    stdout: "attempt 1\n",
    stderr: `shown 1 of 1 line; next: orchastration logs ${ID} --after 2.0.0\n`,
  });
  await expectCall(host, ["logs", ID, "--after", "2.0.0"], {
    stdout: "attempt 2\n",
    stderr: "shown 1 of 1 line\n",
  });
});

Deno.test("logs: a part is plain text, whatever the output contains, and a line that is too long is cut and skipped", async () => {
  using host = await afterRun((p) => p.stdout(`\x1b[31mred\x1b[0m\x1b]0;x\x07\n${"x".repeat(5000)}\nend\n`));
  const said = await call(host, ["logs", "work", "--max-bytes", "100"]);
  assertEquals(said.stdout, "red\n");
  const next = / --after (\S+)\n$/.exec(said.stderr)![1]!;
  const second = await call(host, ["logs", "work", "--max-bytes", "100", "--after", next]);
  assert(second.stdout.startsWith("xxx") && second.stdout.length <= 100, second.stdout);
  assert(second.stdout.includes(" characters "), second.stdout);
});

Deno.test("logs --json: the part is printed in one document", async () => {
  using host = await afterRun(counted);
  const said = await call(host, ["logs", "work", "--grep", "err", "--max-bytes", "12", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "log_page",
    run: ID,
    status: "succeeded",
    attempt: 1,
    absence: null,
    lines: [{ stream: "stderr", text: "err 5", is_after_gap: true }],
    looked_at: 9,
    next: "1.48.6",
    has_more: true,
  });
});

for (
  const [argv, fact, next] of [
    [["--context", "3"], '"--context": it is for the lines around matches of --grep', ""],
    [
      ["--grep", "x", "--follow"],
      '"--follow": it shows unchanged output, not a part as plain text',
      " --follow",
    ],
    [
      ["--after", "1.0.0", "--tail", "2"],
      '"--tail": --after says already where to begin',
      " --tail 2",
    ],
  ] as const
) {
  Deno.test(`logs ${argv.join(" ")} is refused`, async () => {
    using host = machineWith("");
    await expectCall(host, ["logs", "work", ...argv], {
      code: 64,
      stderr: `error: Cannot use ${fact}\n  try: orchastration logs work${next}\n`,
    });
  });
}

Deno.test("logs --after: a cursor that is invalid, or behind the end, is refused", async () => {
  using host = await afterRun(counted);
  for (const cursor of ["x", "1.2", "0.0.0", "1.-1.0"]) {
    assertEquals((await call(host, ["logs", "work", "--after", cursor])).code, 64);
  }
  await expectCall(host, ["logs", "work", "--after", "1.5000.0"], {
    code: 64,
    stderr: `error: Cannot continue after "1.5000.0": stdout of ${ID} has only 104 bytes\n` +
      `  try: orchastration logs ${ID}\n`,
  });
  assertEquals((await call(host, ["logs", "work", "--grep", "("])).code, 64);
});
