/** Which repository the issue of a task belongs in, and where in its repository the project lies. */

import { type CommandWord, nextCommand, type NextSteps, placeholder } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import {
  DEFAULT_GITHUB_HOST,
  parseRepository,
  type Repository,
  repositoryText,
} from "../../model/repository.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { gitEnvironment } from "../../git/git.ts";
import { readPrefix, readRemotes, type Remote, repositoriesOf } from "../../git/remotes.ts";
import { Tool, type ToolJournal } from "../../git/tool.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface IssuePlace {
  readonly repository: Repository;
  /** Of the project within its own repository; empty at its top, and where there is none. */
  readonly prefix: string;
}

interface Surroundings {
  readonly remotes: readonly Remote[];
  readonly prefix: string;
}

/** `--repo` first, then the task's `repo`, then the only repository that the remotes lead to. */
export async function findIssuePlace(
  workspace: Workspace,
  project: Project,
  task: Task,
  chosen: string | undefined,
  journal: ToolJournal,
  secrets: readonly string[],
): Promise<Result<IssuePlace, Failure>> {
  const around = await lookAround(workspace, project, journal, secrets);
  if (!around.ok) return around;
  const { remotes, prefix } = around.value;
  const repository = choose(workspace, task, chosen, remotes);
  return repository.ok ? ok({ repository: repository.value, prefix }) : repository;
}

async function lookAround(
  { host }: Workspace,
  project: Project,
  journal: ToolJournal,
  secrets: readonly string[],
): Promise<Result<Surroundings, Failure>> {
  const env = gitEnvironment(host.environment.all());
  const git = Tool.find("git", { machine: host, workingDir: project.root, env, secrets, journal });
  // Without git there are no remotes to look at, and a repository that is named is enough.
  if (!git.ok) return ok({ remotes: [], prefix: "" });
  const prefix = await readPrefix(git.value, project.root);
  if (!prefix.ok) return prefix;
  if (prefix.value === undefined) return ok({ remotes: [], prefix: "" });
  const ssh = Tool.find("ssh", { machine: host, workingDir: project.root, env, secrets, journal });
  const remotes = await readRemotes(git.value, ssh.ok ? ssh.value : undefined, project.root);
  return remotes.ok ? ok({ remotes: remotes.value, prefix: prefix.value }) : remotes;
}

function choose(
  { host }: Workspace,
  task: Task,
  chosen: string | undefined,
  remotes: readonly Remote[],
): Result<Repository, Failure> {
  const refused = (fact: string, ...next: NextSteps) =>
    fail({ code: "refused", action: "choose a repository for task", value: task.name, fact, next } as const);
  const inRepository = (repository: CommandWord) =>
    nextCommand("git issue create", task.name, "--repo", repository);
  const inAnother = inRepository(placeholder("owner/name"));
  // The two words that are no name of a repository say only whose matter the task is.
  const named = chosen ?? (task.repo?.includes("/") ? task.repo : undefined);
  if (named !== undefined) {
    const byName = parseRepository(named, host.environment.get("GH_HOST") || DEFAULT_GITHUB_HOST);
    if (byName === undefined) {
      return refused(`"${named}" names none`, inAnother, inRepository(placeholder("host/owner/name")));
    }
    // A remote knows the host that the name alone does not tell.
    const same = remotes.find(({ repository: { owner, name } }) =>
      `${owner}/${name}`.toLowerCase() === named.toLowerCase()
    );
    return ok(same?.repository ?? byName);
  }
  if (task.repo === "external") {
    return refused("the configuration says that it belongs to another repository", inAnother);
  }
  const candidates = repositoriesOf(remotes);
  const [first] = candidates;
  if (first === undefined) {
    return refused("no remote of the git repository leads to GitHub", inAnother);
  }
  if (candidates.length === 1) return ok(first);
  const preferred = remotes.filter(({ isChosen }) => isChosen);
  if (preferred.length === 1) return ok(preferred[0]!.repository);
  const known = remotes.map(({ name, repository }) => `${repositoryText(repository)} (${name})`).join(", ");
  return refused(
    `its remotes lead to several: ${known}`,
    ...candidates.map((each) => inRepository(repositoryText(each))),
  );
}
