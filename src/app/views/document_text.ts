/** The text of a task's document, as it is in the project now. Knows no page. */

import type { TaskRecord } from "../../model/task_record.ts";
import { isOurHtml } from "../../doc/html.ts";
import { isOurMarkdown } from "../../doc/managed_text.ts";
import { type ReadBlock, readMarkdown } from "../../doc/read_markdown.ts";
import type { Workspace } from "../workspace/workspace.ts";

const MAX_BYTES = 1024 * 1024;
/** More than any document of ours has. */
const MAX_BLOCKS = 1000;

export type DocumentText =
  /** `isAsWritten`: nobody has changed it since `doc generate` wrote it. */
  | {
    readonly kind: "text";
    readonly isAsWritten: boolean;
    readonly isCut: boolean;
    readonly blocks: readonly ReadBlock[];
  }
  /** The second half of a sentence. */
  | { readonly kind: "not_shown"; readonly fact: string };

/** undefined where none was written. */
export async function documentText(
  { host: { files, paths, digests } }: Workspace,
  root: string,
  documented: TaskRecord["documented"],
): Promise<DocumentText | undefined> {
  if (documented === null) return undefined;
  const no = (fact: string): DocumentText => ({ kind: "not_shown", fact });
  const bytes = files.readBytes(paths.resolve(root, documented.path), MAX_BYTES);
  if (!bytes.ok) {
    return no(
      bytes.failure.kind === "not_found"
        ? "is gone"
        : bytes.failure.kind === "too_large"
        ? "is larger than 1 MiB"
        : `cannot be read: ${bytes.failure.reason}`,
    );
  }
  const text = new TextDecoder().decode(bytes.value);
  if (isOurHtml(text)) return no("is HTML: open the file");
  // A record can name any file, and no other file is anybody's business here.
  if (!isOurMarkdown(text)) return no("has no part that doc generate made");
  const blocks = readMarkdown(text);
  return {
    kind: "text",
    isAsWritten: await digests.sha256(bytes.value) === documented.sha256,
    isCut: blocks.length > MAX_BLOCKS,
    blocks: blocks.slice(0, MAX_BLOCKS),
  };
}
