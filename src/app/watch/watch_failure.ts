/** The ways in which a watch fails, with the next step for each. Pure. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import type { HostProblem } from "../../host/host_result.ts";

/** A requested path or glob cannot be watched at all. */
export function cannotWatch(path: string, reason: string): Result<never, Failure> {
  return fail({
    code: "watch_failed",
    path,
    reason,
    next: [nextAdvice("name a folder, a file or a glob that starts at the working_dir of the job")],
  });
}

/** The name of a job's working_dir may contain a secret. */
export function withoutSecrets(failure: Failure, secrets: readonly string[]): Failure {
  if (failure.code !== "watch_failed") return failure;
  return { ...failure, path: maskText(failure.path, secrets), reason: maskText(failure.reason, secrets) };
}

/** Watching failed, at the start or later. */
export function watchFailed(path: string, { kind, reason }: HostProblem): Failure {
  return {
    code: "watch_failed",
    path,
    reason,
    next: kind === "too_many_watched"
      ? [
        nextAdvice(
          'watch less, as in --watch "src/**", or raise fs.inotify.max_user_watches and max_user_instances',
        ),
      ]
      : [],
  };
}
