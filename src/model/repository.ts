/** A repository on GitHub: how it is named, and how the address of a remote names it. Pure. */

export const DEFAULT_GITHUB_HOST = "github.com";

export interface Repository {
  /** Lower case. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

const HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?";
const OWNER = "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";
const NAME = "[A-Za-z0-9._-]{1,100}";

const NAMED = new RegExp(`^(?:(${HOST})/)?(${OWNER})/(${NAME})$`);
const PATH = new RegExp(`^/*(${OWNER})/(${NAME}?)(?:\\.git)?/*$`);
const URL_FORM = new RegExp(`^(?:https?|ssh|git(?:\\+ssh)?)://(?:[^/]*@)?(${HOST})(?::\\d+)?(/.*)$`, "i");
/** `git@github.com:owner/name.git` */
const SCP_FORM = new RegExp(`^(?:[^/@:]+@)?(${HOST}):(?!//)(.*)$`);

/** `owner/name` or `host/owner/name`; undefined where it is neither. Without a host it is on the given one. */
export function parseRepository(text: string, host = DEFAULT_GITHUB_HOST): Repository | undefined {
  const match = NAMED.exec(text);
  return match === null ? undefined : repository(match[1] ?? host, match[2]!, match[3]!);
}

/** The repository that a remote's address leads to; undefined for a path on this machine and other forms. */
export function repositoryOfRemote(url: string): Repository | undefined {
  const match = URL_FORM.exec(url) ?? (url.includes("://") ? null : SCP_FORM.exec(url));
  if (match === null) return undefined;
  const path = PATH.exec(match[2]!.replace(/[?#].*$/s, ""));
  return path === null ? undefined : repository(match[1]!, path[1]!, path[2]!);
}

/** Whether the host in the address of a remote is one that ssh reads, and may know under another name. */
export function isSshRemote(url: string): boolean {
  return /^(?:git\+)?ssh:\/\//i.test(url) || (!url.includes("://") && SCP_FORM.test(url));
}

/** The same repository on the host that this one stands for. */
export function onHost({ owner, name }: Repository, host: string): Repository {
  return { host: knownHost(host), owner, name };
}

/** `owner/name`, and with its host where that is not github.com. */
export function repositoryText({ host, owner, name }: Repository): string {
  return host === DEFAULT_GITHUB_HOST ? `${owner}/${name}` : `${host}/${owner}/${name}`;
}

/** GitHub does not tell upper from lower case in names. */
export function isSameRepository(a: Repository, b: Repository): boolean {
  return repositoryText(a).toLowerCase() === repositoryText(b).toLowerCase();
}

function repository(host: string, owner: string, name: string): Repository | undefined {
  if (name === "." || name === "..") return undefined;
  return { host: knownHost(host), owner, name };
}

/** One name for GitHub's own hosts. Source: GitHub, "Using SSH over the HTTPS port". */
function knownHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === "ssh.github.com" || lower === "www.github.com" ? DEFAULT_GITHUB_HOST : lower;
}
