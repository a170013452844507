/** `git issue` with the real gh, against a GitHub on loopback: exactly once, whatever fails in between. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  ghVersion,
  type GitHubProject,
  inGitHubProject,
  ISSUE_URL,
  TOML,
} from "../support/github_project.ts";
import { type Fault, MOCK_TOKEN } from "../support/mock_github.ts";

const GH = ghVersion();

function ghTest(name: string, test: (project: GitHubProject) => Promise<void>, toml = TOML): void {
  Deno.test({
    name: `gh: ${name}${GH === undefined ? " (gh is not installed)" : ""}`,
    ignore: GH === undefined || Deno.build.os === "windows",
    // The program runs in this process, and what the real host opens once for all of it (the system library,
    // its signal listeners) would be reported as a leak of the first test.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => inGitHubProject(test, toml),
  });
}

const ISSUE = "github.localhost/octo/hello#1";
const MARKER = '<!-- orchastration:issue task="sample" project="" -->';

interface ToolEntry {
  readonly argv: readonly string[];
  readonly effect: string;
  readonly timed_out: boolean;
}

function linkOf(project: GitHubProject): unknown {
  return (project.record("tasks/sample.json")["links"] as Record<string, unknown>)["issue"];
}

function lastRun(
  project: GitHubProject,
): { status: string; reason: string; action: string; tools: ToolEntry[]; id: string } {
  return project.record("runs/sample/last.json") as never;
}

/** Every text in the state folder. */
function kept(folder: string): string {
  let text = "";
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    text += entry.isDirectory ? kept(path) : Deno.readTextFileSync(path);
  }
  return text;
}

ghTest("an issue is created, linked and recorded; called again, nobody is asked", async (project) => {
  assertEquals(await project.create("--label", "bug"), {
    code: 0,
    stdout: `${ISSUE} created: ${ISSUE_URL}/1\n`,
    stderr: "",
  });
  const [issue] = project.github.issues;
  assertEquals([issue!.title, issue!.labels], ["sample: Say hello to everybody", ["bug"]]);
  assertEquals(issue!.body.split("\n").at(-3), MARKER);
  const run = lastRun(project);
  assertEquals([run.action, run.status, run.reason], [
    "git.issue.create",
    "succeeded",
    `the issue was created: ${ISSUE_URL}/1`,
  ]);
  assertEquals(linkOf(project), {
    repo: "github.localhost/octo/hello",
    number: 1,
    url: `${ISSUE_URL}/1`,
    run: run.id,
  });
  const changing = run.tools.filter(({ effect }) => effect !== "none");
  assertEquals(changing.map(({ argv, effect }) => ({ argv, effect })), [{
    argv: [
      ...["gh", "api", "--hostname", "github.localhost", "--method", "POST", "repos/octo/hello/issues"],
      ...["--input", "-"],
    ],
    effect: "done",
  }]);

  const asked = project.github.requests.length;
  assertEquals(await project.create(), {
    code: 0,
    stdout: `${ISSUE} exists already: ${ISSUE_URL}/1\n`,
    stderr: "",
  });
  assertEquals([project.github.requests.length, project.github.issues.length], [asked, 1]);
});

ghTest("no token is kept or shown, wherever it could stand", async (project) => {
  await project.create("--json", "--log-level", "debug");
  project.github.faults.set("*", { kind: "status", status: 403, message: `no, ${MOCK_TOKEN} may not` });
  const said = await project.create("--relink", "--json", "--log-level", "debug");
  assertEquals(said.code, 69);
  const all = said.stdout + said.stderr + kept(`${project.folder.path}/state`);
  assertEquals([all.includes(MOCK_TOKEN), all.includes("hunter2")], [false, false]);
  assertEquals(JSON.parse(said.stdout).code, "github_failed");
});

