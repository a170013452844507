/** Temporary files that a crash left beside documents: found by the names of the documents, and removed. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { EXTENSIONS } from "../../doc/render.ts";
import { leftoversIn } from "../../store/leftovers.ts";
import { fileUnwritable } from "../files/user_file.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** `.page.md.0123456789abcdef.tmp`: the temporary file of a document before it gets its name. */
const TEMPORARY = /^\.(.+)\.[0-9a-z]+\.tmp$/;

/** Their paths, sorted; none where the configuration cannot be read, which others report. */
export async function findDocumentLeftovers(workspace: Workspace): Promise<readonly string[]> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return [];
  const { project } = reader.value;
  const { paths } = workspace.host;
  const namesByFolder = new Map<string, Set<string>>();
  const expect = (folder: string, names: readonly string[]) =>
    namesByFolder.set(folder, new Set([...namesByFolder.get(folder) ?? [], ...names]));
  const inAllFormats = (name: string) => Object.values(EXTENSIONS).map((each) => `${name}.${each}`);
  expect(paths.resolve(project.root, project.docDir), [
    ...inAllFormats("index"),
    ...inAllFormats("_index"),
  ]);
  for (const task of project.tasks.values()) {
    const resolved = await reader.value.resolve(task);
    const folder = paths.resolve(resolved.configured.workingDir, project.docDir);
    expect(folder, inAllFormats(task.name));
    const view = await reader.value.read(task);
    const documented = view.ok ? view.value.record?.documented ?? null : null;
    if (documented === null) continue;
    const path = paths.resolve(project.root, documented.path);
    expect(paths.dirname(path), [paths.basename(path)]);
  }
  const found = [...namesByFolder].flatMap(([folder, names]) =>
    leftoversIn(workspace.host, folder, (name) => names.has(TEMPORARY.exec(name)?.[1] ?? ""))
  );
  return [...new Set(found)].sort();
}

/** How many were removed. */
export async function removeDocumentLeftovers(workspace: Workspace): Promise<Result<number, Failure>> {
  let count = 0;
  for (const path of await findDocumentLeftovers(workspace)) {
    const removed = workspace.host.files.remove(path);
    if (removed.ok) count++;
    else if (removed.failure.kind !== "not_found") {
      return fileUnwritable(path, removed.failure.reason);
    }
  }
  return ok(count);
}
