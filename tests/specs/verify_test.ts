/** `verify` with the real program and git; and its chain, checked by jq and sha256sum alone. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { signedBuild } from "../support/signed_build.ts";
import { findTool } from "../support/tools.ts";

const MISSING = ["git", "jq", "sha256sum", "openssl"].filter((tool) => findTool(tool) === undefined);
const without = MISSING.length === 0 ? "" : ` (${MISSING.join(", ")} missing)`;

/** Knows nothing of us: each line has the next number, and the digest of the line before it. */
const CHAIN = `n=0 previous=$(printf '0%.0s' $(seq 64))
while IFS= read -r line; do
  n=$((n + 1))
  [ "$(printf '%s' "$line" | jq -r .n)" = "$n" ] || { echo "line $n"; exit 1; }
  [ "$(printf '%s' "$line" | jq -r .previous)" = "$previous" ] || { echo "line $n"; exit 1; }
  previous=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
done
echo "$n $previous"
`;

async function chainOf(folder: RealFolder, journal: string) {
  const { code, stdout } = await folder.call("sh", ["-c", `(${CHAIN}) < '${journal}'`]);
  return { code, stdout };
}

Deno.test({
  name: `verify: jq and sha256sum accept the journal, and reject each changed line${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      const { state } = await signedBuild(folder, true);
      assertEquals((await folder.orchastration("plan", "accept", "site", "read")).code, 0);
      const journal = `${state}/journal.jsonl`;
      const whole = Deno.readTextFileSync(journal);
      const lines = whole.trimEnd().split("\n");
      const note = JSON.parse(Deno.readTextFileSync(`${state}/locks/journal.lock`));
      assertEquals(await chainOf(folder, journal), { code: 0, stdout: `${lines.length} ${note.sha256}\n` });
      const said = await folder.orchastration("verify", "site");
      assertEquals(said.code, 0, said.stdout);
      // The newest line has no line after it that would name its digest.
      for (let at = 0; at < lines.length - 1; at++) {
        const changed = lines.with(at, lines[at]!.replace(/"sha256":"./, '"sha256":"x'));
        Deno.writeTextFileSync(journal, changed.map((line) => `${line}\n`).join(""));
        assertEquals((await chainOf(folder, journal)).code, 1, `line ${at + 1}`);
      }
      Deno.writeTextFileSync(
        journal,
        [...lines.slice(0, 2), ...lines.slice(3)].map((line) => `${line}\n`).join(""),
      );
      assertEquals((await chainOf(folder, journal)).stdout, "line 3\n");
      const broken = await folder.orchastration("verify", "site");
      assertEquals(broken.code, 1);
      assert(broken.stdout.includes("fails: line 3 has the number 4\n"), broken.stdout);
      Deno.writeTextFileSync(journal, whole);
      assertEquals((await folder.orchastration("verify", "--all")).code, 0);
    }),
});

Deno.test({
  name:
    `verify --tree: an amended and a squashed commit have the evidence of their tree, and another tree has none${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      await signedBuild(folder, true);
      assertEquals((await folder.orchastration("plan", "accept", "site", "read")).code, 0);
      const git = async (...args: readonly string[]) => {
        const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        assertEquals((await folder.call("git", [...who, ...args])).code, 0, args.join(" "));
      };
      const codeAtHead = async () => (await folder.orchastration("verify", "site", "--tree", "HEAD")).code;
      assertEquals(await codeAtHead(), 0);
      await git("commit", "-q", "--amend", "-m", "other words");
      assertEquals(await codeAtHead(), 0);
      // The commit of the build is gone for good; the signature has its tree.
      await git("reflog", "expire", "--expire=now", "--all");
      await git("gc", "-q", "--prune=now");
      assertEquals(await codeAtHead(), 0);
      folder.write("src/a.txt", "changed\n");
      await git("commit", "-qam", "second");
      assertEquals(await codeAtHead(), 1);
      folder.write("src/a.txt", "1\n");
      await git("commit", "-qam", "back");
      await git("reset", "-q", "--soft", "HEAD~2");
      await git("commit", "-q", "--amend", "-m", "squashed");
      assertEquals(await codeAtHead(), 0);
    }),
});

