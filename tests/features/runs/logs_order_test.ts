/** The order in which stdout and stderr of a run came: kept beside them, shown by `logs`, with the times and with colours. */

import { assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { untilDeath } from "../../support/until_death.ts";

const RUNS = `${STATE}/runs`;
const TIME = "20261122T063449.123Z";
const ID = `work/${TIME}`;
const ORDER = `${RUNS}/work/${TIME}.order.log`;
const HEAD = "output-order 1 2026-11-22T06:34:49.123Z\n";

/** stdout and stderr of the reader go to one place, where their order is visible. */
const SHARED: FakeHostOptions = { sharedOutput: true };
const SCREEN: FakeHostOptions = { isTerminal: true, env: { PATH: "/bin", HOME: "/home/ada", TERM: "xterm" } };

const talkative: Script = async (p) => {
  await p.stdout("one\n");
  await p.stderr("uno\n");
  await p.sleep(250);
  await p.stderr("dos\n");
  await p.stdout("two\n");
  await p.sleep(50);
  await p.stdout("three\n");
  await p.sleep(1000);
  await p.stdout("four\n");
};

async function afterRun(script: Script, more = "", options: FakeHostOptions = SHARED): Promise<FakeHost> {
  const host = machineWith(`[jobs.work]\ncommand = ["work"]\n${more}\n`, options);
  host.program("work", script);
  assertEquals((await call(host, ["run", "work", "-q"])).code, 0);
  return host;
}

/** The whole output of a call whose two streams go to one place. */
async function shown(host: FakeHost, argv: readonly string[]): Promise<string> {
  const before = host.terminal.screenText().length;
  const { code } = await call(host, argv);
  assertEquals(code, 0);
  return host.terminal.screenText().slice(before);
}

Deno.test("logs: stdout and stderr are shown in the order of the job's writes", async () => {
  using host = await afterRun(talkative);
  assertEquals(await shown(host, ["logs", "work"]), "one\nuno\ndos\ntwo\nthree\nfour\n");
  assertEquals(await shown(host, ["logs", "work", "--follow"]), "one\nuno\ndos\ntwo\nthree\nfour\n");
  assertEquals(await shown(host, ["logs", "work", "--tail", "1"]), "dos\nfour\n");
  assertEquals(await shown(host, ["logs", "work", "--stderr"]), "uno\ndos\n");
  assertEquals(await shown(host, ["logs", "work", "--stdout", "--tail", "2"]), "three\nfour\n");
});

Deno.test("logs: the order is a small file with an entry where the stream changes or time has passed, and the record has its digest", async () => {
  using host = await afterRun(talkative);
  const order = `${HEAD}0 out 0 0\n0 err 4 0\n250 err 4 4\n250 out 4 8\n1300 out 14 8\n`;
  assertEquals(host.disk.read(ORDER), order);
  const record = readJson(host, `${RUNS}/${ID}.json`);
  const kept = {
    path: `runs/${ID}.order.log`,
    bytes: order.length,
    sha256: await host.digests.sha256(new TextEncoder().encode(order)),
  };
  assertEquals(record["output_order"], kept);
  assertEquals((record["attempts"] as Record<string, unknown>[])[0]?.["output_order"], kept);
});

Deno.test("logs: a job without output leaves no order file", async () => {
  using host = await afterRun(() => 0);
  assertEquals([host.disk.exists(ORDER), readJson(host, `${RUNS}/${ID}.json`)["output_order"]], [
    false,
    undefined,
  ]);
  assertEquals(await shown(host, ["logs", "work", "--timestamps"]), "");
});

Deno.test("logs: each attempt has its own order", async () => {
  let calls = 0;
  using host = await afterRun(async (p) => {
    calls++;
    await p.stderr(`e${calls}\n`);
    await p.sleep(1);
    await p.stdout(`o${calls}\n`);
    return calls === 1 ? 3 : 0;
  }, "retry = { max = 1 }");
  assertEquals(await shown(host, ["logs", "work"]), "e2\no2\n");
  assertEquals(await shown(host, ["logs", "work", "--attempt", "1"]), "e1\no1\n");
  const { output_order, attempts } = readJson(host, `${RUNS}/${ID}.json`);
  const paths = [`runs/${ID}.order.log`, `runs/${ID}.attempt-2.order.log`];
  assertEquals(
    (attempts as { output_order: { path: string } }[]).map((attempt) => attempt.output_order.path),
    paths,
  );
  assertEquals((output_order as { path: string }).path, paths[1]);
});

Deno.test("logs: an order file that was altered or is missing is not used, and a message says so", async () => {
  for (
    const [change, fact] of [
      [(host: FakeHost) => host.disk.write(ORDER, `${HEAD}0 err 0 0\n`), "was changed since then"],
      [(host: FakeHost) => host.disk.remove(ORDER), "cannot be read"],
    ] as const
  ) {
    using host = await afterRun(talkative);
    change(host);
    assertEquals(
      await shown(host, ["logs", "work"]),
      `warning: ${ID}: the file with the order of its output ${fact}, so stdout comes first and stderr after it\n` +
        "one\ntwo\nthree\nfour\nuno\ndos\n",
    );
  }
});

Deno.test("logs: without a recorded order, stdout comes first, and no line has a time", async () => {
  using host = await afterRun(talkative);
  const path = `${RUNS}/${ID}.json`;
  const { output_order: _, ...record } = readJson(host, path);
  const attempts = (record["attempts"] as Record<string, unknown>[]).map(({ output_order: _, ...each }) =>
    each
  );
  host.disk.write(path, JSON.stringify({ ...record, attempts }));
  assertEquals(await shown(host, ["logs", "work"]), "one\ntwo\nthree\nfour\nuno\ndos\n");
  assertEquals(
    await shown(host, ["logs", "work", "--timestamps"]),
    `warning: ${ID}: the time of its lines was not recorded\none\ntwo\nthree\nfour\nuno\ndos\n`,
  );
});

Deno.test("logs: a run whose recorder died has the order of its output until then, before and after its recovery", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n', SHARED);
  host.program("work", async (p) => {
    await p.stdout("one\n");
    await p.sleep(1);
    await p.stderr("uno\n");
    await p.sleep(1);
    await p.stdout("two\n");
    await p.forever();
  });
  const running = untilDeath(host, () => call(host, ["run", "work", "-q"]));
  await host.whenListening();
  await host.clock.advance(500);
  host.die();
  await running;
  const next = host.reviveAfterDeath({ processes: "gone" });
  assertEquals(await shown(next, ["logs", "work"]), "one\nuno\ntwo\n");
  assertEquals((await call(next, ["recover"])).code, 0);
  assertEquals(await shown(next, ["logs", "work"]), "one\nuno\ntwo\n");
});