ghTest(
  "the state is lost: the repository's list knows the issue, on whichever page it is",
  async (project) => {
    assertEquals((await project.create()).code, 0);
    for (let i = 0; i < 150; i++) project.github.addIssue({ title: `other ${i}`, body: `quoted: ${MARKER}` });
    // A pull request is listed as an issue, and can have any text.
    project.github.addIssue({ body: MARKER, pull_request: {} });
    project.github.issues[0]!.state = "closed";
    Deno.removeSync(`${project.folder.path}/state`, { recursive: true });
    assertEquals(await project.create(), {
      code: 0,
      stdout: `${ISSUE} exists already, and was linked: ${ISSUE_URL}/1\n`,
      stderr: "",
    });
    assertEquals([project.github.count("POST"), project.github.issues.length], [1, 152]);
  },
);

interface Refusal {
  readonly fault: Fault;
  readonly fact: string;
  readonly next: string;
}

const status = (status: number, message: string): Fault => ({ kind: "status", status, message });

/** Refused at the first question, which is the list. */
const REFUSALS: readonly Refusal[] = [
  {
    fault: status(401, "Bad credentials"),
    fact: "github.localhost rejected the token that gh uses",
    next: "gh auth status --hostname github.localhost, then gh auth login, or renew GH_TOKEN",
  },
  {
    fault: status(403, "Resource not accessible by personal access token"),
    fact: "GitHub does not permit it: Resource not accessible by personal access token",
    next: "gh auth status, which shows the scopes of the token; or ask for the permission",
  },
  {
    fault: status(403, "API rate limit exceeded for user ID 1."),
    fact: "GitHub limits the rate of requests: API rate limit exceeded for user ID 1.",
    next: "wait some minutes, then run the command again; gh api rate_limit shows when the limit ends",
  },
  {
    fault: status(429, "You have exceeded a secondary rate limit"),
    fact: "GitHub limits the rate of requests: You have exceeded a secondary rate limit",
    next: "wait some minutes, then run the command again; gh api rate_limit shows when the limit ends",
  },
  {
    fault: status(404, "Not Found"),
    fact:
      "repository github.localhost/octo/hello does not exist, or the account that is logged in cannot see it",
    next: "gh auth status, or name another repository with --repo <owner/name>",
  },
  {
    fault: status(410, "Issues are disabled for this repo"),
    fact: "issues are disabled in github.localhost/octo/hello",
    next:
      "gh repo edit github.localhost/octo/hello --enable-issues, or name another repository with --repo <owner/name>",
  },
  {
    fault: status(422, "Validation Failed"),
    fact: "GitHub did not accept it: Validation Failed",
    next: "orchastration --state-dir state git issue create sample --dry-run",
  },
];

