/** The facts of git for the record of one run: asked for beside its process, which does not wait for them. */

import { maskTexts } from "../../model/mask_texts.ts";
import { GIT_TEXTS } from "../../model/record_texts.ts";
import type { GitFacts, RunRecord } from "../../model/run.ts";
import { beginGitFacts, type GitReading, LEAST_MS, LEAST_OF_BUILD_MS } from "../../git/git.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { RunToRecord } from "./run_to_record.ts";

export class GitBesideRun {
  readonly #workspace: Workspace;
  readonly #run: Pick<RunToRecord, "gathersStart" | "prepared">;
  readonly #writer: { readonly record: RunRecord };
  /** "none" where there is nothing to ask. */
  #reading: GitReading | "none" | undefined;

  /** `writer`: its record exists from `begin` on. */
  constructor(
    workspace: Workspace,
    run: Pick<RunToRecord, "gathersStart" | "prepared">,
    writer: { readonly record: RunRecord },
  ) {
    this.#workspace = workspace;
    this.#run = run;
    this.#writer = writer;
  }

  /** Asks, once. */
  begin(): void {
    const { host, sharedGit } = this.#workspace;
    const { gathersStart, prepared: { workingDir } } = this.#run;
    const leastMs = this.#writer.record.action === "build.run" ? LEAST_OF_BUILD_MS : LEAST_MS;
    this.#reading ??=
      (gathersStart === true ? sharedGit.begin(workingDir) : beginGitFacts(host, workingDir, leastMs)) ??
        "none";
  }

  /** Waits for the answer within its bound, masked; undefined where there is nothing to add to the known facts. */
  async facts(isStopped: boolean): Promise<GitFacts | undefined> {
    this.begin();
    if (this.#reading === undefined || this.#reading === "none") return undefined;
    const facts = await this.#reading.end(isStopped);
    if (facts === null) return undefined;
    // The commit at which a build began; its own process may have moved on since.
    const { commit, branch } = this.#writer.record.git ?? facts;
    return maskTexts({ ...facts, commit, branch }, GIT_TEXTS, this.#run.prepared.secrets);
  }
}
