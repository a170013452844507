/** Lets a fake machine really start this program again: as one more process of ours, whose caller reads what it says. */

import type { ByteReader } from "../../src/host/byte_reader.ts";
import type { ProcessExit, StartedAgain } from "../../src/host/processes.ts";
import { setImmediate } from "node:timers";
import { call } from "./cli.ts";
import type { FakeHost } from "./fake_host.ts";
import { FakeDeath } from "./fake_life.ts";

export interface StartedHosts extends ReadonlyArray<FakeHost> {
  /** Resolves when all of them have ended. */
  ended(): Promise<void>;
}

/**
 * From now on for this process of ours, and for those that it starts. Returns the processes that were started so; `prepare` sees
 * each before it does anything.
 */
export function startsAgain(
  host: FakeHost,
  prepare: (again: FakeHost) => void = () => {},
): StartedHosts {
  const started: FakeHost[] = [];
  const endings: Promise<unknown>[] = [];
  host.processes.startsAgain = (handOver, words) => {
    const again = host.another({ handedOver: handOver });
    prepare(again);
    started.push(again);
    // A process that hangs does not end before somebody ends it.
    const ended = call(again, words).then(
      ({ code }): ProcessExit => ({ kind: "exited", exit_code: code }),
      (error): Promise<ProcessExit> => {
        if (!(error instanceof FakeDeath)) throw error;
        return again.died.then(() => ({ kind: "signalled", signal: "SIGKILL" }));
      },
    );
    endings.push(ended);
    return {
      pid: again.environment.pid,
      stdout: readerOf(() => again.stdoutText(), ended),
      stderr: readerOf(() => again.stderrText(), ended),
      exited: ended,
      marks() {},
      end: () => again.die(),
    } satisfies StartedAgain;
  };
  return Object.assign(started, { ended: async () => void await Promise.all(endings) });
}

function readerOf(text: () => string, ended: Promise<unknown>): ByteReader {
  let read = 0;
  let isOver = false;
  void ended.then(() => isOver = true);
  return {
    async read() {
      // In turns of the event loop, of which the fake clock waits for many before it moves.
      while (text().length === read && !isOver) {
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      const piece = text().slice(read);
      read += piece.length;
      return piece === "" ? undefined : new TextEncoder().encode(piece);
    },
    cancel() {},
  };
}
