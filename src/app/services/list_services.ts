/** Every configured service, with its present state. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type ServiceState, stateOf } from "./service_state.ts";
import { withoutUsers } from "./use_services.ts";
import { findService } from "./supervise_service.ts";

export interface ListedService {
  readonly name: string;
  readonly state: ServiceState["kind"];
  readonly address: string | null;
  readonly run: RunRecord | undefined;
  readonly forUsers: boolean;
  /** It was started for users, and has none: they were killed. */
  readonly isUnused: boolean;
}

export interface ServiceList {
  readonly services: readonly ListedService[];
  readonly nowMs: number;
}

export async function listServices(workspace: Workspace): Promise<Result<ServiceList, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const services: ListedService[] = [];
  for (const name of project.value.services.keys()) {
    const found = await findService(workspace, name);
    if (!found.ok) return found;
    const state = await stateOf(workspace, found.value);
    if (!state.ok) return state;
    const { kind, address, run, forUsers } = state.value;
    const isUnused = forUsers && (await withoutUsers(workspace, name)) !== undefined;
    services.push({ name, state: kind, address, run, forUsers, isUnused });
  }
  return ok({ services, nowMs: workspace.host.clock.nowMs() });
}
