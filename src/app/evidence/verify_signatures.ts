/** The signatures about a run in the state folder: by whom, and whether they are valid. Changes nothing. */

import type { KnownKey, SignatureView } from "../../model/evidence.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { type JournalEntry, journalEntry } from "../../model/journal.ts";
import { ok, type Result } from "../../model/result.ts";
import { readEvidence } from "../../store/evidence_store.ts";
import { linesOf, readJournal } from "../../store/journal_end.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { checkSigned, type DigestOf } from "./check_bundle.ts";
import { keyIdOf } from "./signer.ts";
import { ownPublicKey } from "./signing_key.ts";

/** Empty where nothing was signed about the run. `given`: keys that the caller knows beside the user's own. */
export async function verifySignatures(
  workspace: Workspace,
  store: RunStore,
  run: RunId,
  given: readonly KnownKey[] = [],
): Promise<Result<readonly SignatureView[], Failure>> {
  const evidence = readEvidence(store.parts, run);
  if (!evidence.ok) return evidence;
  const signed = signedFiles(store, run);
  if (!signed.ok) return signed;
  const keys = [...await ownKeys(workspace), ...given];
  const views: SignatureView[] = [];
  for (const { name, bytes } of evidence.value) {
    const file = `evidence/${run}/${name}`;
    const view = await checkSigned(workspace.host, keys, file, bytes, digestsIn(workspace, store));
    const entered = signed.value.get(name);
    const isEntered = entered === await workspace.host.digests.sha256(bytes);
    const problem = entered === undefined
      ? "the journal does not know it"
      : isEntered
      ? undefined
      : "the journal has another digest for it";
    views.push(problem === undefined ? view : { ...view, problems: [...view.problems, problem] });
  }
  const found = new Set(evidence.value.map(({ name }) => name));
  for (const name of signed.value.keys()) {
    if (found.has(name)) continue;
    const file = `evidence/${run}/${name}`;
    views.push({ file, keyId: undefined, by: undefined, problems: ["it is missing"], statement: undefined });
  }
  return ok(views);
}

/** The key of the user of this machine, if there is one. */
export async function ownKeys(workspace: Workspace): Promise<readonly KnownKey[]> {
  const publicKey = await ownPublicKey(workspace);
  if (publicKey === undefined) return [];
  return [{ publicKey, keyId: await keyIdOf(workspace.host, publicKey), whose: "own" }];
}

/** The digests of files in the state folder. */
function digestsIn({ host }: Workspace, { layout }: RunStore): DigestOf {
  return async (path) => {
    const digest = await host.digests.ofFile(layout.inState(path), "sha256");
    return digest.ok ? digest.value.hex : undefined;
  };
}

/** The newest digest of each file about the run that was signed with the key of the last signing, by the file's name. */
function signedFiles(store: RunStore, run: RunId): Result<ReadonlyMap<string, string>, Failure> {
  const bytes = readJournal(store.parts);
  if (!bytes.ok) return bytes;
  const files = new Map<string, JournalEntry>();
  let last: JournalEntry | undefined;
  for (const entry of entriesOf(bytes.value)) {
    if (entry.kind !== "signed" || entry.id !== run || typeof entry["file"] !== "string") continue;
    files.set(entry["file"], entry);
    last = entry;
  }
  const current = [...files].filter(([, entry]) => entry["key"] === last?.["key"]);
  return ok(new Map(current.map(([name, { sha256 }]) => [name, sha256])));
}

function* entriesOf(journal: Uint8Array | undefined): Generator<JournalEntry> {
  for (const line of journal === undefined ? [] : linesOf(journal)) {
    const entry = journalEntry(new TextDecoder().decode(line));
    if (entry !== undefined) yield entry;
  }
}
