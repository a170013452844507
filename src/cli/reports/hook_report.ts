/** Answers to the hooks of Codex and Claude Code, which have the same form: the reason to go on, and what a session should know. */

import { openCriteria } from "../../app/hooks/stop_gate.ts";
import type { SessionFacts } from "../../app/hooks/session_start.ts";
import { nextCommand } from "../../model/next_step.ts";
import { shortLine } from "../../model/plain_line.ts";
import type { TaskView } from "../../model/task_view.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";

const MAX_TASKS = 3;
const MAX_CRITERIA = 5;
const MAX_OUTSIDE = 3;
/** The context of a session has at most this many lines. */
const MAX_LINES = 6;
const MAX_CHARACTERS = 160;

/** Lists the tasks that are not proven, with the exact commands. */
export function stopReason(open: readonly TaskView[], invocation: Invocation): string {
  const lines = open.slice(0, MAX_TASKS).flatMap((view) => taskLines(view, invocation));
  if (open.length > MAX_TASKS) lines.push(`and ${open.length - MAX_TASKS} more tasks`);
  return [
    "Not done yet, as far as records prove it:",
    ...lines,
    "Prove it with these commands, or say plainly what is open and why.",
  ].join("\n");
}

function taskLines(view: TaskView, invocation: Invocation): readonly string[] {
  const { task, status, reason, stale, criteria, next } = view;
  const why = short(stale[0] ?? reason);
  const ids = new Set(openCriteria(view));
  const open = criteria.filter(({ criterion }) => ids.has(criterion.id)).slice(0, MAX_CRITERIA);
  const step = next === undefined ? nextCommand("build run", task.name) : next;
  return [
    `- task ${task.name} is ${stale.length > 0 ? `${status}, stale` : status}: ${why}`,
    ...open.map(({ criterion, state }) => {
      const by = criterion.check === undefined ? "a person confirms it" : "a check of the build proves it";
      return `  ${criterion.id} is ${stale.length > 0 ? "stale" : state}, ${by}: ${short(criterion.text)}`;
    }),
    `  run: ${invocation.nextLine([step])}`,
  ];
}

/** Context that a client gives to its model; undefined where there is nothing. */
export function contextAnswer(event: string, lines: readonly string[]): object | undefined {
  if (lines.length === 0) return undefined;
  return { hookSpecificOutput: { hookEventName: event, additionalContext: lines.join("\n") } };
}

/** For jobs whose commands were seen outside. */
export function outsideLines(jobs: readonly string[], invocation: Invocation): readonly string[] {
  return jobs.slice(0, MAX_OUTSIDE).map((job) =>
    `This was the command of job ${job}, and it is not recorded, so it proves nothing; to record it: ${
      invocation.commandLine("run", job)
    }`
  );
}

/** Empty if there is nothing to report. */
export function sessionLines(
  { running, services, failing, open, seen }: SessionFacts,
  invocation: Invocation,
): readonly string[] {
  const lines = [
    ...running.slice(0, 2).map(({ id }) => `running: ${id}; ${invocation.commandLine("wait", id)}`),
    ...(services.length === 0 ? [] : [
      short(
        `services: ${
          services.map(({ name, state, address }) =>
            `${name} is ${state}${address === null ? "" : ` at ${address}`}`
          ).join(", ")
        }`,
      ),
    ]),
    ...(failing === undefined ? [] : [
      `last failure: ${failing.id}, ${short(failing.reason)}; ${invocation.commandLine("logs", failing.id)}`,
    ]),
    ...open.map(({ task, status, stale, reason }) =>
      `task ${task.name} is ${status}${stale.length > 0 ? ", stale" : ""}: ${short(stale[0] ?? reason)}`
    ),
    ...(seen.length === 0 ? [] : [
      short(
        `seen outside and not recorded: ${seen.map(({ job }) => job).join(", ")}; ${
          invocation.commandLine("run", ...seen.slice(0, MAX_OUTSIDE).map(({ job }) => job))
        }`,
      ),
    ]),
  ];
  if (lines.length <= MAX_LINES) return lines;
  return [
    ...lines.slice(0, MAX_LINES - 1),
    `and ${lines.length - MAX_LINES + 1} more; ${invocation.commandLine("plan list")}`,
  ];
}

function short(text: string): string {
  return shortLine(visible(text), MAX_CHARACTERS);
}
