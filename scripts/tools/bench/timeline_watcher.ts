/**
 * Evaluated before the watched program (`deno run --preload`): notes when it opens a file, starts a process,
 * and ends. The program does not know about it. Times are milliseconds of the system's clock, which the
 * watching process reads, too.
 */

type Call = (...words: never[]) => unknown;

const path = Deno.env.get("BENCH_TIMELINE")!;
const notes: { readonly at: number; readonly what: string }[] = [];

function note(what: string): void {
  notes.push({ at: performance.timeOrigin + performance.now(), what });
}

note("watcher");
const { writeTextFileSync, exit } = Deno;
const functions = Deno as unknown as Record<string, Call>;
for (
  const name of [
    "open",
    "openSync",
    "readFile",
    "readFileSync",
    "readTextFile",
    "readTextFileSync",
    "renameSync",
  ]
) {
  const original = functions[name]!;
  functions[name] = (...words: never[]) => {
    note(`${name} ${String(words[0])}`);
    return original(...words);
  };
}
const { spawn } = Deno.Command.prototype;
Deno.Command.prototype.spawn = function () {
  note("spawn");
  const child = spawn.call(this);
  child.status.then(() => note("ended"));
  note("spawned");
  return child;
};
// On Linux the program starts its processes through the C library, whose functions it calls by their addresses.
const { dlopen } = Deno;
const addresses = new Map<unknown, string>();
functions["dlopen"] = (...words: never[]) => {
  const library = (dlopen as Call)(...words) as { readonly symbols: Readonly<Record<string, unknown>> };
  for (const name of ["posix_spawn", "waitid"]) {
    const address = library.symbols[name];
    if (typeof address === "object" && address !== null) addresses.set(address, name);
  }
  return library;
};
const { call } = Deno.UnsafeFnPointer.prototype as unknown as { readonly call: Call };
(Deno.UnsafeFnPointer.prototype as unknown as { call: Call }).call = function (
  this: { readonly pointer: unknown },
  ...words
) {
  const name = addresses.get(this.pointer);
  if (name === "posix_spawn") note("spawn");
  const result = call.apply(this, words);
  if (name === "posix_spawn") note("spawned");
  // The first word of what is known of an ended child.
  else if (name === "waitid" && result === 0 && ((words as readonly unknown[])[2] as Int32Array)[0] !== 0) {
    note("ended");
  }
  return result;
};
Deno.exit = (code) => {
  note("exit");
  writeTextFileSync(path, JSON.stringify(notes));
  return exit(code);
};
