/**
 * GitHub on loopback: the part of its REST interface that our code uses, with a switch for every fault.
 * Called as a proxy (HTTP_PROXY), so that the real gh takes it for github.localhost. Source:
 * docs.github.com/rest/issues.
 */

import { readRequest, type WireRequest } from "./http_wire.ts";

export const MOCK_HOST = "github.localhost";
export const MOCK_REPOSITORY = "octo/hello";
export const MOCK_TOKEN = "gho_mocktoken0123456789";

/** The server's fault instead of its work. `after`: it has done its work, but nobody is told. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly message: string }
  | { readonly kind: "garbage" }
  | { readonly kind: "hang"; readonly after: boolean }
  | { readonly kind: "lost_reply"; readonly after: boolean };

export interface MockIssue {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  state_reason: string | null;
  readonly labels: readonly string[];
  readonly pull_request?: unknown;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export class MockGitHub {
  readonly issues: MockIssue[] = [];
  readonly labels = new Set(["bug", "help wanted"]);
  /** `METHOD path?query`, in order. */
  readonly requests: string[] = [];
  /** By method; "*" for every one. It stays until it is removed. */
  readonly faults = new Map<string, Fault>();
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;
  readonly #handled = new Set<Promise<void>>();
  #onCreated: () => void = () => {};

  constructor() {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Resolves when the next issue has been created, before anybody is told. */
  whenCreated(): Promise<void> {
    return new Promise((resolve) => this.#onCreated = resolve);
  }

  /** Requests of one method. */
  count(method: string): number {
    return this.requests.filter((each) => each.startsWith(`${method} `)).length;
  }

  addIssue(issue: Partial<MockIssue>): MockIssue {
    const added: MockIssue = {
      title: "",
      body: "",
      state: "open",
      state_reason: null,
      labels: [],
      ...issue,
      number: this.issues.length + 1,
    };
    this.issues.push(added);
    return added;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await this.#serving;
    await Promise.all(this.#handled);
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      const handled = this.#handle(connection).finally(() => this.#handled.delete(handled));
      this.#handled.add(handled);
    }
  }

  async #handle(connection: Deno.Conn): Promise<void> {
    try {
      const request = await readRequest(connection);
      if (request === undefined) return;
      const url = new URL(request.target);
      this.requests.push(`${request.method} ${url.pathname}${url.search}`);
      const fault = this.faults.get(request.method) ?? this.faults.get("*");
      const reply = this.#withFault(fault, request, url);
      if (fault?.kind === "hang") {
        // Until the other side, or the end of the test, closes the connection.
        await connection.read(new Uint8Array(1));
      } else if (fault?.kind !== "lost_reply") {
        await connection.write(encode(reply, fault?.kind === "garbage"));
      }
    } catch (error) {
      // The other side has gone, or the test is over.
      if (!isGone(error)) throw error;
    } finally {
      this.#connections.delete(connection);
      close(connection);
    }
  }

  #withFault(fault: Fault | undefined, request: WireRequest, url: URL): Reply {
    if (fault?.kind === "status") return { status: fault.status, body: { message: fault.message } };
    if (fault !== undefined && "after" in fault && !fault.after) return { status: 0, body: {} };
    return this.#answer(request, url);
  }

  #answer({ method, headers, body }: WireRequest, url: URL): Reply {
    if (headers.get("authorization") !== `token ${MOCK_TOKEN}`) {
      return { status: 401, body: { message: "Bad credentials" } };
    }
    const [, owner, name, what, id] =
      /^\/repos\/([^/]+)\/([^/]+)(?:\/(issues|labels)(?:\/(.+))?)?$/.exec(url.pathname) ?? [];
    if (`${owner}/${name}` !== MOCK_REPOSITORY) return NOT_FOUND;
    if (what === "labels") {
      return this.labels.has(decodeURIComponent(id ?? "")) ? { status: 200, body: { name: id } } : NOT_FOUND;
    }
    if (what !== "issues") return NOT_FOUND;
    if (id === undefined) return method === "POST" ? this.#create(body) : this.#list(url.searchParams);
    const issue = this.issues.find(({ number }) => String(number) === id);
    if (issue === undefined) return NOT_FOUND;
    if (method === "PATCH") Object.assign(issue, JSON.parse(body));
    return { status: 200, body: shown(issue) };
  }

  #list(query: URLSearchParams): Reply {
    const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 30)];
    const listed = this.issues.filter(({ state }) => query.get("state") === "all" || state === "open")
      .toReversed().slice((page - 1) * size, page * size);
    return { status: 200, body: listed.map(shown) };
  }

  #create(text: string): Reply {
    const { title, body, labels } = JSON.parse(text);
    if (typeof title !== "string" || title === "" || title.length > 256) {
      const errors = [{ resource: "Issue", code: "custom", field: "title", message: "title is too long" }];
      return { status: 422, body: { message: "Validation Failed", errors } };
    }
    const issue = this.addIssue({ title, body, labels: labels ?? [] });
    this.#onCreated();
    return { status: 201, body: shown(issue) };
  }
}

const NOT_FOUND: Reply = { status: 404, body: { message: "Not Found" } };

function shown(issue: MockIssue) {
  return {
    ...issue,
    html_url: `http://${MOCK_HOST}/${MOCK_REPOSITORY}/issues/${issue.number}`,
    labels: issue.labels.map((name) => ({ name })),
  };
}

function encode({ status, body }: Reply, isGarbage: boolean): Uint8Array {
  const text = new TextEncoder().encode(
    isGarbage ? "<html>Welcome to the airport</html>" : JSON.stringify(body),
  );
  const head = `HTTP/1.1 ${isGarbage ? 200 : status} Answer\r\ncontent-type: ${
    isGarbage ? "text/html" : "application/json"
  }\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n`;
  return new Uint8Array([...new TextEncoder().encode(head), ...text]);
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.Interrupted;
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
