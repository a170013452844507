/**
 * Issues on GitHub, through gh: finding, creating and changing them. Every call names its repository; knows
 * no tasks.
 */

import type { Failure } from "../model/failure.ts";
import type { GitHubProblem } from "../model/github_problem.ts";
import { type Repository, repositoryText } from "../model/repository.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { type AskedOf, parsed, problemOf, remoteEffect } from "./gh_answer.ts";
import { hasSucceeded, Tool, type ToolAnswer, type ToolSetting } from "./tool.ts";

/** gh itself would wait for ever. GitHub ends a request after 10 seconds. */
const GH_BOUND_MS = 30_000;
const OLDEST_MAJOR = 2;
const PAGE_SIZE = 100;
/** How many of the newest issues are searched: each page is a request. */
const MAX_PAGES = 10;

export interface Issue {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed";
  readonly title: string;
  readonly body: string;
}

/** The purpose of the calls, for messages. */
export interface Purpose {
  readonly action: string;
  readonly value: string;
}

export class GitHub {
  readonly #gh: Tool;
  readonly #repository: Repository;
  readonly #purpose: Purpose;

  private constructor(gh: Tool, repository: Repository, purpose: Purpose) {
    this.#gh = gh;
    this.#repository = repository;
    this.#purpose = purpose;
  }

  /** Finds gh and checks that its version can be used. */
  static async open(
    setting: ToolSetting,
    repository: Repository,
    purpose: Purpose,
  ): Promise<Result<GitHub, Failure>> {
    const missing = (fact: string) => fail({ code: "tool_missing", tool: "gh", ...purpose, fact } as const);
    const gh = Tool.find("gh", setting);
    if (!gh.ok) return missing(gh.failure);
    const asked = await gh.value.call(["--version"], { timeoutMs: GH_BOUND_MS });
    if (!asked.ok) return asked;
    const version = /^gh version ((\d+)\.\S*)/.exec(asked.value.stdout);
    if (!hasSucceeded(asked.value) || version === null) {
      return missing(`the program gh that was found is not the GitHub CLI, or does not work`);
    }
    if (Number(version[2]) < OLDEST_MAJOR) return missing(`gh ${version[1]} is too old`);
    return ok(new GitHub(gh.value, repository, purpose));
  }

  /** The oldest of the newest issues, open or closed, whose text contains the line. */
  async findIssue(line: string): Promise<Result<Issue | undefined, Failure>> {
    const found: Issue[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      // Filtered by gh, so that the texts of a hundred issues are not transferred to us. The list includes
      // pull requests.
      const filter = "{count: length, found: [.[] | select(.pull_request == null and " +
        `((.body // "") | contains(${JSON.stringify(line)}))) | {number, html_url, state, title, body}]}`;
      const query = `state=all&sort=created&direction=desc&per_page=${PAGE_SIZE}&page=${page}`;
      const listed = await this.#api("GET", `/issues?${query}`, { more: ["--jq", filter] });
      if (!listed.ok) return listed;
      const { count, found: some } = parsed(listed.value) ?? {};
      if (typeof count !== "number" || !Array.isArray(some)) return this.#notUnderstood(listed.value);
      for (const each of some) {
        const issue = issueOf(each);
        // Only on a line of its own: a quoted line marks no issue.
        if (issue !== undefined && issue.body.split(/\r?\n/).includes(line)) found.push(issue);
      }
      if (count < PAGE_SIZE) break;
    }
    return ok(found.toSorted((a, b) => a.number - b.number)[0]);
  }

  /** GitHub would create missing labels. */
  async requireLabels(labels: readonly string[]): Promise<Result<void, Failure>> {
    for (const label of labels) {
      const asked = await this.#api("GET", `/labels/${encodeURIComponent(label)}`, { about: { label } });
      if (!asked.ok) return asked;
    }
    return ok(undefined);
  }

