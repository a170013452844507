/**
 * The real host where processes cannot be listed, for lack of /proc or of a file descriptor: it ends what it
 * can, and reports what is unknown.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { endMarked, marked, newMark } from "../support/real_run.ts";

const PROGRAM = fromFileUrl(new URL("../support/end_without_lists.ts", import.meta.url));

/** A namespace in which a mount can be changed; undefined where the system does not provide one. */
async function ownMounts(): Promise<readonly string[] | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const words = Deno.uid() === 0 ? ["unshare", "-m"] : ["unshare", "-rm"];
  try {
    const tried = new Deno.Command(words[0]!, {
      args: [...words.slice(1), "mount", "-t", "tmpfs", "none", "/proc"],
    });
    return (await tried.output()).success ? words : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const unshare = await ownMounts();

interface Told {
  readonly before: { readonly members: readonly { readonly name: string }[] };
  readonly after: unknown;
  readonly [name: string]: unknown;
}

async function endWith(line: string, before: string, ...wrapper: readonly string[]): Promise<Told> {
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    PROGRAM,
    line,
    EXHAUSTED === before ? "exhausted" : "",
  ];
  const [first, ...args] = [...wrapper, "sh", "-c", `${before} && exec "$@"`, "sh", ...program];
  const { stdout, stderr } = await new Deno.Command(first!, {
    args,
    // Deno reads the configuration of the folder that it is in.
    cwd: fromFileUrl(new URL(".", import.meta.url)),
  }).output();
  const [said, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (said === "") throw new Error(errors);
  return JSON.parse(said!);
}

/** Few enough to be used up quickly, and enough for the runtime to start. */
const EXHAUSTED = "ulimit -n 64";
const WORLDS = {
  "an empty /proc": "mount -t tmpfs none /proc",
  "no /proc": "umount -l /proc",
};

for (const [world, mounts] of Object.entries(WORLDS)) {
  Deno.test({
    name: `${world}: a tree is stopped by its group, and is known to be empty`,
    ignore: unshare === undefined,
    async fn() {
      const mark = newMark();
      try {
        const line = `trap '' TERM; sleep 1000.${mark} & echo up; wait`;
        const { before, after, ...told } = await endWith(line, mounts, ...unshare!);
        assertEquals(before.members.map(({ name }) => name), ["sh"]);
        assertEquals(after, { members: [], isEmpty: true, isListed: false });
        assertEquals(marked(mark), []);
        assertEquals(told["canLook"], false);
        assertEquals(told["probed"], "gone");
        assertEquals(told["exit"], { kind: "signalled", signal: "SIGKILL" });
      } finally {
        endMarked(mark);
      }
    },
  });

  Deno.test({
    name: `${world}: a process that left the group stays alive, and the tree is not reported as ended`,
    ignore: unshare === undefined,
    async fn() {
      const mark = newMark();
      try {
        const line = `sleep 1000.${mark} & setsid sh -c 'echo up; exec sleep 1001.${mark}' & wait`;
        const { after } = await endWith(line, mounts, ...unshare!);
        assertEquals(after, { members: [], isEmpty: false, isListed: false });
        assertEquals(marked(mark).map(({ argv }) => argv[1]), [`1001.${mark}`]);
      } finally {
        endMarked(mark);
      }
    },
  });
}

Deno.test({
  name: "the /proc of another pid namespace is not used, so no signal reaches an unrelated process",
  ignore: unshare === undefined || Deno.uid() !== 0,
  async fn() {
    const mark = newMark();
    try {
      // Without a /proc of its own, whose pids would differ from the known ones.
      const { before, after } = await endWith(
        `sleep 1000.${mark} & echo up; wait`,
        "true",
        ...unshare!,
        "-p",
        "-f",
      );
      assertEquals(before.members.map(({ name }) => name), ["sh"]);
      assertEquals(after, { members: [], isEmpty: true, isListed: false });
    } finally {
      endMarked(mark);
    }
  },
});

Deno.test({
  name: "without a free file descriptor the whole tree is stopped, also processes that left the group",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const mark = newMark();
    try {
      // Ignored before the first child exists, so that all of them ignore it.
      const stubborn = "trap '' TERM;";
      const line =
        `${stubborn} sleep 1000.${mark} & setsid sleep 1001.${mark} & setsid sh -c 'echo up; sleep 1002.${mark}; true' & wait`;
      const { after } = await endWith(line, EXHAUSTED);
      assertEquals(after, { members: [], isEmpty: true, isListed: true });
      assertEquals(marked(mark), []);
    } finally {
      endMarked(mark);
    }
  },
});
