/** The remotes of a repository, and the repositories on GitHub that they refer to. */

import {
  DEFAULT_GITHUB_HOST,
  isSameRepository,
  isSshRemote,
  onHost,
  type Repository,
  repositoryOfRemote,
} from "../model/repository.ts";
import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { asking } from "./git.ts";
import { resolveSshHost } from "./ssh_host.ts";
import { hasSucceeded, type Tool } from "./tool.ts";

const ASK_BOUND_MS = 30_000;

export interface Remote {
  readonly name: string;
  readonly repository: Repository;
  /** The user chose this remote for gh (`gh repo set-default`). */
  readonly isChosen: boolean;
}

/** The remotes whose URL can be a repository on GitHub; empty where this folder is in no repository. */
export async function readRemotes(
  git: Tool,
  ssh: Tool | undefined,
  folder: string,
): Promise<Result<readonly Remote[], Failure>> {
  const ask = (args: readonly string[]) => git.call(asking(folder, ...args), { timeoutMs: ASK_BOUND_MS });
  // Unlike the configuration, this command applies URL replacements (url.*.insteadOf).
  const listed = await ask(["remote", "-v"]);
  if (!listed.ok) return listed;
  if (!hasSucceeded(listed.value)) return ok([]);
  const remotes: Remote[] = [];
  const hosts = new Map<string, string>();
  /** An alias from the configuration of ssh is no host of GitHub, but the host it stands for may be. */
  const withoutAlias = async (url: string, repository: Repository): Promise<Result<Repository, Failure>> => {
    const { host } = repository;
    if (host === DEFAULT_GITHUB_HOST || !isSshRemote(url)) return ok(repository);
    const resolved = hosts.has(host) ? ok(hosts.get(host)!) : await resolveSshHost(ssh, host);
    if (!resolved.ok) return resolved;
    hosts.set(host, resolved.value);
    return ok(onHost(repository, resolved.value));
  };
  for (const line of listed.value.stdout.split("\n")) {
    const [, name, url] = /^(\S+)\t(.*) \(fetch\)/.exec(line) ?? [];
    const repository = url === undefined ? undefined : repositoryOfRemote(url);
    if (name === undefined || url === undefined || repository === undefined) continue;
    const named = await withoutAlias(url, repository);
    if (!named.ok) return named;
    remotes.push({ name, repository: named.value, isChosen: false });
  }
  if (repositoriesOf(remotes).length < 2) return ok(remotes);
  const chosen = await ask(["config", "-z", "--get-regexp", "^remote\\..*\\.gh-resolved$"]);
  if (!chosen.ok) return chosen;
  const names = [...chosen.value.stdout.matchAll(/(?:^|\0)remote\.(.*?)\.gh-resolved\nbase(?=\0|$)/g)]
    .map(([, name]) => name);
  return ok(remotes.map((remote) => ({ ...remote, isChosen: names.includes(remote.name) })));
}

/** Each repository once. */
export function repositoriesOf(remotes: readonly Remote[]): readonly Repository[] {
  const found: Repository[] = [];
  for (const { repository } of remotes) {
    if (!found.some((each) => isSameRepository(each, repository))) found.push(repository);
  }
  return found;
}

/** The path of a folder within its repository, with "/"; undefined where it is in none. */
export async function readPrefix(git: Tool, folder: string): Promise<Result<string | undefined, Failure>> {
  const asked = await git.call(asking(folder, "rev-parse", "--show-prefix"), {
    timeoutMs: ASK_BOUND_MS,
  });
  if (!asked.ok) return asked;
  return ok(hasSucceeded(asked.value) ? asked.value.stdout.replace(/\n$/, "").replace(/\/$/, "") : undefined);
}
