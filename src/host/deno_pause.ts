/** A wait of the whole thread. */

/** No other wait keeps everything else from running meanwhile. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
