/** Sends a trace to a collector, as the variables of OpenTelemetry say. Source: its specification of OTLP exporters. */

import type { Host } from "../../host/host.ts";
import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const TIMEOUT_MS = 10_000;

/** `body` is JSON. Returns the address to which it went. */
export async function sendTrace(
  { environment, network }: Pick<Host, "environment" | "network">,
  body: string,
): Promise<Result<string, Failure>> {
  const value = (name: string) =>
    environment.get(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ||
    environment.get(`OTEL_EXPORTER_OTLP_${name}`) || undefined;
  const variable = environment.get(TRACES_ENDPOINT) ? TRACES_ENDPOINT : ENDPOINT;
  const address = environment.get(TRACES_ENDPOINT) ||
    below(environment.get(ENDPOINT) ?? "");
  if (address === undefined) {
    return fail({
      code: "arguments_invalid",
      action: "use",
      value: "--send",
      fact: `${ENDPOINT} does not name a collector`,
      next: [nextAdvice("set it, for example to http://localhost:4318")],
    });
  }
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refused(address, "it is no address that begins with http:// or https://", variable);
  }
  const timeoutMs = Number(value("TIMEOUT")) || TIMEOUT_MS;
  const headers = { ...headersOf(value("HEADERS") ?? ""), "content-type": "application/json" };
  const answer = await network.post(url.href, { headers, body: new TextEncoder().encode(body), timeoutMs });
  // A password can be part of the address.
  const shown = `${url.origin}${url.pathname}`;
  if (!answer.ok) return refused(shown, answer.failure.reason, variable);
  if (answer.value < 200 || answer.value > 299) {
    return refused(shown, `it answered with status ${answer.value}`, variable);
  }
  return ok(shown);
}

/** Traces have their own path below the common address. */
function below(endpoint: string): string | undefined {
  return endpoint === "" ? undefined : `${endpoint.replace(/\/$/, "")}/v1/traces`;
}

/** `name=value,name=value`, each percent-encoded; a part of another form is left out. */
function headersOf(text: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    if (at > 0) headers[decoded(part.slice(0, at).trim())] = decoded(part.slice(at + 1).trim());
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function refused(address: string, fact: string, variable: string): Result<never, Failure> {
  return fail({
    code: "send_failed",
    action: "send the trace to",
    value: address,
    fact,
    next: [nextAdvice(`check $${variable}, or use --output <path> instead of --send`)],
  });
}
