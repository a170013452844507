/** Checks an exported folder: its files, its chain, its signatures and what it claims, each for itself. Trusts nothing in it. */

import { type KnownKey, signatureState, type SignatureView } from "../../model/evidence.ts";
import { FOLDER, readChecksums } from "../../model/evidence_folder.ts";
import type { Failure } from "../../model/failure.ts";
import { type JournalEntry, journalEntry } from "../../model/journal.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { publicKeyOfPem } from "../../model/signing_key.ts";
import { readSshSignature, sshSignedBytes } from "../../model/ssh_signature.ts";
import { PROVENANCE_TYPE } from "../../model/statement.ts";
import { treeOfRevision } from "../../git/git.ts";
import { linesOf } from "../../store/journal_end.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkSigned } from "./check_bundle.ts";
import { ExportedFolder, tableIn, tableOf } from "./exported_folder.ts";
import { keyIdOf } from "./signer.ts";
import { ownKeys } from "./verify_signatures.ts";

export interface VerifyFolderRequest {
  readonly folder: string;
  /** The file of a public key whose owner the caller knows. */
  readonly key: string | undefined;
  /** A revision of the repository here, whose tree the evidence has to be about. */
  readonly tree: string | undefined;
}

/** One of the four answers. */
export interface Answer {
  readonly line: "files" | "chain" | "signatures" | "claim";
  readonly state: "holds" | "fails" | "not_checked";
  /** At least one sentence without a dot. */
  readonly facts: readonly string[];
}

export interface VerifiedFolder {
  readonly folder: string;
  readonly keyId: string | undefined;
  readonly answers: readonly Answer[];
  readonly signatures: readonly SignatureView[];
}

export async function verifyFolder(
  workspace: Workspace,
  request: VerifyFolderRequest,
): Promise<Result<VerifiedFolder, Failure>> {
  const { host } = workspace;
  const folder = host.paths.resolve(workspace.currentFolder, request.folder);
  const place = new ExportedFolder(workspace.host, folder);
  const listed = place.list();
  if (!listed.ok) return listed;
  const given = await givenKey(workspace, request.key);
  if (!given.ok) return given;
  const tree = await wantedTree(workspace, request.tree);
  if (!tree.ok) return tree;
  const inside = publicKeyOfPem(place.text(FOLDER.key) ?? "");
  const keyId = inside === undefined ? undefined : await keyIdOf(host, inside);
  const keys = given.value === undefined ? await ownKeys(workspace) : [given.value];
  const signer = keys.find((key) => key.keyId === keyId);
  const files = await filesAnswer(workspace, place, listed.value, inside);
  const { answer: signatures, views } = await signaturesAnswer(
    workspace,
    place,
    listed.value,
    keys,
    keyId,
    signer,
  );
  const chain = await chainAnswer(workspace, place, views);
  const isTrusted = files.state === "holds" && signatures.state === "holds";
  const claim = claimAnswer(place, views, tree.value, isTrusted);
  return ok({ folder, keyId, answers: [files, chain, signatures, claim], signatures: views });
}

async function givenKey(
  workspace: Workspace,
  path: string | undefined,
): Promise<Result<KnownKey | undefined, Failure>> {
  if (path === undefined) return ok(undefined);
  const { files, paths } = workspace.host;
  const at = paths.resolve(workspace.currentFolder, path);
  const action = "read the public key";
  const bytes = files.readBytes(at, 64 * 1024);
  if (!bytes.ok) return fail({ code: "file_unreadable", action, path: at, reason: bytes.failure.reason });
  const publicKey = publicKeyOfPem(new TextDecoder().decode(bytes.value));
  if (publicKey === undefined) {
    return fail({
      code: "file_unreadable",
      action,
      path: at,
      reason: "it is no public key of Ed25519 in PEM",
    });
  }
  return ok({ publicKey, keyId: await keyIdOf(workspace.host, publicKey), whose: "given" });
}

async function wantedTree(
  workspace: Workspace,
  revision: string | undefined,
): Promise<Result<string | undefined, Failure>> {
  if (revision === undefined) return ok(undefined);
  const tree = await treeOfRevision(workspace.host, workspace.currentFolder, revision);
  if (tree !== undefined) return ok(tree);
  return fail({
    code: "refused",
    action: "compare with",
    value: revision,
    fact: "git knows no such revision here",
    next: [nextAdvice("name a commit, a branch or a tag of the repository that you are in")],
  });
}

