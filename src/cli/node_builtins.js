/**
 * What commander takes from Node's built-ins, without loading them: that costs 20 ms, and of all this a command line needs
 * only the emitter. The rest is loaded by the runtime when it is touched.
 */

/** @param {string} name */
const whenTouched = (name) =>
  new Proxy({}, { get: (_, key) => globalThis.process.getBuiltinModule(name)[key] });

export const childProcess = whenTouched("node:child_process");
export const fs = whenTouched("node:fs");
export const path = whenTouched("node:path");
export const process = whenTouched("node:process");

/** @param {string} text */
export const stripVTControlCharacters = (text) =>
  globalThis.process.getBuiltinModule("node:util").stripVTControlCharacters(text);

/** The part of Node's emitter that commander uses. */
export class EventEmitter {
  /** @type {Map<string, ((...values: unknown[]) => void)[]>} */
  #listeners = new Map();

  on(event, listener) {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, [listener]);
    else listeners.push(listener);
    return this;
  }

  emit(event, ...values) {
    const listeners = this.#listeners.get(event) ?? [];
    for (const listener of [...listeners]) listener.apply(this, values);
    return listeners.length > 0;
  }

  listenerCount(event) {
    return this.#listeners.get(event)?.length ?? 0;
  }
}
