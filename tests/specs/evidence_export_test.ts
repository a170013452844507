/** `evidence export` with the real program: every command of its README accepts the folder, and none a changed one. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { signedBuild } from "../support/signed_build.ts";
import { findTool } from "../support/tools.ts";

const MISSING = ["in-toto-verify", "openssl", "ssh-keygen", "jq", "sha256sum", "base64"].filter((tool) =>
  findTool(tool) === undefined
);
const without = MISSING.length === 0 ? "" : ` (${MISSING.join(", ")} missing)`;

/** The commands of the README of an exported folder, by the program or script that judges. */
async function exportIn(folder: RealFolder, isGood = true): Promise<ReadonlyMap<string, string>> {
  await signedBuild(folder, isGood);
  const said = await folder.orchastration("evidence", "export", "site", "--output", "whole");
  assertEquals([said.code, said.stderr], [0, ""]);
  const commands = new Map<string, string>();
  for (const [, line] of folder.read("whole/README.md").matchAll(/^```sh\n(.*)\n```$/gm)) {
    const name = /in-toto-verify|verify-\w+/.exec(line!)?.[0] ?? /^[\w-]+/.exec(line!)![0];
    commands.set(name, line!);
  }
  return commands;
}

/** Whether the command accepts a copy of the folder after the change. */
async function accepts(
  folder: RealFolder,
  command: string,
  change: (at: string) => void = () => {},
): Promise<boolean> {
  const at = `${folder.path}/changed`;
  await folder.call("cp", ["-r", `${folder.path}/whole`, at]);
  try {
    change(at);
    return (await folder.call("sh", ["-c", `cd changed && ${command}`])).code === 0;
  } finally {
    Deno.removeSync(at, { recursive: true });
  }
}

function filesBelow(folder: string, prefix = ""): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`, `${prefix}${name}/`) : [`${prefix}${name}`]
  ).sort();
}

/** Changes one byte of a file. */
function flip(path: string, share = 0.5): void {
  const bytes = Deno.readFileSync(path);
  if (bytes.length === 0) Deno.writeFileSync(path, new Uint8Array([10]));
  else {
    bytes[Math.min(bytes.length - 1, Math.floor(bytes.length * share))]! ^= 1;
    Deno.writeFileSync(path, bytes);
  }
}

function rewriteLines(path: string, change: (lines: readonly string[]) => readonly string[]): void {
  const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
  Deno.writeTextFileSync(path, change(lines).map((line) => `${line}\n`).join(""));
}

Deno.test({
  name:
    `export: each command of the README accepts the folder, and rejects the changes that it is for${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      const commands = await exportIn(folder);
      assertEquals([...commands.keys()].sort(), [
        "in-toto-verify",
        "jq",
        "openssl",
        "sha256sum",
        "ssh-keygen",
        "verify-journal",
        "verify-signatures",
      ]);
      for (const [name, command] of commands) assert(await accepts(folder, command), name);
      const files = filesBelow(`${folder.path}/whole`);
      const expectRejected = async (name: string, change: (at: string) => void, what: string) =>
        assertEquals(await accepts(folder, commands.get(name)!, change), false, `${name}: ${what}`);
      for (const file of files.filter((each) => each !== "SHA256SUMS.sig")) {
        if (file !== "SHA256SUMS") await expectRejected("sha256sum", (at) => flip(`${at}/${file}`), file);
        if (file !== "SHA256SUMS") {
          await expectRejected("sha256sum", (at) => Deno.removeSync(`${at}/${file}`), file);
        }
      }
      for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]) {
        for (const file of ["SHA256SUMS", "SHA256SUMS.sig"]) {
          // OpenSSH does not care for the line end after the signature; `evidence verify` does.
          if (file === "SHA256SUMS.sig" && share === 1) continue;
          await expectRejected("ssh-keygen", (at) => flip(`${at}/${file}`, share), `${file} at ${share}`);
        }
      }
      const journal = (change: (lines: readonly string[]) => readonly string[]) => (at: string) =>
        rewriteLines(`${at}/journal.jsonl`, change);
      for (
        const [what, change] of [
          ["a removed line", journal((lines) => lines.toSpliced(1, 1))],
          ["reordered lines", journal((lines) => lines.with(1, lines[2]!).with(2, lines[1]!))],
          ["a cut tail", journal((lines) => lines.slice(0, -1))],
          ["an edited line", journal((lines) => lines.with(1, lines[1]!.replace("2026", "2025")))],
          ["an edited last line", journal((lines) => lines.with(-1, lines.at(-1)!.replace("2026", "2025")))],
          ["a doubled line", journal((lines) => [lines[0]!, ...lines])],
        ] as const
      ) await expectRejected("verify-journal", change, what);
      const records = files.filter((file) => /^runs\/.*(Z\.json|\.log)$/.test(file));
      const bundles = files.filter((file) => file.endsWith(".sigstore.json"));
      const plan = JSON.parse(folder.read(`whole/${records.find((file) => /Z\.json$/.test(file))}`)).id;
      for (const file of records.filter((each) => !each.includes(plan))) {
        await expectRejected("verify-signatures", (at) => flip(`${at}/${file}`), file);
      }
      for (const file of records.filter((each) => each.endsWith("Z.json"))) {
        await expectRejected("jq", (at) => flip(`${at}/${file}`), file);
      }
      const blocks = files.filter((file) => /\.(link|layout)$/.test(file));
      assertEquals(blocks.length, 4);
      for (const block of blocks) {
        for (const share of [0.1, 0.35, 0.6, 0.85]) {
          await expectRejected(
            "in-toto-verify",
            (at) => flip(`${at}/${block}`, share),
            `${block} at ${share}`,
          );
        }
        await expectRejected(
          "in-toto-verify",
          (at) => Deno.removeSync(`${at}/${block}`),
          `${block}, missing`,
        );
      }
      for (const file of records) {
        await expectRejected("in-toto-verify", (at) => flip(`${at}/${file}`), file);
        await expectRejected("in-toto-verify", (at) => Deno.removeSync(`${at}/${file}`), `${file}, missing`);
      }
      await expectRejected(
        "in-toto-verify",
        (at) => Deno.writeTextFileSync(`${at}/runs/more.log`, ""),
        "another log",
      );
      await expectRejected("in-toto-verify", (at) => {
        const [one, other] = blocks.slice(0, 2).map((file) => `${at}/${file}`);
        const signature = (path: string) => JSON.parse(Deno.readTextFileSync(path)).signatures[0].sig;
        const [first, second] = [signature(one!), signature(other!)];
        Deno.writeTextFileSync(one!, Deno.readTextFileSync(one!).replace(first, second));
        Deno.writeTextFileSync(other!, Deno.readTextFileSync(other!).replace(second, first));
      }, "swapped signatures");
      const swap = (at: string) => {
        const [one, other] = bundles.slice(0, 2).map((file) => `${at}/${file}`);
        const signature = (path: string) =>
          JSON.parse(Deno.readTextFileSync(path)).dsseEnvelope.signatures[0].sig;
        const [first, second] = [signature(one!), signature(other!)];
        Deno.writeTextFileSync(one!, Deno.readTextFileSync(one!).replace(first, second));
        Deno.writeTextFileSync(other!, Deno.readTextFileSync(other!).replace(second, first));
      };
      await expectRejected("verify-signatures", swap, "swapped signatures");
      await expectRejected("verify-signatures", (at) => flip(`${at}/key.pem`), "another key");
      for (const share of [0.2, 0.4, 0.6]) {
        await expectRejected(
          "verify-signatures",
          (at) => flip(`${at}/${bundles[0]}`, share),
          `payload at ${share}`,
        );
      }
    }),
});