/** Every file is listed, as it was, and the list has the signature of the key in the folder. */
async function filesAnswer(
  { host }: Workspace,
  place: ExportedFolder,
  listed: readonly string[],
  key: Uint8Array | undefined,
): Promise<Answer> {
  const fails = (...facts: readonly string[]): Answer => ({ line: "files", state: "fails", facts });
  const text = place.text(FOLDER.checksums);
  const checksums = text === undefined ? undefined : readChecksums(text);
  if (text === undefined || checksums === undefined) {
    return fails(`${FOLDER.checksums} is missing or is no list of checksums`);
  }
  const digest = Uint8Array.fromHex(await host.digests.sha256(new TextEncoder().encode(text)));
  const signature = key && readSshSignature(place.text(FOLDER.signature) ?? "", key);
  const isSigned = key !== undefined && signature !== undefined &&
    await host.signing.verify(key, signature, sshSignedBytes(digest));
  const problems = isSigned
    ? []
    : [`${FOLDER.signature} is no signature of ${FOLDER.checksums} by ${FOLDER.key}`];
  for (const [path, sha256] of checksums) {
    const found = await place.digest(path);
    if (found === undefined) problems.push(`${path} is missing`);
    else if (found !== sha256) problems.push(`${path} has changed`);
  }
  const own: readonly string[] = [FOLDER.checksums, FOLDER.signature];
  for (const name of listed) {
    if (!checksums.has(name) && !own.includes(name)) {
      problems.push(`${name} is not listed in ${FOLDER.checksums}`);
    }
  }
  if (problems.length > 0) return fails(...problems);
  return { line: "files", state: "holds", facts: [`${checksums.size} files are as they were exported`] };
}

