/** Everything that must be known before a command runs: its intent as a record, and how to spawn it. */

import { colorVariables, type Display, NO_DISPLAY } from "../../model/color_env.ts";
import { canonicalJson } from "../../model/canonical_json.ts";
import { type Definition, retryRecordOf } from "../../model/definition.ts";
import type { SlurmSettings } from "../../model/executor.ts";
import type { RunId } from "../../model/ids.ts";
import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import {
  type ChangeRecord,
  type ConfirmationRecord,
  type GitFacts,
  type InputsRecord,
  RECORD_FORMAT,
  type RunAction,
  type RunRecord,
  type Subject,
} from "../../model/run.ts";
import { masked, maskTexts } from "../../model/mask_texts.ts";
import {
  CHANGE_TEXTS,
  DEFINITION_TEXTS,
  GIT_TEXTS,
  INPUTS_TEXTS,
  INTENT_TEXTS,
  REQUESTER_TEXTS,
} from "../../model/record_texts.ts";
import { maskText } from "../../model/secrets.ts";
import { TRACE_VARIABLE, traceOf, type TraceRecord } from "../../model/trace.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Environment } from "../../host/environment.ts";
import type { Host } from "../../host/host.ts";
import type { SpawnRequest } from "../../host/processes.ts";
import type { Execution } from "../../engine/execution.ts";
import { gitFacts, gitHead } from "../../git/git.ts";
import { VERSION } from "../../version.ts";
import type { SlurmRun } from "../slurm/slurm_executor.ts";
import { findStart, recentStart } from "./find_start.ts";
import { maskedEnv } from "./masked_env.ts";
import { SLOTS_VARIABLE } from "./places.ts";
import { terminalSize } from "./child_terminal.ts";
import { requesterOf, RUN_ID_VARIABLE } from "./requester.ts";
import { unlessDeclared, worktreeVariables } from "./worktree_variables.ts";

/**
 * In the environment of every process of a run and of the runs inside it: the tokens, from the outermost run
 * on.
 */
export const CHAIN_VARIABLE = "ORCHASTRATION_RUN_CHAIN";

/** The tokens of all runs of which this process is a part. */
export function outerTokens(environment: Pick<Environment, "get">): readonly string[] {
  return environment.get(CHAIN_VARIABLE)?.split(",") ?? [];
}

export interface RunTraits {
  readonly action: RunAction;
  readonly subject: Subject;
  readonly command: CommandDefinition;
  readonly definition: Definition;
  /** What `recordedDefinition` returned for it, where somebody asked before. */
  readonly recorded?: DefinitionToRecord;
  readonly extraArgs: readonly string[];
  readonly interactive: boolean;
  /** It gets a terminal of its own, where the system gives them. */
  readonly terminal?: boolean;
  readonly stdin: "none" | "inherit";
  readonly leaveRunning: boolean;
  readonly expectedOutputs: readonly string[];
  readonly confirmed?: ConfirmationRecord | undefined;
  /** The run that contains this one, so that its processes are also found as processes of the outer run. */
  readonly outerToken?: string;
  /** The run of the graph in which it is a node. */
  readonly partOf?: RunId;
  /** The places that it holds while it runs, for runs inside it. */
  readonly places?: string;
  /** Added to its environment, and not part of its definition. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where its output is shown; absent where nothing is started. */
  readonly display?: Display;
  /** Nothing is started, because the result of an earlier run holds; its program is only recorded. */
  readonly isReused?: boolean;
  /** Set for a run of a watch. */
  readonly watch?: ChangeRecord;
  /** "head": only what git knows at once, because a build follows. */
  readonly git?: "head";
  /** Set for a definition with `inputs`. */
  readonly inputs?: InputsRecord | undefined;
  /** Set where Slurm gets the attempts. */
  readonly slurm?: SlurmSettings | undefined;
  /** Slurm gets the attempts, and no process of ours stays for them. */
  readonly isUnattended?: boolean;
  /** Why nothing of it may be started, whatever is there; undefined where it may. */
  readonly untrusted?: string | undefined;
}

/** A definition in recorded form, and its secrets. */
export interface RecordedDefinition {
  readonly definition: Definition;
  /** The definition with the values of secrets replaced. */
  readonly definitionSha256: string;
  readonly secrets: readonly string[];
}

/** The same, with the variables of the command. */
export interface DefinitionToRecord extends RecordedDefinition {
  readonly env: Readonly<Record<string, string>>;
}

export interface PreparedRun extends RecordedDefinition {
  /** Absolute. */
  readonly workingDir: string;
  /** Without id and start time, which are set when the run is reserved. */
  recordFor(id: RunId, startedAtMs: number): RunRecord;
  readonly start: (id: RunId) => Execution["start"];
  /** Set where Slurm gets the attempts. */
  readonly slurm?: (id: RunId) => SlurmRun;
}

