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
        fact: `${problem.host} does not accept the token that gh has`,
        next: [
          nextAdvice(`gh auth status --hostname ${problem.host}, then gh auth login, or renew GH_TOKEN`),
        ],
      };
    case "forbidden":
      return {
        fact: `GitHub does not permit it: ${problem.detail}`,
        next: [nextAdvice("gh auth status, which shows what the token may do; or ask for the permission")],
      };
    case "repository_not_found":
      return {
        fact: `there is no repository ${problem.repository}, or it is hidden from the one who is logged in`,
        next: [nextAdvice("gh auth status, or another one with --repo <owner/name>")],
      };
    case "issue_not_found":
      return {
        fact: `there is no issue ${problem.issue} any more`,
        next: [nextCommand("git issue create", task, "--relink")],
      };
    case "issues_disabled":
      return {
        fact: `issues are disabled in ${problem.repository}`,
        next: [
          nextAdvice(
            `gh repo edit ${problem.repository} --enable-issues, or another one with --repo <owner/name>`,
          ),
        ],
      };
    case "label_missing":
      return {
        fact: `${problem.repository} has no label "${problem.label}"`,
        next: [
          nextAdvice(
            `gh label create, or gh label list --repo ${problem.repository}, to see those that it has`,
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
        fact: `GitHub asks to come back later: ${problem.detail}`,
        next: [nextAdvice("wait some minutes, then call it again; gh api rate_limit shows until when")],
      };
    case "server_error":
      return { fact: `GitHub failed: ${problem.detail}`, next: [nextAdvice("call it again in a while")] };
    case "unreachable":
      return {
        fact: `GitHub could not be reached: ${problem.detail}`,
        next: [nextAdvice("see to the network, then call it again")],
      };
    case "too_slow":
      return {
        fact: `GitHub did not answer within ${problem.after_ms / 1000} seconds`,
        next: [nextAdvice("see to the network, then call it again")],
      };
    case "not_understood":
      return {
        fact: `gh gave an answer that is none: ${problem.detail}`,
        next: [nextAdvice("gh --version, then gh auth status")],
      };
  }
}
