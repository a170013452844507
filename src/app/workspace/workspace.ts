/** The composition root: the project, the state store and the log of one invocation, each made when first asked for. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { RunStore } from "../../store/run_store.ts";
import { TaskStore } from "../../store/task_store.ts";
import {
  currentFolderOf,
  type FacePorts,
  type GlobalOptions,
  ProjectWorkspace,
} from "./project_workspace.ts";

export class Workspace extends ProjectWorkspace {
  static override open(host: Host, options: GlobalOptions, ports: FacePorts): Result<Workspace, Failure> {
    const folder = currentFolderOf(host);
    return folder.ok ? ok(new Workspace(host, folder.value, options, ports)) : folder;
  }

  /** What people name a run by, with the job's own name in the place of a further one. */
  async withOwnName(reference: string): Promise<string> {
    const project = await this.project();
    // What was recorded can be read whatever the configuration is like now.
    if (!project.ok) return reference;
    const [name, ...rest] = reference.split("/");
    return [project.value.aliases.get(name!) ?? name, ...rest].join("/");
  }

  store(): Result<RunStore, Failure> {
    const parts = this.storeParts();
    return parts.ok ? ok(new RunStore(parts.value)) : parts;
  }

  tasks(): Result<TaskStore, Failure> {
    const store = this.store();
    return store.ok ? ok(new TaskStore(store.value.parts)) : store;
  }
}
