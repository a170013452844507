/** Asks git about a folder, within a time limit. Knows how to call git; knows no runs. */

import type { GitFacts } from "../model/run.ts";
import type { Clock } from "../host/clock.ts";
import type { Environment } from "../host/environment.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import type { Processes } from "../host/processes.ts";

/** The caller waits for the answer; after this time git's facts count as unknown. */
export const GIT_FACTS_BOUND_MS = 500;
/** The limit while a job is running anyway. */
const BESIDE_JOB_BOUND_MS = 10_000;
/**
 * However quickly the job ends, git has at least this long for its answer, which is enough for most
 * repositories.
 */
export const LEAST_MS = 100;
/** The same for a build, whose proof is of little use where it is unknown which files it stands for. */
export const LEAST_OF_BUILD_MS = 5000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface GitMachine {
  readonly files: Files;
  readonly paths: Paths;
  readonly processes: Processes;
  readonly environment: Environment;
}

/**
 * Settings with which a repository makes git start programs, even for a question; the folder's content may
 * come from somebody else.
 */
const STARTS_NOTHING = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "diff.external="];

/** The arguments of a read-only call: it takes no lock, and starts no program that the repository names. */
export function asking(folder: string, ...words: readonly string[]): readonly string[] {
  const settings = STARTS_NOTHING.flatMap((setting) => ["-c", setting]);
  return ["--no-pager", "--no-optional-locks", ...settings, "-C", folder, ...words];
}

/** For a nested repository that was never added, git prints the folder with a slash. */
export function withoutSlash(name: string): string {
  return name.endsWith("/") ? name.slice(0, -1) : name;
}

type Ask = (
  words: readonly string[],
  bound: { readonly timeoutMs: number; readonly stop?: AbortSignal },
) => ReturnType<Processes["runTool"]>;

