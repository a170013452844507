/**
 * The jobs of the smoke test: small programs that show from outside what a job was given and how it ended.
 */

const [what, ...words] = Deno.args;

switch (what) {
  case "say":
    console.log(JSON.stringify(words));
    break;
  case "environment":
    console.log(JSON.stringify(Deno.env.toObject()));
    break;
  case "exit":
    Deno.exit(Number(words[0]));
    break;
  case "count": {
    const text = await new Response(Deno.stdin.readable).text();
    console.log(`${text.length} characters`);
    break;
  }
  case "terminal":
    console.log(JSON.stringify({
      streams: [Deno.stdin, Deno.stdout, Deno.stderr].map((stream) => stream.isTerminal()),
      size: Deno.consoleSize(),
    }));
    break;
  case "tree":
    await tree(Number(words[0]), words[1]!);
    break;
  default:
    throw new Error(`Cannot do "${what}"`);
}

/** A chain of processes that all stay; each writes its pid. The deepest one ignores SIGTERM. */
async function tree(depth: number, notes: string): Promise<void> {
  Deno.writeTextFileSync(notes, `${Deno.pid}\n`, { append: true });
  if (depth > 0) {
    const args = ["run", "-A", "--quiet", "--no-config", new URL(import.meta.url).pathname];
    const script = args.pop()!.replace(/^\/([A-Za-z]:)/, "$1");
    new Deno.Command(Deno.execPath(), {
      args: [...args, decodeURIComponent(script), "tree", String(depth - 1), notes],
    }).spawn();
  } else if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => {});
    Deno.addSignalListener("SIGINT", () => {});
  }
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
