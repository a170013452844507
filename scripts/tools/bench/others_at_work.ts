/** How much of the processors was not ours: what tells a slow program from a busy machine. */

export interface OthersAtWork {
  /**
   * The part of all processors, 0 to 1, that others had since this was asked for; undefined where the system does not say, and at a
   * real-time priority: then others get only what is left over.
   */
  share(): number | undefined;
}

interface Ticks {
  /** Of all processors, at work. */
  readonly busy: number;
  /** Of all processors, with what they idled. */
  readonly all: number;
  /** Ours, and of what we started and waited for. */
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

/** From `/proc/stat` and `/proc/self/stat`, whose fields proc(5) names. */
/** From the field of `/proc/self/stat` that proc(5) calls policy: 1 is SCHED_FIFO, 2 is SCHED_RR. Children inherit it. */
export function isAtRealTimePriority(): boolean {
  return Deno.build.os === "linux" && ["1", "2"].includes(ownFields()[38]!);
}

/** Those of `/proc/self/stat` from the third on: the name before them, in brackets, may hold spaces. */
function ownFields(): readonly string[] {
  return Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
}

function ticks(): Ticks | undefined {
  if (Deno.build.os !== "linux" || isAtRealTimePriority()) return undefined;
  const [line] = Deno.readTextFileSync("/proc/stat").split("\n");
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line!.split(/\s+/).slice(1).map(Number) as [
    ...[number, number, number, number, number, number, number, number],
  ];
  // What another guest of the same host takes is at work as well.
  const busy = user + nice + system + irq + softirq + steal;
  const ours = ownFields().slice(11, 15).map(Number).reduce((sum, each) => sum + each, 0);
  return { busy, all: busy + idle + iowait, ours };
}
