/**
 * Functions of a C library. The runtime compiles code for each function that it opens, which takes 0.2 ms for each, so a function is
 * called by its address until it has been called often: ten times slower, but a process that starts one job calls most of them once or
 * twice. Knows numbers and bytes alone.
 */

/** As many calls by address take as long as compiling. */
let often = 100;

type Definitions = Readonly<Record<string, Deno.ForeignFunction>>;
type Call = (...args: unknown[]) => unknown;

export type ForeignCalls<D extends Definitions> = Deno.DynamicLibrary<D>["symbols"];

/** Throws where the library, or one of the functions, is missing, and where a policy forbids loading it. */
export function foreignCalls<const D extends Definitions>(library: string, definitions: D): ForeignCalls<D> {
  if (often === 0) return Deno.dlopen(library, definitions).symbols;
  const all = Object.entries<Deno.ForeignFunction>(definitions);
  // For calls in other threads nothing is compiled.
  const opened = Deno.dlopen(
    library,
    Object.fromEntries(all.map(([name, definition]) => [
      name,
      definition.nonblocking ? definition : { name: definition.name ?? name, type: "pointer" } as const,
    ])),
  ).symbols as Record<string, unknown>;
  const calls: Record<string, Call> = {};
  for (const [name, definition] of all) {
    if (definition.nonblocking) {
      calls[name] = opened[name] as Call;
      continue;
    }
    const address = opened[name] as Deno.PointerObject<typeof definition>;
    const pointer = new Deno.UnsafeFnPointer(address, definition);
    const byAddress: Call = (...args) => (pointer.call as Call)(...args);
    let call = byAddress;
    let count = 0;
    calls[name] = (...args) => {
      if (call === byAddress && ++count > often) {
        call = Deno.dlopen(library, { [name]: definition }).symbols[name] as Call;
        // From now on the compiled function itself is in its place.
        calls[name] = call;
      }
      return call(...args);
    };
  }
  return calls as ForeignCalls<D>;
}

/** Whatever is opened after this is compiled at once. */
export function compileAtOnce(): void {
  often = 0;
}
