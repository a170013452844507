/**
 * gh as a program of the fake machine, over issues in memory: for behaviour that the real one cannot be made
 * to show.
 */

import type { FakeHost } from "./fake_host.ts";
import type { RunningProgram } from "./fake_process.ts";

export interface FakeIssue {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

export interface FakeGitHub {
  readonly issues: FakeIssue[];
  /** Replaces what gh would do with a call: the exit status, or undefined to continue. */
  before: (p: RunningProgram) => Promise<number | undefined> | number | undefined;
}

export function withGh(host: FakeHost): FakeGitHub {
  const github: FakeGitHub = { issues: [], before: () => undefined };
  host.program("gh", async (p) => await github.before(p) ?? await gh(p, github));
  return github;
}

async function gh(p: RunningProgram, { issues }: FakeGitHub): Promise<number> {
  const say = async (value: unknown) => {
    await p.stdout(JSON.stringify(value));
    return 0;
  };
  const [command, , , , method, path = ""] = p.args;
  if (command === "--version") {
    await p.stdout("gh version 2.23.0 (2023-02-27)\nhttps://github.com/cli/cli/releases/tag/v2.23.0\n");
    return 0;
  }
  if (command === "auth") return 0;
  const [, repository, id] = /^repos\/([^/]+\/[^/]+)\/issues(?:\/(\d+))?/.exec(path) ?? [];
  if (method === "POST") {
    const number = issues.length + 1;
    const html_url = `https://github.com/${repository}/issues/${number}`;
    const issue = { ...JSON.parse(p.stdin), number, html_url, state: "open" };
    issues.push(issue);
    return await say(issue);
  }
  if (id !== undefined) {
    const at = issues.findIndex(({ number }) => String(number) === id);
    if (method === "PATCH") issues[at] = { ...issues[at]!, ...JSON.parse(p.stdin) };
    return await say(issues[at]);
  }
  const wanted = JSON.parse(/contains\((".*")\)\)\)/.exec(p.args.at(-1)!)![1]!);
  const here = issues.filter(({ html_url }) => html_url.startsWith(`https://github.com/${repository}/`));
  return await say({ count: here.length, found: here.filter(({ body }) => body.includes(wanted)) });
}
