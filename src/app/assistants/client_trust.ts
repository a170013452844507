/** Determines from a client's own files whether it trusts the files of a project. Reads only. */

import { canonicalJson } from "../../model/canonical_json.ts";
import { parseToml } from "../../config/plain_toml.ts";
import type { Host } from "../../host/host.ts";
import {
  type AssistantTexts,
  type ClientName,
  HOOKS,
  isOurHook,
  OUR_NAME,
  userPlace,
} from "./assistant_parts.ts";
import { parsedJson } from "../../model/parsed_json.ts";

export interface ClientTrust {
  /** Whether it reads the files of this project at all. */
  readonly project: boolean;
  /** Whether it starts our server. */
  readonly server: boolean;
  /** Whether it calls the hook, by our name of the hook; a hook that is not configured is missing. */
  readonly hooks: ReadonlyMap<string, boolean>;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** The default of the group. Source: Codex CLI 0.169.0, `hooks/list` of its app server. */
const CODEX_TIMEOUT_S = 600;

type Table = Readonly<Record<string, unknown>>;

export async function clientTrust(
  host: Host,
  client: ClientName,
  root: string,
  texts: AssistantTexts,
): Promise<ClientTrust> {
  return client === "codex" ? await codexTrust(host, root, texts) : claudeTrust(host, root);
}

async function codexTrust(host: Host, root: string, texts: AssistantTexts): Promise<ClientTrust> {
  const { paths } = host;
  const place = userPlace("codex", host);
  const own = place === undefined ? {} : readToml(host, place.servers);
  const isTrusted = tableIn(own, "projects", root)["trust_level"] === "trusted";
  const file = paths.join(root, ".codex", "config.toml");
  const hooks = new Map<string, boolean>();
  for (const { event, hook } of HOOKS) {
    const groups = tableIn(readToml(host, file), "hooks")[event];
    const index = Array.isArray(groups) ? groups.findIndex((group) => isOurHook(group, texts)) : -1;
    if (!Array.isArray(groups) || index < 0) continue;
    const name = event.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
    const state = tableIn(own, "hooks", "state", `${file}:${name}:${index}:0`);
    const isSame = state["trusted_hash"] === `sha256:${await codexDigest(host, name, groups[index])}`;
    hooks.set(hook, isTrusted && isSame && state["enabled"] !== false);
  }
  return { project: isTrusted, server: isTrusted, hooks };
}

/** Codex trusts a hook by this digest. Source: Codex CLI 0.169.0; the test with the real one compares it. */
async function codexDigest({ digests }: Host, event: string, group: Table): Promise<string> {
  const [hook] = Array.isArray(group["hooks"]) ? group["hooks"] : [];
  const { command, timeout = CODEX_TIMEOUT_S } = hook ?? {};
  const form = {
    event_name: event,
    hooks: [{ async: false, command, timeout: Number(timeout), type: "command" }],
    ...("matcher" in group ? { matcher: String(group["matcher"]) } : {}),
  };
  return await digests.sha256(new TextEncoder().encode(canonicalJson(form)));
}

/** Claude Code asks once for a folder, and once for each server; hooks run where the folder is trusted. */
function claudeTrust(host: Host, root: string): ClientTrust {
  const { paths } = host;
  const place = userPlace("claude", host);
  const own = place === undefined ? {} : tableIn(readJson(host, place.servers), "projects", root);
  const isTrusted = own["hasTrustDialogAccepted"] === true;
  const settings = [
    own,
    readJson(host, paths.join(root, ".claude", "settings.local.json")),
    ...(place === undefined ? [] : [readJson(host, paths.join(place.settings, "settings.json"))]),
  ];
  const has = (key: string) =>
    settings.some((each) => {
      const names = each[key];
      return Array.isArray(names) && names.includes(OUR_NAME);
    });
  const isAllowed = has("enabledMcpjsonServers") ||
    settings.some((each) => each["enableAllProjectMcpServers"] === true);
  return {
    project: isTrusted,
    server: isTrusted && isAllowed && !has("disabledMcpjsonServers"),
    hooks: new Map(HOOKS.map(({ hook }) => [hook, isTrusted])),
  };
}

function tableIn(value: Table, ...keys: readonly string[]): Table {
  let table = value;
  for (const key of keys) {
    const inner = Object.hasOwn(table, key) ? table[key] : undefined;
    if (typeof inner !== "object" || inner === null) return {};
    table = { ...inner };
  }
  return table;
}

function readToml(host: Host, path: string): Table {
  const text = readText(host, path);
  const parsed = text === undefined ? undefined : parseToml(text);
  return parsed?.ok && typeof parsed.value === "object" ? { ...parsed.value } : {};
}

function readJson(host: Host, path: string): Table {
  const text = readText(host, path);
  if (text === undefined) return {};
  const value = parsedJson(text);
  return typeof value === "object" ? { ...value } : {};
}

/** The file of a client may be large. */
function readText({ files }: Host, path: string): string | undefined {
  const bytes = files.readBytes(path, MAX_BYTES);
  return bytes.ok ? new TextDecoder().decode(bytes.value) : undefined;
}