  async createIssue(
    issue: { readonly title: string; readonly body: string; readonly labels: readonly string[] },
  ): Promise<Result<Issue, Failure>> {
    const made = await this.#api("POST", "/issues", { input: issue });
    if (!made.ok) return made;
    const answer = issueOf(parsed(made.value));
    return answer === undefined ? this.#unknown("gh gave an answer that could not be parsed") : ok(answer);
  }

  async readIssue(number: number): Promise<Result<Issue, Failure>> {
    const issue = `${repositoryText(this.#repository)}#${number}`;
    const asked = await this.#api("GET", `/issues/${number}`, { about: { issue } });
    if (!asked.ok) return asked;
    const answer = issueOf(parsed(asked.value));
    return answer === undefined ? this.#notUnderstood(asked.value) : ok(answer);
  }

  async changeIssue(
    number: number,
    change: { readonly body: string } | { readonly state: "closed"; readonly state_reason: "completed" },
  ): Promise<Result<void, Failure>> {
    const issue = `${repositoryText(this.#repository)}#${number}`;
    const changed = await this.#api("PATCH", `/issues/${number}`, { input: change, about: { issue } });
    return changed.ok ? ok(undefined) : changed;
  }

  async #api(
    method: "GET" | "POST" | "PATCH",
    path: string,
    { input, more = [], about = {} }: {
      readonly input?: unknown;
      readonly more?: readonly string[];
      readonly about?: Pick<AskedOf, "issue" | "label">;
    },
  ): Promise<Result<ToolAnswer, Failure>> {
    const { host, owner, name } = this.#repository;
    const args = ["api", "--hostname", host, "--method", method, `repos/${owner}/${name}${path}`, ...more];
    const called = await this.#gh.call(input === undefined ? args : [...args, "--input", "-"], {
      timeoutMs: GH_BOUND_MS,
      ...(input === undefined ? {} : { stdin: JSON.stringify(input) }),
      ...(method === "GET" ? {} : { effectOf: remoteEffect }),
    });
    if (!called.ok || hasSucceeded(called.value)) return called;
    const answer = called.value;
    if (method !== "GET" && remoteEffect(answer) === "unknown") return this.#unknown(this.#gh.words(answer));
    const asked = { host, repository: repositoryText(this.#repository), ...about };
    return this.#failed(problemOf(answer, this.#gh.words(answer), asked));
  }

  #notUnderstood(answer: ToolAnswer): Result<never, Failure> {
    const shown = answer.stdout.trim().slice(0, 60);
    return this.#failed({ cause: "not_understood", detail: shown === "" ? "it is empty" : shown });
  }

  #failed(problem: GitHubProblem): Result<never, Failure> {
    return fail({ code: "github_failed", ...this.#purpose, problem });
  }

  #unknown(fact: string): Result<never, Failure> {
    return fail({ code: "outcome_unknown", ...this.#purpose, fact });
  }
}

/** The environment for gh: it must not prompt, colour, announce updates or print what it sends. */
export function ghEnvironment(inherited: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const env: Record<string, string> = { ...inherited };
  for (const name of ["GH_DEBUG", "DEBUG", "GH_FORCE_TTY", "CLICOLOR_FORCE", "GH_PAGER", "GH_REPO"]) {
    delete env[name];
  }
  return { ...env, LC_ALL: "C", NO_COLOR: "1", GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1" };
}

/** The variables from which gh takes a token. Source: gh help environment. */
export const TOKEN_VARIABLES = [
  "GH_TOKEN",
  "GITHUB_TOKEN",
  "GH_ENTERPRISE_TOKEN",
  "GITHUB_ENTERPRISE_TOKEN",
];

function issueOf(value: unknown): Issue | undefined {
  const { number, html_url, state, title, body } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof number !== "number" || typeof html_url !== "string") return undefined;
  return {
    number,
    url: html_url,
    state: state === "closed" ? "closed" : "open",
    title: typeof title === "string" ? title : "",
    body: typeof body === "string" ? body : "",
  };
}