/** The form of a command that is compared and kept: as written, so that it is the same in every shell. */
export async function recordedDefinition(
  host: Host,
  command: CommandDefinition,
  traits: Definition,
  resolved: ResolvedDefinition,
): Promise<DefinitionToRecord> {
  const { secrets } = resolved;
  const env = maskedEnv(command.env, resolved);
  const definition = masked({ ...traits, env }, DEFINITION_TEXTS, secrets) as Definition;
  const definitionSha256 = await host.digests.sha256(new TextEncoder().encode(canonicalJson(definition)));
  return { definition, definitionSha256, secrets, env };
}

/** A plan or another act executes nothing, so its intent has the command as written. */
export function isExecuted(action: RunAction): boolean {
  return action === "job.run" || action === "build.run" || action === "check.run";
}

/** The git facts that are needed before anything else happens: none for a job, which starts at once. */
async function gitBefore(host: Host, { action, git }: RunTraits, folder: string): Promise<GitFacts | null> {
  if (action === "job.run" || action === "check.run" || action === "graph.run") return null;
  // A build and its plan are compared by the commit.
  return action === "build.run" || git === "head"
    ? await gitHead(host, folder)
    : await gitFacts(host, folder);
}

/** A command that is to be executed must have been resolved without problems. */
export async function prepareRun(
  host: Host,
  project: Project,
  traits: RunTraits,
  resolved: ResolvedDefinition,
): Promise<PreparedRun> {
  const { command } = traits;
  const { workingDir, env } = resolved;
  const token = host.digests.randomToken();
  const git = gitBefore(host, traits, workingDir);
  const recorded = traits.recorded ?? await recordedDefinition(host, command, traits.definition, resolved);
  const { definition, definitionSha256, secrets } = recorded;
  const isReal = isExecuted(traits.action);
  const declaredEnv = isReal ? maskedEnv(resolved.declaredEnv, resolved) : recorded.env;
  const program = (traits.isReused === true ? recentStart : findStart)(
    host,
    resolved.command[0],
    workingDir,
    env,
  );
  const configSha256 = await configDigest(host, project);
  const trace = await traceIn(host, traits, token, env[TRACE_VARIABLE]);
  const facts: GitFacts | null = await git;
  const worktree = isReal ? await worktreeVariables(host, project) : {};

  const argv = [...(isReal ? resolved.command : command.command), ...traits.extraArgs];
  const { envFiles, envFlags } = resolved;
  const isCaptured = isReal && !traits.interactive;
  const display = traits.display ?? NO_DISPLAY;
  const hasTerminal = isCaptured && traits.terminal === true && host.processes.givesTerminals();
  // A program that has a terminal needs no variables about its terminal.
  const told = hasTerminal ? NO_DISPLAY : display;
  const color = hasTerminal && command.color === "always" ? "auto" : command.color;
  const colorEnv = isCaptured ? colorVariables(color, told, env) : {};
  const { slurm: settings } = traits;
  const slurm = settings && ((id: RunId): SlurmRun => {
    const name = `${id.replaceAll("/", "-")}-${token.slice(0, 8)}`;
    const folder = host.paths.join(host.paths.resolve(project.root, settings.sharedDir), name);
    const handedOver = traits.isUnattended === true ? { handedOver: new Map() } : {};
    return { settings, folder, token, secrets, ...handedOver };
  });
  return {
    secrets,
    workingDir,
    ...(slurm === undefined ? {} : { slurm }),
    definitionSha256,
    definition,
    start(id) {
      if (traits.untrusted !== undefined) {
        return { kind: "refused", cause: "not_trusted", detail: maskText(traits.untrusted, secrets) };
      }
      if (program.kind === "refused") return { ...program, detail: maskText(program.detail, secrets) };
      const chain = [env[CHAIN_VARIABLE], traits.outerToken, token].filter((part) =>
        part !== undefined && part !== ""
      );
      const spawn: SpawnRequest = {
        program: program.path,
        args: argv.slice(1),
        workingDir,
        env: {
          ...inFolder(host, { ...env, ...unlessDeclared(worktree, resolved.declaredEnv) }, workingDir),
          ...traits.variables,
          ...colorEnv,
          [RUN_ID_VARIABLE]: id,
          [TRACE_VARIABLE]: trace.traceparent,
          [CHAIN_VARIABLE]: chain.join(","),
          ...(traits.places === undefined ? {} : { [SLOTS_VARIABLE]: traits.places }),
        },
        placement: traits.interactive ? "attached" : "own_session",
        stdin: traits.interactive ? "inherit" : traits.stdin,
        ...(hasTerminal ? { terminal: terminalSize(display) } : {}),
        marker: { variable: CHAIN_VARIABLE, token },
      };
      return { kind: "ready", spawn };
    },
    recordFor: (id, startedAtMs) => ({
      format: RECORD_FORMAT,
      kind: "run",
      id,
      action: traits.action,
      subject: traits.subject,
      name: command.name,
      project: project.canonicalRoot === undefined ? null : maskText(project.canonicalRoot, secrets),
      status: "running",
      reason: "about to start",
      not_started_cause: null,
      intent: maskTexts(
        {
          description: command.description ?? null,
          command: argv,
          program: program.kind === "found" ? program.path : null,
          working_dir: workingDir,
          env_names: Object.keys(declaredEnv).sort(),
          env: declaredEnv,
          secrets: command.secrets,
          extra_args: traits.extraArgs,
          timeout_ms: command.timeoutMs ?? null,
          grace_ms: command.killGraceMs,
          interactive: traits.interactive,
          stdin: traits.interactive ? "inherit" : traits.stdin,
          ...(hasTerminal ? { terminal: true as const } : {}),
          leave_running: traits.leaveRunning,
          retry: retryRecordOf(command.retry),
          success_exit_codes: command.successExitCodes,
          expected_outputs: traits.expectedOutputs,
          definition_sha256: definitionSha256,
          config_path: project.configPath,
          config_sha256: configSha256,
          ...(isReal && envFiles.length > 0
            ? {
              env_files: envFiles.map(({ path, variables }) => ({
                path,
                names: Object.keys(variables).sort(),
              })),
            }
            : {}),
          ...(Object.keys(colorEnv).length > 0 ? { color_env: colorEnv } : {}),
          ...(envFlags.length > 0 ? { env_flags: envFlags } : {}),
          ...(traits.confirmed === undefined ? {} : { confirmed: { ...traits.confirmed } }),
          ...(slurm === undefined ? {} : {
            executor: {
              kind: "slurm" as const,
              folder: slurm(id).folder,
              ...(traits.isUnattended === true ? { unattended: true as const } : {}),
            },
          }),
        },
        INTENT_TEXTS,
        secrets,
      ),
      token,
      requested_by: maskTexts(requesterOf(host, project), REQUESTER_TEXTS, secrets),
      trace,
      ...(host.environment.handedOver === undefined ? {} : { detached: true as const }),
      ...(traits.inputs === undefined ? {} : { inputs: maskTexts(traits.inputs, INPUTS_TEXTS, secrets) }),
      ...(traits.partOf === undefined ? {} : { part_of: traits.partOf }),
      ...(traits.watch === undefined ? {} : { watch: maskTexts(traits.watch, CHANGE_TEXTS, secrets) }),
      git: facts && maskTexts(facts, GIT_TEXTS, secrets),
      start_time: new Date(startedAtMs).toISOString(),
      end_time: null,
      duration_ms: null,
      process: null,
      exit_code: null,
      signal: null,
      timed_out: false,
      stopped_by: null,
      left_running: [],
      stdout_path: null,
      stderr_path: null,
      stdout_bytes: null,
      stderr_bytes: null,
      stdout_sha256: null,
      stderr_sha256: null,
      leaked_output: false,
      attempts: [],
      definition,
      outputs: [],
      documents: [],
      checks: [],
      tools: [],
      plan: null,
      recovery: null,
      os: host.environment.os,
      arch: host.environment.arch,
      binary_version: VERSION,
    }),
  };
}

