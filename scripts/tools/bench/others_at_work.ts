/** How much of the processors others used, which distinguishes a slow program from a busy machine. */

export interface OthersAtWork {
  /**
   * The share of all processors, 0 to 1, that others used since the function was made; undefined where the
   * system does not tell, and at a real-time priority, where others get only what is left.
   */
  share(): number | undefined;
}

interface Ticks {
  /** The working time of all processors. */
  readonly busy: number;
  /** The total time of all processors, including idle time. */
  readonly all: number;
  /** The time of this process, and of the children it waited for. */
  readonly ours: number;
}

export function watchOthers(): OthersAtWork {
  const before = ticks();
  return {
    share() {
      const now = ticks();
      if (before === undefined || now === undefined || now.all === before.all) return undefined;
      const others = now.busy - before.busy - (now.ours - before.ours);
      return Math.max(0, others / (now.all - before.all));
    },
  };
}

/** From `/proc/stat` and `/proc/self/stat`, described in proc(5). */
/**
 * From the field policy of `/proc/self/stat`, see proc(5): 1 is SCHED_FIFO, 2 is SCHED_RR. Children inherit
 * it.
 */
export function isAtRealTimePriority(): boolean {
  return Deno.build.os === "linux" && ["1", "2"].includes(ownFields()[38]!);
}

/**
 * The fields of `/proc/self/stat` from the third on, because the name before them, in brackets, may contain
 * spaces.
 */
function ownFields(): readonly string[] {
  return Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
}

function ticks(): Ticks | undefined {
  if (Deno.build.os !== "linux" || isAtRealTimePriority()) return undefined;
  const [line] = Deno.readTextFileSync("/proc/stat").split("\n");
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line!.split(/\s+/).slice(1).map(Number) as [
    ...[number, number, number, number, number, number, number, number],
  ];
  // Time that another guest of the same host takes counts as work, too.
  const busy = user + nice + system + irq + softirq + steal;
  const ours = ownFields().slice(11, 15).map(Number).reduce((sum, each) => sum + each, 0);
  return { busy, all: busy + idle + iowait, ours };
}
