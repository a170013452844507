/** `--assistant <client>`, for the commands that have it. */

import { Option } from "@commander-js/extra-typings";
import { CLIENTS } from "../../app/assistants/assistant_parts.ts";

export const ASSISTANT = "--assistant";

export function assistantOption(words: string) {
  return new Option(`${ASSISTANT} <client>`, words).choices(CLIENTS);
}

/** Without a client it means all of them. */
export function assistantsOption(words: string) {
  return new Option(`${ASSISTANT} [client]`, words).choices(CLIENTS);
}
