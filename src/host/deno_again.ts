/** Starts this program again with the same words, as a process that outlives us. Knows no job and no run. */

import type { HostResult } from "./host_result.ts";
import type { OwnCommand, StartedAgain } from "./processes.ts";
import { HANDED_OVER, launcherVariables } from "./deno_handed_over.ts";
import { attempt } from "./deno_problem.ts";
import { byteReader, exitOf } from "./deno_spawn.ts";
import { asInherited, withDefaults } from "./posix_dispositions.ts";
import { withCallersLimit } from "./posix_limits.ts";
import { send } from "./posix_signal.ts";

/** The flags for a bundle, so that no configuration of an enclosing project is read, and nothing is fetched. */
const BUNDLE_FLAGS = ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"];

/**
 * The runtime itself is started, and not a name on the search path. It is in a session of its own, so that neither the
 * end of the terminal nor a signal to our group reaches it.
 */
export function startAgain(handOver: string, words: readonly string[] = Deno.args): HostResult<StartedAgain> {
  const started = attempt(() => {
    const command = new Deno.Command(Deno.execPath(), {
      args: [...wordsBeforeOurs(), ...words],
      env: { ...launcherVariables(), [HANDED_OVER]: handOver },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    });
    return withCallersLimit(() => withDefaults(() => asInherited(() => command.spawn())));
  });
  if (!started.ok) return started;
  const child = started.value;
  let hasEnded = false;
  return {
    ok: true,
    value: {
      pid: child.pid,
      stdout: byteReader(child.stdout),
      stderr: byteReader(child.stderr),
      exited: child.status.then((status) => {
        hasEnded = true;
        return exitOf(status);
      }),
      // Only Linux gives us the orphans of others.
      marks() {},
      end: () => {
        if (hasEnded) return;
        // The group of a session's leader; Windows has none.
        if (Deno.build.os === "windows") attempt(() => child.kill("SIGKILL"));
        else send(-child.pid, "SIGKILL");
        // Where the system cannot end it yet, it must not keep us; where it ended a moment ago, there is nothing to let go of.
        try {
          child.unref();
        } catch (error) {
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        }
      },
    },
  };
}

export function ownCommand(): OwnCommand {
  const launcher = portableLauncher();
  return launcher === undefined
    ? { program: Deno.execPath(), words: wordsBeforeOurs(), env: launcherVariables() }
    : { program: launcher, words: [], env: {} };
}

/** The script that starts the portable form: beside the folder of its runtime, whose name is longer by the system. */
function portableLauncher(): string | undefined {
  if (Object.keys(launcherVariables()).length === 0 || Deno.build.os === "windows") return undefined;
  const folder = Deno.execPath().replace(/\/[^/]*$/, "");
  const script = folder.replace(/-[a-z]+-[a-z0-9_]+$/, "");
  const facts = attempt(() => Deno.statSync(script));
  return script !== folder && facts.ok && facts.value.isFile ? script : undefined;
}

/** The words between the runtime and our own, which make the runtime start this program. */
function wordsBeforeOurs(): readonly string[] {
  if (Deno.build.standalone) return [];
  const given = Deno.build.os === "linux"
    ? attempt(() => Deno.readTextFileSync("/proc/self/cmdline"))
    : undefined;
  if (given?.ok === true) {
    const words = given.value.split("\0").slice(0, -1);
    return words.slice(1, words.length - Deno.args.length);
  }
  const main = Deno.mainModule;
  return ["run", "-A", "--quiet", "--no-prompt", ...(main.endsWith(".js") ? BUNDLE_FLAGS : []), main];
}
