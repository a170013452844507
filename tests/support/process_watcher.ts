/**
 * Evaluated before a built program: reports on stderr when code asks for `process`, with which the runtime
 * loads Node's built-ins.
 */

const { get } = Object.getOwnPropertyDescriptor(globalThis, "process")!;
Object.defineProperty(globalThis, "process", {
  configurable: true,
  get() {
    console.error(`a built-in of Node is loaded${new Error().stack}`);
    return get!.call(globalThis);
  },
});
