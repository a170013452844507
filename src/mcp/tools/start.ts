/** `start`: runs jobs, or builds a task, in a process that outlives the client. Only trusted definitions are started. */

import { takeTask } from "../../app/recording/task_lease.ts";
import { askerOf, type CheckedTrust } from "../../app/recording/requester.ts";
import { detachRun } from "../../app/jobs/detach_run.ts";
import { findTask } from "../../app/tasks/find_task.ts";
import { requireTrust, requireTrustOfJobs } from "../../app/trust/check_trust.ts";
import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { type Facts, plainText } from "../facts.ts";
import { number, text, texts, type Tool, type ToolCall } from "../tool.ts";
import { awaitRun } from "./wait.ts";

/** Clients give up on a call after about a minute, or ask their model again and again. */
const MAX_WAIT_S = 20;
const MAX_SAID_CHARACTERS = 600;

export const start: Tool = {
  name: "start",
  description:
    "Run tests, builds and other jobs, or build a task. Returns at the end with the verdict, and for a failure the " +
    "lines that explain it; or after wait_s with the run id while it goes on: then use wait. A failed job is an answer, not an error.",
  fields: {
    jobs: { type: "strings", says: "names of jobs; what they need runs before them" },
    task: { type: "string", says: "or the name of one task, which is built by its plan" },
    wait_s: { type: "integer", says: "return after so many seconds at most, 20 by default", max: MAX_WAIT_S },
  },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  async call(call) {
    const { given } = call;
    const jobs = texts(given, "jobs");
    const task = text(given, "task");
    if ((jobs === undefined) === (task === undefined)) {
      return fail({
        code: "arguments_invalid",
        action: "use tool",
        value: "start",
        fact: "either jobs or a task has to be named",
        next: [],
      });
    }
    const allowed = task === undefined ? await allowJobs(call, jobs!) : await allowTask(call, task);
    if (!allowed.ok) return allowed;
    const words = task === undefined ? ["run", ...jobs!] : ["build", "run", task];
    const detached = await detachRun(call.host, task ?? (jobs!.length === 1 ? jobs![0] : undefined), {
      words: [...words, "--detach", ...call.placeFlags],
      isServed: true,
      asker: {
        ...askerOf(call.host.environment, call.host.terminal),
        ...(call.declaredClient === undefined ? {} : { agent: call.declaredClient }),
        trusted: allowed.value,
      },
    });
    if (!detached.ok) return detached;
    if (detached.value.kind === "not_begun") return ok(notBegun(detached.value));
    const waitMs = (number(given, "wait_s") ?? MAX_WAIT_S) * 1000;
    return await awaitRun(call, detached.value.run.id, waitMs, undefined);
  },
};

/** The supervisor printed the reason, as `run` does at a terminal. */
function notBegun({ stderr, stdout }: { readonly stdout: string; readonly stderr: string }): Facts {
  return { status: "not_begun", reason: plainText(stderr === "" ? stdout : stderr, MAX_SAID_CHARACTERS) };
}

/** The digests of what was checked; the supervisor compares them again before it starts anything. */
async function allowJobs(
  call: ToolCall,
  names: readonly string[],
): Promise<Result<CheckedTrust, Failure>> {
  const trusted = await requireTrustOfJobs(call.workspace, ...names);
  if (!trusted.ok) return trusted;
  const asking = trusted.value.jobs.find(({ confirm }) => confirm !== undefined);
  return asking === undefined
    ? ok(trusted.value.checked)
    : fail(asksAPerson("start job", asking.name, asking.confirm!, "run"));
}

async function allowTask(call: ToolCall, name: string): Promise<Result<CheckedTrust, Failure>> {
  const project = await call.workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, name);
  if (!task.ok) return task;
  const trusted = await requireTrust(call.workspace, "task", name);
  if (!trusted.ok) return trusted;
  const { confirm } = task.value;
  if (confirm !== undefined) return fail(asksAPerson("build task", name, confirm, "build run"));
  // The session owns it, and the process that builds it belongs to the session.
  const owned = await takeTask(call.workspace, project.value, name, { isNamed: true });
  return owned.ok ? ok({ [`task ${name}`]: trusted.value }) : owned;
}

function asksAPerson(action: string, value: string, question: string, path: string): Failure {
  const fact = `it needs the confirmation of a person: ${question}`;
  return { code: "refused", action, value, fact, next: [nextCommand(path, value)] };
}
