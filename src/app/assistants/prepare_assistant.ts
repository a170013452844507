/** Prepares an assistant's client for a project, or removes our parts again: plans the changes, and writes them. */

import type { Failure } from "../../model/failure.ts";
import { putEntry, takeEntry } from "../../model/json_entry.ts";
import { putBlock, takeBlock } from "../../model/marked_block.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { parseToml } from "../../config/plain_toml.ts";
import { fileUnwritable, writeUserFile } from "../files/user_file.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import {
  type AssistantPart,
  type AssistantTexts,
  type ClientName,
  type ClientPlace,
  partsOf,
  projectPlace,
  userPlace,
} from "./assistant_parts.ts";

export interface AssistantRequest {
  readonly client: ClientName;
  /** The user's own files, for all projects. */
  readonly isUser: boolean;
  readonly isRemoval: boolean;
}

export interface PlannedFile {
  readonly names: AssistantPart["names"];
  /** Absolute; where the file is a link, its target. */
  readonly path: string;
  /** undefined: there is no file. */
  readonly before: string | undefined;
  /** undefined: the file is removed. */
  readonly after: string | undefined;
}

export interface AssistantPlan extends AssistantRequest {
  /** Paths are shown relative to it; undefined for those of the user. */
  readonly root: string | undefined;
  readonly files: readonly PlannedFile[];
}

/** Settings in practice are smaller. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Every file is examined before one is written, so that all are changed or none. */
export async function planAssistant(
  workspace: Workspace,
  request: AssistantRequest,
  texts: AssistantTexts,
): Promise<Result<AssistantPlan, Failure>> {
  const place = await placeOf(workspace, request);
  if (!place.ok) return place;
  const { root } = place.value;
  const files: PlannedFile[] = [];
  for (const part of partsOf(request.client, place.value.place, texts, workspace.host)) {
    const file = planFile(workspace, part, request, root);
    if (!file.ok) return file;
    files.push(file.value);
  }
  return ok({ ...request, root, files });
}

export async function placeOf(
  workspace: Workspace,
  { client, isUser }: Pick<AssistantRequest, "client" | "isUser">,
): Promise<Result<{ readonly place: ClientPlace; readonly root: string | undefined }, Failure>> {
  if (isUser) {
    const place = userPlace(client, workspace.host);
    if (place !== undefined) return ok({ place, root: undefined });
    const reason = "no variable of the system names it";
    return fail({
      code: "place_unknown",
      what: "the home of the user",
      reason,
      next: [nextAdvice("leave out --user, to prepare the project alone")],
    });
  }
  const project = await workspace.project();
  if (!project.ok) return project;
  const { canonicalRoot } = project.value;
  if (canonicalRoot === undefined) {
    return fail({
      code: "refused",
      action: "prepare",
      value: client,
      fact: "no project is configured here",
      next: [nextCommand("init"), nextCommand("init", "--assistant", client, "--user")],
    });
  }
  return ok({ place: projectPlace(client, canonicalRoot, workspace.host), root: canonicalRoot });
}

function planFile(
  workspace: Workspace,
  part: AssistantPart,
  { isRemoval }: AssistantRequest,
  root: string | undefined,
): Result<PlannedFile, Failure> {
  const { names } = part;
  const path = realPlace(workspace, part.path, root);
  if (!path.ok) return path;
  const before = readText(workspace, path.value);
  if (!before.ok) return before;
  const after = isRemoval ? without(part, before.value) : withPart(part, before.value);
  if (!after.ok) return refused(path.value, after.failure);
  return ok({ names, path: path.value, before: before.value, after: after.value });
}

/** The target of the file, which must not be outside of the project. */
function realPlace(
  { host: { files, paths } }: Workspace,
  path: string,
  root: string | undefined,
): Result<string, Failure> {
  const missing: string[] = [];
  let known = path;
  for (let real = files.realPath(known);; real = files.realPath(known)) {
    if (real.ok) {
      const found = paths.join(real.value, ...missing);
      if (root === undefined || isWithin(paths, root, found)) return ok(found);
      return refused(path, `it is outside of the project, at ${found}`);
    }
    if (files.isLink(known)) return refused(path, "it is a dangling link");
    const parent = paths.dirname(known);
    if (real.failure.kind !== "not_found" || parent === known) return refused(path, real.failure.reason);
    missing.unshift(paths.basename(known));
    known = parent;
  }
}

function readText({ host: { files } }: Workspace, path: string): Result<string | undefined, Failure> {
  const bytes = files.readBytes(path, MAX_BYTES);
  if (!bytes.ok) {
    return bytes.failure.kind === "not_found" ? ok(undefined) : refused(path, bytes.failure.reason);
  }
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refused(path, "it is not UTF-8");
  }
}

function withPart({ content }: AssistantPart, text: string | undefined): Result<string, string> {
  switch (content.kind) {
    case "block": {
      const put = putBlock(text, content.lines, content.form);
      // Two tables of one name make the whole file useless to its program.
      const parsed = put.ok && content.form.close === "" ? parseToml(put.value) : ok(undefined);
      return parsed.ok ? put : fail(`with what belongs there it would not be TOML: ${parsed.failure}`);
    }
    case "entries": {
      let now = text ?? "";
      for (const entry of content.entries) {
        const put = putEntry(now, entry);
        if (!put.ok) return put;
        now = put.value;
      }
      return ok(now);
    }
    case "whole":
      return text === undefined || isOurWhole(text)
        ? ok(content.text)
        : fail("it was not written by Orchastration");
  }
}

function without({ content }: AssistantPart, text: string | undefined): Result<string | undefined, string> {
  if (text === undefined) return ok(undefined);
  switch (content.kind) {
    case "block":
      return takeBlock(text);
    case "entries": {
      let now: string | undefined = text;
      for (const entry of content.entries) {
        if (now === undefined) break;
        const taken: Result<string | undefined, string> = takeEntry(now, entry);
        if (!taken.ok) return taken;
        now = taken.value;
      }
      return ok(now);
    }
    case "whole":
      return ok(isOurWhole(text) ? undefined : text);
  }
}

const WHOLE_MARK = "orchastration:whole";

/** A comment in it says so. */
function isOurWhole(text: string): boolean {
  return text.includes(WHOLE_MARK);
}

/** Writes the shown changes: a file that changed since then is left unchanged, and so are those after it. */
export function carryOutAssistant(workspace: Workspace, plan: AssistantPlan): Result<void, Failure> {
  const { files, paths } = workspace.host;
  for (const { path, before, after } of plan.files) {
    if (before === after) continue;
    const now = readText(workspace, path);
    if (!now.ok) return now;
    if (now.value !== before) return refused(path, "it changed after it was examined");
    if (after === undefined) {
      const removed = files.remove(path);
      if (!removed.ok) return fileUnwritable(path, removed.failure.reason);
      removeEmpty(workspace, paths.dirname(path), plan);
      continue;
    }
    const written = writeUserFile({ files, paths }, path, after);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

/** Folders in which only we had files; never the project itself. */
function removeEmpty({ host: { files, paths } }: Workspace, folder: string, { root }: AssistantPlan): void {
  if (root === undefined) return;
  for (let at = folder; at !== root && isWithin(paths, root, at); at = paths.dirname(at)) {
    const names = files.list(at);
    if (!names.ok || names.value.length > 0 || !files.remove(at).ok) return;
  }
}

function refused(path: string, fact: string): Result<never, Failure> {
  const next = [nextAdvice("correct it by hand, then run the command again")];
  return fail({ code: "refused", action: "change", value: path, fact, next });
}
