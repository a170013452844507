/**
 * The command table: every command, in the order in which help shows them. A new command is one entry here
 * and one file below src/cli/commands, at the path of its words; help, completion, the manual page and
 * docs/commands.md follow.
 */

import type { CommandDefinition } from "./base/command.ts";

export interface CommandGroup {
  /** The heading in help for its commands. */
  readonly heading: string;
  readonly commands: readonly TableEntry[];
}

export interface TableEntry {
  /** `runs list`. */
  readonly path: string;
  /** One sentence without a capital and a dot. */
  readonly sentence: string;
  /** `--help` shows it; `help all` shows every command. */
  readonly isCommon: boolean;
  /** Its file; undefined for a noun, which only has commands below it. */
  readonly load: (() => Promise<{ readonly command: CommandDefinition }>) | undefined;
}

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    heading: "Setting up",
    commands: [
      common(verb("init", "write a first configuration for this folder", () => import("./commands/init.ts"))),
      noun("config", "check the configuration, and show what is in force and why"),
      verb(
        "config check",
        "report every problem of the configuration",
        () => import("./commands/config/check.ts"),
      ),
      verb(
        "config show",
        "show every value in force, and its source",
        () => import("./commands/config/show.ts"),
      ),
      verb(
        "config path",
        "print the path of the configuration in use, or of the records",
        () => import("./commands/config/path.ts"),
      ),
      verb(
        "config schema",
        "print the JSON Schema of the configuration",
        () => import("./commands/config/schema.ts"),
      ),
      common(verb(
        "doctor",
        "check everything that runs depend on, and say what to do",
        () => import("./commands/doctor.ts"),
      )),
      verb(
        "trust",
        "review, as a person, what jobs and tasks would run, and let assistants start them",
        () => import("./commands/trust.ts"),
      ),
      verb(
        "completion",
        "print the script for Tab completion in a shell",
        () => import("./commands/completion.ts"),
      ),
    ],
  },
  {
    heading: "Jobs",
    commands: [
      common(verb("list", "show the configured jobs", () => import("./commands/list.ts"))),
      common(verb("run", "run a job, show its output live, record it", () => import("./commands/run.ts"))),
      verb("graph", "show the jobs and their needs", () => import("./commands/graph.ts")),
      common(verb("status", "show the last recorded run of each job", () => import("./commands/status.ts"))),
      verb(
        "wait",
        "wait until runs have ended, and return with their exit code",
        () => import("./commands/wait.ts"),
      ),
      verb("stop", "stop running runs, and report how they ended", () => import("./commands/stop.ts")),
      noun("service", "what jobs and tasks use while they run"),
      verb(
        "service start",
        "start a service, and return when it is ready",
        () => import("./commands/service/start.ts"),
      ),
      verb(
        "service list",
        "show the configured services, and which are ready",
        () => import("./commands/service/list.ts"),
      ),
      verb("service stop", "end services", () => import("./commands/service/stop.ts")),
      verb(
        "service logs",
        "show the captured output of a service",
        () => import("./commands/service/logs.ts"),
      ),
      noun("schedule", "jobs that the timers of the system start"),
      verb(
        "schedule install",
        "write timers of the system for the configured schedules",
        () => import("./commands/schedule/install.ts"),
      ),
      verb(
        "schedule list",
        "show the configured schedules, and which are installed",
        () => import("./commands/schedule/list.ts"),
      ),
      verb(
        "schedule remove",
        "remove timers of this project",
        () => import("./commands/schedule/remove.ts"),
      ),
    ],
  },
  {
    heading: "What was recorded",
    commands: [
      common(verb("logs", "show the captured output of a run", () => import("./commands/logs.ts"))),
      common(noun("runs", "show recorded runs, and remove old ones")),
      verb("runs list", "show recorded runs, newest first", () => import("./commands/runs/list.ts")),
      verb("runs show", "show one run in full", () => import("./commands/runs/show.ts")),
      verb("ui", "show runs and tasks in the browser, live", () => import("./commands/ui.ts")),
      verb("report", "write the same pages as one file", () => import("./commands/report.ts")),
      verb(
        "export",
        "print a recorded run in a form that other tools read",
        () => import("./commands/export.ts"),
      ),
      verb(
        "runs why",
        "show why a run was needed, or why not",
        () => import("./commands/runs/why.ts"),
      ),
      verb(
        "runs accept-unchanged",
        "state, as a person, that the changes since the last good run do not matter",
        () => import("./commands/runs/accept-unchanged.ts"),
      ),
      verb(
        "runs prune",
        "remove old runs with their output, but never a running one",
        () => import("./commands/runs/prune.ts"),
      ),
      verb(
        "runs adopt",
        "adopt the records of this project from before its folder was moved",
        () => import("./commands/runs/adopt.ts"),
      ),
      verb(
        "recover",
        "finish the records of runs that were interrupted when Orchastration itself died",
        () => import("./commands/recover.ts"),
      ),
      verb(
        "verify",
        "check that what was recorded is unchanged, and what it proves today",
        () => import("./commands/verify.ts"),
      ),
      verb(
        "sign",
        "sign a run or the last build of a task, so that tools of others can check it",
        () => import("./commands/sign.ts"),
      ),
      noun("evidence", "what was signed, as a folder that others can check"),
      verb(
        "evidence export",
        "write records, logs, signatures and the commands that check them into one folder",
        () => import("./commands/evidence/export.ts"),
      ),
      verb(
        "evidence verify",
        "check an exported folder: its files, its chain, its signatures and its claim",
        () => import("./commands/evidence/verify.ts"),
      ),
      verb(
        "evidence trailer",
        "print the signed builds of tasks as trailers of a commit, or add them to its message",
        () => import("./commands/evidence/trailer.ts"),
      ),
      verb(
        "evidence hook",
        "print a hook of git that adds these trailers to every commit",
        () => import("./commands/evidence/hook.ts"),
      ),
      verb(
        "evidence note",
        "note the signed build of a task at a commit and its tree, in git",
        () => import("./commands/evidence/note.ts"),
      ),
    ],
  },
  {
    heading: "Tasks",
    commands: [
      common(noun("plan", "the tasks: what is wanted, and the status of each")),
      verb(
        "plan list",
        "show the configured tasks and the status of each",
        () => import("./commands/plan/list.ts"),
      ),
      verb(
        "plan create",
        "record the intent of a task, which its builds are compared with",
        () => import("./commands/plan/create.ts"),
      ),
      verb(
        "plan status",
        "show the status of a task, and the reason",
        () => import("./commands/plan/status.ts"),
      ),
      verb(
        "plan accept",
        "confirm, as a person, that a criterion is met by the last build",
        () => import("./commands/plan/accept.ts"),
      ),
      verb(
        "plan release",
        "end the ownership of a task, so that somebody else can work on it",
        () => import("./commands/plan/release.ts"),
      ),
      common(noun("build", "carry out tasks by their plans, and check the results")),
      verb(
        "build run",
        "execute a task, examine its outputs, record both",
        () => import("./commands/build/run.ts"),
      ),
      common(noun("doc", "documents of tasks, made from the records")),
      verb(
        "doc generate",
        "write what was planned and what happened as a document",
        () => import("./commands/doc/generate.ts"),
      ),
      common(noun("git", "the branch and the issue of a task, each created once")),
      noun("git branch", "the branch of a task"),
      verb(
        "git branch create",
        "create a branch for a task, or find the existing one",
        () => import("./commands/git/branch/create.ts"),
      ),
      noun("git worktree", "the work trees of tasks, in which several people and assistants work at a time"),
      verb(
        "git worktree create",
        "make a work tree for a task, ready to work in",
        () => import("./commands/git/worktree/create.ts"),
      ),
      verb(
        "git worktree list",
        "show every work tree: its task, what runs there, and what is not committed",
        () => import("./commands/git/worktree/list.ts"),
      ),
      verb(
        "git worktree remove",
        "remove the work tree of a task, but nothing that is only there",
        () => import("./commands/git/worktree/remove.ts"),
      ),
      verb(
        "git worktree merge",
        "merge the branch of a task that is done for exactly the files that are merged",
        () => import("./commands/git/worktree/merge.ts"),
      ),
      verb(
        "git worktree restore",
        "restore a removed work tree from what was saved of it",
        () => import("./commands/git/worktree/restore.ts"),
      ),
      noun("git issue", "the issue of a task on GitHub, through gh"),
      verb(
        "git issue create",
        "create an issue for a task, or find the existing one",
        () => import("./commands/git/issue/create.ts"),
      ),
      verb(
        "git issue status",
        "show the issue of a task as it is on GitHub",
        () => import("./commands/git/issue/status.ts"),
      ),
      verb(
        "git issue update",
        "update the issue's text and checklist",
        () => import("./commands/git/issue/update.ts"),
      ),
      verb(
        "git issue close",
        "close the issue of a task that is done",
        () => import("./commands/git/issue/close.ts"),
      ),
    ],
  },
  {
    heading: "More",
    commands: [
      common(
        verb("hash", "print the digests of files, as sha256sum does", () => import("./commands/hash.ts")),
      ),
      noun("hook", "answers to the hooks of coding assistants"),
      verb(
        "hook stop",
        "keep an assistant once from ending its turn while a task in progress is not proven",
        () => import("./commands/hook/stop.ts"),
      ),
      verb(
        "hook session-start",
        "give an assistant the running runs, the last failure and the open tasks",
        () => import("./commands/hook/session-start.ts"),
      ),
      verb(
        "hook post-tool",
        "note a command of an assistant that equals that of a job and ran outside",
        () => import("./commands/hook/post-tool.ts"),
      ),
      verb(
        "mcp",
        "serve coding assistants by the Model Context Protocol, on standard input and output",
        () => import("./commands/mcp.ts"),
      ),
      verb("man", "print the manual page, for man to show", () => import("./commands/man.ts")),
      verb("help", "show the help of a command, or of a topic", () => import("./commands/help.ts")),
    ],
  },
];

function verb(path: string, sentence: string, load: TableEntry["load"]): TableEntry {
  return { path, sentence, isCommon: false, load };
}

function noun(path: string, sentence: string): TableEntry {
  return { path, sentence, isCommon: false, load: undefined };
}

/** The commands for a new user; more than about twelve are too many at once. */
function common(entry: TableEntry): TableEntry {
  return { ...entry, isCommon: true };
}
