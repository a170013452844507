/** Evaluated before the program: notes what coverage does not tell, and can end the program where a process would begin. */

const notes = Deno.env.get("TEST_NOTES")!;

function note(name: string): void {
  Deno.writeTextFileSync(notes, `${name}\n`, { append: true });
}

// Who touches it has the runtime load node:process, and reaches all other built-ins through it.
const { get } = Object.getOwnPropertyDescriptor(globalThis, "process")!;
Object.defineProperty(globalThis, "process", {
  configurable: true,
  get() {
    note("node:process");
    return get!.call(globalThis);
  },
});

if (Deno.env.get("TEST_UNTIL") === "spawn") {
  Deno.Command.prototype.spawn = () => {
    note("spawn");
    Deno.exit(0);
  };
}
