/**
 * Writes the results of the benchmark into docs/performance.md and its pictures: `deno task bench:page
 * [bench.json …]`. Several files are several calls in a row.
 */

import { join } from "@std/path/posix";
import { growthPicture } from "./bench/page/growth_picture.ts";
import { replaceSections } from "./bench/page/markers.ts";
import { sections } from "./bench/page/tables.ts";
import { timelinePicture } from "./bench/page/timeline_picture.ts";
import { ROOT } from "./bench/place.ts";
import type { Report } from "./bench/report.ts";
import { Problem, runScript } from "../build/tool.ts";

const PAGE = join(ROOT, "docs/performance.md");
const PICTURES = join(ROOT, "docs/performance");

await runScript(async () => {
  const paths = Deno.args.length === 0 ? [join(ROOT, "bench.json")] : Deno.args;
  const reports = await Promise.all(paths.map(readReport));
  const { growth, timelines } = reports.at(-1)!;
  if (growth.length === 0 || timelines.length === 0) {
    throw new Problem(`Cannot draw "${paths.at(-1)}": it has no growth or no timeline`, "deno task bench");
  }
  await Deno.writeTextFile(PAGE, replaceSections(await Deno.readTextFile(PAGE), sections(reports)));
  await Deno.mkdir(PICTURES, { recursive: true });
  await Deno.writeTextFile(join(PICTURES, "growth.svg"), growthPicture(growth));
  await Deno.writeTextFile(join(PICTURES, "run.svg"), timelinePicture(timelines));
});

async function readReport(path: string): Promise<Report> {
  try {
    const report = JSON.parse(await Deno.readTextFile(path)) as Report;
    if (report.kind === "bench" && report.format === 1) return report;
    throw new Problem(`Cannot read "${path}": it is no result of the benchmark`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Problem(`Cannot read "${path}": it is not there`, "deno task bench");
    }
    if (error instanceof SyntaxError) throw new Problem(`Cannot read "${path}": it is not JSON`);
    throw error;
  }
}
