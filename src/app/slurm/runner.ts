/**
 * The texts that a node runs: POSIX shell and the tools that every Linux has. Everything that varies is quoted data.
 * Pure.
 */

import { fail, ok, type Result } from "../../model/result.ts";

export interface RunnerParts {
  /** The folder of the attempt. */
  readonly folder: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
}

export interface RunnerTexts {
  /** Goes to sbatch, which keeps it: it has no values of variables. */
  readonly batch: string;
  /** Takes the claim; a second start finds it taken, and leaves. */
  readonly run: string;
  /** Removed by the node once it is read, because it has the values of all variables. */
  readonly command: string;
}

/** Names that a shell treats in its own way, or cannot have: the tool `env` sets them. */
const SHELLS_OWN = new Set([
  ...[
    "_",
    "SHLVL",
    "OLDPWD",
    "IFS",
    "PPID",
    "UID",
    "EUID",
    "GROUPS",
    "LINENO",
    "RANDOM",
    "SECONDS",
    "SRANDOM",
  ],
  ...[
    "OPTIND",
    "OPTARG",
    "OPTERR",
    "BASHOPTS",
    "SHELLOPTS",
    "BASHPID",
    "BASH_VERSINFO",
    "BASH_ARGV0",
    "DIRSTACK",
  ],
  ...["FUNCNAME", "HISTCMD", "EPOCHSECONDS", "EPOCHREALTIME", "POSIXLY_CORRECT", "PS4", "ENV", "BASH_ENV"],
  ...["BASH_COMPAT", "BASH_XTRACEFD", "COMP_WORDBREAKS"],
]);
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** These variables tell what Slurm allotted; they are passed on, because a program cannot know it otherwise. */
const ALLOTTED = [
  "SLURM_JOB_ID",
  "SLURM_CPUS_ON_NODE",
  "SLURM_MEM_PER_NODE",
  "CUDA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "ZE_AFFINITY_MASK",
];

