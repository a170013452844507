/** The files of an assistant's client in which we have a part, and our content of each. */

import type { JsonEntry } from "../../model/json_entry.ts";
import { type CommentForm, HASH_COMMENT, MARKDOWN_COMMENT } from "../../model/marked_block.ts";
import type { Host } from "../../host/host.ts";

export const CLIENTS = ["codex", "claude"] as const;
export type ClientName = (typeof CLIENTS)[number];

/** As the clients call them, with our word after `hook`. */
export const HOOKS = [
  { event: "SessionStart", hook: "session-start" },
  { event: "PostToolUse", hook: "post-tool", matcher: "Bash" },
  { event: "Stop", hook: "stop" },
] as const;

/** The bound for our hooks in the client's settings; without it, some clients wait for ten minutes. */
const HOOK_TIMEOUT_S = 5;

/** The name of our server and of our skill. */
export const OUR_NAME = "orchastration";

/** Texts and command lines of a face. */
export interface AssistantTexts {
  /** The lines between the marks. */
  readonly instructions: readonly string[];
  /** The whole file. */
  readonly skill: string;
  /** The command line that starts the server, the program first. */
  readonly server: readonly [string, ...string[]];
  /** The command line for a hook. */
  hookLine(hook: string): string;
  isHookLine(line: string): boolean;
}

export type PartName = "instructions" | "skill" | "server" | "hooks";

export interface AssistantPart {
  readonly names: readonly PartName[];
  /** Absolute. */
  readonly path: string;
  readonly content:
    | { readonly kind: "block"; readonly lines: readonly string[]; readonly form: CommentForm }
    | { readonly kind: "entries"; readonly entries: readonly JsonEntry[] }
    /** The file is ours as a whole. */
    | { readonly kind: "whole"; readonly text: string };
}

/** Where a client has its files. */
export interface ClientPlace {
  /** Its own folder in the project, or in the home of the user. */
  readonly settings: string;
  readonly instructions: string;
  readonly skills: string;
  /** Claude Code's file of servers; Codex has them among its settings. */
  readonly servers: string;
}

export function projectPlace(client: ClientName, root: string, { paths }: Pick<Host, "paths">): ClientPlace {
  const at = (...names: string[]) => paths.join(root, ...names);
  return client === "codex"
    ? {
      settings: at(".codex"),
      instructions: at("AGENTS.md"),
      skills: at(".agents", "skills"),
      servers: at(".codex", "config.toml"),
    }
    : {
      settings: at(".claude"),
      instructions: at("CLAUDE.md"),
      skills: at(".claude", "skills"),
      servers: at(".mcp.json"),
    };
}

/** undefined where the system does not say where the user's home is. */
export function userPlace(
  client: ClientName,
  { environment, paths }: Pick<Host, "environment" | "paths">,
): ClientPlace | undefined {
  const home = environment.get(environment.os === "windows" ? "USERPROFILE" : "HOME");
  if (home === undefined || !paths.isAbsolute(home)) return undefined;
  const own = environment.get(client === "codex" ? "CODEX_HOME" : "CLAUDE_CONFIG_DIR");
  const isMoved = own !== undefined && paths.isAbsolute(own);
  const settings = isMoved ? own : paths.join(home, client === "codex" ? ".codex" : ".claude");
  return client === "codex"
    ? {
      settings,
      instructions: paths.join(settings, "AGENTS.md"),
      skills: paths.join(home, ".agents", "skills"),
      servers: paths.join(settings, "config.toml"),
    }
    : {
      settings,
      instructions: paths.join(settings, "CLAUDE.md"),
      skills: paths.join(settings, "skills"),
      servers: paths.join(isMoved ? settings : home, ".claude.json"),
    };
}

export function partsOf(
  client: ClientName,
  place: ClientPlace,
  texts: AssistantTexts,
  { paths }: Pick<Host, "paths">,
): readonly AssistantPart[] {
  const common: readonly AssistantPart[] = [{
    names: ["instructions"],
    path: place.instructions,
    content: { kind: "block", lines: texts.instructions, form: MARKDOWN_COMMENT },
  }, {
    names: ["skill"],
    path: paths.join(place.skills, OUR_NAME, "SKILL.md"),
    content: { kind: "whole", text: texts.skill },
  }];
  if (client === "codex") {
    const lines = codexLines(texts);
    const content = { kind: "block", lines, form: HASH_COMMENT } as const;
    return [...common, { names: ["server", "hooks"], path: place.servers, content }];
  }
  const [command, ...args] = texts.server;
  const entries: readonly JsonEntry[] = HOOKS.map(({ event, hook, ...more }) => ({
    kind: "element",
    at: ["hooks", event],
    value: { ...more, hooks: [{ type: "command", command: texts.hookLine(hook), timeout: HOOK_TIMEOUT_S }] },
    isOurs: (value) => isOurHook(value, texts),
  }));
  return [...common, {
    names: ["server"],
    path: place.servers,
    content: {
      kind: "entries",
      entries: [{
        kind: "member",
        at: ["mcpServers"],
        key: OUR_NAME,
        value: { type: "stdio", command, args },
      }],
    },
  }, {
    names: ["hooks"],
    path: paths.join(place.settings, "settings.json"),
    content: { kind: "entries", entries },
  }];
}

/** A group of hooks that has ours and no other. */
export function isOurHook(value: unknown, texts: AssistantTexts): boolean {
  if (typeof value !== "object" || value === null || !("hooks" in value) || !Array.isArray(value.hooks)) {
    return false;
  }
  return value.hooks.length === 1 &&
    value.hooks.every((hook: unknown) =>
      typeof hook === "object" && hook !== null && "command" in hook && typeof hook.command === "string" &&
      texts.isHookLine(hook.command)
    );
}

/** Strings of JSON are strings of TOML. */
function codexLines({ server: [command, ...args], hookLine }: AssistantTexts): readonly string[] {
  return [
    `[mcp_servers.${OUR_NAME}]`,
    `command = ${JSON.stringify(command)}`,
    `args = ${JSON.stringify(args)}`,
    ...HOOKS.flatMap(({ event, hook, ...more }) => [
      "",
      `[[hooks.${event}]]`,
      ...Object.entries(more).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
      `[[hooks.${event}.hooks]]`,
      'type = "command"',
      `command = ${JSON.stringify(hookLine(hook))}`,
      `timeout = ${HOOK_TIMEOUT_S}`,
    ]),
  ];
}