Deno.test({
  name:
    `export: in-toto-verify rejects a build with a check that failed, although all signatures are valid${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      const commands = await exportIn(folder, false);
      for (const [name, command] of commands) {
        assertEquals([name, await accepts(folder, command)], [name, name !== "in-toto-verify"]);
      }
      const [link] = filesBelow(`${folder.path}/whole`).filter((file) => /check-bad\..*\.link$/.test(file));
      const { signed } = JSON.parse(folder.read(`whole/${link}`));
      assertEquals(signed.byproducts, { status: "failed", "return-value": 1 });
    }),
});

Deno.test({
  name: `export: a build of files that were committed after it stands for the tree of the commit${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      await signedBuild(folder, true);
      const commit = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "next"];
      const tree = async () => (await folder.call("git", ["rev-parse", "HEAD^{tree}"])).stdout.trim();
      const signedTree = async () =>
        JSON.parse((await folder.orchastration("sign", "site", "--json")).stdout).tree;
      const state = (await folder.orchastration("config", "path", "--state")).stdout.trim();
      folder.write("src/a.txt", "changed\n");
      folder.write("src/new file.txt", "new\n");
      folder.write("staged.txt", "staged\n");
      Deno.symlinkSync("src/a.txt", `${folder.path}/link`);
      Deno.removeSync(`${folder.path}/src/we[i]rd *?.txt`);
      folder.write("run.sh", "#!/bin/sh\n");
      Deno.chmodSync(`${folder.path}/run.sh`, 0o755);
      assertEquals((await folder.call("git", ["add", "staged.txt"])).code, 0);
      const before = (await folder.call("git", ["count-objects"])).stdout;
      assertEquals((await folder.orchastration("build", "run", "site", "-q")).code, 0);
      const signed = await signedTree();
      assertEquals((await folder.call("git", ["count-objects"])).stdout, before);
      assertEquals([...Deno.readDirSync(`${state}/evidence`)].map(({ name }) => name), ["site"]);
      await folder.call("git", ["add", "-A"]);
      await folder.call("git", commit);
      assertEquals(signed, { git_tree: await tree(), by: "inputs" });
      // An amended commit has the same tree; with another input, the build stands for none.
      await folder.call("git", [...commit.slice(0, 4), "commit", "-q", "--amend", "-m", "amended"]);
      assertEquals(signed.git_tree, await tree());
      folder.write("src/a.txt", "changed again\n");
      assertEquals(await signedTree(), null);
    }),
});

Deno.test({
  name: `export: evidence verify tells an export of an older tree from one of the present tree${without}`,
  ignore: MISSING.length > 0,
  fn: () =>
    inRealFolder(async (folder) => {
      await exportIn(folder);
      const verified = async () => {
        const said = await folder.orchastration("evidence", "verify", "whole", "--tree", "HEAD", "--json");
        return JSON.parse(said.stdout).answers[3].facts as readonly string[];
      };
      assertEquals((await verified()).filter((fact) => fact.includes("another tree")), []);
      folder.write("src/a.txt", "2\n");
      await folder.call("git", [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "commit",
        "-qam",
        "second",
      ]);
      assertEquals((await verified()).filter((fact) => fact.includes("another tree")).length, 1);
    }),
});
