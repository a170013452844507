/** The form of an exported folder: its description, its checksums, and what it says to people and their tools. Pure. */

import { SSH_NAMESPACE } from "./ssh_signature.ts";

/** Files of the folder that are not copies of files of the state folder. */
export const FOLDER = {
  readme: "README.md",
  description: "evidence.json",
  key: "key.pem",
  inTotoKey: "in-toto.pub",
  signers: "allowed_signers",
  journal: "journal.jsonl",
  checkJournal: "verify-journal.sh",
  checkSignatures: "verify-signatures.sh",
  checksums: "SHA256SUMS",
  signature: "SHA256SUMS.sig",
} as const;

export const SIGNER_IDENTITY = "orchastration";

/** evidence.json. */
export interface EvidenceDescription {
  readonly format: 1;
  readonly kind: "evidence";
  readonly task: string;
  readonly build: string;
  readonly status: string;
  readonly exported_at: string;
  readonly program: string;
  readonly key: string;
  readonly git_tree: string | null;
  readonly inputs_sha256: string | null;
  readonly criteria: readonly {
    readonly id: string;
    /** PASSED or FAILED; null where no check ran. */
    readonly result: string | null;
    /** A person who confirmed it, which is declared and not checked. */
    readonly confirmed_by: string | null;
  }[];
  /** The range of the journal, and the digest of its last line. */
  readonly journal: { readonly from: number; readonly to: number; readonly head_sha256: string };
}

/** `sha256sum -c` reads it. Paths have no line ends, which names of runs and our own names cannot have. */
export function checksumsText(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  return files.toSorted((one, other) => one.path < other.path ? -1 : 1)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
}

/** The digests by their paths; undefined where a line has another form, or a path comes twice. */
export function readChecksums(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}([^\s/][^\n]*)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || found.has(path)) return undefined;
    if (path.split("/").some((part) => part === ".." || part === "." || part === "")) return undefined;
    found.set(path, sha256);
  }
  const files = [...found].map(([path, sha256]) => ({ path, sha256 }));
  return checksumsText(files) === text ? found : undefined;
}

/** Checks the chain with jq and sha256sum alone. */
export const CHECK_JOURNAL = `#!/bin/sh
# Each line names the digest of the line before it, the numbers have no gap, and the last line is the one that was signed.
set -eu
n= previous=
while IFS= read -r line; do
  set -- "$(printf '%s' "$line" | jq -r .n)" "$(printf '%s' "$line" | jq -r .previous)"
  [ -z "$n" ] || [ "$1" = $((n + 1)) ] || { echo "line $1 does not follow line $n"; exit 1; }
  [ -z "$n" ] || [ "$2" = "$previous" ] || { echo "line $1 names another digest than that of line $n"; exit 1; }
  n=$1 previous=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
done < ${FOLDER.journal}
[ "$n $previous" = "$(jq -r '"\\(.journal.to) \\(.journal.head_sha256)"' ${FOLDER.description})" ] || { echo "the end is missing"; exit 1; }
echo "whole up to line $n: $previous"
`;

/** Checks every statement with openssl, and the files that it is about. */
export const CHECK_SIGNATURES = `#!/bin/sh
# Each statement has the signature of ${FOLDER.key}, and the records and logs that it is about are those that were signed.
set -eu
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
for bundle in evidence/*/*/*.sigstore.json; do
  jq -r .dsseEnvelope.payload "$bundle" | base64 -d > "$scratch/payload"
  jq -r '.dsseEnvelope.signatures[0].sig' "$bundle" | base64 -d > "$scratch/signature"
  type=$(jq -r .dsseEnvelope.payloadType "$bundle")
  { printf 'DSSEv1 %d %s %d ' "\${#type}" "$type" "$(wc -c < "$scratch/payload")"; cat "$scratch/payload"; } > "$scratch/signed"
  openssl pkeyutl -verify -rawin -pubin -inkey ${FOLDER.key} -in "$scratch/signed" -sigfile "$scratch/signature" > /dev/null ||
    { echo "$bundle: the signature is not that of the key"; exit 1; }
  jq -r '[.subject[], (.predicate | .. | objects | .byproducts? // empty | .[])] | map(select(.annotations.of == "record" or .annotations.of == "log"))[] | "\\(.digest.sha256)  \\(.name)"' \\
    "$scratch/payload" | sha256sum -c --quiet || { echo "$bundle: a file is not what was signed"; exit 1; }
  jq -r '"\\(.predicate.result // .predicate.orchastration_result.status)\\t\\(.predicate.orchastration_check.criterion // .predicate.runDetails.metadata.invocationId)"' "$scratch/payload"
done
`;