/** undefined where there is no repository, or no git. */
function askerFor(machine: GitMachine, folder: string): Ask | undefined {
  if (!isInRepository(machine, folder)) return undefined;
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return undefined;
  return (words, bound) =>
    machine.processes.runTool({
      program: program.value,
      args: asking(folder, ...words),
      workingDir: folder,
      env,
      ...bound,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
}

const STATUS = ["status", "--porcelain=v2", "--branch", "-z"];
const REMOTES = ["config", "-z", "--get-regexp", "^remote\\..*\\.url$"];

/** Commit, branch, changes and remote of the repository of a folder; null where there is none, or no git. */
export async function gitFacts(machine: GitMachine, folder: string): Promise<GitFacts | null> {
  const ask = askerFor(machine, folder);
  if (ask === undefined) return null;
  const bound = { timeoutMs: GIT_FACTS_BOUND_MS };
  const [status, remotes] = await Promise.all([ask(STATUS, bound), ask(REMOTES, bound)]);
  return await factsOf(status, remotes, ask);
}

/** Commit and branch only, which git knows at once, however large the repository is. */
export async function gitHead(machine: GitMachine, folder: string): Promise<GitFacts | null> {
  const ask = askerFor(machine, folder);
  return ask === undefined ? null : { ...await readHead(ask), dirty: null, remote: null };
}

/** The digest of the tree of a commit or revision; undefined where git knows none. */
export async function treeOfRevision(
  machine: GitMachine,
  folder: string,
  revision: string,
): Promise<string | undefined> {
  const ask = askerFor(machine, folder);
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{tree}`];
  const answer = await ask?.(words, { timeoutMs: BESIDE_JOB_BOUND_MS });
  const id = answer?.ok && answer.value.exit.kind === "exited" && answer.value.exit.exit_code === 0
    ? decodeText(answer.value.stdout).trim()
    : "";
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined;
}

export interface GitReading {
  /** The answer of git, waited for no longer than its minimum time. `isStopped`: not even for that long. */
  end(isStopped: boolean): Promise<GitFacts | null>;
}

/** Asks git while something else runs; undefined where there is nothing to ask. */
export function beginGitFacts(
  machine: GitMachine & { readonly clock: Clock },
  folder: string,
  leastMs: number,
): GitReading | undefined {
  const ask = askerFor(machine, folder);
  if (ask === undefined) return undefined;
  const { clock } = machine;
  const stop = new AbortController();
  const bound = { timeoutMs: BESIDE_JOB_BOUND_MS, stop: stop.signal };
  const least = clock.after(leastMs);
  let readAtMs: number | undefined;
  const status = ask(STATUS, bound).finally(() => readAtMs = clock.nowMs());
  const remotes = ask(REMOTES, bound);
  return {
    async end(isStopped) {
      if (!isStopped) await Promise.race([Promise.all([status, remotes]), least.elapsed]);
      least.cancel();
      stop.abort();
      const facts = await factsOf(await status, await remotes, ask);
      return facts && { ...facts, read_at: new Date(readAtMs ?? clock.nowMs()).toISOString() };
    },
  };
}

type Answer = Awaited<ReturnType<Ask>>;

async function factsOf(status: Answer, remotes: Answer, ask: Ask): Promise<GitFacts | null> {
  const remote = remotes.ok ? chooseRemote(decodeText(remotes.value.stdout)) : null;
  if (!status.ok) {
    if (status.failure.kind !== "timed_out" && status.failure.kind !== "stopped") return null;
    return { ...await readHead(ask), dirty: null, remote };
  }
  if (status.value.exit.kind !== "exited" || status.value.exit.exit_code !== 0) return null;
  return { ...parseStatus(decodeText(status.value.stdout)), remote };
}

async function readHead(ask: Ask): Promise<Pick<GitFacts, "commit" | "branch">> {
  const head = await ask(["rev-parse", "HEAD", "--abbrev-ref", "HEAD"], { timeoutMs: GIT_FACTS_BOUND_MS });
  const isKnown = head.ok && head.value.exit.kind === "exited" && head.value.exit.exit_code === 0;
  // Fails before the first commit.
  if (!isKnown) return { commit: null, branch: null };
  const [commit = "", branch = ""] = decodeText(head.value.stdout).split("\n");
  return { commit: unless(commit, ""), branch: unless(branch, "HEAD") };
}

/** Parses `git status --porcelain=v2 --branch -z`. Source: git-status(1), "Porcelain Format Version 2". */
export function parseStatus(text: string): Omit<GitFacts, "remote"> {
  let commit: string | null = null;
  let branch: string | null = null;
  let dirty = false;
  let isOldName = false;
  for (const line of text.split("\0")) {
    if (isOldName) {
      // The old path of a moved file; it can look like anything.
      isOldName = false;
      continue;
    }
    isOldName = line.startsWith("2 ");
    if (line.startsWith("# branch.oid ")) commit = unless(line.slice(13), "(initial)");
    else if (line.startsWith("# branch.head ")) branch = unless(line.slice(14), "(detached)");
    else if (line !== "" && !line.startsWith("# ")) dirty = true;
  }
  return { commit, branch, dirty };
}

/** A remote's URL without user name and password. */
export function withoutCredentials(url: string): string {
  // Up to the last "@" before the path, because a password may contain one, although it should not.
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1").replace(/[?#].*$/s, "");
}

/** `origin`, or the only remote; null where there is none, or several without `origin`. */
function chooseRemote(text: string): string | null {
  const urls = new Map<string, string>();
  for (const entry of text.split("\0")) {
    const match = /^remote\.(.*)\.url\n([\s\S]*)$/.exec(entry);
    if (match !== null) urls.set(match[1]!, withoutCredentials(match[2]!));
  }
  return urls.get("origin") ?? (urls.size === 1 ? [...urls.values()][0]! : null);
}

export function isInRepository(machine: GitMachine, folder: string): boolean {
  return repositoryRoot(machine, folder) !== undefined;
}

/**
 * The top folder of the repository that contains a folder. Looking for `.git` costs microseconds; asking git
 * where there is no repository costs a process.
 */
export function repositoryRoot({ files, paths }: GitMachine, folder: string): string | undefined {
  for (let at = folder;;) {
    if (files.stat(paths.join(at, ".git")).ok) return at;
    const parent = paths.dirname(at);
    if (parent === at) return undefined;
    at = parent;
  }
}

/**
 * Variables that configure git itself: its settings, how it reaches remotes, whose name it writes. Any other
 * GIT_ variable would make it look elsewhere (a hook has GIT_DIR and GIT_INDEX_FILE), read names differently,
 * or print more than expected. Source: git(1), "Environment Variables"; git-config(1), "Environment";
 * git-rev-parse(1), "--local-env-vars".
 */
const GIT_SETTING = new RegExp(
  "^GIT_(?:CONFIG_(?:COUNT|KEY_\\d+|VALUE_\\d+|PARAMETERS|GLOBAL|SYSTEM|NOSYSTEM)|ATTR_NOSYSTEM" +
    "|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\\w+|PROXY_\\w+|HTTP_\\w+|ALLOW_PROTOCOL|PROTOCOL_FROM_USER" +
    "|EXEC_PATH|TEMPLATE_DIR|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM" +
    "|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE))$",
);

/** Our environment without variables that would make git look elsewhere, prompt, or use another language. */
export function gitEnvironment(
  inherited: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (!name.startsWith("GIT_") || GIT_SETTING.test(name)) env[name] = value;
  }
  return { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function unless(value: string, nothing: string): string | null {
  return value === nothing ? null : value;
}