Deno.test("logs --follow: new output is shown in its order, and each attempt after the previous one", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nretry = { max = 1 }\n', SHARED);
  let calls = 0;
  host.program("work", async (p) => {
    calls++;
    await p.stderr(`e${calls}\n`);
    await p.sleep(1);
    await p.stdout(`o${calls}\n`);
    await p.sleep(1000);
    await p.stderr(`E${calls}\n`);
    await p.sleep(1);
    await p.stdout(`O${calls}\n`);
    return calls === 1 ? 3 : 0;
  });
  const reader = host.another(SHARED);
  const running = call(host, ["run", "work", "-q"]);
  await host.whenListening();
  assertEquals((await call(reader, ["logs", "work", "--follow"])).code, 0);
  await running;
  assertEquals(reader.terminal.screenText(), "e1\no1\nE1\nO1\ne2\no2\nE2\nO2\n");
});

// --timestamps

Deno.test("logs --timestamps: each line is shown whole with the time at which it began, in UTC", async () => {
  using host = await afterRun(async (p) => {
    await p.stdout("one\nbegun ");
    await p.sleep(200);
    await p.stderr("uno\n");
    await p.sleep(200);
    await p.stdout("and ended\nno end");
  });
  assertEquals(
    await shown(host, ["logs", "work", "--timestamps"]),
    "2026-11-22T06:34:49.123Z one\n2026-11-22T06:34:49.323Z uno\n" +
      "2026-11-22T06:34:49.123Z begun and ended\n2026-11-22T06:34:49.523Z no end\n",
  );
  assertEquals(
    await shown(host, ["logs", "work", "--timestamps", "--stderr"]),
    "2026-11-22T06:34:49.323Z uno\n",
  );
});

Deno.test("logs --timestamps: bytes that are not text, and lines longer than one read, are unchanged", async () => {
  const long = "x".repeat(70_000);
  using host = await afterRun(async (p) => {
    await p.stdout(new Uint8Array([0xff, 0x0a]));
    await p.stdout(`${long}\n`);
  });
  await call(host, ["logs", "work", "--timestamps"]);
  const [first] = host.terminal.stdout.bytes.subarray(70_003).toHex().split("0a");
  assertEquals(first, new TextEncoder().encode("2026-11-22T06:34:49.123Z ").toHex() + "ff");
  const shown = host.stdoutText().split("\n").slice(3).join("");
  assertEquals(shown.replaceAll(/2026-\S+ /g, ""), long);
});

// Colours

Deno.test("logs: at a terminal that shows both, stderr has a colour of its own, within the line", async () => {
  using host = await afterRun(talkative, "", SCREEN);
  const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`;
  assertEquals(
    await shown(host, ["logs", "work"]),
    `one\n${yellow("uno")}\n${yellow("dos")}\ntwo\nthree\nfour\n`,
  );
  assertEquals(await shown(host, ["logs", "work", "--no-color"]), "one\nuno\ndos\ntwo\nthree\nfour\n");
  assertEquals(await shown(host, ["logs", "work", "--stderr"]), "uno\ndos\n");
  const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
  assertEquals(
    (await shown(host, ["logs", "work", "--timestamps"])).split("\n").slice(0, 2),
    [`${dim("2026-11-22T06:34:49.123Z")} one`, `${dim("2026-11-22T06:34:49.123Z")} ${yellow("uno")}`],
  );
});

Deno.test("logs: more changes of stream than wait for a reader at once keep their order", async () => {
  using host = await afterRun(async (p) => {
    for (let i = 0; i < 12_500; i++) {
      await (i % 2 === 0 ? p.stdout(`${i}\n`) : p.stderr(`${i}\n`));
      await p.sleep(1);
    }
  });
  const expected = Array.from({ length: 12_500 }, (_, i) => `${i}\n`).join("");
  assertEquals(await shown(host, ["logs", "work"]), expected);
});