/** The page that a person reads first, with a command for each tool; a test executes every one. */
export function folderReadme(
  about: EvidenceDescription,
  files: readonly { readonly path: string; readonly bytes: number }[],
  /** The command line with which this program checks the folder, called inside it. */
  verifyCommand: string,
): string {
  const { task, build, status, criteria, git_tree, inputs_sha256, key, journal, exported_at } = about;
  const criterion = ({ id, result, confirmed_by }: EvidenceDescription["criteria"][number]) =>
    `| ${id} | ${result ?? (confirmed_by === null ? "open" : `confirmed by ${inline(confirmed_by)}`)} |`;
  return [
    `# Evidence for task ${task}`,
    "",
    `Build \`${build}\` ended with the status \`${status}\`. Exported at ${exported_at}.`,
    "",
    "| Criterion | Result |",
    "|---|---|",
    ...criteria.map(criterion),
    "",
    `- Tree of git: ${git_tree === null ? "none: the files differed from the commit" : `\`${git_tree}\``}`,
    `- Manifest of the inputs: ${inputs_sha256 === null ? "none" : `\`${inputs_sha256}\``}`,
    `- Key: \`${key}\`, the SHA-256 of its public key. Compare it with what its owner tells you: everything here could have been`,
    "  signed with another key by somebody else.",
    "",
    "## What it contains",
    "",
    "The records contain the commands, the configured values of variables that are not secret, the names of the user and the",
    "machine, and paths. The logs contain what the commands printed. Values of secrets are replaced. The journal contains digests,",
    `names and times of other runs, too, from line ${journal.from} to line ${journal.to}. Read it before you pass it on.`,
    "",
    "| File | Bytes |",
    "|---|---|",
    ...files.map(({ path, bytes }) => `| ${path} | ${bytes} |`),
    "",
    "## How to check it",
    "",
    "All of this works offline, in this folder. The id of the key, to be compared with what its owner says:",
    "",
    ...code(`openssl pkey -pubin -in ${FOLDER.key} -outform DER | sha256sum`),
    "Whether the checksums have the signature of the key, with OpenSSH:",
    "",
    ...code(
      `ssh-keygen -Y verify -f ${FOLDER.signers} -I ${SIGNER_IDENTITY} -n ${SSH_NAMESPACE} -s ${FOLDER.signature} < ${FOLDER.checksums}`,
    ),
    "Whether no file has changed:",
    "",
    ...code(`sha256sum -c --quiet ${FOLDER.checksums}`),
    "Whether each statement has the signature of the key, and is about these records and logs (openssl, jq):",
    "",
    ...code(`sh ${FOLDER.checkSignatures}`),
    "Whether the journal has all of its lines, in order (jq):",
    "",
    ...code(`sh ${FOLDER.checkJournal}`),
    "Whether the build used and left behind what its plan says, and every check passed (in-toto 1.x, jq). It fails for a build or a",
    "check that failed, which is then signed as such:",
    "",
    ...code(
      `scratch=$(mktemp -d) && cp -r . "$scratch" && cd "$scratch" && in-toto-verify --layout evidence/${build}/root.layout --layout-keys ${FOLDER.inTotoKey} --key-types ed25519 --link-dir evidence/${build} && rm -r "$scratch"`,
    ),
    "Whether the records are those that the journal has:",
    "",
    ...code(
      `jq -rs '[.[] | select(.kind == "run" or .kind == "plan")] | group_by(.id)[] | last | "\\(.sha256)  runs/\\(.id).json"' ${FOLDER.journal} | sha256sum -c --quiet --ignore-missing`,
    ),
    ...(git_tree === null ? [] : [
      "Whether the evidence is about the files that you have: `git rev-parse 'HEAD^{tree}'` has to print the tree above.",
      "",
    ]),
    `\`${verifyCommand}\` does all of this, and rejects files that are not listed. The statements are in-toto`,
    "statements in Sigstore bundles (v0.3), which @sigstore/verify reads with this key and without a log.",
    "",
    "## What it does not prove",
    "",
    "Who has the key can sign anything. Times are those of the machine. A criterion that a person confirmed is that person's word.",
    "",
  ].join("\n");
}

function code(line: string): readonly string[] {
  return ["```sh", line, "```", ""];
}

/** Names of people can contain anything. */
function inline(text: string): string {
  return `\`${text.replace(/[`|\s]+/g, " ").trim()}\``;
}
