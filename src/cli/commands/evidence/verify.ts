/** `evidence verify`: checks an exported folder. */

import type { Answer, VerifiedFolder } from "../../../app/evidence/verify_folder.ts";
import { visible } from "../../../model/visible.ts";
import { pathValue, wordValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import type { Invocation } from "../../base/invocation.ts";

/** The rest is in the document that --json prints. */
const MAX_FACTS = 10;

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<path>", "the exported folder", pathValue)
      .option("--key <path>", "the public key of the signer, in PEM (default: your own)", pathValue)
      .option("--tree <rev>", "the evidence has to be about the files of this revision", wordValue),
  examples: [
    {
      line: "orchastration evidence verify sample_task-evidence --key ada.pem",
      does: "with the key that its owner gave you",
    },
    {
      line: "orchastration evidence verify sample_task-evidence --tree HEAD",
      does: "exported by you, for the files that are checked out",
    },
  ],
  request: ([folder], { key, tree }) => ({ folder, key, tree }),
  ask: async (workspace, request) =>
    (await import("../../../app/evidence/verify_folder.ts")).verifyFolder(workspace, request),
  json: ({ folder, keyId, answers, signatures }) => ({
    format: 1,
    kind: "evidence_verified",
    folder,
    key: keyId ?? null,
    holds: answers.every(({ state }) => state === "holds"),
    answers,
    signatures: signatures.map(({ file, keyId, by, problems, statement }) => ({
      file,
      key: keyId ?? null,
      by: by?.whose ?? null,
      problems,
      criterion: statement?.criterion ?? null,
      result: statement?.result ?? statement?.status ?? null,
    })),
  }),
  text: ({ answers }, invocation) => answers.map((answer) => lines(answer, invocation)).join(""),
  exitCode: ({ answers }: VerifiedFolder) =>
    answers.every(({ state }) => state === "holds") ? EXIT.done : EXIT.checkFailed,
});

function lines({ line, state, facts }: Answer, { console: { outStyle } }: Invocation): string {
  const word = state === "holds"
    ? outStyle.green("ok")
    : outStyle.red(state === "fails" ? "fails" : "not checked");
  const [first, ...more] = facts.slice(0, MAX_FACTS).map(visible);
  const left = facts.length - MAX_FACTS;
  return `${`${line}:`.padEnd(12)}${word}: ${first}\n` + more.map((fact) => `  ${fact}\n`).join("") +
    (left > 0 ? `  and ${left} more\n` : "");
}
