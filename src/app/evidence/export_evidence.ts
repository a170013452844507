/** Everything about the last build of a task in one folder, which somebody else can check without this program and this machine. */

import { signatureState } from "../../model/evidence.ts";
import {
  CHECK_JOURNAL,
  CHECK_SIGNATURES,
  checksumsText,
  type EvidenceDescription,
  FOLDER,
  folderReadme,
  SIGNER_IDENTITY,
} from "../../model/evidence_folder.ts";
import type { Failure } from "../../model/failure.ts";
import { keyFile } from "../../model/in_toto.ts";
import type { RunId } from "../../model/ids.ts";
import { journalEntry } from "../../model/journal.ts";
import { nextAdvice, nextCommand, type NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { publicKeyPem } from "../../model/signing_key.ts";
import { allowedSigner, sshSignatureText, sshSignedBytes } from "../../model/ssh_signature.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { replaceFile } from "../../host/durable_write.ts";
import { linesOf, readJournal } from "../../store/journal_end.ts";
import { baseOfManifest } from "../../store/manifest_store.ts";
import type { RunStore } from "../../store/run_store.ts";
import { VERSION } from "../../version.ts";
import { fileUnwritable } from "../files/user_file.ts";
import { findTask } from "../tasks/find_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Signer } from "./signer.ts";
import { openSigner } from "./signing_key.ts";
import { runToSign } from "./sign.ts";
import { verifySignatures } from "./verify_signatures.ts";

export interface ExportRequest {
  readonly task: string;
  /** undefined: `<task>-evidence` in the current folder. */
  readonly output: string | undefined;
  readonly key: string | undefined;
}

export interface Exported {
  /** Absolute. */
  readonly folder: string;
  readonly description: EvidenceDescription;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

interface FolderFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A larger log is no evidence that somebody could read. */
const MAX_BYTES = 1024 * 1024 * 1024;

const encoder = new TextEncoder();

export async function exportEvidence(
  workspace: Workspace,
  request: ExportRequest,
): Promise<Result<Exported, Failure>> {
  const { host } = workspace;
  const project = await workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, request.task);
  if (!task.ok) return task;
  const folder = host.paths.resolve(workspace.currentFolder, request.output ?? `${request.task}-evidence`);
  const free = requireNew(workspace, folder);
  if (!free.ok) return free;
  const store = await workspace.store();
  if (!store.ok) return store;
  const build = await runToSign(workspace, store.value, request.task);
  if (!build.ok) return build;
  const signer = await openSigner(workspace, request.key);
  if (!signer.ok) return signer;
  const statements = await requireSigned(workspace, store.value, build.value, signer.value);
  if (!statements.ok) return statements;
  const copied = copiesOf(workspace, store.value, request.task, build.value);
  if (!copied.ok) return copied;
  const journal = journalRange(store.value, request.task, build.value);
  if (!journal.ok) return journal;
  const record = await taskRecord(workspace, request.task);
  if (!record.ok) return record;
  const head = journal.value.at(-1)!;
  const description: EvidenceDescription = {
    format: 1,
    kind: "evidence",
    task: request.task,
    build: build.value.id,
    status: build.value.status,
    exported_at: new Date(host.clock.nowMs()).toISOString(),
    program: VERSION,
    key: signer.value.keyId,
    ...statements.value,
    criteria: criteriaOf(build.value, record.value),
    journal: {
      from: numberOf(journal.value[0]!),
      to: numberOf(head),
      head_sha256: await host.digests.sha256(head),
    },
  };
  const text = (path: string, content: string): FolderFile => ({ path, bytes: encoder.encode(content) });
  const known: readonly FolderFile[] = [
    text(FOLDER.description, `${JSON.stringify(description, null, 2)}\n`),
    text(FOLDER.key, publicKeyPem(signer.value.publicKey)),
    text(FOLDER.inTotoKey, keyFile(signer.value.publicKey.toHex())),
    text(FOLDER.signers, allowedSigner(SIGNER_IDENTITY, signer.value.publicKey)),
    text(FOLDER.checkJournal, CHECK_JOURNAL),
    text(FOLDER.checkSignatures, CHECK_SIGNATURES),
    { path: FOLDER.journal, bytes: withLineEnds(journal.value) },
    ...copied.value,
  ];
  const listed = known.map(({ path, bytes }) => ({ path, bytes: bytes.length }));
  const all = [
    text(FOLDER.readme, folderReadme(description, listed, workspace.writeCommand("evidence verify", ["."]))),
    ...known,
  ];
  const checksums = await checksumsOf(workspace, all);
  const sealed = await sealOf(workspace, signer.value, checksums);
  if (!sealed.ok) return sealed;
  const whole = [...all, text(FOLDER.checksums, checksums), text(FOLDER.signature, sealed.value)];
  const written = writeFolder(workspace, folder, whole);
  if (!written.ok) return written;
  return ok({ folder, description, files: whole.map(({ path, bytes }) => ({ path, bytes: bytes.length })) });
}

/** An export is never mixed with files of another one. */
function requireNew({ host: { files } }: Workspace, folder: string): Result<void, Failure> {
  const names = files.list(folder);
  const isFree = names.ok ? names.value.length === 0 : names.failure.kind === "not_found";
  if (isFree) return ok(undefined);
  return fail({
    code: "refused",
    action: "export evidence to",
    value: folder,
    fact: names.ok ? "the folder is not empty" : names.failure.reason,
    next: [nextAdvice("name a new folder with --output <path>")],
  });
}

/** The statements about the build are there, valid, and signed with the key of the export. */
async function requireSigned(
  workspace: Workspace,
  store: RunStore,
  build: RunRecord,
  signer: Signer,
): Promise<Result<Pick<EvidenceDescription, "git_tree" | "inputs_sha256">, Failure>> {
  const key = { keyId: signer.keyId, publicKey: signer.publicKey, whose: "given" } as const;
  const views = await verifySignatures(workspace, store, build.id, [key]);
  if (!views.ok) return views;
  const refuse = (fact: string, next: NextSteps) =>
    fail({ code: "refused", action: "export the evidence of", value: build.id, fact, next } as const);
  if (views.value.length === 0) return refuse("nothing is signed about it", [nextCommand("sign", build.id)]);
  for (const view of views.value) {
    const [problem] = view.problems;
    if (problem !== undefined) return refuse(`${view.file}: ${problem}`, []);
    if (signatureState(view) !== "valid") {
      return refuse(`${view.file} is signed with a key that nobody here knows`, [
        nextCommand("sign", build.id),
      ]);
    }
    if (view.keyId !== signer.keyId) {
      return refuse(`${view.file} is signed with another key, ${view.keyId}`, [
        nextCommand("sign", build.id),
      ]);
    }
  }
  const provenance = views.value.find(({ statement }) => statement?.run === build.id)?.statement;
  return ok({ git_tree: provenance?.gitTree ?? null, inputs_sha256: provenance?.inputs ?? null });
}

/** The files of the state folder, at their paths there. */
function copiesOf(
  workspace: Workspace,
  store: RunStore,
  task: string,
  build: RunRecord,
): Result<readonly FolderFile[], Failure> {
  const { host } = workspace;
  const { layout, parts } = store;
  const runs: RunRecord[] = [build];
  const others = [build.plan?.run, ...build.checks.map(({ run }) => run)];
  for (const id of others) {
    if (id === null || id === undefined) continue;
    const run = store.read(id);
    if (!run.ok) return run;
    runs.push(run.value.record);
  }
  const paths = new Set([`tasks/${task}.json`]);
  for (const { id, attempts } of runs) {
    paths.add(`runs/${id}.json`);
    for (const { stdout_path, stderr_path, output_order, slurm } of attempts) {
      const logs = [stdout_path, stderr_path, output_order?.path, slurm?.log?.path];
      for (const path of logs) if (path) paths.add(path);
    }
  }
  for (const id of [build.id, baseOfManifest(parts, build.id)]) {
    const path = id === undefined ? undefined : manifestPath(id);
    if (path !== undefined && host.files.stat(layout.inState(path)).ok) paths.add(path);
  }
  const names = host.files.list(layout.evidenceOf(build.id));
  for (const name of names.ok ? names.value : []) {
    if (/\.(sigstore\.json|link|layout)$/.test(name)) paths.add(`evidence/${build.id}/${name}`);
  }
  const copies: FolderFile[] = [];
  for (const path of [...paths].sort()) {
    const bytes = host.files.readBytes(layout.inState(path), MAX_BYTES);
    if (!bytes.ok) {
      const at = layout.inState(path);
      return fail({ code: "state_unreadable", action: "read", path: at, reason: bytes.failure.reason });
    }
    copies.push({ path, bytes: bytes.value });
  }
  return ok(copies);
}

function manifestPath(id: RunId): string {
  return `runs/${id}.inputs.json`;
}

/** From the first line about the task or one of its runs to the end, without gaps, so that its order can be checked. */
function journalRange(
  store: RunStore,
  task: string,
  build: RunRecord,
): Result<readonly Uint8Array[], Failure> {
  const bytes = readJournal(store.parts);
  if (!bytes.ok) return bytes;
  const lines = bytes.value === undefined ? [] : linesOf(bytes.value);
  const about = new Set<string>([
    task,
    build.id,
    build.plan?.run ?? "",
    ...build.checks.map(({ run }) => run ?? ""),
  ]);
  const first = lines.findIndex((line) =>
    about.has(journalEntry(new TextDecoder().decode(line))?.id ?? "\0")
  );
  if (first >= 0) return ok(lines.slice(first));
  const path = store.layout.journal;
  return fail({ code: "state_unreadable", action: "find the build in", path, reason: "no line is about it" });
}

function numberOf(line: Uint8Array): number {
  return journalEntry(new TextDecoder().decode(line))?.n ?? 0;
}

function withLineEnds(lines: readonly Uint8Array[]): Uint8Array {
  return encoder.encode(lines.map((line) => `${new TextDecoder().decode(line)}\n`).join(""));
}

async function taskRecord(
  workspace: Workspace,
  task: string,
): Promise<Result<TaskRecord | undefined, Failure>> {
  const tasks = await workspace.tasks();
  return tasks.ok ? tasks.value.read(task) : tasks;
}

function criteriaOf(build: RunRecord, record: TaskRecord | undefined): EvidenceDescription["criteria"] {
  return build.checks.map(({ id, run, status }) => ({
    id,
    result: run === null ? null : status === "succeeded" ? "PASSED" : "FAILED",
    confirmed_by:
      record?.confirmations.findLast((each) => each.criterion === id && each.build === build.id)?.by ?? null,
  }));
}

async function checksumsOf({ host }: Workspace, files: readonly FolderFile[]): Promise<string> {
  return checksumsText(
    await Promise.all(
      files.map(async ({ path, bytes }) => ({ path, sha256: await host.digests.sha256(bytes) })),
    ),
  );
}

async function sealOf(
  { host }: Workspace,
  signer: Signer,
  checksums: string,
): Promise<Result<string, Failure>> {
  const digest = Uint8Array.fromHex(await host.digests.sha256(encoder.encode(checksums)));
  const signature = await signer.sign(sshSignedBytes(digest));
  return signature.ok ? ok(sshSignatureText(signer.publicKey, signature.value)) : signature;
}

/** The signature is written last, so that an unfinished folder is never a signed one. */
function writeFolder(
  { host: { files, paths } }: Workspace,
  folder: string,
  all: readonly FolderFile[],
): Result<void, Failure> {
  for (const { path, bytes } of all) {
    const at = paths.join(folder, ...path.split("/"));
    const made = files.makeFolders(paths.dirname(at), "shared");
    const written = made.ok
      ? replaceFile(files, paths, at, bytes, { durable: "old or new", mode: "shared" })
      : made;
    if (!written.ok) {
      const advice = nextAdvice("the folder is incomplete and is not signed; remove it");
      return fileUnwritable(at, written.failure.reason, [advice]);
    }
  }
  return ok(undefined);
}