/** The texts, or why this command cannot be handed over, as the second half of a sentence. */
export function runnerTexts(parts: RunnerParts, secrets: readonly string[]): Result<RunnerTexts, string> {
  const { folder, program, args, workingDir, env, timeoutMs, graceMs } = parts;
  if (program.includes("=")) return fail(`the path ${program} contains "=", which env takes for a variable`);
  const names = Object.keys(env).sort();
  const isPlain = (name: string) => SHELL_NAME.test(name) && !SHELLS_OWN.has(name);
  const others = names.filter((name) => !isPlain(name));
  const shown = others.find((name) => secrets.some((secret) => env[name]!.includes(secret)));
  if (shown !== undefined) {
    return fail(`the variable ${shown} has a secret value, and a shell cannot set a variable of this name`);
  }
  const batch = `#!/bin/sh\nexec /bin/sh ${quoted(`${folder}/run`)}\n`;
  const run = `umask 077
d=${quoted(folder)}
( set -C; printf 'job %s\\nnode %s\\nbegin %s\\n' "\${SLURM_JOB_ID-}" "\${SLURMD_NODENAME:-$(uname -n)}" "$(date +%s)" >"$d/claim" ) 2>/dev/null ||
  exit 120
set --
for name in ${ALLOTTED.join(" ")}; do
  eval "[ -n \\"\\\${$name+set}\\" ] && set -- \\"\\$@\\" \\"$name=\\\${$name}\\""
done
exec env -i "$@" /bin/sh "$d/command" "\${SLURM_CONF-}"
`;
  const unset = ["_", "SHLVL", "OLDPWD"].filter((name) => !names.includes(name));
  const words = [
    ...unset.flatMap((name) => ["-u", name]),
    ...others.map((name) => quoted(`${name}=${env[name]}`)),
    quoted(program),
    ...args.map(quoted),
  ];
  const command = `umask 077
d=${quoted(folder)}
PATH=/usr/local/bin:/usr/bin:/bin
rm -f "$d/command"
conf=\${1-}
# The most memory that was used: from the control group, if Slurm gave the job one, or from the samples of Slurm.
memory() {
  for base in /sys/fs/cgroup/memory /sys/fs/cgroup; do
    path=$(sed -n "s|^[0-9]*:\\(memory\\)\\{0,1\\}:\\(.*/job_$SLURM_JOB_ID\\)\\(/.*\\)\\{0,1\\}\\$|\\2|p" /proc/self/cgroup 2>/dev/null | head -n 1)
    for file in memory.peak memory.max_usage_in_bytes; do
      used=$(cat "$base$path/$file" 2>/dev/null) && [ -n "$path" ] && echo "memory $used cgroup" && return
    done
  done
  command -v sstat >/dev/null && command -v timeout >/dev/null || return
  [ -z "$conf" ] || export SLURM_CONF="$conf"
  used=$(timeout 3 sstat --noheader --parsable2 --noconvert --jobs="$SLURM_JOB_ID.batch" --format=MaxRSS 2>/dev/null | head -n 1)
  used=\${used%.*}
  case $used in
    *K) used=\${used%K} unit=1024 ;;
    *) unit=1 ;;
  esac
  case $used in ''|*[!0-9]*|0) return ;; esac
  echo "memory $((used * unit)) sstat"
}
# The end, in one step.
tell() {
  out=$(wc -c 2>/dev/null <"$d/stdout") err=$(wc -c 2>/dev/null <"$d/stderr")
  used=
  # Where it was stopped, there may be no time for more than its end.
  case $1 in exited*|timed_out*) used=$(memory) ;; esac
  printf '%s\\nend %s\\nstdout %d\\nstderr %d\\n%s' "$1" "$(date +%s)" "\${out:-0}" "\${err:-0}" "\${used:+$used
}" >"$d/exit.new"
  sync "$d/stdout" "$d/stderr" "$d/exit.new" 2>/dev/null
  mv -f "$d/exit.new" "$d/exit"
  exit 0
}
early= got= stopped= pid= killer= clock=
trap 'early=1' TERM INT HUP
setsid=$(command -v setsid) || tell 'refused spawn_failed'
env=$(command -v env) || tell 'refused spawn_failed'
# A shell starts a background process with these signals ignored.
default=
"$env" --default-signal=INT,QUIT true 2>/dev/null && default=--default-signal=INT,QUIT
cd -- ${quoted(workingDir)} 2>/dev/null || tell 'refused working_dir_missing'
[ -f ${quoted(program)} ] || tell 'refused program_not_found'
[ -x ${quoted(program)} ] || tell 'refused program_not_executable'
: >"$d/stdout" && : >"$d/stderr" || tell 'refused spawn_failed'
[ -z "$early" ] || tell 'stopped none'
(
  unset PATH PWD
${names.filter(isPlain).map((name) => `  export ${name}=${quoted(env[name]!)}\n`).join("")}\
  exec "$setsid" "$env" $default ${words.join(" ")}
) </dev/null >>"$d/stdout" 2>>"$d/stderr" &
pid=$!
# After the seconds, one at a time, so that nothing is left behind for long.
later() { n=$1; while [ "$n" -gt 0 ]; do sleep 1; n=$((n - 1)); done; }
signal() { kill -s "$1" -- "-$pid" 2>/dev/null || kill -s "$1" "$pid" 2>/dev/null; }
forward() {
  got=1 stopped=1
  signal TERM
  [ -n "$killer" ] || { ( trap '' TERM INT HUP; later ${seconds(graceMs)}; signal KILL ) & killer=$!; }
}
trap forward TERM INT HUP
[ -z "$early" ] || forward
${
    timeoutMs === undefined ? "" : `(
  trap '' TERM INT HUP
  later ${seconds(timeoutMs)}
  : >"$d/timed_out"
  signal TERM
  later ${seconds(graceMs)}
  signal KILL
) &
clock=$!
`
  }code=
while :; do
  got=
  wait "$pid"
  now=$?
  # A signal to this shell ends the wait as well.
  if [ "$now" != 127 ] || [ -z "$code" ]; then code=$now; fi
  [ -n "$got" ] || break
done
if signal TERM; then
  n=10
  while [ "$n" -gt 0 ] && kill -s 0 -- "-$pid" 2>/dev/null; do sleep 0.1; n=$((n - 1)); done
  signal KILL
fi
for each in $killer $clock; do kill -s KILL "$each"; done 2>/dev/null
if [ -e "$d/timed_out" ]; then tell "timed_out $code"
elif [ -n "$stopped" ]; then tell "stopped $code"
fi
tell "exited $code"
`;
  return ok({ batch, run, command });
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The time for `sleep`, rounded up: POSIX knows only whole seconds. */
function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
