/** `service list`: shows the configured services, and the known facts of each. */

import type { ListedService } from "../../../app/services/list_services.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import { table } from "../../output/style.ts";
import { whenWord } from "../../reports/run_report.ts";

export const command = defineCommand({
  flags: (command) => command,
  examples: [{ line: "orchastration service list", does: "which are ready, with address and start" }],
  request: () => ({}),
  ask: async (workspace) => {
    const { listServices } = await import("../../../app/services/list_services.ts");
    return await listServices(workspace);
  },
  text({ services, nowMs }, { console: { outStyle, columns, isTerminal } }) {
    if (services.length === 0) return "No services configured.\n";
    return table(
      services.map(({ name, state, address, run, isUnused }) => [
        outStyle.bold(name),
        state === "healthy"
          ? outStyle.green("ready")
          : state === "stopped"
          ? outStyle.dim(state)
          : outStyle.yellow(state),
        visible(address ?? ""),
        run === undefined ? "" : run.id,
        run === undefined ? "" : whenWord(run, nowMs, isTerminal),
        isUnused ? outStyle.yellow("without users") : "",
      ]),
      { columns },
    );
  },
  json: ({ services }) => ({ format: 1, kind: "service_list", services: services.map(jsonOf) }),
});

function jsonOf({ name, state, address, run, forUsers, isUnused }: ListedService) {
  return {
    name,
    state: state === "healthy" ? "ready" : state,
    address,
    run: run?.id ?? null,
    status: run?.status ?? null,
    reason: run?.reason ?? null,
    start_time: run?.start_time ?? null,
    for_users: forUsers,
    without_users: isUnused,
  };
}
