/** Files, on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import { replaceFile } from "../../src/host/durable_write.ts";
import { type Identities, IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../../src/host/identities.ts";
import { refused, text, value } from "./expect.ts";
import { type ContractCase, POSIX } from "./subject.ts";

const bytesOf = (content: string) => new TextEncoder().encode(content);

function kindAt({ numbers }: Identities, index: number): string {
  return IDENTITY_KINDS[numbers[index * IDENTITY_NUMBERS + IDENTITY.kind]!]!;
}

export const FILE_CONTRACT: readonly ContractCase[] = [
  {
    name: "createNew makes a file that must not exist, and writes at its end",
    check({ host: { files, paths }, folder }) {
      const path = paths.join(folder, "new");
      const file = value(files.createNew(path));
      value(file.write(bytesOf("one ")));
      value(file.write(bytesOf("two")));
      value(file.sync());
      file.close();
      assertEquals(text(value(files.readBytes(path))), "one two");
      refused(files.createNew(path), "already_exists");
      assertEquals(text(value(files.readBytes(path))), "one two");
    },
  },
  {
    name: "writeBeside writes at the end as write does, and resolves when everything is written",
    async check({ host: { files, paths }, folder }) {
      const path = paths.join(folder, "new");
      const file = value(files.createNew(path));
      value(file.write(bytesOf("one ")));
      value(await file.writeBeside(bytesOf("two ")));
      assertEquals(text(value(files.readBytes(path))), "one two ");
      value(file.write(bytesOf("three")));
      file.close();
      assertEquals(text(value(files.readBytes(path))), "one two three");
    },
  },
  {
    name: "beside makes, lists, reads in parts and removes files, and names the same problems",
    async check({ host: { files, paths }, folder, put }) {
      const { beside } = files;
      const made = paths.join(folder, "a", "b");
      value(await beside.makeFolders(made));
      value(await beside.makeFolders(made));
      const path = paths.join(made, "new");
      value(await beside.createNew(path, bytesOf("one two")));
      refused(await beside.createNew(path, bytesOf("x")), "already_exists");
      assertEquals(value(await beside.list(made)), ["new"]);
      assertEquals(text(value(await beside.readPart(path, 0, 3))), "one");
      assertEquals(text(value(await beside.readPart(path, 4, 100))), "two");
      assertEquals(text(value(await beside.readPart(path, 7, 100))), "");
      assertEquals(text(value(await beside.readPart(path, 9, 100))), "");
      value(await beside.remove(path));
      refused(await beside.remove(path), "not_found");
      refused(await beside.readPart(path, 0, 1), "not_found");
      refused(await beside.readPart(made, 0, 1), "is_a_directory", "permission_denied");
      refused(await beside.createNew(paths.join(made, "none", "new"), bytesOf("x")), "not_found");
      refused(await beside.list(path), "not_found");
      refused(
        await beside.makeFolders(paths.join(put("file", ""), "below")),
        "not_a_directory",
        "already_exists",
      );
      value(await beside.remove(made));
    },
  },
  {
    name: "createNew needs the folder",
    check({ host: { files, paths }, folder, put }) {
      refused(files.createNew(paths.join(folder, "none", "new")), "not_found");
      refused(files.createNew(paths.join(put("file", ""), "new")), "not_a_directory", "not_found");
      refused(files.createNew(folder), "already_exists");
    },
  },
  {
    name: "append creates the file, and adds at the end beside other writers",
    check({ host: { files, paths }, folder, put }) {
      const path = paths.join(folder, "log");
      value(files.append(path, bytesOf("one ")));
      const other = value(files.openForReading(path));
      value(files.append(path, bytesOf("two ")));
      value(files.append(path, bytesOf("three")));
      other.close();
      assertEquals(text(value(files.readBytes(path))), "one two three");
      value(files.append(put("there", "before "), bytesOf("after")));
      assertEquals(text(value(files.readBytes(paths.join(folder, "there")))), "before after");
      refused(files.append(paths.join(folder, "none", "log"), bytesOf("x")), "not_found");
      refused(files.append(folder, bytesOf("x")), "is_a_directory");
    },
  },
  {
    name: "openForAppending creates the file, and each write adds at the end beside other writers",
    async check({ host: { files, paths }, folder, put }) {
      const path = paths.join(folder, "log");
      const file = value(files.openForAppending(path));
      value(file.write(bytesOf("one ")));
      value(files.append(path, bytesOf("two ")));
      value(file.write(bytesOf("three")));
      value(file.sync());
      value(await file.syncBeside());
      file.close();
      assertEquals(text(value(files.readBytes(path))), "one two three");
      const there = value(files.openForAppending(put("there", "before ")));
      value(there.write(bytesOf("after")));
      there.close();
      assertEquals(text(value(files.readBytes(paths.join(folder, "there")))), "before after");
      refused(files.openForAppending(paths.join(folder, "none", "log")), "not_found");
      refused(files.openForAppending(folder), "is_a_directory");
    },
  },
  {
    name: "openForAppending does not wait for the reader of a pipe",
    on: POSIX,
    check({ host: { files }, putSpecial }) {
      refused(files.openForAppending(putSpecial("pipe")), "other");
    },
  },
  {
    name: "only plain files are read, and nothing waits for the writer of a pipe",
    on: POSIX,
    check({ host: { files, paths }, folder, putSpecial, putLink }) {
      const pipe = putSpecial("pipe");
      for (const path of [pipe, putLink("link to a pipe", pipe)]) {
        refused(files.readBytes(path), "other");
        refused(files.openForReading(path), "other");
      }
      refused(files.readBytes(folder), "is_a_directory");
      refused(files.openForReading(folder), "is_a_directory");
      refused(files.readBytes(paths.join(folder, "none")), "not_found");
      refused(files.openForReading(paths.join(folder, "none")), "not_found");
    },
  },
  {
    name: "a file is read up to its bound",
    check({ host: { files }, put }) {
      const path = put("file", "four");
      assertEquals(text(value(files.readBytes(path, 4))), "four");
      refused(files.readBytes(path, 3), "too_large");
      assertEquals(text(value(files.readBytes(put("empty", ""), 0))), "");
    },
  },
  {
    name: "a pipe that a user named is read to its end, within bounds",
    on: POSIX,
    async check({ host: { files }, put, putSpecial }) {
      const bounds = { maxBytes: 4, timeoutMs: 5000 };
      assertEquals(text(value(await files.readPipe(putSpecial("pipe", "four"), bounds))), "four");
      refused(await files.readPipe(putSpecial("longer", "three"), { ...bounds, maxBytes: 3 }), "too_large");
      assertEquals(text(value(await files.readPipe(put("file", "four"), bounds))), "four");
    },
  },
  {
    name: "a pipe into which nobody writes is given up after a bound",
    on: POSIX,
    leavesWait: true,
    async check({ host: { files }, putSpecial }) {
      const bounds = { maxBytes: 4, timeoutMs: 50 };
      refused(await files.readPipe(putSpecial("silent"), bounds), "timed_out");
    },
  },
  {
    name: "overwrite replaces the content of a file of the same size that has one name, or nothing at all",
    check({ host: { files, paths }, folder, put, putLink }) {
      const path = put("there", "12345");
      const given: string[] = [];
      const overwrite = (at: string, by: string | undefined) =>
        files.overwrite(at, (bytes) => {
          given.push(text(bytes));
          return by === undefined ? undefined : bytesOf(by);
        });
      const isDone = overwrite(path, "abcde");
      assertEquals(given, isDone === undefined ? [] : ["12345"]);
      const before = text(value(files.readBytes(path)));
      assertEquals(before, isDone === true ? "abcde" : "12345");
      const refused = isDone === undefined ? undefined : false;
      for (const other of ["abc", "abcdef", undefined]) assertEquals(overwrite(path, other), refused);
      given.length = 0;
      const missing = paths.join(folder, "none");
      assertEquals(
        [overwrite(putLink("link", path), "vwxyz"), overwrite(missing, "vwxyz"), overwrite(folder, "vwxyz")],
        [undefined, undefined, undefined],
      );
      if (files.addName(path, paths.join(folder, "second")).ok) {
        assertEquals(overwrite(path, "vwxyz"), undefined);
      }
      assertEquals(given, []);
      assertEquals([text(value(files.readBytes(path))), files.stat(missing).ok], [before, false]);
    },
  },
  {
    name: "append does not wait for the reader of a pipe",
    on: POSIX,
    check({ host: { files }, putSpecial }) {
      refused(files.append(putSpecial("pipe"), bytesOf("x")), "other");
    },
  },
  {
    name: "rename replaces in one step",
    check({ host: { files, paths }, folder, put }) {
      const [from, to] = [put("from", "new"), put("to", "old")];
      value(files.rename(from, to));
      assertEquals(text(value(files.readBytes(to))), "new");
      refused(files.stat(from), "not_found");
      refused(files.rename(from, to), "not_found");
      refused(files.rename(to, paths.join(folder, "none", "to")), "not_found");
      value(files.makeFolders(paths.join(folder, "folder")));
      refused(files.rename(to, paths.join(folder, "folder")), "is_a_directory", "permission_denied");
    },
  },
  {
    name: "replaceFile leaves the new content and nothing else",
    check({ host: { files, paths }, folder }) {
      const path = paths.join(folder, "record.json");
      for (const content of ["first", "second, longer", "3"]) {
        value(replaceFile(files, paths, path, bytesOf(content), { durable: "new" }));
        assertEquals(text(value(files.readBytes(path))), content);
      }
      value(replaceFile(files, paths, path, bytesOf("a cache"), { durable: false }));
      assertEquals(value(files.list(folder)), ["record.json"]);
      refused(
        replaceFile(files, paths, paths.join(folder, "none", "x"), bytesOf(""), { durable: "new" }),
        "not_found",
      );
    },
  },
  {
    name: "names for temporary files are never equal, and fit into a file name",
    check({ host: { files } }) {
      const names = Array.from({ length: 100 }, () => files.uniqueName());
      assertEquals([new Set(names).size, names.filter((name) => !/^[a-z0-9]{7,16}$/.test(name))], [100, []]);
    },
  },
  {
    name: "entry gives the kind and owner of a name itself",
    on: POSIX,
    check({ host: { files, paths, environment }, folder, put, putLink, putSpecial }) {
      const path = put("file", "12345");
      const kindOf = (each: string) => value(files.entry(each)).kind;
      assertEquals(
        [path, folder, putSpecial("pipe"), putLink("link", path), putLink("dangling", "none")].map(kindOf),
        ["file", "directory", "other", "link", "link"],
      );
      assertEquals([typeof environment.userId, value(files.entry(path)).ownerId], [
        "number",
        environment.userId,
      ]);
      assertEquals(value(files.entry(folder)).mode, 0o700);
      const created = paths.join(folder, "private");
      value(files.createNew(created)).close();
      assertEquals(value(files.entry(created)).mode, 0o600);
      refused(files.entry(paths.join(folder, "none")), "not_found");
    },
  },
  {
    name: "stat distinguishes files, folders and others, and follows links",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink, putSpecial }) {
      const path = put("file", "12345");
      const facts = value(files.stat(path));
      assertEquals([facts.kind, facts.sizeBytes], ["file", 5]);
      assert(facts.modifiedAtMs > 1_000_000_000_000);
      assertEquals(value(files.stat(folder)).kind, "directory");
      assertEquals(value(files.stat(putSpecial("pipe"))).kind, "other");
      assertEquals(value(files.stat(putLink("link", path))).kind, "file");
      refused(files.stat(putLink("broken", paths.join(folder, "none"))), "not_found");
      refused(files.stat(paths.join(folder, "none")), "not_found");
      refused(files.stat(paths.join(path, "below")), "not_a_directory", "not_found");
    },
  },
  {
    name:
      "the times of a folder show that a name was added or removed, and its change time cannot be set back",
    check({ host: { files, paths }, folder, put, age }) {
      const path = put("folder/a", "");
      const within = paths.join(folder, "folder");
      const steps: readonly (() => unknown)[] = [
        () => value(files.createNew(paths.join(within, "b"))).close(),
        () => value(files.rename(paths.join(within, "b"), paths.join(within, "c"))),
        () => value(files.rename(paths.join(within, "c"), path)),
        () => value(files.remove(path)),
        () => value(files.makeFolders(paths.join(within, "d"))),
      ];
      for (const step of steps) {
        const before = value(files.stat(within)).changedAtMs;
        age(within);
        const aged = value(files.stat(within));
        assert(aged.changedAtMs >= before);
        assertEquals(value(files.stat(within)), aged);
        step();
        assert(value(files.stat(within)).modifiedAtMs > aged.modifiedAtMs);
      }
    },
  },
  {
    name: "list gives the names in a folder",
    check({ host: { files, paths }, folder, put }) {
      put("b", "");
      put(".hidden", "");
      put("folder/inner", "");
      assertEquals(value(files.list(folder)).toSorted(), [".hidden", "b", "folder"]);
      refused(files.list(paths.join(folder, "none")), "not_found");
      refused(files.list(paths.join(folder, "b")), "not_a_directory");
    },
  },
  {
    name: "list gives the names with one of some endings, also of a folder with thousands",
    check({ host: { files, paths }, folder, put }) {
      const named = (start: string) =>
        Array.from({ length: 800 }, (_, i) => `${start}-${"x".repeat(i % 60)}-${i}`);
      const wanted = [...named("w").map((name) => `${name}.json`), "ä ö.json", ".json", ".x.json.removed"];
      const others = [...named("o").map((name) => `${name}.log`), "x.json.old", "json", "x"];
      for (const name of [...wanted, ...others]) put(`many/${name}`, "");
      const many = paths.join(folder, "many");
      const endings = [".json", ".removed"];
      assertEquals(value(files.list(many, endings)).toSorted(), wanted.toSorted());
      assertEquals(value(files.list(many, [".none"])), []);
      put("few/a.json", "");
      put("few/b.log", "");
      assertEquals(value(files.list(paths.join(folder, "few"), endings)), ["a.json"]);
      refused(files.list(paths.join(folder, "none"), endings), "not_found");
      refused(files.list(paths.join(folder, "few", "b.log"), endings), "not_a_directory");
    },
  },
  {
    name: "identify gives the facts or the problem of each path, without following links",
    on: POSIX,
    async check({ host: { files }, folder, put, putLink, putSpecial }) {
      put("a", "12345");
      putLink("link", "a");
      putSpecial("pipe");
      value(files.makeFolders(`${folder}/sub`));
      const found = await files.identify(folder, ["a", "link", "none", "sub", "pipe", "a/b"]);
      assertEquals(
        Array.from({ length: 6 }, (_, index) => found.problems.get(index)?.kind ?? kindAt(found, index)),
        ["file", "link", "not_found", "directory", "other", "not_a_directory"],
      );
      assertEquals(found.numbers[IDENTITY.sizeBytes], 5);
      const facts = value(files.stat(`${folder}/a`));
      assertEquals(
        Math.floor(found.numbers[IDENTITY.modifiedAtUs]! / 1000),
        Math.floor(facts.modifiedAtMs),
      );
    },
  },
  {
    name: "identify gives the same facts for many paths as for each alone",
    async check({ host: { files }, folder, put }) {
      const names = Array.from({ length: 100 }, (_, index) => `${index % 7}-ä ${index}`);
      for (const name of names) put(name, name);
      const all = await files.identify(folder, [...names, "none"]);
      for (const [index, name] of names.entries()) {
        const alone = await files.identify(folder, [name]);
        const row = all.numbers.slice(index * IDENTITY_NUMBERS, (index + 1) * IDENTITY_NUMBERS);
        assertEquals([row, alone.problems.size], [alone.numbers, 0]);
      }
      assertEquals([...all.problems].map(([index, { kind }]) => [index, kind]), [[
        names.length,
        "not_found",
      ]]);
    },
  },
  {
    name: "identify distinguishes a file from its replacement of the same size",
    async check({ host: { files, paths }, folder, put }) {
      put("a", "12345");
      const before = await files.identify(folder, ["a"]);
      value(files.rename(put("b", "54321"), paths.join(folder, "a")));
      const after = await files.identify(folder, ["a"]);
      assertEquals(before.numbers[IDENTITY.sizeBytes], after.numbers[IDENTITY.sizeBytes]);
      const differs = (at: number) => before.numbers[at] !== after.numbers[at];
      assert(differs(IDENTITY.inode) || differs(IDENTITY.changedAtUs));
    },
  },
  {
    name: "identifyAll gives the wanted names of a folder in order, with the facts that identify gives",
    on: POSIX,
    async check({ host: { files, paths }, folder, put, putLink, putSpecial }) {
      for (const name of ["b", "a", ".hidden", "ä ö", "\u{1f600}", "\uffee", "left out"]) {
        put(`within/${name}`, name);
      }
      put("within/sub/c", "");
      putLink("within/link", "a");
      putSpecial("within/pipe");
      const within = paths.join(folder, "within");
      const found = value(await files.identifyAll(within, (name) => name !== "left out"));
      assertEquals(found.names, [".hidden", "a", "b", "link", "pipe", "sub", "ä ö", "\u{1f600}", "\uffee"]);
      const alone = await files.identify(within, found.names);
      assertEquals([found.numbers, found.problems.size], [alone.numbers, 0]);
      assertEquals(value(await files.identifyAll(within, () => false)), {
        names: [],
        numbers: new Float64Array(0),
        problems: new Map(),
      });
      assertEquals(value(await files.identifyAll(putLink("to", "within"), () => true)).names.length, 10);
    },
  },
  {
    name: "identifyAll gives all names of a folder with thousands",
    async check({ host: { files, paths }, folder, put }) {
      const names = Array.from({ length: 2000 }, (_, index) => `${"x".repeat(index % 90)}-${index}`);
      for (const name of names) put(`many/${name}`, name);
      const found = value(await files.identifyAll(paths.join(folder, "many"), () => true));
      assertEquals(found.names, names.toSorted());
      const sizes = found.names.map((_, index) =>
        found.numbers[index * IDENTITY_NUMBERS + IDENTITY.sizeBytes]
      );
      assertEquals(sizes, found.names.map((name) => name.length));
    },
  },
  {
    name: "identifyAll names the problem of a folder that cannot be listed, and of a file that is gone since",
    async check({ host: { files, paths }, folder, put, close, hasPermissions }) {
      refused(await files.identifyAll(paths.join(folder, "none"), () => true), "not_found");
      refused(await files.identifyAll(put("within/file", ""), () => true), "not_a_directory");
      const gone = put("within/gone", "");
      const found = value(
        await files.identifyAll(
          paths.join(folder, "within"),
          (name) => name !== "gone" || files.remove(gone).ok,
        ),
      );
      assertEquals([found.names, [...found.problems].map(([index, { kind }]) => [index, kind])], [
        ["file", "gone"],
        [[1, "not_found"]],
      ]);
      if (!hasPermissions) return;
      close(paths.join(folder, "within"));
      refused(await files.identifyAll(paths.join(folder, "within"), () => true), "permission_denied");
    },
  },
  {
    name: "readLink gives the target of a link as it is written",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink }) {
      assertEquals(value(files.readLink(putLink("link", "../none"))), "../none");
      refused(files.readLink(paths.join(folder, "none")), "not_found");
      assertEquals(files.readLink(put("file", "")).ok, false);
    },
  },
  {
    name: "realPath resolves links and dots",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink }) {
      const path = put("folder/file", "");
      putLink("link", "folder");
      assertEquals(value(files.realPath(paths.join(folder, "link", "file"))), path);
      assertEquals(value(files.realPath(`${folder}/folder/../folder/./file`)), path);
      refused(files.realPath(paths.join(folder, "link", "none")), "not_found");
    },
  },
  {
    name: "a link is recognized, also if it is dangling or circular",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink }) {
      const file = put("folder/file", "");
      const links = [putLink("link", "folder"), putLink("nowhere", "none"), putLink("loop", "loop")];
      const others = [file, folder, paths.join(folder, "none"), paths.join(folder, "link", "file")];
      assertEquals(links.map((path) => files.isLink(path)), [true, true, true]);
      assertEquals(others.map((path) => files.isLink(path)), [false, false, false, false]);
    },
  },
  {
    name: "circular links are a problem, and not a hang",
    on: POSIX,
    check({ host: { files }, putLink }) {
      const path = putLink("one", "two");
      putLink("two", "one");
      refused(files.readBytes(path), "other");
    },
  },
  {
    name: "makeFolders returns the created folders, outermost first",
    check({ host: { files, paths }, folder, put }) {
      const [a, b] = [paths.join(folder, "a"), paths.join(folder, "a", "b")];
      assertEquals(value(files.makeFolders(b)), [a, b]);
      assertEquals(value(files.makeFolders(b)), []);
      assertEquals(value(files.makeFolders(paths.join(b, "c"))), [paths.join(b, "c")]);
      assertEquals(value(files.stat(b)).kind, "directory");
      put("file", "");
      refused(files.makeFolders(paths.join(folder, "file")), "not_a_directory");
      refused(files.makeFolders(paths.join(folder, "file", "below")), "not_a_directory");
    },
  },
  {
    name: "syncFolder needs the folder",
    on: POSIX,
    check({ host: { files, paths }, folder }) {
      value(files.syncFolder(folder));
      refused(files.syncFolder(paths.join(folder, "none")), "not_found");
    },
  },
  {
    name: "syncAll accepts files and folders, few or many, and passes over what does not exist",
    on: POSIX,
    async check({ host: { files, paths }, folder, put }) {
      const many = Array.from({ length: 40 }, (_, index) => put(`many/${index}`, "kept"));
      for (
        const some of [[folder], many.slice(0, 3), [
          ...many,
          paths.join(folder, "many"),
          paths.join(folder, "none"),
        ]]
      ) {
        value(files.syncAll(some));
        value(await files.syncAllBeside(some));
      }
      assertEquals(new TextDecoder().decode(value(files.readBytes(many[0]!))), "kept");
    },
  },
  {
    name:
      "writeAheadBeside leaves the content of files as it is, and passes over a folder that does not exist",
    async check({ host: { files, paths }, folder, put }) {
      const path = put("file", "kept");
      await files.writeAheadBeside(folder);
      await files.writeAheadBeside(paths.join(folder, "none"));
      assertEquals(text(value(files.readBytes(path))), "kept");
    },
  },
  {
    name: "remove accepts files, links and empty folders, and a missing path is not_found",
    on: POSIX,
    check({ host: { files, paths }, folder, put, putLink }) {
      const path = put("folder/file", "kept");
      const link = putLink("link", path);
      value(files.remove(link));
      assertEquals(text(value(files.readBytes(path))), "kept");
      refused(files.remove(paths.join(folder, "folder")), "other");
      value(files.remove(path));
      value(files.remove(paths.join(folder, "folder")));
      refused(files.remove(path), "not_found");
      refused(files.remove(paths.join(folder, "none", "x")), "not_found");
      assertEquals(value(files.list(folder)), []);
    },
  },
  {
    name: "a file that is removed while it is open keeps its reader and its writer",
    on: POSIX,
    check({ host: { files, paths }, folder }) {
      const path = paths.join(folder, "gone");
      const writer = value(files.createNew(path));
      value(writer.write(bytesOf("abc")));
      const reader = value(files.openForReading(path));
      value(files.remove(path));
      value(writer.write(bytesOf("def")));
      const into = new Uint8Array(10);
      assertEquals(value(reader.read(into)), 6);
      assertEquals(text(into.subarray(0, 6)), "abcdef");
      writer.close();
      reader.close();
    },
  },
  {
    name: "a reader continues at its position, sees added bytes, and returns 0 at the end",
    check({ host: { files, paths }, folder }) {
      const path = paths.join(folder, "log");
      const writer = value(files.createNew(path));
      value(writer.write(bytesOf("0123456789")));
      const reader = value(files.openForReading(path));
      const into = new Uint8Array(4);
      const next = () => text(into.subarray(0, value(reader.read(into))));
      assertEquals([next(), next(), next(), next()], ["0123", "4567", "89", ""]);
      value(writer.write(bytesOf("ab")));
      assertEquals(next(), "ab");
      reader.seek(3);
      assertEquals(next(), "3456");
      reader.seek(1000);
      assertEquals(next(), "");
      reader.close();
      writer.close();
    },
  },
  {
    name: "each problem of reading has its kind",
    check({ host: { files, paths }, folder, put }) {
      const none = paths.join(folder, "none");
      refused(files.readBytes(none), "not_found");
      refused(files.openForReading(none), "not_found");
      refused(files.readBytes(folder), "is_a_directory");
      refused(files.openForReading(folder), "is_a_directory");
      refused(files.readBytes(paths.join(put("file", ""), "below")), "not_a_directory", "not_found");
      refused(files.readBytes(paths.join(folder, "a\0b")), "other");
    },
  },
  {
    name: "a name that is too long is too_long",
    on: POSIX,
    check({ host: { files, paths }, folder }) {
      refused(files.createNew(paths.join(folder, "x".repeat(256))), "too_long");
    },
  },
  {
    name: "a missing permission is permission_denied",
    on: POSIX,
    check({ host: { files, paths }, folder, put, close, hasPermissions }) {
      if (!hasPermissions) return;
      refused(files.readBytes(put("secret", "x", 0o200)), "permission_denied");
      const inner = put("closed/inner", "");
      close(paths.join(folder, "closed"));
      refused(files.list(paths.join(folder, "closed")), "permission_denied");
      refused(files.stat(inner), "permission_denied");
      refused(files.createNew(paths.join(folder, "closed", "new")), "permission_denied");
      refused(files.makeFolders(paths.join(folder, "closed", "a")), "permission_denied");
    },
  },
  {
    name: "freeBytes knows the file system of a folder",
    check({ host: { files }, folder }) {
      assert((files.freeBytes(folder) ?? 0) > 0);
    },
  },
];
