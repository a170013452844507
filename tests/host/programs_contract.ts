/** Finding programs, and programs that cannot be started: on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import type { SpawnRequest } from "../../src/host/processes.ts";
import { refused, value } from "./expect.ts";
import { SLEEPER } from "./process_steps.ts";
import { type ContractCase, POSIX } from "./subject.ts";

export const PROGRAM_CONTRACT: readonly ContractCase[] = [
  {
    name: "a program that cannot be started is a problem with its kind",
    on: POSIX,
    check(subject) {
      const { host: { processes, paths }, folder, put } = subject;
      const start = (change: Partial<SpawnRequest>) => {
        const result = processes.spawn(subject.request(SLEEPER, change));
        assert(!result.ok, "nothing was to be started");
        return result;
      };
      refused(start({ program: paths.join(folder, "none") }), "not_found");
      refused(start({ program: put("plain", "text") }), "permission_denied");
      refused(start({ program: folder }), "permission_denied");
      refused(start({ args: ["a\0b"] }), "other");
      refused(start({ args: Array.from({ length: 40 }, () => "x".repeat(100_000)) }), "too_long");
    },
  },
  {
    name: "a missing working directory starts nothing",
    on: POSIX,
    check(subject) {
      const { host: { processes, paths }, folder } = subject;
      const result = processes.spawn(subject.request(SLEEPER, { workingDir: paths.join(folder, "none") }));
      refused(result, "working_dir_missing");
    },
  },
  {
    name: "findProgram looks through PATH, passing over what cannot be executed",
    on: POSIX,
    check({ host: { processes, paths }, folder, put }) {
      const good = put("b/tool", "#!/bin/sh\n", 0o700);
      const plain = put("a/tool", "#!/bin/sh\n", 0o600);
      put("c/folder/inner", "");
      const [a, b, c] = ["a", "b", "c"].map((name) => paths.join(folder, name));
      const find = (name: string, PATH: string) =>
        processes.findProgram(name, { workingDir: folder, env: { PATH } });
      assertEquals(value(find("tool", `${a}:${b}`)), good);
      assertEquals(value(find("tool", "none:b")), good);
      refused(find("tool", a!), "not_executable");
      refused(find("folder", c!), "not_executable");
      refused(find("none", `${a}:${b}`), "not_found");
      refused(find("tool", ""), "not_found");
      refused(find("to\0ol", b!), "not_found");
      assert(plain !== good);
    },
  },
  {
    name: "findProgram takes a path with a slash against the working directory",
    on: POSIX,
    check({ host: { processes, paths }, folder, put }) {
      const tool = put("b/tool", "#!/bin/sh\n", 0o700);
      put("plain", "#!/bin/sh\n");
      put("text", "echo without a first line\n", 0o700);
      put("carriage", "#!/bin/sh\r\n", 0o700);
      // A shell would read this one, and make a mess of it.
      put("foreign", `\x7fELF\x02\x01\x01${"\0".repeat(9)}\x02\0\x08\0\n`, 0o700);
      const find = (name: string) => processes.findProgram(name, { workingDir: folder, env: {} });
      assertEquals(value(find("b/tool")), tool);
      assertEquals(value(find("./b/../b/tool")), tool);
      assertEquals(value(find(tool)), tool);
      refused(find("./none"), "not_found");
      refused(find("./plain"), "not_executable");
      for (const name of ["text", "carriage", "foreign"]) refused(find(`./${name}`), "not_executable");
      refused(find("./b"), "not_executable");
      refused(find(paths.join(folder, "b")), "not_executable");
    },
  },
];