/** The digests of files that were read in this process, so that each is computed once. */
const configDigests = new WeakMap<Uint8Array, Promise<string>>();

async function configDigest({ digests }: Host, { configBytes }: Project): Promise<string> {
  if (configBytes === undefined) return "";
  const known = configDigests.get(configBytes) ?? digests.sha256(configBytes);
  configDigests.set(configBytes, known);
  return await known;
}

/** The digest for the run that contains the newest one here: every node of a graph needs the same. */
let outerDigest: { readonly token: string; readonly sha256: string } | undefined;

/** Derived from the tokens by a digest, so that a trace does not reveal them. */
async function traceIn(
  { digests }: Host,
  { outerToken }: RunTraits,
  token: string,
  callers: string | undefined,
): Promise<TraceRecord> {
  const digestOf = (text: string) => digests.sha256(new TextEncoder().encode(`trace of ${text}`));
  if (outerToken === undefined) return traceOf(await digestOf(token), undefined, callers);
  if (outerDigest?.token !== outerToken) {
    outerDigest = { token: outerToken, sha256: await digestOf(outerToken) };
  }
  return traceOf(await digestOf(token), outerDigest.sha256, callers);
}

/**
 * Sets `PWD` as a shell does when it changes into the folder: to the path by which the user is already there,
 * or to the folder's own. Not where the job sets another value, nor where the caller has none.
 */
function inFolder(
  { environment, files }: Host,
  env: Readonly<Record<string, string>>,
  workingDir: string,
): Readonly<Record<string, string>> {
  const ours = environment.os === "windows" ? undefined : environment.get("PWD");
  // Every node of a graph usually works where we are.
  if (ours === undefined || env["PWD"] !== ours || ours === workingDir) return env;
  const [here, there] = [files.realPath(ours), files.realPath(workingDir)];
  return here.ok && there.ok && here.value === there.value ? env : { ...env, PWD: workingDir };
}
