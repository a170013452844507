/** A model that does what a test says: the Responses API on the loopback interface, which answers each turn with the next call of a tool. */

export interface ScriptedCall {
  readonly tool: string;
  readonly args: unknown;
}

export interface ResponsesStub extends AsyncDisposable {
  /** For `base_url`. */
  readonly url: string;
  /** The bodies of all requests, in their order. */
  readonly requests: readonly string[];
}

/** After the last call it says that it is done. */
export function startResponsesStub(server: string, calls: readonly ScriptedCall[]): ResponsesStub {
  const requests: string[] = [];
  let turn = 0;
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text();
    if (!new URL(request.url).pathname.endsWith("/responses")) return new Response(null, { status: 404 });
    requests.push(body);
    const number = turn++;
    return new Response(eventsOf(number, server, calls[number]), {
      headers: { "content-type": "text/event-stream" },
    });
  });
  return {
    url: `http://127.0.0.1:${http.addr.port}/v1`,
    requests,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}

function eventsOf(turn: number, server: string, call: ScriptedCall | undefined): string {
  const id = `resp_${turn}`;
  const item = call === undefined
    ? { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text: "All done." }] }
    : {
      type: "function_call",
      id: `fc_${turn}`,
      call_id: `call_${turn}`,
      namespace: `mcp__${server}`,
      name: call.tool,
      arguments: JSON.stringify(call.args),
    };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  return [
    { type: "response.created", response: { id } },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { id, usage } },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}
