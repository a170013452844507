/** Watching for changes, on the fake and the real host alike. */

import { assertEquals } from "@std/assert";
import type { FileChange, WatchedPlace } from "../../src/host/file_watch.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import { refused, value } from "./expect.ts";
import { type ContractCase, LINUX, type Subject } from "./subject.ts";

const bytesOf = (content: string) => new TextEncoder().encode(content);

function write({ files }: Host, path: string, content: string): void {
  const file = value(files.createNew(path));
  value(file.write(bytesOf(content)));
  file.close();
}

const LOOK_EVERY_MS = 20;

let ends = 0;

/** Changes reported in the places during an action, as "kind name"; each once, in order. */
async function seenStopRequests(
  { host, folder }: Subject,
  places: readonly WatchedPlace[],
  act: () => void,
): Promise<readonly string[]> {
  const { files, paths } = host;
  const heard: FileChange[] = [];
  // One in each place, because places may be reported independently.
  ends++;
  const missing = new Set(places.map((place) => paths.join(place.folder, `the-end-${ends}`)));
  const marks = [...missing];
  const ended = Promise.withResolvers<void>();
  const watch = value(
    await files.watch(places, (change: HostResult<FileChange>) => {
      heard.push(value(change));
      missing.delete(value(change).path);
      if (missing.size === 0) ended.resolve();
    }),
  );
  try {
    act();
    for (const mark of marks) write(host, mark, "");
    await ended.promise;
  } finally {
    await watch.close();
  }
  const told = heard.filter(({ path }) => !paths.basename(path).startsWith("the-end"))
    .map(({ kind, path }) => `${kind} ${paths.relative(folder, path).replaceAll("\\", "/")}`);
  return [...new Set(told)];
}

async function within(ms: number, happens: Promise<true>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([happens, promise]);
  } finally {
    clearTimeout(timer);
  }
}

