/** `config path`: prints the path of the configuration in use, or with `--state` that of the records. */

import { visible } from "../../../model/visible.ts";
import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { locationJson, nothingFound } from "../../reports/config_report.ts";
import { homeWord } from "../../reports/record_place.ts";

export const command = defineActivity({
  flags: (command) => command.option("--state", "the folder of the records instead"),
  examples: [
    { line: "orchastration config path", does: "exit 1 if there is none" },
    { line: "orchastration config path --state", does: "where the records of this project are" },
  ],
  request: (_, { state }) => ({ isOfState: state === true }),
  async carryOut({ isOfState }, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const location = workspace.value.locateConfig();
    if (!location.ok) return invocation.fail(location.failure);
    const { path } = location.value;
    const { console } = invocation;
    const isMissing = path === undefined && !isOfState;
    if (invocation.isJson) {
      const state = await workspace.value.statePlace();
      console.json({
        format: 1,
        kind: "config_path",
        ...locationJson(location.value),
        state: { path: state.path ?? null, from: state.from },
      });
      return isMissing ? EXIT.checkFailed : EXIT.done;
    }
    if (isMissing) return invocation.fail(nothingFound(location.value));
    if (isOfState) {
      const state = await workspace.value.stateFolder();
      if (!state.ok) return invocation.fail(state.failure);
      console.out(`${state.value.folder}\n`);
      return EXIT.done;
    }
    // Alone on its line and unchanged, for programs that read it.
    console.out(`${path}\n`);
    if (console.isTerminal) {
      const state = await workspace.value.statePlace();
      const where = state.path === undefined ? state.from : homeWord(state.path, invocation.host);
      console.err(`${console.errStyle.dim(`records: ${visible(where)}`)}\n`);
    }
    return EXIT.done;
  },
});
