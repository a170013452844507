/** All cases, in the order in which they are measured and shown. */

import { Problem } from "../../build/tool.ts";
import type { CaseDefinition } from "./case.ts";
import { GRAPH_CASES } from "./cases/graph.ts";
import { GRAPH_PEER_CASES } from "./cases/graph_peers.ts";
import { HASH_CASES } from "./cases/hash.ts";
import { INPUT_CASES } from "./cases/inputs.ts";
import { OTHER_CASES } from "./cases/others.ts";
import { OUTPUT_CASES } from "./cases/output.ts";
import { RECORD_CASES } from "./cases/records.ts";
import { START_UP_CASES } from "./cases/start_up.ts";

export const CASES: readonly CaseDefinition[] = [
  ...START_UP_CASES,
  ...OUTPUT_CASES,
  ...HASH_CASES,
  ...RECORD_CASES,
  ...INPUT_CASES,
  ...GRAPH_CASES,
  ...GRAPH_PEER_CASES,
  ...OTHER_CASES,
];

/** Further words for `--only`. */
export const PARTS = ["durable", "growth", "timeline"] as const;
export type Part = typeof PARTS[number];

export interface Chosen {
  readonly cases: readonly CaseDefinition[];
  readonly parts: readonly Part[];
}

/**
 * The cases whose name or group is requested, or whose name begins with these words; all without a request.
 */
export function chosenCases(only: readonly string[]): Chosen {
  if (only.length === 0) return { cases: CASES, parts: PARTS };
  const isMeant = (word: string, { name, group }: CaseDefinition) =>
    group === word || name === word || name.startsWith(`${word}_`);
  for (const word of only) {
    if (!isPart(word) && !CASES.some((each) => isMeant(word, each))) {
      throw new Problem(
        `Cannot find the case "${word}": no case or group has this name`,
        "deno task bench --list",
      );
    }
  }
  return {
    cases: CASES.filter((each) => only.some((word) => isMeant(word, each))),
    parts: only.filter(isPart),
  };
}

function isPart(word: string): word is Part {
  return (PARTS as readonly string[]).includes(word);
}
