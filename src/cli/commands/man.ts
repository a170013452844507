/** `man`: prints the manual page. */

import { defineActivity } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    { line: "orchastration man > orchastration.1", does: "keep it; man ./orchastration.1 shows it" },
  ],
  request: () => undefined,
  async carryOut(_, { console, isJson }, makeTree) {
    const tree = makeTree();
    const [{ commandTable }, { manualPage }] = await Promise.all([
      import("../help/command_table.ts"),
      import("../help/manual_page.ts"),
      tree.loadBelow(tree.root),
    ]);
    const page = manualPage(commandTable(tree.root));
    if (isJson) console.json({ format: 1, kind: "manual_page", page });
    else console.out(page);
    if (!isJson && console.isTerminal) {
      console.err("\nTo read it: orchastration man > orchastration.1, and then man ./orchastration.1\n");
    }
    return EXIT.done;
  },
});
