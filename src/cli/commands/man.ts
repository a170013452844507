/** `man`: the manual page. */

import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

export function manCommand(start: Start): AnyCommand {
  const command = describe("man", "print the manual page, for man to show");
  complete(command, [
    { line: "orchastration man > orchastration.1", does: "keep it; man ./orchastration.1 shows it" },
  ]);
  return command.action(() =>
    start(globalFlags(command), (invocation) => man(invocation, command.parent as unknown as AnyCommand))
  );
}

async function man({ console, isJson }: Invocation, program: AnyCommand): Promise<number> {
  const [{ commandTable }, { manualPage }] = await Promise.all([
    import("../help/command_table.ts"),
    import("../help/manual_page.ts"),
  ]);
  const page = manualPage(commandTable(program));
  if (isJson) console.json({ format: 1, kind: "manual_page", ...{ page } });
  else console.out(page);
  if (!isJson && console.isTerminal) {
    console.err("\nTo read it: orchastration man > orchastration.1, and then man ./orchastration.1\n");
  }
  return EXIT.done;
}
