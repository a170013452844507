/** What hearing of changes does alike on the fake and the real host. */

import { assertEquals } from "@std/assert";
import type { FileChange, Host, HostResult, WatchedPlace } from "../../src/host/host.ts";
import { refused, value } from "./expect.ts";
import { type ContractCase, LINUX, type Subject } from "./subject.ts";

const bytesOf = (content: string) => new TextEncoder().encode(content);

function write({ files }: Host, path: string, content: string): void {
  const file = value(files.createNew(path));
  value(file.write(bytesOf(content)));
  file.close();
}

/** What is heard in the places while something is done, as "kind name"; each once, in order. */
async function heardOf(
  { host, folder }: Subject,
  places: readonly WatchedPlace[],
  act: () => void,
): Promise<readonly string[]> {
  const { files, paths } = host;
  const heard: FileChange[] = [];
  const end = paths.join(places[0]!.folder, "the-end");
  const ended = Promise.withResolvers<void>();
  const watch = value(
    await files.watch(places, (change: HostResult<FileChange>) => {
      heard.push(value(change));
      if (value(change).path === end) ended.resolve();
    }),
  );
  try {
    act();
    write(host, end, "");
    await ended.promise;
  } finally {
    watch.close();
  }
  const told = heard.filter(({ path }) => path !== end)
    .map(({ kind, path }) => `${kind} ${paths.relative(folder, path).replaceAll("\\", "/")}`);
  return [...new Set(told)];
}

export const WATCH_CONTRACT: readonly ContractCase[] = [
  {
    name: "a file that is made, changed and removed is heard of by name",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const path = put("sub/file", "1");
      const told = await heardOf(subject, [{ folder, deep: true }], () => {
        put("sub/file", "22");
        write(host, host.paths.join(folder, "sub", "new"), "3");
        value(host.files.remove(path));
      });
      assertEquals(told.filter((each) => each !== "changed sub/new"), [
        "changed sub/file",
        "made sub/new",
        "removed sub/file",
      ]);
    },
  },
  {
    name: "a file that is saved by renaming another one over it is heard of, under both names",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const path = put("file", "1");
      const told = await heardOf(subject, [{ folder, deep: true }], () => {
        write(host, host.paths.join(folder, "file.tmp"), "2");
        value(host.files.rename(host.paths.join(folder, "file.tmp"), path));
      });
      assertEquals(told.filter((each) => !each.startsWith("changed ")), [
        "made file.tmp",
        "removed file.tmp",
        "made file",
      ]);
    },
  },
  {
    name: "what is read is not heard of",
    on: LINUX,
    async check(subject) {
      const { host, folder, put } = subject;
      const path = put("file", "1");
      const told = await heardOf(subject, [{ folder, deep: true }], () => {
        value(host.files.readBytes(path));
        value(host.files.list(folder));
        value(host.files.stat(path));
      });
      assertEquals(told, []);
    },
  },
  {
    name: "a flat place hears of what is directly in it, also beside a deep one",
    on: LINUX,
    async check(subject) {
      const { folder, put } = subject;
      put("deep/in/file", "1");
      put("other/file", "1");
      const places = [{ folder, deep: false }, {
        folder: subject.host.paths.join(folder, "deep"),
        deep: true,
      }];
      const told = await heardOf(subject, places, () => {
        put("deep/in/file", "2");
        put("other/file", "2");
        put("file", "2");
      });
      assertEquals(told.filter((each) => each !== "changed file"), ["changed deep/in/file", "made file"]);
    },
  },
  {
    name: "a folder that comes is heard of, and what is made in it later",
    async check(subject) {
      const { host, folder } = subject;
      const heard = new Set<string>();
      const sub = host.paths.join(folder, "a", "b");
      const files = [host.paths.join(sub, "one"), host.paths.join(sub, "two")];
      const [hasFolder, hasFile] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const watch = value(
        await host.files.watch([{ folder, deep: true }], (change) => {
          const { path } = value(change);
          heard.add(path);
          if (path === host.paths.dirname(sub)) hasFolder.resolve();
          if (path === files[1]) hasFile.resolve();
        }),
      );
      try {
        value(host.files.makeFolders(sub));
        await hasFolder.promise;
        write(host, files[1]!, "2");
        await hasFile.promise;
      } finally {
        watch.close();
      }
    },
  },
  {
    name: "after its close, a watch says nothing",
    async check(subject) {
      const { host, folder, put } = subject;
      const heard: unknown[] = [];
      const closed = value(await host.files.watch([{ folder, deep: true }], (change) => heard.push(change)));
      closed.close();
      closed.close();
      await heardOf(subject, [{ folder, deep: true }], () => void put("file", "1"));
      assertEquals(heard, []);
    },
  },
  {
    name: "a folder that is taken away is heard of as removed",
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
      watch.close();
    },
  },
  {
    name: "a place has to be there",
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
