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
Deno.exit = (code) => {
  note("exit");
  writeTextFileSync(path, JSON.stringify(notes));
  return exit(code);
};
