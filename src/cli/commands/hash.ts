/** `hash`: prints digests of files, and verifies checksum lists. */

import { nextCommand, placeholder } from "../../model/next_step.ts";
import { Option } from "@commander-js/extra-typings";
import type { CheckedList } from "../../app/files/hash_files.ts";
import { describeFailure } from "../../model/failure_words.ts";
import { visible } from "../../model/visible.ts";
import { formatChecksumLine } from "../../model/checksum_line.ts";
import { HASH_ALGORITHMS, type HashAlgorithm } from "../../model/project.ts";
import { pathValue, pathValues } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT, exitCodeOfFailure } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

interface HashRequest {
  readonly files: readonly string[];
  readonly algorithm: HashAlgorithm | undefined;
  readonly check: string | undefined;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[files...]", "further files")
      .option("--file <path>", "a file; can be repeated; - is standard input", pathValues)
      .addOption(
        new Option("--algorithm <name>", "the digest algorithm (default: [hash] algorithm, else sha256)")
          .choices(HASH_ALGORITHMS),
      )
      .option(
        "--check <path>",
        "verify a list written by sha256sum or this command; - is standard input",
        pathValue,
      ),
  examples: [
    { line: "orchastration hash --file README.md", does: "one line: the digest, two spaces, the path" },
    { line: "orchastration hash --file a.bin --file b.bin > SUMS", does: "a list of several files" },
    { line: "orchastration hash --check SUMS", does: "verify it; exit 1 if a file differs" },
  ],
  request: ([files], { file = [], algorithm, check }): HashRequest => ({
    files: [...file, ...files],
    algorithm,
    check,
  }),
  misuse: ({ files, check }) =>
    (check === undefined) === (files.length === 0)
      ? {
        code: "arguments_invalid",
        action: "hash",
        value: undefined,
        fact: check === undefined ? "no file was named" : "--check and --file cannot be used together",
        next: [
          nextCommand("hash", "--file", placeholder("path")),
          nextCommand("hash", "--check", placeholder("list")),
        ],
      }
      : undefined,
  carryOut: hash,
});

async function hash(request: HashRequest, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { checkList, chooseAlgorithm, hashFiles } = await import("../../app/files/hash_files.ts");
  if (request.check !== undefined) {
    const checked = await checkList(workspace.value, request.check);
    return checked.ok ? reportCheck(checked.value, invocation) : invocation.fail(checked.failure);
  }
  const algorithm = await chooseAlgorithm(workspace.value, request.algorithm);
  if (!algorithm.ok) return invocation.fail(algorithm.failure);
  const files: { path: string; digest: string | null; problem: string | null }[] = [];
  let exitCode: number = EXIT.done;
  for await (const { path, digest } of hashFiles(workspace.value, request.files, algorithm.value)) {
    if (digest.ok) {
      files.push({ path, digest: digest.value, problem: null });
      if (!invocation.isJson) invocation.console.out(`${formatChecksumLine(digest.value, path)}\n`);
      continue;
    }
    const { headline } = describeFailure(digest.failure);
    files.push({ path, digest: null, problem: headline });
    invocation.console.err(`${invocation.console.errStyle.red("error:")} ${headline}\n`);
    exitCode = exitCodeOfFailure(digest.failure);
  }
  if (invocation.isJson) {
    invocation.console.json({ format: 1, kind: "hash", algorithm: algorithm.value, files });
  }
  return exitCode;
}

function reportCheck(list: CheckedList, invocation: Invocation): number {
  const { console } = invocation;
  let changed = 0;
  let unreadable = 0;
  for (const { path, verdict } of list.files) {
    if (verdict === "changed") changed++;
    else if (verdict !== "ok") unreadable++;
    if (invocation.isJson) continue;
    const word = verdict === "ok"
      ? "OK"
      : console.outStyle.red(verdict === "changed" ? "FAILED" : "FAILED open or read");
    console.out(`${visible(path)}: ${word}\n`);
  }
  if (invocation.isJson) {
    console.json({
      format: 1,
      kind: "hash_check",
      files: list.files.map(({ path, verdict }) => ({
        path,
        status: typeof verdict === "string" ? verdict : "unreadable",
        problem: typeof verdict === "string" ? null : describeFailure(verdict.unreadable).headline,
      })),
      malformed_lines: list.malformedLines,
    });
  }
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const { length: malformed } = list.malformedLines;
  if (malformed > 0) {
    invocation.warn(`${count(malformed, "line does", "lines do")} not have the form "<digest>  <path>"`);
  }
  if (unreadable > 0) invocation.warn(`${count(unreadable, "file", "files")} could not be read`);
  if (changed > 0) invocation.warn(`${count(changed, "file does", "files do")} not match`);
  return changed > 0 || unreadable > 0 ? EXIT.checkFailed : EXIT.done;
}
