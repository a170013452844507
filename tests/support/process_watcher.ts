/**
 * Evaluated before a built program: reports on stderr when code asks for something that the runtime loads only then, which takes
 * milliseconds: `process`, with which it loads Node's built-ins, timers, and what starts processes.
 */

function watch(owner: object, name: string, what: string): void {
  const { get, value } = Object.getOwnPropertyDescriptor(owner, name)!;
  Object.defineProperty(owner, name, {
    configurable: true,
    get() {
      console.error(`${what} is loaded${new Error().stack}`);
      return get === undefined ? value : get.call(owner);
    },
  });
}

watch(globalThis, "process", "a built-in of Node");
watch(globalThis, "setTimeout", "a timer of Node");
// Elsewhere a process is started by the runtime.
if (Deno.build.os === "linux") watch(Deno, "Command", "Deno.Command");
