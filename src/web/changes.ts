/** Tells open pages that the records or the output of runs have changed. Knows no records: a page asks again for its view. */

import type { ByteReader } from "../host/byte_reader.ts";
import type { FileWatch } from "../host/file_watch.ts";
import type { Host } from "../host/host.ts";

/** Open at a time: more than anybody has pages, and few enough for this process. */
const MAX_STREAMS = 64;
/** The least time between two messages of one stream. */
const GAP_MS = 250;
/** How often pages ask again where changes cannot be watched. */
const POLL_MS = 2000;
/** A stream without news says so, so that a page that has gone is noticed. */
const SILENCE_MS = 15_000;

/** "records": anything but the output of a run. */
export type News = "records" | "output";

export class Changes {
  readonly #host: Host;
  readonly #folder: () => Promise<string | undefined>;
  readonly #streams = new Set<EventStream>();
  #watch: FileWatch | undefined;
  /** Begins with the first page. */
  #looking: Promise<void> | undefined;
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();

  /** `folder`: of the records; undefined where it cannot be determined now. */
  constructor(host: Host, folder: () => Promise<string | undefined>) {
    this.#host = host;
    this.#folder = folder;
  }

  /** The events of one page; undefined where too many are open. */
  open(): ByteReader | undefined {
    if (this.#isClosed || this.#streams.size >= MAX_STREAMS) return undefined;
    const stream = new EventStream(this.#host, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    this.#looking ??= this.#look();
    return stream;
  }

  /** Afterwards nothing of it is under way: a look that has begun is waited for, and the folder is no longer watched. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
    for (const stream of [...this.#streams]) stream.cancel();
    await this.#looking;
  }

  /** Watches the folder, and where that is impossible lets the pages ask again from time to time. */
  async #look(): Promise<void> {
    while (!this.#isClosed) {
      const lost = Promise.withResolvers<void>();
      const isWatched = await this.#open(() => lost.resolve());
      if (isWatched) {
        // A change since a page got its view went unheard.
        this.#tell("records");
        await Promise.race([lost.promise, this.#closed.promise]);
        await this.#watch?.close();
        this.#watch = undefined;
      }
      this.#tell("records");
      const timer = this.#host.clock.after(POLL_MS);
      await Promise.race([timer.elapsed, this.#closed.promise]);
      timer.cancel();
    }
  }

  async #open(lose: () => void): Promise<boolean> {
    const { files } = this.#host;
    const known = await this.#folder();
    const folder = known === undefined ? undefined : files.realPath(known);
    if (folder === undefined || !folder.ok) return false;
    const opened = await files.watch([{ folder: folder.value, deep: true }], (change) => {
      if (!change.ok || (change.value.kind === "removed" && change.value.path === folder.value)) {
        return lose();
      }
      const news = newsIn(change.value.path);
      if (news !== undefined) this.#tell(news);
    });
    if (!opened.ok) return false;
    this.#watch = opened.value;
    return true;
  }

  #tell(news: News): void {
    for (const stream of this.#streams) stream.tell(news);
  }
}

/** Readers write caches, which are no news. */
function newsIn(path: string): News | undefined {
  if (/[\\/]index[\\/]|\.tmp$/.test(path)) return undefined;
  return /\.(?:log|stdout|stderr|order)$/.test(path) ? "output" : "records";
}

/** One page's events. At most one message waits, however slowly it is read. */
class EventStream implements ByteReader {
  readonly #host: Host;
  readonly #leave: () => void;
  readonly #news = new Set<News>();
  #something = Promise.withResolvers<void>();
  #isFirst = true;
  #isOver = false;

  constructor(host: Host, leave: () => void) {
    this.#host = host;
    this.#leave = leave;
  }

  tell(news: News): void {
    this.#news.add(news);
    this.#something.resolve();
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#isFirst) {
      this.#isFirst = false;
      return new TextEncoder().encode("retry: 1000\n\n");
    }
    await this.#pause(GAP_MS, false);
    await this.#pause(SILENCE_MS, true);
    if (this.#isOver) return undefined;
    const news = [...this.#news];
    this.#news.clear();
    this.#something = Promise.withResolvers();
    const text = news.length === 0 ? ": nothing new\n\n" : `data: ${news.sort().join(" ")}\n\n`;
    return new TextEncoder().encode(text);
  }

  cancel(): void {
    this.#isOver = true;
    this.#leave();
    this.#something.resolve();
  }

  async #pause(ms: number, endsWithNews: boolean): Promise<void> {
    if (this.#isOver) return;
    const timer = this.#host.clock.after(ms);
    await Promise.race(endsWithNews ? [timer.elapsed, this.#something.promise] : [timer.elapsed]);
    timer.cancel();
  }
}
