/** What can go wrong between gh and GitHub, as data, and the words for each. Pure. */

import { nextAdvice, nextCommand, type NextSteps } from "./next_step.ts";

export type GitHubProblem =
  | { readonly cause: "not_logged_in"; readonly host: string }
  | { readonly cause: "token_refused"; readonly host: string }
  | { readonly cause: "forbidden"; readonly detail: string }
  | { readonly cause: "repository_not_found"; readonly repository: string }
  | { readonly cause: "issue_not_found"; readonly issue: string }
  | { readonly cause: "issues_disabled"; readonly repository: string }
  | { readonly cause: "label_missing"; readonly label: string; readonly repository: string }
  | { readonly cause: "invalid"; readonly detail: string }
  | { readonly cause: "rate_limited"; readonly detail: string }
  | { readonly cause: "server_error"; readonly detail: string }
  | { readonly cause: "unreachable"; readonly detail: string }
  | { readonly cause: "too_slow"; readonly after_ms: number }
  | { readonly cause: "not_understood"; readonly detail: string };

/** The second half of `Cannot <action> "<value>": …`, and what to do next. */
export function describeGitHubProblem(
  problem: GitHubProblem,
  task: string,
): { readonly fact: string; readonly next: NextSteps } {
  switch (problem.cause) {
    case "not_logged_in":
      return {
        fact: `gh is not logged in to ${problem.host}`,
        next: [nextAdvice(`gh auth login --hostname ${problem.host}`)],
      };
    case "token_refused":
      return {
        fact: `${problem.host} rejected the token that gh uses`,
        next: [
          nextAdvice(`gh auth status --hostname ${problem.host}, then gh auth login, or renew GH_TOKEN`),
        ],
      };
    case "forbidden":
      return {
        fact: `GitHub does not permit it: ${problem.detail}`,
        next: [nextAdvice("gh auth status, which shows the scopes of the token; or ask for the permission")],
      };
    case "repository_not_found":
      return {
        fact:
          `repository ${problem.repository} does not exist, or the account that is logged in cannot see it`,
        next: [nextAdvice("gh auth status, or name another repository with --repo <owner/name>")],
      };
    case "issue_not_found":
      return {
        fact: `issue ${problem.issue} no longer exists`,
        next: [nextCommand("git issue create", task, "--relink")],
      };
    case "issues_disabled":
      return {
        fact: `issues are disabled in ${problem.repository}`,
        next: [
          nextAdvice(
            `gh repo edit ${problem.repository} --enable-issues, or name another repository with --repo <owner/name>`,
          ),
        ],
      };
    case "label_missing":
      return {
        fact: `${problem.repository} has no label "${problem.label}"`,
        next: [
          nextAdvice(
            `gh label create, or gh label list --repo ${problem.repository} to see its labels`,
          ),
        ],
      };
    case "invalid":
      return {
        fact: `GitHub did not accept it: ${problem.detail}`,
        next: [nextCommand("git issue create", task, "--dry-run")],
      };
    case "rate_limited":
      return {
        fact: `GitHub limits the rate of requests: ${problem.detail}`,
        next: [
          nextAdvice(
            "wait some minutes, then run the command again; gh api rate_limit shows when the limit ends",
          ),
        ],
      };
    case "server_error":
      return { fact: `GitHub failed: ${problem.detail}`, next: [nextAdvice("run the command again later")] };
    case "unreachable":
      return {
        fact: `GitHub could not be reached: ${problem.detail}`,
        next: [nextAdvice("check the network, then run the command again")],
      };
    case "too_slow":
      return {
        fact: `GitHub did not answer within ${problem.after_ms / 1000} seconds`,
        next: [nextAdvice("check the network, then run the command again")],
      };
    case "not_understood":
      return {
        fact: `gh gave an unusable answer: ${problem.detail}`,
        next: [nextAdvice("gh --version, then gh auth status")],
      };
  }
}
