/** Decides where the records of one call are kept: docs/design/0019-projects.md. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { ConfigLocation } from "../../config/find.ts";
import { type ProjectFolder, projectFolderFor } from "../../store/project_folder.ts";

const VARIABLE = "ORCHASTRATION_STATE_DIR";

export interface StatePlace {
  /** Absolute. */
  readonly folder: string;
  /** The setting that chose it, in words for people. */
  readonly from: string;
  /** The user chose it, and it is not the usual place of records. */
  readonly isNamed: boolean;
  /** Other configurations may keep their records in it, too. */
  readonly isShared: boolean;
  /**
   * The project's folder in the user's state folder; undefined where it is no project, or need not be known
   * there.
   */
  readonly known: KnownProject | undefined;
  /**
   * The folder in which all projects are searched for: the user's, or the named one; undefined where none is
   * known.
   */
  readonly base: string | undefined;
}

export interface KnownProject extends ProjectFolder {
  /** Canonical. */
  readonly root: string;
}

export interface PlaceQuestion {
  readonly currentFolder: string;
  /** The value of `--state-dir`. */
  readonly flag: string | undefined;
  readonly userState: HostResult<string>;
  /** The variable that moves the user's state folder, where one is set. */
  readonly userStateVariable: string | undefined;
  location(): Result<ConfigLocation, Failure>;
  project(): Promise<Result<Project, Failure>>;
}

export async function findStatePlace(
  host: Host,
  question: PlaceQuestion,
): Promise<Result<StatePlace, Failure>> {
  const { paths } = host;
  const named = namedPlace(host, question);
  if (named !== undefined) {
    const folder = paths.resolve(question.currentFolder, named.value);
    return ok({ folder, from: named.by, isNamed: true, isShared: true, known: undefined, base: folder });
  }
  const location = question.location();
  if (!location.ok) return location;
  const { canonicalRoot: root } = location.value;
  const { userState } = question;
  const known = root === undefined || !userState.ok
    ? undefined
    : { ...await projectFolderFor(host, userState.value, root), root };
  const configured = await configuredPlace(host, question, known);
  const base = userState.ok ? userState.value : undefined;
  if (configured !== undefined) return ok({ ...configured, known, base });
  if (!userState.ok) {
    return userStateUnknown(userState.failure.reason);
  }
  const variable = question.userStateVariable;
  if (known === undefined) {
    return ok({
      folder: userState.value,
      from: variable ?? "default",
      isNamed: false,
      isShared: true,
      known,
      base,
    });
  }
  const from = variable === undefined ? "of this project" : `of this project, ${variable}`;
  return ok({ folder: known.path, from, isNamed: false, isShared: false, known, base });
}

/** One failure at once, instead of one for each file that cannot be created or read there. */
export function requireFolder({ files }: Host, place: StatePlace): Result<StatePlace, Failure> {
  const { folder: path, from, isNamed } = place;
  const named_by = isNamed ? from : undefined;
  const facts = files.stat(path);
  const reason = facts.ok
    ? facts.value.kind === "directory" ? undefined : "it is there, and is not a folder"
    : facts.failure.kind === "not_a_directory"
    ? facts.failure.reason
    : undefined;
  return reason === undefined ? ok(place) : fail({ code: "state_no_folder", path, reason, named_by });
}

export function userStateUnknown(reason: string): Result<never, Failure> {
  return fail({
    code: "place_unknown",
    what: "a place for the state folder",
    reason,
    next: [nextAdvice("set it, or choose a place with --state-dir <path>")],
  });
}

function namedPlace(
  host: Host,
  { flag }: PlaceQuestion,
): { readonly value: string; readonly by: string } | undefined {
  if (flag !== undefined) return { value: flag, by: "--state-dir" };
  const value = host.environment.get(VARIABLE);
  return value === undefined || value === "" ? undefined : { value, by: `$${VARIABLE}` };
}

/** The configured place; where the configuration cannot be read now, the one it named last. */
async function configuredPlace(
  { paths }: Host,
  question: PlaceQuestion,
  known: KnownProject | undefined,
): Promise<Omit<StatePlace, "known" | "base"> | undefined> {
  const project = await question.project();
  if (!project.ok) {
    const last = known?.file?.state_dir;
    if (last === undefined || last === null) return undefined;
    const from = "[state] dir, from when the configuration could last be read";
    return { folder: last, from, isNamed: true, isShared: !isWithin(paths, known!.root, last) };
  }
  const { stateDir, canonicalRoot, root } = project.value;
  if (stateDir === undefined) return undefined;
  const folder = paths.resolve(canonicalRoot ?? root, stateDir);
  const isShared = canonicalRoot === undefined || !isWithin(paths, canonicalRoot, folder);
  return { folder, from: "[state] dir", isNamed: true, isShared };
}

/** Whether a folder equals another one or lies below it; both absolute. */
export function isWithin(paths: Host["paths"], outer: string, inner: string): boolean {
  const way = paths.relative(outer, inner);
  return way !== ".." && !/^\.\.[/\\]/.test(way) && !paths.isAbsolute(way);
}
