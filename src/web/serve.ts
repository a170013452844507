/** The server of the page: answers what the gate admits, and nothing that writes or starts anything. */

import type { Workspace } from "../app/workspace/workspace.ts";
import type { Host } from "../host/host.ts";
import type { WebAnswer, WebRequest } from "../host/network.ts";
import type { Failure } from "../model/failure.ts";
import { nextCommand, type NextSteps } from "../model/next_step.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { answerWith, ENTRANCE, ICON, pageText } from "./answers.ts";
import { Changes } from "./changes.ts";
import { admit, cookieName, OneTimeSecret, type Secrets } from "./gate.ts";
import { dataOf, failedWith } from "./pages.ts";
import { STYLE } from "./style.ts";

/** A browser that was just started has asked by then. */
const OPENING_MS = 60_000;

export interface WebPorts {
  readonly host: Host;
  /** Opened for each request, so that the present configuration is used. */
  open(): Result<Workspace, Failure>;
  nextLine(steps: NextSteps): string | undefined;
}

export interface Site {
  /** For people, with the secret of this start. */
  readonly address: string;
  /** For the browser that is opened now: accepted once. */
  readonly openingAddress: string;
  close(): Promise<void>;
}

/** `port` 0: any free one. `script`: of the page. */
export async function serveSite(
  ports: WebPorts,
  port: number,
  script: string,
): Promise<Result<Site, Failure>> {
  const { host } = ports;
  const secrets: Secrets = { address: host.digests.randomToken(), cookie: host.digests.randomToken() };
  const onceWord = host.digests.randomToken();
  const lateMs = host.clock.monotonicMs() + OPENING_MS;
  const once = new OneTimeSecret(onceWord, () => host.clock.monotonicMs() > lateMs);
  const changes = new Changes(host, () => stateFolderOf(ports));
  const served = await host.network.serve(port, async (request) => {
    const admission = admit(request, served.ok ? served.value.port : 0, secrets, (word) => once.take(word));
    switch (admission.kind) {
      case "refused": {
        const headers = admission.status === 405 ? { allow: "GET" } : {};
        return answerWith("text", `${admission.words}\n`, { status: admission.status, headers });
      }
      case "entering": {
        const cookie = `${cookieName(served.ok ? served.value.port : 0)}=${secrets.cookie}`;
        return answerWith("html", ENTRANCE, {
          headers: { "set-cookie": `${cookie}; Path=/; HttpOnly; SameSite=Strict` },
        });
      }
      case "admitted":
        return await answer(request, ports, { script, changes });
    }
  });
  if (!served.ok) return cannotServe(host, port, served.failure.reason);
  const base = `http://127.0.0.1:${served.value.port}`;
  return ok({
    address: `${base}/${secrets.address}/`,
    openingAddress: `${base}/${onceWord}/`,
    async close() {
      await changes.close();
      await served.value.close();
    },
  });
}

interface Parts {
  readonly script: string;
  readonly changes: Changes;
}

async function answer(
  { path, query }: WebRequest,
  ports: WebPorts,
  { script, changes }: Parts,
): Promise<WebAnswer> {
  switch (path) {
    case "/":
      return answerWith("html", pageText(ports.nextLine([nextCommand("ui")]) ?? ""));
    case "/page.js":
      return answerWith("script", script);
    case "/page.css":
      return answerWith("style", STYLE);
    case "/icon.svg":
      return answerWith("icon", ICON);
    case "/events": {
      const events = changes.open();
      return events === undefined
        ? answerWith("text", "Too many pages are open.\n", { status: 503 })
        : answerWith("events", events);
    }
  }
  const view = /^\/data\/([a-z]+)$/.exec(path)?.[1];
  const data = view === undefined ? undefined : await dataFor(view, query, ports);
  return data === undefined
    ? answerWith("text", "There is no such page.\n", { status: 404 })
    : answerWith("json", JSON.stringify(data));
}

async function dataFor(view: string, query: URLSearchParams, ports: WebPorts) {
  const workspace = ports.open();
  if (!workspace.ok) return failedWith(workspace.failure, ports);
  try {
    const nextLine = (steps: NextSteps) => ports.nextLine(steps);
    return await dataOf({ workspace: workspace.value, nextLine }, view, query);
  } finally {
    await workspace.value.close();
  }
}

async function stateFolderOf(ports: WebPorts): Promise<string | undefined> {
  const workspace = ports.open();
  if (!workspace.ok) return undefined;
  const place = await workspace.value.stateFolder();
  await workspace.value.close();
  return place.ok ? place.value.folder : undefined;
}

function cannotServe({ network }: Host, port: number, reason: string): Result<never, Failure> {
  const holder = network.holderOf(port);
  return fail({
    code: "arguments_invalid",
    action: "serve pages at port",
    value: String(port),
    fact: holder === undefined
      ? reason
      : `${holder.program ?? "another program"} (${holder.pid}) listens there`,
    next: [nextCommand("ui")],
  });
}
