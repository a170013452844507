/** Examines our parts in the files of an assistant's client: whether each exists, is trusted by the client, and is in use. Changes nothing. */

import { type Finding, fine, problem, warning } from "../../model/finding.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { nextAdvice, nextCommand, type NextStep } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type AssistantTexts, type ClientName, HOOKS, OUR_NAME, type PartName } from "./assistant_parts.ts";
import { type ClientTrust, clientTrust } from "./client_trust.ts";
import { placeOf, planAssistant } from "./prepare_assistant.ts";

const CLIENT_WORDS: Readonly<Record<ClientName, string>> = { codex: "Codex", claude: "Claude Code" };

/** How a person lets the client use each part. */
const ASKS: Readonly<Record<ClientName, Readonly<Record<"project" | "server" | "hook", NextStep>>>> = {
  codex: {
    project: nextAdvice("start codex here, and trust the folder"),
    server: nextAdvice("start codex here, and trust the folder"),
    hook: nextAdvice("start codex here, type /hooks, and trust it"),
  },
  claude: {
    project: nextAdvice("start claude here, and trust the folder"),
    server: nextAdvice("start claude here, and allow the server"),
    hook: nextAdvice("start claude here, and trust the folder"),
  },
};

export async function examineAssistant(
  workspace: Workspace,
  client: ClientName,
  texts: AssistantTexts,
): Promise<readonly Finding[]> {
  const again = nextCommand("init", "--assistant", client);
  const place = await placeOf(workspace, { client, isUser: false });
  if (!place.ok) return [warning(client, describeFailure(place.failure).headline, nextCommand("init"))];
  const root = place.value.root!;
  const findings: Finding[] = [examineProgram(workspace, client, texts)];
  const wanted = await planAssistant(workspace, { client, isUser: false, isRemoval: false }, texts);
  if (!wanted.ok) {
    const { headline } = describeFailure(wanted.failure);
    return [
      ...findings,
      problem(client, headline, ...wanted.failure.code === "refused" ? wanted.failure.next : []),
    ];
  }
  const states = new Map<PartName, "same" | "other" | "missing">();
  const absent = await planAssistant(workspace, { client, isUser: false, isRemoval: true }, texts);
  for (const [index, { names, before, after }] of wanted.value.files.entries()) {
    const isAbsent = absent.ok && absent.value.files[index]?.after === before;
    for (const name of names) states.set(name, before === after ? "same" : isAbsent ? "missing" : "other");
  }
  const trust = await clientTrust(workspace.host, client, root, texts);
  const there = (name: PartName, subject: string): Finding | undefined => {
    const state = states.get(name);
    if (state === "same") return undefined;
    const is = name === "instructions" ? "are" : "is";
    const fact = state === "other" ? `${is} there in an earlier form` : `${is} not there`;
    return warning(subject, fact, again);
  };
  const known = CLIENT_WORDS[client];
  findings.push(
    there("instructions", `${client} instructions`) ?? fine(`${client} instructions`, "are there"),
    there("skill", `${client} skill`) ?? fine(`${client} skill`, "is there"),
    there("server", `${client} server`) ?? (
      trust.server ? fine(`${client} server`, `is there, and ${known} starts it`) : warning(
        `${client} server`,
        `is there, but ${known} does not trust ${trust.project ? "it" : "this folder"} yet`,
        ASKS[client][trust.project ? "server" : "project"],
      )
    ),
  );
  for (const { hook } of HOOKS) {
    const subject = `${client} hook ${hook}`;
    findings.push(there("hooks", subject) ?? await examineHook(workspace, client, hook, trust));
  }
  return findings;
}

async function examineHook(
  workspace: Workspace,
  client: ClientName,
  hook: string,
  trust: ClientTrust,
): Promise<Finding> {
  const subject = `${client} hook ${hook}`;
  const notes = await workspace.hookNotes();
  const fired = notes.ok ? notes.value.fired(hook) : undefined;
  const last = fired === undefined
    ? "it has not fired here yet"
    : `it fired last ${fired.at}${fired.by === null ? "" : `, for ${visible(fired.by)}`}`;
  if (trust.hooks.get(hook) === true) return fine(subject, `is there and trusted; ${last}`);
  const fact = `is there, but ${
    CLIENT_WORDS[client]
  } does not trust it as it is, and skips it in silence; ${last}`;
  return warning(subject, fact, ASKS[client][trust.project ? "hook" : "project"]);
}

/** The entries have the bare name of the program, which is searched for where the client runs. */
function examineProgram(
  { host, currentFolder }: Workspace,
  client: ClientName,
  { server: [name] }: AssistantTexts,
): Finding {
  const found = host.processes.findProgram(name, { workingDir: currentFolder, env: host.environment.all() });
  const subject = `${client} program`;
  return found.ok
    ? fine(subject, `${OUR_NAME} is ${visible(found.value)}`)
    : problem(subject, visible(found.failure.reason), nextAdvice(`add the folder of ${name} to PATH`));
}
