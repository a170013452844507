/** `runs`: recorded runs, one of them, or why it was needed. */

import { explainRun } from "../../app/inputs/explain_run.ts";
import { listRuns } from "../../app/runs/list_runs.ts";
import { showRun } from "../../app/runs/show_run.ts";
import { causeRecordWords } from "../../model/cause_words.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { type Facts, plainText, runFacts } from "../facts.ts";
import { runAnswer } from "../run_answer.ts";
import { number, READS, text, type Tool, type ToolCall } from "../tool.ts";

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 20;

export const runs: Tool = {
  name: "runs",
  description:
    "What ran before and how it ended, also in earlier sessions: list the newest runs, show one, or say why one was needed.",
  fields: {
    action: { type: "string", says: "list by default", choices: ["list", "show", "why"] },
    run: { type: "string", says: "of show and why: a run id, or a name; of list: only runs of this name" },
    limit: { type: "integer", says: "of list: at most so many, 8 by default", max: MAX_LIMIT },
  },
  annotations: READS,
  async call(call) {
    const run = text(call.given, "run");
    const action = text(call.given, "action") ?? "list";
    if (action === "list") return await list(call, run);
    if (run === undefined) {
      const fact = "run is missing";
      return fail({ code: "arguments_invalid", action: "use tool", value: "runs", fact, next: [] });
    }
    return action === "show" ? await show(call, run) : await why(call, run);
  },
};

async function list(
  { workspace, given }: ToolCall,
  name: string | undefined,
): Promise<Result<Facts, Failure>> {
  const limit = number(given, "limit") ?? DEFAULT_LIMIT;
  await workspace.visitLeft();
  const found = await listRuns(workspace, {
    name,
    statuses: [],
    sinceMs: undefined,
    limit,
    everywhere: false,
  });
  if (!found.ok) return found;
  return ok({
    runs: found.value.runs.map(({ record }) => {
      const { run, status, exit_code = null } = runFacts(record);
      return { run: run!, status: status!, ...(exit_code === null ? {} : { exit_code }) };
    }),
    has_older: found.value.isCut,
  });
}

async function show(call: ToolCall, reference: string): Promise<Result<Facts, Failure>> {
  await call.workspace.visitLeft();
  const shown = await showRun(call.workspace, reference);
  if (!shown.ok) return shown;
  const { record } = shown.value.view;
  const { agent } = record.requested_by;
  const asked: Facts = agent === null ? {} : { asked_by: plainText(agent) };
  const answer = await runAnswer(call, record, undefined);
  return answer.ok ? ok({ ...answer.value, began: record.start_time, ...asked }) : answer;
}

async function why({ workspace }: ToolCall, reference: string): Promise<Result<Facts, Failure>> {
  const explained = await explainRun(workspace, reference);
  if (!explained.ok) return explained;
  const { record, causes, more } = explained.value;
  const shown = causes.slice(0, DEFAULT_LIMIT);
  return ok({
    run: record.id,
    status: record.status,
    causes: shown.map((cause) => plainText(causeRecordWords(cause))),
    more: more + causes.length - shown.length,
  });
}
