/** `config path`: the path of the configuration that is used. */

import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { locationJson, nothingFound } from "../../reports/config_report.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [{ line: "orchastration config path", does: "exit 1 where there is none" }],
  request: () => undefined,
  carryOut(_, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const location = workspace.value.locateConfig();
    if (!location.ok) return invocation.fail(location.failure);
    const { path } = location.value;
    if (invocation.isJson) {
      invocation.console.json({ format: 1, kind: "config_path", ...locationJson(location.value) });
      return path === undefined ? EXIT.checkFailed : EXIT.done;
    }
    if (path === undefined) return invocation.fail(nothingFound(location.value));
    // Alone on the line and as it is, for programs that read it.
    invocation.console.out(`${path}\n`);
    return EXIT.done;
  },
});