for (const method of ["GET", "POST"]) {
  for (const { fault, fact, next } of REFUSALS) {
    const name = fault.kind === "status" ? `${fault.status} ${fault.message}` : fault.kind;
    ghTest(`refused at ${method}, and nothing is half-recorded: ${name}`, async (project) => {
      project.github.faults.set(method, fault);
      assertEquals(await project.create(), {
        code: 69,
        stdout: "",
        stderr: `error: Cannot create an issue for task "sample": ${fact}\n  try: ${next}\n`,
      });
      const run = lastRun(project);
      assertEquals([run.status, run.reason], ["failed", `Cannot create an issue for task "sample": ${fact}`]);
      assertEquals(run.tools.filter(({ effect }) => effect !== "none"), []);
      assertEquals(
        project.folder.path !== "" && exists(`${project.folder.path}/state/tasks/sample.json`),
        false,
      );
      // After it is fixed, one call is enough.
      project.github.faults.clear();
      assertEquals([(await project.create()).code, project.github.issues.length, project.pauses], [0, 1, []]);
    });
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}

for (
  const [name, fault, made] of [
    ["500 before it was made", status(500, "Server Error"), 0],
    ["502 before it was made", status(502, "Bad Gateway"), 0],
    ["the reply is lost after it was made", { kind: "lost_reply", after: true }, 1],
    ["the connection is lost before it was made", { kind: "lost_reply", after: false }, 0],
    ["the server hangs after it was made", { kind: "hang", after: true }, 1],
    ["the server hangs before it was made", { kind: "hang", after: false }, 0],
    ["the answer is none, after it was made", { kind: "garbage" }, 1],
  ] as const satisfies readonly (readonly [string, Fault, number])[]
) {
  ghTest(`whether it was made is not known, the next call finds out: ${name}`, async (project) => {
    project.github.faults.set("POST", fault);
    const said = await project.call(["git", "issue", "create", "sample"], { boundMs: 1500 });
    assertEquals([said.code, said.stdout], [69, ""]);
    assertMatch(
      said.stderr,
      /^error: Cannot create an issue for task "sample" for certain: .*; it is unknown whether the change was made\n {2}try: run the command again: it first finds out what was done\n$/,
    );
    const run = lastRun(project);
    assertEquals([run.status, run.tools.at(-1)!.effect, run.tools.at(-1)!.timed_out], [
      "failed",
      "unknown",
      fault.kind === "hang",
    ]);
    assertMatch(run.reason, /; it is unknown whether the change was made$/);
    assertEquals([exists(`${project.folder.path}/state/tasks/sample.json`), project.github.issues.length], [
      false,
      made,
    ]);

    project.github.faults.clear();
    const again = await project.create();
    assertEquals(again, {
      code: 0,
      stdout: made === 1
        ? `${ISSUE} exists already, and was linked: ${ISSUE_URL}/1\n`
        : `${ISSUE} created: ${ISSUE_URL}/1\n`,
      stderr: "",
    });
    assertEquals([project.github.issues.length, (linkOf(project) as { number: number }).number], [1, 1]);
    // Where it is not in the list at once, it is waited for before another one is created.
    assertEquals([project.pauses.length, project.pauses.every((ms) => ms > 0 && ms <= 10_000)], [
      1 - made,
      true,
    ]);
  });
}

ghTest("an issue that shows up late is waited for", async (project) => {
  project.github.faults.set("POST", { kind: "lost_reply", after: true });
  assertEquals((await project.create()).code, 69);
  project.github.faults.clear();
  // The list does not have it yet, when it is read first.
  const [late] = project.github.issues.splice(0);
  const push = project.pauses.push.bind(project.pauses);
  project.pauses.push = (ms) => {
    project.github.issues.push(late!);
    return push(ms);
  };
  assertEquals(
    (await project.create()).stdout,
    `${ISSUE} exists already, and was linked: ${ISSUE_URL}/1\n`,
  );
  assertEquals([project.github.issues.length, project.github.count("POST")], [1, 1]);
});

ghTest(
  "killed between the creation on the server and the record: one issue, and a linked task",
  async (project) => {
    const { folder, github, env } = project;
    github.faults.set("POST", { kind: "hang", after: true });
    const created = github.whenCreated();
    const [program, ...args] = folder.command;
    const child = new Deno.Command(program, {
      args: [...args, "git", "issue", "create", "sample", "--state-dir", "state"],
      cwd: folder.path,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "null" as const,
    }).spawn();
    await created;
    child.kill("SIGKILL");
    await child.status;
    const cutOff = lastRun(project);
    assertEquals([cutOff.status, cutOff.tools.at(-1)!.effect], ["running", "unknown"]);
    assertEquals([github.issues.length, exists(`${folder.path}/state/tasks/sample.json`)], [1, false]);

    github.faults.clear();
    assertEquals(await project.create(), {
      code: 0,
      stdout: `${ISSUE} exists already, and was linked: ${ISSUE_URL}/1\n`,
      stderr: "",
    });
    assertEquals([github.issues.length, github.count("POST")], [1, 1]);
    assertEquals((linkOf(project) as { number: number }).number, 1);
    const shown = await project.call(["runs", "show", cutOff.id, "--json"]);
    assertEquals(JSON.parse(shown.stdout).status, "interrupted");
  },
);

ghTest(
  "killed while gh waits for the server: gh does not make an issue behind the next call's back",
  async (project) => {
    const { folder, github, env } = project;
    github.faults.set("POST", { kind: "hang", after: false });
    const [program, ...args] = folder.command;
    const child = new Deno.Command(program, {
      args: [...args, "git", "issue", "create", "sample", "--state-dir", "state"],
      cwd: folder.path,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "null" as const,
    }).spawn();
    while (github.count("POST") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await child.status;
    github.faults.clear();
    const token = lastRun(project) as unknown as { token: string };
    assertEquals((await project.create()).stdout, `${ISSUE} created: ${ISSUE_URL}/1\n`);
    assertEquals([github.issues.length, project.pauses.length], [1, 1]);
    if (Deno.build.os === "linux") assertEquals(marked(token.token), []);
  },
);

/** Processes that carry the token of a run. */
function marked(token: string): readonly string[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name)).map(({ name }) => name)
    .filter((pid) => {
      try {
        return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(token);
      } catch {
        // It has ended, or belongs to somebody else.
        return false;
      }
    });
}

