/** Finds the repository for the issue of a task, and the project's path in its repository. */

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
  /** The project's path within its repository; empty at the top, and where there is no repository. */
  readonly prefix: string;
}

interface Surroundings {
  readonly remotes: readonly Remote[];
  readonly prefix: string;
}

/** `--repo` first, then the task's `repo`, then the only repository that the remotes refer to. */
export async function findIssuePlace(
  workspace: Workspace,
  project: Project,
  task: Task,
  chosen: string | undefined,
  journal: ToolJournal,
  secrets: readonly string[],
): Promise<Result<IssuePlace, Failure>> {
  const around = await examineSurroundings(workspace, project, journal, secrets);
  if (!around.ok) return around;
  const { remotes, prefix } = around.value;
  const repository = choose(workspace, task, chosen, remotes);
  return repository.ok ? ok({ repository: repository.value, prefix }) : repository;
}

async function examineSurroundings(
  { host }: Workspace,
  project: Project,
  journal: ToolJournal,
  secrets: readonly string[],
): Promise<Result<Surroundings, Failure>> {
  const env = gitEnvironment(host.environment.all());
  const git = Tool.find("git", { machine: host, workingDir: project.root, env, secrets, journal });
  // Without git there are no remotes to examine, and a named repository is enough.
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
  // The two values that are no repository only say whose responsibility the task is.
  const named = chosen ?? (task.repo?.includes("/") ? task.repo : undefined);
  if (named !== undefined) {
    const byName = parseRepository(named, host.environment.get("GH_HOST") || DEFAULT_GITHUB_HOST);
    if (byName === undefined) {
      return refused(`"${named}" is no repository`, inAnother, inRepository(placeholder("host/owner/name")));
    }
    // A remote tells the host, which the name alone does not.
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
    return refused("no remote of the git repository refers to GitHub", inAnother);
  }
  if (candidates.length === 1) return ok(first);
  const preferred = remotes.filter(({ isChosen }) => isChosen);
  if (preferred.length === 1) return ok(preferred[0]!.repository);
  const known = remotes.map(({ name, repository }) => `${repositoryText(repository)} (${name})`).join(", ");
  return refused(
    `its remotes refer to several repositories: ${known}`,
    ...candidates.map((each) => inRepository(repositoryText(each))),
  );
}