async function signaturesAnswer(
  { host }: Workspace,
  place: ExportedFolder,
  listed: readonly string[],
  keys: readonly KnownKey[],
  keyId: string | undefined,
  signer: KnownKey | undefined,
): Promise<{ readonly answer: Answer; readonly views: readonly SignatureView[] }> {
  const views: SignatureView[] = [];
  for (const name of listed.filter((each) => /^evidence\/.*\.(sigstore\.json|link|layout)$/.test(each))) {
    views.push(await checkSigned(host, keys, name, place.bytes(name)!, (path) => place.digest(path)));
  }
  const answer = (state: Answer["state"], ...facts: readonly string[]) =>
    ({ answer: { line: "signatures", state, facts }, views }) as const;
  const problems = views.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`));
  const statements = views.filter(({ statement }) => statement !== undefined).length;
  if (statements === 0) problems.push("there is no signed statement");
  if (keyId === undefined) problems.push(`${FOLDER.key} is no public key of Ed25519`);
  else if (keys.some(({ whose }) => whose === "given") && signer === undefined) {
    problems.push(`the key of the folder, ${keyId}, is not the given one, ${keys[0]!.keyId}`);
  }
  for (const view of views) {
    if (view.keyId !== undefined && view.keyId !== keyId) {
      problems.push(`${view.file} names another key, ${view.keyId}`);
    }
  }
  if (problems.length > 0) return answer("fails", ...problems);
  if (views.some((view) => signatureState(view) === "unknown_key")) {
    return answer(
      "not_checked",
      `nobody here knows the key ${keyId}: compare it with what its owner says, then name it with --key`,
    );
  }
  return answer(
    "holds",
    `${statements} statements and ${views.length - statements} files for in-toto, by ${
      signer?.whose === "own" ? "your own key" : "the given key"
    }, ${keyId}`,
  );
}

/** The lines are in order and complete, up to the one that was signed, and are those that the statements name. */
async function chainAnswer(
  { host }: Workspace,
  place: ExportedFolder,
  views: readonly SignatureView[],
): Promise<Answer> {
  const fails = (fact: string): Answer => ({ line: "chain", state: "fails", facts: [fact] });
  const bytes = place.bytes(FOLDER.journal);
  const description = tableIn(place.text(FOLDER.description));
  if (bytes === undefined || bytes.length === 0) return fails(`${FOLDER.journal} is missing`);
  let before: { readonly entry: JournalEntry; readonly sha256: string } | undefined;
  let first: JournalEntry | undefined;
  const records = new Map<string, string>();
  const digests = new Map<number, string>();
  const remarks: string[] = [];
  for (const line of linesOf(bytes)) {
    const entry = journalEntry(new TextDecoder().decode(line));
    if (entry === undefined) {
      return fails(`the line after line ${before?.entry.n ?? 0} is no line of a journal`);
    }
    if (before !== undefined && entry.n !== before.entry.n + 1) {
      return fails(`line ${entry.n} follows line ${before.entry.n}`);
    }
    if (before !== undefined && entry.previous !== before.sha256) {
      return fails(`line ${entry.n} names another digest than that of line ${before.entry.n}`);
    }
    if (before !== undefined && entry.time < before.entry.time) {
      remarks.push(`the clock was set back before line ${entry.n}; the order is that of the lines`);
    }
    if (entry.kind === "chain_break") {
      remarks.push(`line ${entry.n} says that the lines before it were not continued`);
    }
    if (entry.kind === "run" || entry.kind === "plan") records.set(entry.id, entry.sha256);
    first ??= entry;
    before = { entry, sha256: await host.digests.sha256(line) };
    digests.set(entry.n, before.sha256);
  }
  const { head_sha256: head, from, to } = tableOf(description["journal"]);
  if (head !== before!.sha256 || to !== before!.entry.n || from !== first!.n) {
    return fails(`its first or last lines are missing: it has lines ${first!.n} to ${before!.entry.n}`);
  }
  for (const { file, by, statement } of views) {
    if (by === undefined || statement === undefined) continue;
    for (const { n, sha256 } of [...statement.lines, ...statement.breaks]) {
      if (digests.has(n) && digests.get(n) !== sha256) {
        return fails(`line ${n} is not the one that ${file} names`);
      }
    }
    const earlier = statement.breaks.filter(({ n }) => n < first!.n);
    if (earlier.length > 0) {
      remarks.push(`${file} says that line ${earlier.map(({ n }) => n).join(", ")} was a break`);
    }
  }
  for (const [id, sha256] of records) {
    const found = await place.digest(`runs/${id}.json`);
    if (found !== undefined && found !== sha256) return fails(`runs/${id}.json is not what the journal has`);
  }
  return { line: "chain", state: "holds", facts: [`lines ${from} to ${to} are in order`, ...remarks] };
}

/** What the statements say of the task. It is not believed as long as nobody here knows who says so. */
function claimAnswer(
  place: ExportedFolder,
  views: readonly SignatureView[],
  tree: string | undefined,
  isTrusted: boolean,
): Answer {
  const description = tableIn(place.text(FOLDER.description));
  const problems: string[] = [];
  const unproven: string[] = [];
  const provenance = views.find(({ statement }) =>
    statement?.predicateType === PROVENANCE_TYPE && statement.run === description["build"]
  )?.statement;
  if (provenance === undefined) {
    const build = description["build"];
    problems.push(
      typeof build === "string"
        ? `no statement is about the build ${build}`
        : `${FOLDER.description} does not say which build it is about`,
    );
  } else if (provenance.status !== "succeeded") problems.push(`the build ended as ${provenance.status}`);
  const results = new Map(views.map(({ statement }) => [statement?.criterion, statement?.result]));
  const criteria = Array.isArray(description["criteria"]) ? description["criteria"].map(tableOf) : [];
  for (const { id, result, confirmed_by } of criteria) {
    const signed = results.get(String(id));
    if (signed === undefined && typeof confirmed_by === "string") {
      unproven.push(`${String(id)} is the word of ${confirmed_by}`);
    } else if (signed === undefined) problems.push(`${String(id)} is not proven`);
    else if (signed !== "PASSED" || signed !== result) problems.push(`${String(id)} ${signed}`);
  }
  if (tree !== undefined && provenance?.gitTree !== tree) {
    problems.push(`it is about another tree than ${tree}: ${provenance?.gitTree ?? "none is signed"}`);
  }
  if (problems.length > 0) return { line: "claim", state: "fails", facts: problems };
  if (!isTrusted) {
    return {
      line: "claim",
      state: "not_checked",
      facts: ["it counts only with verified files and signatures"],
    };
  }
  const about = provenance!.gitTree === undefined
    ? provenance!.inputs === undefined ? "no tree and no inputs are signed" : `inputs ${provenance!.inputs}`
    : `tree ${provenance!.gitTree}`;
  const passed = criteria.length - unproven.length;
  return {
    line: "claim",
    state: "holds",
    facts: [
      `the build succeeded and ${passed} of ${criteria.length} criteria passed their checks (${about})`,
      ...unproven,
    ],
  };
}
