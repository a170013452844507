/**
 * Interprets the answers of gh: which problem a failed call reports, and whether it can have changed
 * something. Pure.
 */

import type { GitHubProblem } from "../model/github_problem.ts";
import type { ToolEffect } from "../model/run.ts";
import { hasSucceeded, type ToolAnswer } from "./tool.ts";
import { parsedJson } from "../model/parsed_json.ts";

/** The subject of a call, where the same status has different meanings. */
export interface AskedOf {
  readonly host: string;
  /** `owner/name`, with the host in front where that is not github.com. */
  readonly repository: string;
  /** `owner/name#1`, for a call about one issue. */
  readonly issue?: string;
  readonly label?: string;
}

/** A status of gh itself: the user has to log in first. Source: gh help exit-codes. */
const NOT_LOGGED_IN = 4;
const RATE_LIMIT = /rate limit|secondary rate|abuse detection/i;
/** Messages of gh and of Go's network library for a connection that was never made; nothing was sent then. */
const NEVER_CONNECTED =
  /error connecting to|dial tcp|proxyconnect|no such host|connection refused|network is unreachable|x509|certificate|TLS handshake/i;

/** The number in `(HTTP 404)`, which gh prints for every unsuccessful answer. */
function httpStatus({ stderr }: ToolAnswer): number | undefined {
  const status = /\bHTTP (\d{3})\b/.exec(stderr)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** For an unsuccessful answer. `words` is the message of gh, for people. */
export function problemOf(answer: ToolAnswer, words: string, asked: AskedOf): GitHubProblem {
  const { end } = answer;
  if (end.kind === "timed_out") return { cause: "too_slow", after_ms: end.afterMs };
  if (end.kind === "exited" && end.exitCode === NOT_LOGGED_IN) {
    return { cause: "not_logged_in", host: asked.host };
  }
  const status = httpStatus(answer);
  const detail = messageOf(answer) ?? words;
  if (status === undefined) {
    return end.kind === "exited"
      ? { cause: "unreachable", detail: words }
      : { cause: "not_understood", detail: words };
  }
  if (status === 401) return { cause: "token_refused", host: asked.host };
  if (status === 429 || (status === 403 && RATE_LIMIT.test(detail))) return { cause: "rate_limited", detail };
  if (status === 403) return { cause: "forbidden", detail };
  if (status === 404 && asked.label !== undefined) {
    return { cause: "label_missing", label: asked.label, repository: asked.repository };
  }
  if ((status === 404 || status === 410) && asked.issue !== undefined) {
    return { cause: "issue_not_found", issue: asked.issue };
  }
  if (status === 404) return { cause: "repository_not_found", repository: asked.repository };
  if (status === 410) return { cause: "issues_disabled", repository: asked.repository };
  if (status >= 500) return { cause: "server_error", detail: `HTTP ${status}` };
  return { cause: "invalid", detail };
}

/**
 * Whether a call that was to change something may have done so. A refused request was not carried out; for a
 * lost one it is unknown.
 */
export function remoteEffect(answer: ToolAnswer): ToolEffect {
  if (hasSucceeded(answer)) return parsed(answer) === undefined ? "unknown" : "done";
  if (answer.end.kind === "not_started") return "none";
  if (answer.end.kind !== "exited") return "unknown";
  if (answer.end.exitCode === NOT_LOGGED_IN) return "none";
  const status = httpStatus(answer);
  if (status === undefined) return NEVER_CONNECTED.test(answer.stderr) ? "none" : "unknown";
  return status < 500 ? "none" : "unknown";
}

/** The JSON object that gh returned; undefined where it returned something else. */
export function parsed({ stdout }: ToolAnswer): Readonly<Record<string, unknown>> | undefined {
  const value = parsedJson(stdout);
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Record<string, unknown>
    : undefined;
}

/** GitHub's own words for a refusal. Source: GitHub REST API, client errors. */
function messageOf(answer: ToolAnswer): string | undefined {
  const { message, errors } = parsed(answer) ?? {};
  if (typeof message !== "string" || message === "") return undefined;
  const details = Array.isArray(errors) ? errors.map(errorText).filter((text) => text !== "") : [];
  return [message, ...details].join("; ").slice(0, 300);
}

function errorText(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, field, code } = (error ?? {}) as { message?: unknown; field?: unknown; code?: unknown };
  if (typeof message === "string") return message;
  return [field, code].filter((part) => typeof part === "string").join(" ");
}
