/** `report`: writes the pages of `ui` as one file that needs no server. */

import { pageScript } from "../../web/page_script.ts";
import { visible } from "../../model/visible.ts";
import { pathValue } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { sizeWord } from "../reports/size_word.ts";

const DEFAULT_OUTPUT = "report.html";

export const command = defineActivity({
  flags: (command) =>
    command
      .argument(
        "[run-or-task]",
        "a task, or a run: an id or the beginning of one, a job's name for its newest run, or graph (default: everything)",
      )
      .option("-o, --output <path>", `the file (default: ${DEFAULT_OUTPUT})`, pathValue),
  examples: [
    { line: "orchastration report", does: "every job and task with its newest runs, in report.html" },
    {
      line: "orchastration report graph --output ci.html",
      does: "the newest graph with its nodes and their output, to attach to an issue",
    },
  ],
  request: ([reference], { output }) => ({ reference, output: output ?? DEFAULT_OUTPUT }),
  async carryOut(request, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return await invocation.fail(workspace.failure);
    const script = await pageScript(invocation.host);
    if (!script.ok) return await invocation.fail(script.failure);
    const { makeReport } = await import("../../web/report.ts");
    const ports = {
      workspace: workspace.value,
      script: script.value,
      nextLine: (steps: Parameters<typeof invocation.nextLine>[0]) => invocation.nextLine(steps),
    };
    const made = await makeReport(ports, request);
    if (!made.ok) return await invocation.fail(made.failure);
    const { path, sizeBytes, runs, leftOut } = made.value;
    for (const words of leftOut) invocation.warn(words);
    if (invocation.isJson) {
      invocation.console.json({ format: 1, kind: "report", path, bytes: sizeBytes, runs, left_out: leftOut });
    } else {
      const count = `${runs} ${runs === 1 ? "run" : "runs"}`;
      invocation.console.out(`${visible(path)}: ${count}, ${sizeWord(sizeBytes)}\n`);
    }
    return EXIT.done;
  },
});
