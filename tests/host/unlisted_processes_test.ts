/** The real host where the system lists no processes: the group is ended all the same, and what is not known is said. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { endMarked, marked, newMark } from "../support/real_run.ts";

const PROGRAM = fromFileUrl(new URL("../support/end_without_lists.ts", import.meta.url));

/** A world of one's own in which a mount can be changed; undefined where the system does not give one. */
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

async function endWith(mounts: string, line: string, more: readonly string[] = []): Promise<Told> {
  const [program, ...args] = [...unshare!, ...more];
  const { stdout, stderr } = await new Deno.Command(program!, {
    args: [
      ...args,
      "sh",
      "-c",
      `${mounts} && exec "$@"`,
      "sh",
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      PROGRAM,
      line,
    ],
    // Deno reads the configuration of the folder that it is in.
    cwd: fromFileUrl(new URL(".", import.meta.url)),
  }).output();
  const [said, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (said === "") throw new Error(errors);
  return JSON.parse(said!);
}

const WORLDS = {
  "an empty /proc": "mount -t tmpfs none /proc",
  "no /proc": "umount -l /proc",
};

for (const [world, mounts] of Object.entries(WORLDS)) {
  Deno.test({
    name: `${world}: a tree is ended by its group, and that nothing is left is known`,
    ignore: unshare === undefined,
    async fn() {
      const mark = newMark();
      try {
        const line = `trap '' TERM; sleep 1000.${mark} & echo up; wait`;
        const { before, after, ...told } = await endWith(mounts, line);
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
    name: `${world}: what left the group lives on, and the tree is not called ended`,
    ignore: unshare === undefined,
    async fn() {
      const mark = newMark();
      try {
        const line = `sleep 1000.${mark} & setsid sleep 1001.${mark} & sleep 0.1; echo up; wait`;
        const { after } = await endWith(mounts, line);
        assertEquals(after, { members: [], isEmpty: false, isListed: false });
        assertEquals(marked(mark).map(({ argv }) => argv[1]), [`1001.${mark}`]);
      } finally {
        endMarked(mark);
      }
    },
  });
}

Deno.test({
  name: "the /proc of another world of pids is none: no signal goes to a stranger who has the number",
  ignore: unshare === undefined || Deno.uid() !== 0,
  async fn() {
    const mark = newMark();
    try {
      // Without a /proc of its own, in which the pids are others than we know.
      const { before, after } = await endWith("true", `sleep 1000.${mark} & echo up; wait`, ["-p", "-f"]);
      assertEquals(before.members.map(({ name }) => name), ["sh"]);
      assertEquals(after, { members: [], isEmpty: true, isListed: false });
    } finally {
      endMarked(mark);
    }
  },
});
