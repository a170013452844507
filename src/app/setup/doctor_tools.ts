/** Checks git and gh: whether they are installed, their versions, and whether gh is logged in. */

import { nextAdvice } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { type Finding, fine, problem, warning } from "../../model/finding.ts";
import { gitEnvironment } from "../../git/git.ts";
import { askGit } from "../../git/git_problem.ts";
import { shellWord } from "../../model/shell_word.ts";
import { callProgram, hasSucceeded } from "../workspace/call_program.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** gh asks GitHub for the user, and the network may not answer. */
const TOOL_BOUND_MS = 5000;
const MAX_OUTPUT_BYTES = 64 * 1024;

export async function examineTools(workspace: Workspace): Promise<readonly Finding[]> {
  const [git, gh, facts] = await Promise.all([
    version(workspace, "git"),
    version(workspace, "gh"),
    gitFactsOf(workspace),
  ]);
  const findings = [
    git ?? warning("git", "it was not found: runs do not record a commit", nextAdvice("install git")),
    ...(git?.status === "ok" && facts !== undefined ? [facts] : []),
    gh ?? warning(
      "gh",
      "it was not found: issues cannot be created",
      nextAdvice("install the GitHub CLI from https://cli.github.com"),
    ),
  ];
  return gh?.status === "ok" ? [...findings, await login(workspace)] : findings;
}

/** Whether runs can record a commit, and why they cannot. */
async function gitFactsOf(workspace: Workspace): Promise<Finding | undefined> {
  const subject = "git facts";
  const project = await workspace.project();
  const folder = project.ok ? project.value.root : workspace.currentFolder;
  const answer = await askGit(workspace.host, folder);
  if (answer === undefined) return undefined;
  const none = "runs do not record a commit";
  switch (answer.kind) {
    case "told":
      return fine(subject, "runs record commit, branch and changes");
    case "no_repository":
      return fine(subject, `${visible(folder)} is in no git repository, so ${none}`);
    case "no_commit":
      return fine(subject, `the repository has no commit yet, so ${none}`);
    case "late":
      return warning(
        subject,
        `git status takes longer than ${answer.boundMs} ms, so ${none}`,
        nextAdvice("git config core.untrackedCache true"),
      );
    case "not_trusted":
      return warning(
        subject,
        `the repository at ${
          visible(answer.repository)
        } belongs to another user and git does not trust it, so ${none}`,
        nextAdvice(`git config --global --add safe.directory ${shellWord(visible(answer.repository))}`),
      );
    case "failed":
      return warning(subject, `git says: ${visible(answer.reason)}; so ${none}`, nextAdvice("git status"));
  }
}

/** undefined: the program is not installed. */
async function version(workspace: Workspace, name: string): Promise<Finding | undefined> {
  const reply = await ask(workspace, name, ["--version"]);
  if (reply === undefined) return undefined;
  const line = reply.text.split("\n", 1)[0]!;
  return reply.isGood
    ? fine(name, visible(line))
    : problem(name, visible(line), nextAdvice(`run ${name} --version`));
}

async function login(workspace: Workspace): Promise<Finding> {
  const reply = await ask(workspace, "gh", ["auth", "status"]);
  if (reply?.isGood) return fine("gh login", "gh is logged in");
  const fact = reply?.isLate ? "gh did not answer in time" : "gh is not logged in: issues cannot be created";
  return warning("gh login", fact, nextAdvice("gh auth login"));
}

interface Reply {
  readonly isGood: boolean;
  readonly isLate: boolean;
  readonly text: string;
}

async function ask(workspace: Workspace, name: string, args: readonly string[]): Promise<Reply | undefined> {
  const { host, currentFolder: workingDir } = workspace;
  const env = gitEnvironment(host.environment.all());
  const bounds = { timeoutMs: TOOL_BOUND_MS, maxOutputBytes: MAX_OUTPUT_BYTES };
  const ran = await callProgram(host, [name, ...args], { workingDir, env }, bounds);
  if (ran === "not_found") return undefined;
  if (!ran.ok) {
    return { isGood: false, isLate: ran.failure.kind === "timed_out", text: ran.failure.reason };
  }
  const { stdout, stderr } = ran.value;
  const isGood = hasSucceeded(ran.value);
  return { isGood, isLate: false, text: new TextDecoder().decode(isGood ? stdout : stderr).trim() };
}