export const WATCH_CONTRACT: readonly ContractCase[] = [
  {
    name: "a file that is created, changed and removed is reported by name",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const places = [{ folder, deep: true }];
      const path = put("sub/file", "1");
      // One by one: for a file that is changed and soon removed, the system may report only the end.
      assertEquals(await seenStopRequests(subject, places, () => void put("sub/file", "22")), [
        "changed sub/file",
      ]);
      assertEquals(await seenStopRequests(subject, places, () => void value(host.files.remove(path))), [
        "removed sub/file",
      ]);
      const told = await seenStopRequests(
        subject,
        places,
        () => write(host, host.paths.join(folder, "sub", "new"), "3"),
      );
      assertEquals(told.filter((each) => each !== "changed sub/new"), ["made sub/new"]);
    },
  },
  {
    name: "a file that is replaced by renaming another over it is reported under both names",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const path = put("file", "1");
      const told = await seenStopRequests(subject, [{ folder, deep: true }], () => {
        write(host, host.paths.join(folder, "file.tmp"), "2");
        value(host.files.rename(host.paths.join(folder, "file.tmp"), path));
      });
      // For a name that came and went, the system may report only that it went.
      assertEquals(told.filter((each) => !/^changed|^made file.tmp$/.test(each)).toSorted(), [
        "made file",
        "removed file.tmp",
      ]);
    },
  },
  {
    name: "reading a file is not reported",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const path = put("file", "1");
      const told = await seenStopRequests(subject, [{ folder, deep: true }], () => {
        value(host.files.readBytes(path));
        value(host.files.list(folder));
        value(host.files.stat(path));
      });
      assertEquals(told, []);
    },
  },
  {
    name: "a flat place reports only direct entries, also beside a deep one",
    on: LINUX,
    async check(subject) {
      const { folder, put } = subject;
      put("deep/in/file", "1");
      put("other/file", "1");
      const places = [{ folder, deep: false }, {
        folder: subject.host.paths.join(folder, "deep"),
        deep: true,
      }];
      const told = await seenStopRequests(subject, places, () => {
        put("deep/in/file", "2");
        put("other/file", "2");
        put("file", "2");
      });
      assertEquals(told.filter((each) => each !== "changed file").toSorted(), [
        "changed deep/in/file",
        "made file",
      ]);
    },
  },
  {
    name: "a created folder is reported, and so are later changes inside",
    async check({ host, folder }) {
      const sub = host.paths.join(folder, "a", "b");
      const [hasFolder, hasFile] = [Promise.withResolvers<true>(), Promise.withResolvers<true>()];
      const watch = value(
        await host.files.watch([{ folder, deep: true }], (change) => {
          const { path } = value(change);
          if (path === host.paths.dirname(sub)) hasFolder.resolve(true);
          if (host.paths.dirname(path) === sub) hasFile.resolve(true);
        }),
      );
      try {
        value(host.files.makeFolders(sub));
        await hasFolder.promise;
        // The system needs a moment before it reports changes in there, too.
        for (let i = 0, isHeard = false; !isHeard; i++) {
          write(host, host.paths.join(sub, String(i)), "");
          isHeard = await within(LOOK_EVERY_MS, hasFile.promise);
        }
      } finally {
        await watch.close();
      }
    },
  },
  {
    name: "a closed watch reports nothing",
    async check(subject) {
      const { host, folder, put } = subject;
      const heard: unknown[] = [];
      const closed = value(await host.files.watch([{ folder, deep: true }], (change) => heard.push(change)));
      await closed.close();
      await closed.close();
      await seenStopRequests(subject, [{ folder, deep: true }], () => void put("file", "1"));
      assertEquals(heard, []);
    },
  },
  {
    name: "a removed folder is reported as removed",
    on: LINUX,
    async check(subject) {
      const { host, folder } = subject;
      const place = host.paths.join(folder, "place");
      value(host.files.makeFolders(place));
      const gone = Promise.withResolvers<void>();
      const watch = value(
        await host.files.watch([{ folder: place, deep: true }], (change) => {
          const { kind, path } = value(change);
          if (kind === "removed" && path === place) gone.resolve();
        }),
      );
      value(host.files.remove(place));
      await gone.promise;
      await watch.close();
    },
  },
  {
    name: "changes in a folder that is not selected, or behind a link, are not reported",
    on: LINUX,
    async check({ host, folder, put, putLink }) {
      put("out/deep/file", "1");
      put("other/file", "1");
      const place = host.paths.join(folder, "in");
      put("in/no/deep/file", "1");
      put("in/yes/file", "1");
      putLink("in/link", "../out");
      const asked: string[] = [];
      const heard: string[] = [];
      const ended = Promise.withResolvers<void>();
      const watch = value(
        await host.files.watch([{ folder: place, deep: true }], (change) => {
          const name = host.paths.relative(folder, value(change).path);
          heard.push(name);
          if (name === "in/yes/later/end") ended.resolve();
        }, (folders) => {
          asked.push(...folders.map((path) => host.paths.relative(folder, path)));
          return Promise.resolve(new Set(folders.filter((path) => !path.endsWith("/no"))));
        }),
      );
      try {
        put("in/no/deep/file", "2");
        put("out/deep/file", "2");
        put("other/file", "2");
        value(host.files.makeFolders(host.paths.join(place, "yes", "later")));
        // It takes a moment until changes in a new folder are reported.
        for (let isOver = false; !isOver;) {
          put("in/yes/later/end", "1");
          isOver = await within(LOOK_EVERY_MS, ended.promise.then(() => true));
        }
      } finally {
        await watch.close();
      }
      assertEquals(asked.toSorted(), ["in/no", "in/yes", "in/yes/later"]);
      assertEquals(heard.filter((name) => /no\/|out|other|link/.test(name)), []);
    },
  },
  {
    name: "a place whose parent folder is renamed is reported as removed",
    on: LINUX,
    async check({ host, folder, put }) {
      put("above/place/file", "1");
      const place = host.paths.join(folder, "above", "place");
      const gone = Promise.withResolvers<void>();
      const watch = value(
        await host.files.watch([{ folder: place, deep: true }], (change) => {
          const { kind, path } = value(change);
          if (kind === "removed" && path === place) gone.resolve();
        }),
      );
      value(host.files.rename(host.paths.join(folder, "above"), host.paths.join(folder, "elsewhere")));
      await gone.promise;
      await watch.close();
    },
  },
  {
    name: "a place that is missing is a problem",
    async check({ host: { files, paths }, folder }) {
      const none = paths.join(folder, "none");
      refused(await files.watch([{ folder: none, deep: true }], () => {}), "not_found");
      refused(
        await files.watch([{ folder, deep: false }, { folder: none, deep: true }], () => {}),
        "not_found",
      );
    },
  },
];
