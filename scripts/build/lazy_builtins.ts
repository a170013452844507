/**
 * Replaces the built-ins of Node in a bundle. Libraries import them whether they use them or not, and loading
 * them takes as long as starting the runtime (docs/design/0018-start-up.md). Here each is loaded when a part
 * of it is used.
 */

type Builtin = Readonly<Record<PropertyKey, unknown>>;

function builtin(name: string): Builtin {
  // The runtime loads a built-in when it is asked for it.
  const process: { getBuiltinModule(name: string): Builtin } = Reflect.get(globalThis, "process");
  return process.getBuiltinModule(name);
}

/** A whole built-in: its default export, or the result of `require`. */
export function whenUsed(name: string): Builtin {
  return new Proxy({}, { get: (_, key) => builtin(name)[key] });
}

/** A function of a built-in. */
export function whenCalled(name: string, key: string): (...args: unknown[]) => unknown {
  return (...args) => (builtin(name)[key] as (...args: unknown[]) => unknown)(...args);
}

/** The part of `node:events` that commander uses: a class that is extended is needed at once. */
export class EventEmitter {
  readonly #listeners = new Map<string, ((...values: unknown[]) => void)[]>();

  on(event: string, listener: (...values: unknown[]) => void): this {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, [listener]);
    else listeners.push(listener);
    return this;
  }

  emit(event: string, ...values: unknown[]): boolean {
    const listeners = this.#listeners.get(event) ?? [];
    for (const listener of [...listeners]) listener.apply(this, values);
    return listeners.length > 0;
  }

  listenerCount(event: string): number {
    return this.#listeners.get(event)?.length ?? 0;
  }
}
