/** `tasks`: the jobs and tasks of the project, whether they are trusted, and the next step. */

import { findJob } from "../../app/jobs/find_job.ts";
import { showStatus } from "../../app/jobs/show_status.ts";
import { listTasks } from "../../app/tasks/list_tasks.ts";
import { showTask } from "../../app/tasks/show_task.ts";
import { type Trustable, trustables } from "../../app/trust/trust_definitions.ts";
import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import { untrustedWords } from "../../model/trust.ts";
import type { TaskView } from "../../model/task_view.ts";
import { type Facts, plainText } from "../facts.ts";
import { READS, text, type Tool, type ToolCall } from "../tool.ts";

const MAX_LISTED = 30;
const MAX_DESCRIPTION = 80;

export const tasks: Tool = {
  name: "tasks",
  description:
    "List the jobs (tests, builds, commands) and tasks of this project, show one, or say which task is next.",
  fields: {
    action: { type: "string", says: "list by default", choices: ["list", "show", "next"] },
    name: { type: "string", says: "of show: a job or task" },
  },
  annotations: READS,
  async call(call) {
    const name = text(call.given, "name");
    switch (text(call.given, "action") ?? (name === undefined ? "list" : "show")) {
      case "show":
        return await show(call, name ?? "");
      case "next":
        return await next(call);
      default:
        return await list(call);
    }
  },
};

async function list(call: ToolCall): Promise<Result<Facts, Failure>> {
  const found = await trustables(call.workspace, []);
  if (!found.ok) return found;
  await call.workspace.visitLeft();
  const status = await showStatus(call.workspace, undefined);
  if (!status.ok) return status;
  const last = new Map(status.value.jobs.map(({ name, last }) => [name, last?.record.status]));
  const listed = await listTasks(call.workspace);
  if (!listed.ok) return listed;
  const stands = new Map(listed.value.tasks.map(({ task, status }) => [task.name, status]));
  const entries = found.value.slice(0, MAX_LISTED).map((each) => ({
    [each.content.subject]: each.content.name,
    status: (each.content.subject === "job" ? last.get(each.content.name) : stands.get(each.content.name)) ??
      "never run",
    ...described(each),
  }));
  const more = found.value.length - entries.length;
  return ok({ entries, ...(more > 0 ? { more } : {}) });
}

/** A model gets no texts of a file that no person has reviewed. */
function described({ content, verdict }: Trustable): Facts {
  if (verdict.kind !== "trusted") return { trusted: false };
  const { description } = content.definition;
  return typeof description === "string" ? { description: plainText(description, MAX_DESCRIPTION) } : {};
}

async function show(call: ToolCall, name: string): Promise<Result<Facts, Failure>> {
  const found = await trustables(call.workspace, [name]);
  if (!found.ok) return found;
  const facts: Record<string, Facts> = {};
  for (const each of found.value) {
    const { content, verdict } = each;
    const trust: Facts = verdict.kind === "trusted" ? described(each) : {
      trusted: false,
      because: plainText(untrustedWords(verdict)),
      person_types: call.nextLine([nextCommand("trust", content.name)]) ?? null,
    };
    const more = content.subject === "job"
      ? await jobFacts(call, content.name)
      : await taskFacts(call, content.name);
    if (!more.ok) return more;
    facts[content.subject] = { name: content.name, ...trust, ...more.value };
  }
  return ok(facts);
}

async function jobFacts(call: ToolCall, name: string): Promise<Result<Facts, Failure>> {
  const project = await call.workspace.project();
  if (!project.ok) return project;
  const job = findJob(project.value, name);
  if (!job.ok) return job;
  await call.workspace.visitLeft();
  const status = await showStatus(call.workspace, name);
  if (!status.ok) return status;
  const last = status.value.jobs[0]?.last?.record;
  return ok({
    command: job.value.command.map((word) => plainText(word, MAX_DESCRIPTION)).slice(0, MAX_LISTED),
    ...(job.value.needs.length === 0 ? {} : { needs: job.value.needs }),
    last_run: last === undefined ? "never run" : `${last.id} ${last.status}`,
  });
}

async function taskFacts(call: ToolCall, name: string): Promise<Result<Facts, Failure>> {
  const shown = await showTask(call.workspace, name);
  return shown.ok ? ok(factsOf(shown.value.view)) : shown;
}

function factsOf({ status, reason, criteria, plan, build }: TaskView): Facts {
  return {
    status,
    reason: plainText(reason),
    planned: plan !== undefined,
    ...(build === undefined ? {} : { last_build: `${build.id} ${build.status}` }),
    criteria: criteria.map(({ criterion, state }) => ({
      id: criterion.id,
      text: plainText(criterion.text, MAX_DESCRIPTION),
      state,
      by: criterion.check === undefined ? "a person" : "a check",
    })),
  };
}

/** The first task that is not done, in the order of their names. */
async function next(call: ToolCall): Promise<Result<Facts, Failure>> {
  const listed = await listTasks(call.workspace);
  if (!listed.ok) return listed;
  const open = listed.value.tasks.find(({ status }) => status !== "done");
  if (open === undefined) return ok({ next: "every task is done" });
  const { task } = open;
  const doing = open.plan === undefined ? "plan" : "start";
  return ok({ task: task.name, ...factsOf(open), use_tool: doing });
}
