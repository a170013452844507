/** A client of assistants on a fake machine: calls a tool of `mcp` in process, with supervisors that really run. */

import { Workspace } from "../../src/app/workspace/workspace.ts";
import { nextLine } from "../../src/cli/base/command_line.ts";
import { callTool, TOOLS } from "../../src/mcp/serve.ts";
import type { FakeHost } from "./fake_host.ts";
import { type StartedHosts, startsAgain } from "./started_again.ts";

export interface ToolSaid {
  readonly facts: Readonly<Record<string, unknown>>;
  /** The answer as text. */
  readonly text: string;
  /** Supervisors that it started; all have ended. */
  readonly started: StartedHosts;
}

/** `prepare` sees each supervisor before it does anything. */
export async function useTool(
  client: FakeHost,
  name: string,
  args: unknown,
  prepare: () => void = () => {},
): Promise<ToolSaid> {
  const started = startsAgain(client, (again) => {
    prepare();
    startsAgain(again);
  });
  const options = { config: undefined, stateDir: undefined, logLevel: undefined, logFormat: undefined };
  const leases = new Map<string, { release(): void }>();
  const face = { logOutput: undefined, writeCommand: () => "", warn: () => {} };
  const { structuredContent, content: [first] } = await callTool(
    TOOLS.find((each) => each.name === name)!,
    args,
    { agent: "declared: robo 1", leases },
    {
      host: client,
      placeFlags: [],
      open: (session) => Workspace.open(client, options, { ...face, session }),
      nextLine: (steps) => nextLine(steps, {}),
      warn: () => {},
    },
  );
  await started.ended();
  for (const lease of leases.values()) lease.release();
  return {
    facts: structuredContent as Record<string, unknown>,
    text: first?.type === "text" ? first.text : "",
    started,
  };
}
