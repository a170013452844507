/**
 * The inputs of one run, before and after it: whether it is needed, what is recorded, and whether the inputs
 * stayed unchanged. Used by the use cases that run jobs and build tasks.
 */

import { causeRecord } from "../../model/cause_words.ts";
import type { Definition } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { type Cause, comparePaths, type NeedFacts } from "../../model/manifest.ts";
import { filesOf } from "../../model/input_snapshot.ts";
import type { RunId } from "../../model/ids.ts";
import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { InputsRecord, RunAction, RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import { readManifest, writeManifest } from "../../store/manifest_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import { decide, type Decision, type DecisionRequest } from "./decide.ts";
import { inputsProblemWords, isWrongDefinition } from "./inputs_problem.ts";
import { examineInputs } from "./take_manifest.ts";

/** The most that a record names; the rest is a number, and `runs why` lists them all. */
const MAX_NAMED = 20;

export interface RunWithInputs {
  readonly project: Project;
  readonly subject: "job" | "task";
  readonly action: RunAction;
  readonly command: CommandDefinition;
  readonly resolved: ResolvedDefinition;
  /** With the values of secrets replaced. */
  readonly definition: Definition;
  readonly extraArgs: readonly string[];
  readonly needs: readonly NeedFacts[];
  /** For a build: the plan it follows. */
  readonly plan?: RunId;
  readonly fresh: DecisionRequest["fresh"];
}

export class InputsOfRun {
  readonly #host: Host;
  readonly #store: RunStore;
  readonly #request: DecisionRequest;
  readonly decision: Decision;

  private constructor(host: Host, store: RunStore, request: DecisionRequest, decision: Decision) {
    this.#host = host;
    this.#store = store;
    this.#request = request;
    this.decision = decision;
  }

  /** undefined where the definition has no `inputs`, so that it always runs. */
  static async look(
    host: Host,
    store: RunStore,
    run: RunWithInputs,
  ): Promise<Result<InputsOfRun | undefined, Failure>> {
    const { command, resolved, project } = run;
    if (command.inputs === undefined) return ok(undefined);
    const request: DecisionRequest = { ...run, leftOut: leftOut(host, store, project, command, resolved) };
    const decision = await decide(host, store, request);
    if (!decision.ok) return decision;
    const problem = decision.value.kind === "run" ? decision.value.problem : undefined;
    if (problem !== undefined && isWrongDefinition(problem)) {
      return fail({
        code: "inputs_unknown",
        subject: run.subject,
        name: command.name,
        fact: inputsProblemWords(problem),
      });
    }
    return ok(new InputsOfRun(host, store, request, decision.value));
  }

  /** The part of the run's record about the inputs. */
  get record(): InputsRecord {
    const { decision } = this;
    const causes = decision.kind === "run" ? decision.causes : [];
    const problem = decision.kind === "run" ? decision.problem : undefined;
    const unmatched = decision.taken?.unmatched ?? [];
    return {
      sha256: decision.taken?.key ?? null,
      files: decision.taken?.snapshot.paths.length ?? 0,
      problem: problem === undefined ? null : inputsProblemWords(problem),
      compared_with: decision.kind === "up_to_date" ? decision.same.id : decision.compared?.id ?? null,
      causes: causes.slice(0, MAX_NAMED).map(causeRecord),
      more_causes: Math.max(0, causes.length - MAX_NAMED),
      ...(unmatched.length === 0 ? {} : { unmatched }),
    };
  }

  /** Writes the manifest beside the record of a run that is about to start. */
  keep(run: RunRecord): Result<void, Failure> {
    const { taken } = this.decision;
    if (taken === undefined || this.decision.kind !== "run") return ok(undefined);
    return writeManifest(
      this.#store.parts,
      run.id,
      taken.manifest(),
      taken.key,
      this.decision.compared?.stored,
    );
  }

  /** The same for a run that another process began, by its manifest; only some are named. */
  static async changedSince(
    host: Host,
    store: RunStore,
    run: RunRecord,
    { project, command, resolved, definition }: Pick<
      RunWithInputs,
      "project" | "command" | "resolved" | "definition"
    >,
  ): Promise<readonly string[]> {
    const before = await readManifest(store.parts, run.id);
    if (!before.ok) return [`its manifest is ${before.failure}`];
    const request = {
      command,
      resolved,
      definition,
      leftOut: leftOut(host, store, project, command, resolved),
    };
    const looked = await examineInputs(host, store.parts, request);
    if (!looked.ok) return [inputsProblemWords(looked.failure)];
    return named(
      comparePaths(before.value.manifest.files, filesOf(looked.value.snapshot)),
      resolved.secrets,
    );
  }

  /** After the process: paths of files that changed since before it; only some are named. */
  async changedMeanwhile(): Promise<readonly string[]> {
    const { taken } = this.decision;
    if (taken === undefined) return [];
    const looked = await examineInputs(this.#host, this.#store.parts, this.#request);
    // A file that can no longer be examined counts as changed.
    if (!looked.ok) return [inputsProblemWords(looked.failure)];
    const { snapshot } = looked.value;
    if (snapshot.filesSha256 === taken.snapshot.filesSha256) return [];
    return named(
      comparePaths(filesOf(taken.snapshot), filesOf(snapshot)),
      this.#request.resolved.secrets,
    );
  }
}

function named(causes: readonly Cause[], secrets: readonly string[]): readonly string[] {
  const paths = causes.flatMap((cause) => "path" in cause ? [maskText(cause.path, secrets)] : []);
  return paths.length <= MAX_NAMED
    ? paths
    : [...paths.slice(0, MAX_NAMED), `and ${paths.length - MAX_NAMED} more`];
}

/** Those of the folder that was asked for last, because the jobs of a graph share it. */
const ours = new WeakMap<
  Project,
  { readonly folder: string; readonly state: string; readonly paths: string[] }
>();

/**
 * Paths that do not count: outputs of the command, files that we write, and our records. Relative to the
 * working directory.
 */
export function leftOut(
  { paths }: Host,
  { layout }: RunStore,
  project: Project,
  { outputs }: CommandDefinition,
  { workingDir }: ResolvedDefinition,
): readonly string[] {
  let known = ours.get(project);
  if (known?.folder !== workingDir || known.state !== layout.stateDir) {
    const state = paths.relative(workingDir, layout.stateDir).replaceAll("\\", "/");
    const isBelow = state !== "" && !state.startsWith("..") && !paths.isAbsolute(state);
    known = {
      folder: workingDir,
      state: layout.stateDir,
      paths: [project.docDir, ...(isBelow ? [state] : [])],
    };
    ours.set(project, known);
  }
  return outputs.length === 0 ? known.paths : [...outputs, ...known.paths];
}
