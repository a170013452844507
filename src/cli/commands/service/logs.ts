/** `service logs`: shows the captured output of a service's newest run. */

import { nextCommand } from "../../../model/next_step.ts";
import { countValue } from "../../base/arguments.ts";
import { defineActivity } from "../../base/command.ts";
import { logs } from "../logs.ts";

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("<service>", "name of the service")
      .option("--tail <lines>", "only this many last lines of each stream", countValue)
      .option("-f, --follow", "continue until it ends"),
  examples: [{ line: "orchastration service logs api --tail 20", does: "its last lines" }],
  request: ([reference], { tail, follow }) => ({
    reference,
    streams: ["stdout", "stderr"] as const,
    attempt: undefined,
    tailLines: tail,
    follow: follow === true,
    timestamps: false,
    raw: false,
  }),
  misuse: ({ reference, follow }, { json }) =>
    follow && json === true
      ? {
        code: "arguments_invalid",
        action: "follow",
        value: reference,
        fact: "--json prints one document, but --follow has no end yet",
        next: [nextCommand("service logs", reference, "--follow")],
      }
      : undefined,
  async carryOut(request, invocation) {
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const { requireService } = await import("../../../app/services/service_state.ts");
    // An id is one of a run, whatever its service is called today.
    const known = request.reference.includes("/")
      ? undefined
      : await requireService(workspace.value, request.reference);
    return known?.ok === false ? invocation.fail(known.failure) : logs(request, invocation);
  },
});