ghTest("the network is down: told as such, and known to have made nothing", async (project) => {
  const down = { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" };
  const said = await project.call(["git", "issue", "create", "sample"], { env: down });
  assertEquals(said.code, 69);
  assertMatch(
    said.stderr,
    /^error: Cannot create an issue for task "sample": GitHub could not be reached: .*\n {2}try: check the network, then run the command again\n$/,
  );
});

ghTest(
  "a server that hangs when it is asked is given up in time, and nothing is in doubt",
  async (project) => {
    project.github.faults.set("GET", { kind: "hang", after: false });
    const said = await project.call(["git", "issue", "create", "sample"], { boundMs: 1500 });
    assertEquals(said, {
      code: 69,
      stdout: "",
      stderr: 'error: Cannot create an issue for task "sample": GitHub did not answer within 30 seconds\n' +
        "  try: check the network, then run the command again\n",
    });
    assertEquals(lastRun(project).tools.filter(({ effect }) => effect !== "none"), []);
  },
);

ghTest("not logged in", async (project) => {
  const said = await project.call(["git", "issue", "create", "sample"], { env: { GH_TOKEN: "" } });
  assertEquals(said, {
    code: 69,
    stdout: "",
    stderr: 'error: Cannot create an issue for task "sample": gh is not logged in to github.localhost\n' +
      "  try: gh auth login --hostname github.localhost\n",
  });
});

ghTest("a label that the repository does not have is not made", async (project) => {
  assertEquals(await project.create("--label", "bug", "--label", "no/such label"), {
    code: 69,
    stdout: "",
    stderr: 'error: Cannot create an issue for task "sample": github.localhost/octo/hello has no label ' +
      '"no/such label"\n  try: gh label create, or gh label list --repo github.localhost/octo/hello ' +
      "to see its labels\n",
  });
  assertEquals([project.github.issues.length, project.github.count("POST")], [0, 0]);
});

ghTest("status, update and close", async (project) => {
  const { github } = project;
  const on = (...words: readonly string[]) => project.call(["git", "issue", ...words, "sample"]);
  const before = await on("status");
  assertEquals([before.code, before.stderr], [
    65,
    'error: Cannot show the issue of task "sample": its record names no issue\n' +
    "  try: orchastration --state-dir state git issue create sample\n",
  ]);
  assertEquals((await project.create()).code, 0);
  const shown = (text: string) =>
    `issue  ${ISSUE}\nstate  open\ntitle  sample: Say hello to everybody\ntext   ${text}\nurl    ${ISSUE_URL}/1\n`;
  assertEquals((await on("status")).stdout, shown("up to date"));
  assertEquals((await on("update")).stdout, `${ISSUE} is up to date: ${ISSUE_URL}/1\n`);
  assertEquals(github.count("PATCH"), 0);

  // Somebody writes around the text, in an editor with other line ends.
  const [issue] = github.issues;
  issue!.body = `Before.\r\n\r\n${issue!.body.replaceAll("\n", "\r\n")}\r\nAfter.`;
  assertEquals((await on("status")).stdout, shown("up to date"));
  const early = await on("close");
  assertEquals([early.code, early.stderr], [
    65,
    'error: Cannot close the issue of task "sample": it is not planned: nothing is planned yet\n' +
    "  try: orchastration --state-dir state plan create sample\n",
  ]);
  for (const words of ["plan create sample", "build run sample", "plan accept sample ac2"]) {
    // Not in process, because running tasks keeps a system library open for as long as the process lives.
    const said = await project.folder.orchastration(...words.split(" "), "--state-dir", "state");
    assertEquals([words, said.code], [words, 0], said.stderr);
  }
  const plan = project.record("tasks/sample.json")["plan"] as { sha256: string };
  assertEquals(
    (await on("status")).stdout,
    `${shown("out of date")}next   orchastration --state-dir state git issue update sample\n`,
  );
  assertEquals((await on("update")).stdout, `${ISSUE} updated: ${ISSUE_URL}/1\n`);
  assert(issue!.body.startsWith("Before.\r\n\r\n<!-- orchastration:begin"));
  assert(issue!.body.trimEnd().endsWith("<!-- orchastration:end -->\r\n\r\nAfter."));
  assert(
    issue!.body.includes("- [x] `ac1` it is there") && issue!.body.includes("- [x] `ac2` somebody read it"),
  );
  assert(issue!.body.includes(plan.sha256) && issue!.body.includes(MARKER));

  assertEquals((await on("close")).stdout, `${ISSUE} closed: ${ISSUE_URL}/1\n`);
  assertEquals([issue!.state, issue!.state_reason], ["closed", "completed"]);
  assertEquals((await on("close")).stdout, `${ISSUE} is closed already: ${ISSUE_URL}/1\n`);
  assertEquals(lastRun(project).action, "git.issue.close");
});

ghTest("an issue whose marks are gone is left alone", async (project) => {
  assertEquals((await project.create()).code, 0);
  project.github.issues[0]!.body = "all of it is mine now";
  const said = await project.call(["git", "issue", "update", "sample"]);
  assertEquals([said.code, project.github.issues[0]!.body], [65, "all of it is mine now"]);
  const shown = await project.call(["git", "issue", "status", "sample", "--json"]);
  assertEquals(JSON.parse(shown.stdout).issue.text, "damaged");
});

ghTest("an issue that is gone is told, and --relink makes another", async (project) => {
  assertEquals((await project.create()).code, 0);
  project.github.issues.splice(0, 1, { ...project.github.issues[0]!, number: 99, body: "another one" });
  const said = await project.call(["git", "issue", "status", "sample"]);
  assertEquals([said.code, said.stderr], [
    69,
    `error: Cannot show the issue of task "sample": issue ${ISSUE} no longer exists\n` +
    "  try: orchastration --state-dir state git issue create sample --relink\n",
  ]);
  assertEquals((await project.create("--relink")).code, 0);
  assertEquals((linkOf(project) as { number: number }).number, 2);
});

ghTest("called many times at once, there is one issue", async (project) => {
  const said = await Promise.all(Array.from({ length: 8 }, () => project.create()));
  assertEquals(said.filter(({ stdout }) => stdout.includes(" created: ")).length, 1);
  assert(said.every(({ code }) => code === 0 || code === 75), said.map(({ stderr }) => stderr).join(""));
  assertEquals([project.github.issues.length, project.github.count("POST")], [1, 1]);
});

ghTest(
  "the record of the task cannot be written after the creation: the next call links it",
  async (project) => {
    // A folder is in the place of the record.
    Deno.mkdirSync(`${project.folder.path}/state/tasks`, { recursive: true });
    Deno.chmodSync(`${project.folder.path}/state/tasks`, 0o500);
    const blocked = Deno.uid() === 0;
    if (!blocked) assertEquals((await project.create()).code, 74);
    Deno.chmodSync(`${project.folder.path}/state/tasks`, 0o700);
    assertEquals((await project.create()).code, 0);
    assertEquals([project.github.issues.length, (linkOf(project) as { number: number }).number], [1, 1]);
  },
);
