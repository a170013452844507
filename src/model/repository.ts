/** A repository on GitHub: its name, and how the URL of a remote names it. Pure. */

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

/**
 * Reads `owner/name` or `host/owner/name`; undefined for anything else. A name without a host belongs to the
 * given host.
 */
export function parseRepository(text: string, host = DEFAULT_GITHUB_HOST): Repository | undefined {
  const match = NAMED.exec(text);
  return match === null ? undefined : repository(match[1] ?? host, match[2]!, match[3]!);
}

/** The repository that a remote's URL names; undefined for a local path and other forms. */
export function repositoryOfRemote(url: string): Repository | undefined {
  const match = URL_FORM.exec(url) ?? (url.includes("://") ? null : SCP_FORM.exec(url));
  if (match === null) return undefined;
  const path = PATH.exec(match[2]!.replace(/[?#].*$/s, ""));
  return path === null ? undefined : repository(match[1]!, path[1]!, path[2]!);
}

/** Whether the host in a remote's URL is read by ssh, whose configuration may give it another name. */
export function isSshRemote(url: string): boolean {
  return /^(?:git\+)?ssh:\/\//i.test(url) || (!url.includes("://") && SCP_FORM.test(url));
}

/** The same repository on the host that this host is an alias of. */
export function onHost({ owner, name }: Repository, host: string): Repository {
  return { host: knownHost(host), owner, name };
}

/** `owner/name`, with the host in front where that is not github.com. */
export function repositoryText({ host, owner, name }: Repository): string {
  return host === DEFAULT_GITHUB_HOST ? `${owner}/${name}` : `${host}/${owner}/${name}`;
}

/** GitHub ignores case in names. */
export function isSameRepository(a: Repository, b: Repository): boolean {
  return repositoryText(a).toLowerCase() === repositoryText(b).toLowerCase();
}

function repository(host: string, owner: string, name: string): Repository | undefined {
  if (name === "." || name === "..") return undefined;
  return { host: knownHost(host), owner, name };
}

/** Maps GitHub's own hosts to one name. Source: GitHub, "Using SSH over the HTTPS port". */
function knownHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === "ssh.github.com" || lower === "www.github.com" ? DEFAULT_GITHUB_HOST : lower;
}
