/** Ports of this machine, on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import { refused } from "./expect.ts";
import { type ContractCase, LINUX } from "./subject.ts";

/** A port that answers needs a fraction of this. */
const BOUND_MS = 5000;

export const NETWORK_CONTRACT: readonly ContractCase[] = [
  {
    name: "accepts is true while a server listens at the port, and false after the end of the server",
    async check(subject) {
      const { network } = subject.host;
      const server = subject.serve(204);
      assertEquals(await network.accepts(server.port, BOUND_MS), true);
      await server.close();
      assertEquals(await network.accepts(server.port, BOUND_MS), false);
    },
  },
  {
    name:
      "status gives the status of the answer, follows no redirection, and is undefined where nobody answers",
    async check(subject) {
      const { network } = subject.host;
      for (const status of [204, 302, 503]) {
        const server = subject.serve(status);
        const url = `http://127.0.0.1:${server.port}/health`;
        assertEquals(await network.status(url, BOUND_MS), status);
        await server.close();
        assertEquals(await network.status(url, BOUND_MS), undefined);
      }
    },
  },
  {
    name: "post gives the status of the answer, follows no redirection, and fails where nobody answers",
    async check(subject) {
      const { network } = subject.host;
      const request = {
        headers: { "content-type": "application/json" },
        body: new TextEncoder().encode("{}"),
        timeoutMs: BOUND_MS,
      };
      for (const status of [200, 302, 503]) {
        const server = subject.serve(status);
        const url = `http://127.0.0.1:${server.port}/health`;
        assertEquals(await network.post(url, request), { ok: true, value: status });
        await server.close();
        assertEquals(await network.post(url, request), {
          ok: false,
          failure: { kind: "other", reason: "it could not be reached" },
        });
      }
    },
  },
  {
    name: "ask gives the status and the body of the answer, and fails where nobody answers",
    async check(subject) {
      const { network } = subject.host;
      const server = subject.serve(200);
      const url = `http://127.0.0.1:${server.port}/health`;
      const request = { headers: {}, body: new Uint8Array([1]), timeoutMs: BOUND_MS, maxBytes: 1000 };
      assertEquals(await network.ask(url, request), {
        ok: true,
        value: { status: 200, body: new Uint8Array() },
      });
      await server.close();
      assertEquals((await network.ask(url, request)).ok, false);
    },
  },
  {
    name: "exchange fails with not_found where there is no socket",
    async check({ host: { network, paths }, folder }) {
      const socket = paths.join(folder, "none");
      refused(
        await network.exchange(socket, new Uint8Array([1]), { timeoutMs: BOUND_MS, maxBytes: 9 }),
        "not_found",
      );
    },
  },
  {
    name: "holderOf names the process that listens at the port, and nobody after the end of the process",
    on: LINUX,
    async check(subject) {
      const { network, clock } = subject.host;
      const server = subject.serve(204);
      const holder = network.holderOf(server.port);
      assert(holder !== undefined);
      assertEquals([holder.pid, holder.program], [server.pid, server.program]);
      assert(holder.startedAtMs !== undefined && holder.startedAtMs <= clock.nowMs());
      await server.close();
      assertEquals(network.holderOf(server.port), undefined);
    },
  },
  {
    name: "serve answers at a port of its own until it is closed, and fails where somebody listens",
    async check(subject) {
      const { network } = subject.host;
      const asked: string[] = [];
      const served = await network.serve(0, ({ method, path, headers }) => {
        asked.push(`${method} ${path} ${headers.get("host")}`);
        return Promise.resolve({ status: 418, headers: { "x-test": "1" }, body: new Uint8Array(0) });
      });
      assert(served.ok);
      const { port } = served.value;
      assertEquals(await network.status(`http://127.0.0.1:${port}/health`, BOUND_MS), 418);
      assertEquals(asked, [`GET /health 127.0.0.1:${port}`]);
      assertEquals(await network.accepts(port, BOUND_MS), true);
      assertEquals(await network.serve(port, () => Promise.reject(new Error("Cannot be asked"))), {
        ok: false,
        failure: { kind: "already_exists", reason: "another program listens there" },
      });
      await served.value.close();
      assertEquals(await network.accepts(port, BOUND_MS), false);
    },
  },
  {
    name: "ownCommand names a program by an absolute path",
    check({ host: { processes, paths } }) {
      const { program, words } = processes.ownCommand();
      assert(paths.isAbsolute(program), program);
      assert(Array.isArray(words));
    },
  },
];
