/** `ui`: serves the recorded runs as pages for the browser of this machine, until a signal ends it. */

import type { Host } from "../../host/host.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import { nextCommand } from "../../model/next_step.ts";
import { defineActivity } from "../base/command.ts";
import { exitCodeOfSignal } from "../base/exit_code.ts";
import { noDocument } from "../base/flags.ts";

const MAX_PORT = 65_535;

export const command = defineActivity({
  flags: (command) =>
    command
      .option("--no-open", "only print the address")
      .option("--port <n>", "listen there, so that addresses stay the same (default: any free port)"),
  examples: [
    { line: "orchastration ui", does: "opens the page in the browser; Ctrl-C ends it" },
    { line: "orchastration ui --no-open --port 8137", does: "the same address each time, to open by hand" },
  ],
  request: (_, { open, port }) => ({ opens: open !== false, port: port ?? "0" }),
  misuse({ port }, flags) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) {
      return {
        code: "arguments_invalid",
        action: "use --port",
        value: port,
        fact: `expected a number from 0 to ${MAX_PORT}`,
        next: [nextCommand("ui", "--port", "8137")],
      };
    }
    return noDocument("ui", "pages for a browser")({}, flags);
  },
  async carryOut({ opens, port }, invocation) {
    // Each request opens the workspace anew, and none of them is an event of this call.
    invocation.answerBriefly();
    const { host, console } = invocation;
    const workspace = invocation.workspace();
    if (!workspace.ok) return await invocation.fail(workspace.failure);
    const place = await workspace.value.stateFolder();
    if (!place.ok) return await invocation.fail(place.failure);
    const [{ serveSite }, { pageScript }] = await Promise.all([
      import("../../web/serve.ts"),
      import("../../web/page_script.ts"),
    ]);
    const script = await pageScript(host);
    if (!script.ok) return await invocation.fail(script.failure);
    const stopped = Promise.withResolvers<ReceivedSignal>();
    const unlisten = host.signals.onStop(stopped.resolve);
    try {
      const ports = {
        host,
        open: () => invocation.workspace(),
        nextLine: (steps: Parameters<typeof invocation.nextLine>[0]) => invocation.nextLine(steps),
      };
      const site = await serveSite(ports, Number(port), script.value);
      if (!site.ok) return await invocation.fail(site.failure);
      const close = opens ? openBrowser(host, site.value.openingAddress) : undefined;
      console.out(`${site.value.address}\nCtrl-C ends it.\n`);
      await console.flush();
      const signal = await stopped.promise;
      close?.();
      await site.value.close();
      return exitCodeOfSignal(signal);
    } finally {
      unlisten();
    }
  },
});

/** The program with which each system opens an address, and its first words. */
const OPENERS: Readonly<Record<Host["environment"]["os"], readonly [string, ...string[]]>> = {
  linux: ["xdg-open"],
  darwin: ["open"],
  // Unlike `start`, it takes no character of an address for a sign of its own.
  windows: ["rundll32.exe", "url.dll,FileProtocolHandler"],
};

/**
 * Where no browser can be opened, the printed address is all there is. The browser may be the opener itself, so that it is neither
 * waited for nor ended. Returns how to let go of it.
 */
function openBrowser({ processes, environment, files }: Host, address: string): (() => void) | undefined {
  const { os } = environment;
  const isWithoutScreen = os === "linux" && !environment.get("DISPLAY") &&
    !environment.get("WAYLAND_DISPLAY");
  const folder = environment.currentFolder();
  if (isWithoutScreen || !folder.ok) return undefined;
  const [name, ...words] = OPENERS[os];
  const env = environment.all();
  const program = processes.findProgram(name, { workingDir: folder.value, env });
  if (!program.ok) return undefined;
  const started = processes.spawn({
    program: program.value,
    args: [...words, address],
    workingDir: folder.value,
    env,
    placement: "own_session",
    stdin: "none",
    marker: { variable: "ORCHASTRATION_BROWSER", token: files.uniqueName() },
  });
  if (!started.ok) return undefined;
  const { stdout, stderr } = started.value;
  const readers = [stdout, stderr].filter((reader) => reader !== undefined);
  for (const reader of readers) void drain(reader);
  return () => {
    for (const reader of readers) reader.cancel();
    started.value.release();
  };
}

/** Nobody reads what it prints, but it must not wait for a reader. */
async function drain(reader: { read(): Promise<Uint8Array | undefined> }): Promise<void> {
  while (await reader.read() !== undefined);
}
