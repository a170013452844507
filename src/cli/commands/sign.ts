/** `sign`: signs what was recorded of a run, in forms that tools of others check. */

import type { Signed } from "../../app/evidence/sign.ts";
import type { SignedFile } from "../../app/evidence/sign_run.ts";
import { inWords } from "../../model/in_words.ts";
import { visible } from "../../model/visible.ts";
import { pathValue } from "../base/arguments.ts";
import { defineCommand } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { table } from "../output/style.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument(
        "<run-or-task>",
        "a task for its last build, or a run: its id, the beginning of one, or a job's name",
      )
      .option(
        "--key <path>",
        'the private key, or "ssh-agent", or a public key whose private part ssh-agent has (default: your own, made at first use)',
        pathValue,
      ),
  examples: [
    { line: "orchastration sign sample_task", does: "its last build, and the check of each criterion" },
    { line: "orchastration sign sample", does: "the newest run of the job" },
    { line: "orchastration sign sample --key release.pem", does: "with a key of your own choice" },
    { line: "orchastration sign sample --key ssh-agent", does: "with the Ed25519 key that ssh-agent has" },
  ],
  request: ([reference], { key }) => ({ reference, key }),
  ask: async (workspace, request) => (await import("../../app/evidence/sign.ts")).sign(workspace, request),
  json: ({ run, files, tree, inputs, without, key, stateDir }) => ({
    format: 1,
    kind: "signed",
    run: run.id,
    status: run.status,
    key: { id: key.keyId, place: key.place, is_new: key.isNew },
    tree: tree === undefined ? null : { git_tree: tree.gitTree, by: tree.by },
    inputs_sha256: inputs ?? null,
    state_dir: stateDir,
    files: files.map(({ path, sha256, predicateType, criterion, result }) => ({
      path,
      sha256,
      predicate_type: predicateType ?? null,
      ...(criterion === undefined ? {} : { criterion, result }),
    })),
    not_signed: without,
  }),
  text,
});

function text({ run, files, tree, inputs, without, key, stateDir }: Signed, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const layout = files.find(({ path }) => path.endsWith(".layout"));
  const links = files.filter(({ path }) => path.endsWith(".link")).length;
  const rows = [
    ["key", `${key.keyId.slice(0, 16)} (${visible(key.place)}${key.isNew ? ", made now" : ""})`],
    ["tree", tree === undefined ? "none: the files were not as committed" : tree.gitTree],
    ["inputs", inputs ?? "none: not declared, or they changed during the run"],
    ["in", visible(stateDir)],
    ...files.filter(({ predicateType }) => predicateType !== undefined).map((
      file,
    ) => ["signed", signedWords(file)]),
    ...(layout === undefined ? [] : [["signed", `${layout.path} and ${links} links, for in-toto-verify`]]),
    ...(without.length === 0 ? [] : [["not signed", `${without.join(", ")}: no check ran`]]),
  ];
  return `${outStyle.bold(run.id)} is signed: ${inWords(run.status)}\n` +
    table(rows.map(([name, value]) => [outStyle.dim(name!), value!]), { columns });
}

function signedWords({ path, criterion, result }: SignedFile): string {
  return criterion === undefined ? path : `${path} (${result})`;
}
