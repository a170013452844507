/** A model that does what a test says: the Responses API on the loopback interface, which answers each turn with the next step. */

export type ScriptedStep =
  /** A call of a tool of the server. */
  | { readonly tool: string; readonly args: unknown }
  /** A command in the client's own shell. */
  | { readonly shell: string }
  /** The end of a turn. */
  | { readonly say: string }
  /** No answer at all. */
  | { readonly hang: true };

export interface ResponsesStub extends AsyncDisposable {
  /** For `base_url`. */
  readonly url: string;
  /** The bodies of all requests, in their order. */
  readonly requests: readonly string[];
}

/** After the last step it says that it is done, in each turn. */
export function startResponsesStub(server: string, steps: readonly ScriptedStep[]): ResponsesStub {
  const requests: string[] = [];
  const over = new AbortController();
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, signal: over.signal },
    async (request) => {
      const body = await request.text();
      if (!new URL(request.url).pathname.endsWith("/responses")) return new Response(null, { status: 404 });
      const number = requests.push(body) - 1;
      const step = steps[number] ?? { say: "All done." };
      if ("hang" in step) await new Promise((resolve) => over.signal.addEventListener("abort", resolve));
      return new Response(eventsOf(number, server, step), {
        headers: { "content-type": "text/event-stream" },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${http.addr.port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      over.abort();
      await http.finished;
    },
  };
}

function itemOf(turn: number, server: string, step: ScriptedStep): object {
  const call = { type: "function_call", id: `fc_${turn}`, call_id: `call_${turn}` };
  if ("tool" in step) {
    return { ...call, namespace: `mcp__${server}`, name: step.tool, arguments: JSON.stringify(step.args) };
  }
  if ("shell" in step) {
    return { ...call, name: "exec_command", arguments: JSON.stringify({ cmd: step.shell }) };
  }
  const text = "say" in step ? step.say : "";
  return { type: "message", role: "assistant", id: `m_${turn}`, content: [{ type: "output_text", text }] };
}

function eventsOf(turn: number, server: string, step: ScriptedStep): string {
  const id = `resp_${turn}`;
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  return [
    { type: "response.created", response: { id } },
    { type: "response.output_item.done", output_index: 0, item: itemOf(turn, server, step) },
    { type: "response.completed", response: { id, usage } },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}