Deno.test({
  name:
    `verify --tree: a trailer that names the signed build of the tree is said, and one for another tree fails${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      const { files, state } = await signedBuild(folder, true);
      assertEquals((await folder.orchastration("plan", "accept", "site", "read")).code, 0);
      const path = files.map((file) => file.path).find((each) => each.endsWith("provenance.sigstore.json"))!;
      const { stdout } = await folder.call("sha256sum", [`${state}/${path}`]);
      const commit = async (digest: string, ...words: readonly string[]) => {
        const message = `words\n\nOrchastration-Evidence: site ${digest}\n`;
        const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        const made = await folder.call("git", [...who, "commit", "-q", ...words, "-m", message]);
        assertEquals(made.code, 0, made.stderr);
        return await folder.orchastration("verify", "--tree", "HEAD");
      };
      const digest = stdout.slice(0, 64);
      const named = await commit(digest, "--amend");
      assertEquals(named.code, 0, named.stdout);
      assert(named.stdout.includes("2 criteria, named by 1 trailer of the commit"), named.stdout);
      const elsewhere = await commit("0".repeat(64), "--amend");
      assertEquals(elsewhere.code, 0);
      assert(
        elsewhere.stdout.includes(
          "not checked: the trailer for site names evidence that is not here (000000000000)",
        ),
        elsewhere.stdout,
      );
      folder.write("src/a.txt", "changed\n");
      const older = await commit(digest, "-a");
      assertEquals(older.code, 1);
      assert(
        /fails: the trailer for site names evidence of site\/\S+, which is for another tree/.test(
          older.stdout,
        ),
        older.stdout,
      );
    }),
});

Deno.test({
  name: `verify --tree: notes are read like trailers, at the commit and at its tree${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      const { files, state } = await signedBuild(folder, true);
      assertEquals((await folder.orchastration("plan", "accept", "site", "read")).code, 0);
      const path = files.map((file) => file.path).find((each) => each.endsWith("provenance.sigstore.json"))!;
      const digest = (await folder.call("sha256sum", [`${state}/${path}`])).stdout.slice(0, 64);
      const git = async (...words: readonly string[]) => {
        const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        const said = await folder.call("git", [...who, ...words]);
        assertEquals(said.code, 0, said.stderr);
      };
      const notes = (...words: readonly string[]) => git("notes", "--ref=orchastration", ...words);
      const verified = async (code: number) => {
        const said = await folder.orchastration("verify", "--tree", "HEAD");
        assertEquals(said.code, code, said.stdout);
        return said.stdout;
      };
      const noNote = await verified(0);
      assert(!noNote.includes("named by"), noNote);
      await git("config", "user.name", "a");
      await git("config", "user.email", "a@example.org");
      assertEquals((await folder.orchastration("evidence", "note", "site")).code, 0);
      // The commit and its tree have the same line.
      const noted = await verified(0);
      assert(noted.includes("2 criteria, named by 1 note of the commit"), noted);
      await git("commit", "-q", "--amend", "-m", `words\n\nOrchastration-Evidence: site ${digest}`);
      const both = await verified(0);
      assert(both.includes("2 criteria, named by 1 trailer and 1 note of the commit"), both);

      await notes("add", "-m", `Words of a person\n\nOrchastration-Evidence: site ${"0".repeat(64)}`, "HEAD");
      const elsewhere = await verified(0);
      const unknown = "not checked: the note for site names evidence that is not here (000000000000)";
      assert(elsewhere.includes(unknown), elsewhere);

      folder.write("src/a.txt", "changed\n");
      await git("commit", "-qam", "Other files");
      await notes("add", "-m", `Orchastration-Evidence: site ${digest}`, "HEAD^{tree}");
      const older = await verified(1);
      const fact = /fails: the note for site names evidence of site\/\S+, which is for another tree/;
      assert(fact.test(older), older);
      // Other namespaces are not ours, and a note can have any content.
      await git("notes", "add", "-m", `Orchastration-Evidence: site ${"1".repeat(64)}`, "HEAD");
      await notes(
        "add",
        "-f",
        "-m",
        `Orchastration-Evidence: site\nOrchastration-Evidence: ../x \x1b[2J`,
        "HEAD^{tree}",
      );
      const none = await verified(1);
      assert(!/the note|named by/.test(none), none);
    }),
});
