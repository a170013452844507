/** Where attempts run: the executors that a configuration can name, and their settings. */

export const EXECUTORS = ["local", "slurm"] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

/** How jobs are submitted to Slurm. */
export interface SlurmSettings {
  /** As written: absolute, or relative to the project root. It has the same path on every node. */
  readonly sharedDir: string;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly qos: string | undefined;
  /** The time limit of Slurm; undefined: from the timeout of the job, or that of the partition. */
  readonly timeSeconds: number | undefined;
  readonly cpus: number | undefined;
  /** As Slurm writes it, such as "4G". */
  readonly memory: string | undefined;
  readonly gpus: number | undefined;
  /** Further arguments of sbatch, each with its value after "=". */
  readonly extraArgs: readonly string[];
  /** The largest number of jobs of a graph that wait in the queue of Slurm. */
  readonly maxPending: number;
  /** The time between two questions to Slurm. */
  readonly pollMs: number;
}

/** The options of sbatch that Orchastration sets; their values come from keys, or are what makes a run safe. */
const OWN_OPTIONS = [
  ...["partition", "account", "qos", "time", "cpus-per-task", "mem", "gpus"],
  ...["parsable", "export", "export-file", "requeue", "no-requeue", "ntasks", "nodes", "job-name", "comment"],
  ...[
    "chdir",
    "output",
    "error",
    "input",
    "open-mode",
    "array",
    "wait",
    "wrap",
    "test-only",
    "help",
    "usage",
  ],
  ...["version", "get-user-env", "clusters", "uid", "gid", "quiet", "verbose", "ignore-pbs", "signal"],
];

/** Why an argument cannot be passed on to sbatch, as a sentence; undefined where it can. */
export function extraArgProblem(argument: string): string | undefined {
  if (!/^--[a-z]/.test(argument)) {
    return "an argument of sbatch has to begin with -- here, with its value after =";
  }
  const [name = ""] = argument.slice(2).split("=");
  // sbatch accepts the beginning of an option for the whole.
  const own = OWN_OPTIONS.find((each) => each.startsWith(name));
  return own === undefined ? undefined : `Orchastration itself decides about --${own}`;
}

/** Why a job cannot run on another machine, as a sentence; undefined where it can. */
export function executorConflict(
  job: {
    readonly interactive: boolean;
    readonly terminal: boolean;
    readonly stdin: "none" | "inherit";
    readonly leaveRunning: boolean;
    readonly uses: readonly string[];
  },
): string | undefined {
  if (job.interactive) return "an interactive job needs the terminal of this machine";
  if (job.terminal) return "a job with terminal = true needs a terminal of this machine";
  if (job.stdin === "inherit") return 'a job with stdin = "inherit" reads the input of this machine';
  if (job.leaveRunning) return "Slurm ends what a job leaves running";
  if (job.uses.length > 0) {
    return "the services that it uses run on this machine, where a node does not reach them";
  }
  return undefined;
}
