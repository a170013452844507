/** Words for what lies in an output but does not count as part of it. Pure. */

import type { LeftOut, OutputRecord } from "./file_record.ts";

/** The reason, as in `it is neither a file nor a folder`. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOut["why"], string>> = {
  broken_link: "a link that leads nowhere",
  not_utf8: "a name that is not UTF-8 text",
  no_file: "neither a file nor a folder",
};

export function leftOutWords({ left_out = [] }: Pick<OutputRecord, "left_out">): readonly string[] {
  return left_out.map(({ path, why }) => `${path} is ${LEFT_OUT_WORDS[why]}`);
}
