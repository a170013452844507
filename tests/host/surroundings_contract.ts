/** Clock, digests, terminal, environment and signals, on the fake and the real host alike. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually, refused, value } from "./expect.ts";
import { DEADLY_SIGNALS } from "../../src/host/signals.ts";
import { type ContractCase, LINUX, POSIX } from "./subject.ts";

/** More than the 32 bits in which the runtime counts milliseconds. */
const LONG_MS = 2 ** 31 + 5;

export const SURROUNDINGS_CONTRACT: readonly ContractCase[] = [
  {
    name: "timers fire in the order of their time",
    async check({ host: { clock } }) {
      const fired: number[] = [];
      const start = clock.monotonicMs();
      await Promise.all([30, 1, 15].map((ms) => clock.after(ms).elapsed.then(() => fired.push(ms))));
      assertEquals(fired, [1, 15, 30]);
      assert(clock.monotonicMs() - start >= 29);
    },
  },
  {
    name: "a cancelled timer never fires, and can be cancelled again and after it fired",
    async check({ host: { clock } }) {
      let fired = false;
      const cancelled = clock.after(1);
      void cancelled.elapsed.then(() => fired = true);
      cancelled.cancel();
      cancelled.cancel();
      const other = clock.after(20);
      await other.elapsed;
      other.cancel();
      assertEquals(fired, false);
    },
  },
  {
    name: "a timer of a month does not fire at once",
    async check({ host: { clock } }) {
      let fired = false;
      const long = clock.after(LONG_MS);
      void long.elapsed.then(() => fired = true);
      await clock.after(20).elapsed;
      long.cancel();
      assertEquals(fired, false);
    },
  },
  {
    name: "nowMs is a time of this century, in whole milliseconds",
    check({ host: { clock } }) {
      assert(Number.isInteger(clock.nowMs()));
      assertMatch(new Date(clock.nowMs()).toISOString(), /^20\d\d-/);
    },
  },
  {
    name: "digests are those of the standards",
    async check({ host: { digests } }) {
      const abc = new TextEncoder().encode("abc");
      const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      assertEquals(await digests.sha256(abc), sha256);
      const stream = await digests.open("sha256");
      stream.update(abc.subarray(0, 1));
      stream.update(abc.subarray(1));
      assertEquals(stream.hex(), sha256);
      const sha1 = await digests.open("sha1");
      sha1.update(abc);
      assertEquals(sha1.hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
      const sha512 = await digests.open("sha512");
      sha512.update(abc);
      assertMatch(sha512.hex(), /^ddaf35a193617abacc417349ae204131.{96}$/);
    },
  },
  {
    name: "signatures are those of RFC 8032, section 7.1, and nothing else is accepted",
    async check({ host: { signing } }) {
      const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
      const key = Uint8Array.fromHex(`302e020100300506032b657004220420${seed}`);
      const publicKey = await signing.publicKeyOf(key);
      assertEquals(publicKey?.toHex(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
      const signature = await signing.sign(key, new Uint8Array());
      assertEquals(
        signature.toHex(),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      );
      assertEquals(await signing.verify(publicKey!, signature, new Uint8Array()), true);
      assertEquals(await signing.verify(publicKey!, signature, new Uint8Array(1)), false);
      assertEquals(await signing.verify(publicKey!, signature.subarray(1), new Uint8Array()), false);
      assertEquals(await signing.verify(publicKey!.subarray(1), signature, new Uint8Array()), false);
      assertEquals(await signing.publicKeyOf(key.subarray(1)), undefined);
      const [one, other] = [await signing.makeKey(), await signing.makeKey()];
      assertEquals([one.length, other.length, one.toHex() === other.toHex()], [48, 48, false]);
      assertEquals((await signing.publicKeyOf(one))?.length, 32);
    },
  },
  {
    name: "digests of files are right for small files, large files and several large files at a time",
    async check({ host: { digests }, put }) {
      const MIB = 1024 * 1024;
      const sizes = [
        0,
        3,
        256 * 1024 - 1,
        256 * 1024,
        256 * 1024 + 1,
        MIB,
        33 * MIB,
        34 * MIB,
        35 * MIB,
        36 * MIB,
      ];
      const files = await Promise.all(sizes.map(async (sizeBytes) => {
        const bytes = new Uint8Array(sizeBytes).fill(sizeBytes % 251);
        return { path: put(`file ${sizeBytes}`, bytes), hex: await digests.sha256(bytes) };
      }));
      const digested = await Promise.all(files.map(({ path }) => digests.ofFile(path, "sha256")));
      assertEquals(
        digested.map((digest) => value(digest)),
        files.map(({ hex }, index) => ({ sizeBytes: sizes[index]!, hex })),
      );
      const sha1 = value(await digests.ofFile(files[1]!.path, "sha1"));
      assertEquals(sha1, { sizeBytes: 3, hex: "00846243744f90d9037438ce7c8db32e38c8877a" });
      const sha512 = value(await digests.ofFile(files[5]!.path, "sha512"));
      assertEquals([sha512.sizeBytes, sha512.hex.length], [MIB, 128]);
    },
  },
  {
    name: "digests of files that cannot be read are problems",
    async check({ host: { digests, paths }, folder, hasPermissions, put }) {
      refused(await digests.ofFile(paths.join(folder, "none"), "sha256"), "not_found");
      refused(
        await digests.ofFile(paths.join(put("file", ""), "below"), "sha256"),
        "not_a_directory",
        "not_found",
      );
      if (Deno.build.os !== "windows") refused(await digests.ofFile(folder, "sha256"), "is_a_directory");
      if (hasPermissions) refused(await digests.ofFile(put("secret", "x", 0), "sha256"), "permission_denied");
    },
  },
  {
    name: "tokens are 128 bits in hex, and no two are alike",
    check({ host: { digests } }) {
      const tokens = Array.from({ length: 10 }, () => digests.randomToken());
      for (const token of tokens) assertMatch(token, /^[0-9a-f]{32}$/);
      assertEquals(new Set(tokens).size, 10);
    },
  },
  {
    name: "printed bytes arrive unchanged",
    on: POSIX,
    async check({ print }) {
      const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
      const { taken, result } = await print(bytes, "reads");
      assertEquals(result.ok, true);
      assertEquals(taken, bytes);
    },
  },
  {
    name: 'a reader that has gone makes a write say "closed"',
    on: POSIX,
    async check({ print }) {
      const { result } = await print(new Uint8Array(1000), "gone");
      assertEquals(result.ok ? "ok" : result.failure.kind, "closed");
    },
  },
  {
    name: "the environment has a value or nothing for every name, and knows the current folder",
    check({ host: { environment, paths } }) {
      const all = environment.all();
      for (const [name, expected] of Object.entries(all)) assertEquals(environment.get(name), expected);
      assertEquals(["", "A=B", "A\0B", "NOT_SET_ANYWHERE"].map((name) => environment.get(name)), [
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      assert(paths.isAbsolute(value(environment.currentFolder())));
      assert(environment.pid > 0);
      assertMatch(environment.runtime, /^deno \d+\.\d+\.\d+$/);
      // The tests run from the source.
      assertEquals(environment.isCompiled, false);
      assertMatch(environment.arch, /^(x86_64|aarch64)$/);
    },
  },
  {
    name: "a stop signal reaches every handler until the handler is removed",
    on: POSIX,
    async check({ host, signalSelf }) {
      const heard: string[] = [];
      const stopFirst = host.signals.onStop((signal) => heard.push(`first ${signal}`));
      const stopSecond = host.signals.onStop((signal) => heard.push(`second ${signal}`));
      signalSelf("SIGHUP");
      await eventually(host, "both have heard", () => Promise.resolve(heard.length === 2));
      stopFirst();
      stopFirst();
      signalSelf("SIGTERM");
      await eventually(host, "the second has heard", () => Promise.resolve(heard.length === 3));
      stopSecond();
      assertEquals(heard, ["first SIGHUP", "second SIGHUP", "second SIGTERM"]);
    },
  },
  {
    name: "a fatal signal that no terminal sends is handled like a stop signal",
    on: LINUX,
    async check({ host, signalSelf }) {
      const heard: string[] = [];
      const stop = host.signals.onStop((signal) => heard.push(signal));
      for (const signal of DEADLY_SIGNALS) {
        const before = heard.length;
        signalSelf(signal);
        await eventually(host, `${signal} was heard`, () => Promise.resolve(heard.length > before));
      }
      stop();
      assertEquals(heard, [...DEADLY_SIGNALS]);
    },
  },
  {
    name: "an error that nobody caught reaches the handler",
    async check({ host, throwUncaught }) {
      const heard: unknown[] = [];
      const stop = host.signals.onUncaught((error) => heard.push(error));
      const error = new Error("nobody caught this");
      throwUncaught(error);
      await eventually(host, "it was heard", () => Promise.resolve(heard.length === 1));
      stop();
      assertEquals(heard[0], error);
    },
  },
];
