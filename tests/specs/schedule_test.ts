/** Schedules on the real machine: what systemd and cron say of their texts, and what becomes of the call that a timer makes. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const hasSystemd = findTool("systemd-analyze") !== undefined;
const hasCron = Deno.build.os === "linux" && findTool("crontab") !== undefined && checksTables();

const SCHEDULES = {
  nightly: "Mon..Fri 02:30",
  often: "*:0/15",
  first: "*-*-01 06:00",
  years: "*-12-24,31 6:00",
  worktime: "8..17:00,30",
  daily: "daily",
  weekly: "weekly",
  monthly: "monthly",
};
/** Not every cron can check a table without taking it. */
function checksTables(): boolean {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "0 1 * * * true\n");
    return new Deno.Command("crontab", { args: ["-n", path], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } finally {
    Deno.removeSync(path);
  }
}

/** Signs that mean something to systemd, to cron and to a shell. */
const HOSTILE = `a b %h $HOME 'it' "s"`;

interface Shown {
  readonly schedules: readonly {
    readonly name: string;
    readonly texts: readonly { readonly place: string; readonly text: string }[];
  }[];
}

/** A project whose path is hostile, and what would be written for it. */
async function withShown(
  by: "systemd" | "cron",
  test: (folder: RealFolder, shown: Shown) => Promise<void>,
): Promise<void> {
  await inRealFolder(async (folder) => {
    Deno.mkdirSync(`${folder.path}/${HOSTILE}`);
    const tables = Object.entries(SCHEDULES).map(([name, at]) =>
      `[schedules.${name}]\njob = "backup"\nat = "${at}"\n`
    );
    folder.write(
      `${HOSTILE}/orchastration.toml`,
      `[jobs.backup]\ncommand = ["touch", "saved"]\n${tables.join("")}`,
    );
    const words = ["schedule", "install", "--dry-run", "--by", by, "--json"];
    const said = await folder.orchastrationIn(HOSTILE, ...words);
    assertEquals(said.code, 0, said.stderr);
    await test(folder, JSON.parse(said.stdout));
  });
}

Deno.test({
  name: "spec: systemd-analyze verifies the units of every schedule, also of a project with a hostile path",
  ignore: !hasSystemd,
  fn: () =>
    withShown("systemd", async (folder, { schedules }) => {
      const written = schedules.flatMap(({ texts }) => texts).map(({ place, text }) => {
        const name = place.slice(place.lastIndexOf("/") + 1);
        folder.write(name, text);
        return `${folder.path}/${name}`;
      });
      assertEquals(written.length, 2 * Object.keys(SCHEDULES).length);
      // It reads no manager, and only wants to know where one would be.
      const run = { XDG_RUNTIME_DIR: folder.path, SYSTEMD_LOG_LEVEL: "warning" };
      const said = await folder.call("systemd-analyze", ["verify", "--user", ...written], run);
      assertEquals(said, { code: 0, stdout: "", stderr: "" });
    }),
});

Deno.test({
  name: "spec: systemd understands the time of a schedule as it is written",
  ignore: !hasSystemd,
  fn: () =>
    withShown("systemd", async (folder, { schedules }) => {
      const normal = async (text: string) => {
        const said = await folder.call("systemd-analyze", ["calendar", text]);
        assertEquals(said.code, 0, said.stderr);
        const [, form] = /Normalized form: (.*)/.exec(said.stdout) ?? [];
        assert(form !== undefined, said.stdout);
        // A list and a repetition are the same times in two forms.
        return form.replace("00/15:00", "00,15,30,45:00").replace(
          "08..17:00,30",
          "08,09,10,11,12,13,14,15,16,17:00,30",
        );
      };
      for (const { name, texts } of schedules) {
        const [, ours] = /^OnCalendar=(.*)$/m.exec(texts.map(({ text }) => text).join(""))!;
        const written = SCHEDULES[name as keyof typeof SCHEDULES];
        assertEquals(await normal(ours!), await normal(written), name);
      }
    }),
});

Deno.test({
  name: "spec: crontab takes the lines of every schedule, and the call of one is recorded as not trusted",
  ignore: !hasCron,
  fn: () =>
    withShown("cron", async (folder, { schedules }) => {
      const table = schedules.flatMap(({ texts }) => texts).map(({ text }) => text).join("");
      folder.write("table", table);
      const checked = await folder.call("crontab", ["-n", `${folder.path}/table`]);
      assertEquals(checked.code, 0, checked.stderr);
      // As cron does it: the fields of the time are cut off, and a percent sign is one.
      const line = table.split("\n").find((each) => /^\d/.test(each))!;
      const command = line.split(" ").slice(5).join(" ").replaceAll("\\%", "%");
      const called = await folder.call("/bin/sh", ["-c", command], { PATH: "/usr/bin:/bin" });
      assertEquals([called.code, called.stdout], [65, ""], called.stderr);
      const shown = await folder.orchastrationIn(HOSTILE, "runs", "show", "backup", "--json");
      const { status, not_started_cause, requested_by, reason } = JSON.parse(shown.stdout);
      assertEquals([status, not_started_cause], ["not_started", "not_trusted"]);
      assertEquals(requested_by.schedule, "daily");
      assertStringIncludes(reason, 'job "backup": no person has trusted it');
    }),
});
