/** The causes of a run in words, for single lines and for lists. Pure. */

import type { Cause, NoBaseline } from "./manifest.ts";
import type { CauseRecord } from "./inputs_record.ts";
import type { RunRecord } from "./run_record.ts";

/** One cause, as half a sentence. */
export function causeWords(cause: Cause): string {
  switch (cause.kind) {
    case "file_changed":
      return `${cause.path} changed`;
    case "file_added":
      return `${cause.path} is new`;
    case "file_removed":
      return `${cause.path} is gone`;
    case "mode":
      return `the mode of ${cause.path} changed`;
    case "argv":
      return "the command or its arguments changed";
    case "env":
      return `the variable ${cause.name} changed`;
    case "definition":
      return `${cause.key} changed in the configuration`;
    case "need":
      return `the result of ${cause.name} changed`;
    case "tool":
      return `the output of ${cause.argv.join(" ")} changed`;
    case "output_missing":
      return `output ${cause.path} is missing`;
    case "output_changed":
      return `output ${cause.path} changed`;
    case "no_baseline":
      return NO_BASELINE_WORDS[cause.detail];
    case "inputs_changed_while_running":
      return "inputs changed while the last run was running";
    case "fresh_asked":
      return cause.by === "flag" ? "requested by --fresh" : "a criterion asks for a fresh check";
  }
}

const NO_BASELINE_WORDS = {
  never_succeeded: "never succeeded",
  not_recorded: "no earlier run recorded its inputs",
  manifest_unreadable: "the inputs of the last run cannot be read",
  inputs_unreadable: "not all inputs can be read",
  last_not_succeeded: "the last run with these inputs did not succeed",
  examined_late: "the last run with these inputs was recovered, and its files were not examined at its end",
} as const;

/**
 * Why a run was started, according to its record: `src/a.ts changed (+3 more) since test/2026…`; undefined
 * for a run without inputs.
 */
export function whyWords({ inputs }: RunRecord): string | undefined {
  const causes = causesInWords(inputs);
  const since = inputs?.compared_with ?? null;
  return causes === undefined || since === null ? causes : `${causes} since ${since}`;
}

/** The same without the run that was compared; undefined as well where there was none, because then nothing has changed. */
export function changeWords({ inputs }: RunRecord): string | undefined {
  return inputs === undefined || inputs.compared_with === null ? undefined : causesInWords(inputs);
}

function causesInWords(inputs: RunRecord["inputs"]): string | undefined {
  const [first, ...others] = inputs?.causes ?? [];
  if (inputs === undefined || first === undefined) return undefined;
  const more = others.length + inputs.more_causes;
  return `${causeRecordWords(first)}${more === 0 ? "" : ` (+${more} more)`}`;
}

/** A cause of a kind that a newer program wrote is shown as its kind. */
export function causeRecordWords(record: CauseRecord): string {
  const cause = causeOf(record);
  return cause === undefined ? record.kind : causeWords(cause);
}

function causeOf({ kind, path = "", name = "", detail = "" }: CauseRecord): Cause | undefined {
  switch (kind) {
    case "file_changed":
    case "file_added":
    case "file_removed":
    case "mode":
    case "output_missing":
    case "output_changed":
      return { kind, path };
    case "env":
    case "need":
      return { kind, name };
    case "tool":
      return { kind, argv: [name] };
    case "argv":
    case "inputs_changed_while_running":
      return { kind };
    case "no_baseline":
      return Object.hasOwn(NO_BASELINE_WORDS, detail) ? { kind, detail: detail as NoBaseline } : undefined;
    case "fresh_asked":
      return { kind, by: detail === "criterion" ? "criterion" : "flag" };
    default:
      return kind.startsWith("definition:")
        ? { kind: "definition", key: kind.slice("definition:".length) }
        : undefined;
  }
}

/** The word for a cause in JSON, from the closed union in docs/records.md. */
function causeTag(cause: Cause): string {
  return cause.kind === "definition" ? `definition:${cause.key}` : cause.kind;
}

/** Causes in the form of records, where texts that can hold a secret are masked. */
export function causeRecord(cause: Cause): CauseRecord {
  const kind = causeTag(cause);
  switch (cause.kind) {
    case "file_changed":
    case "file_added":
    case "file_removed":
    case "mode":
    case "output_missing":
    case "output_changed":
      return { kind, path: cause.path };
    case "env":
    case "need":
      return { kind, name: cause.name };
    case "tool":
      return { kind, name: cause.argv.join(" ") };
    case "no_baseline":
      return { kind, detail: cause.detail };
    case "fresh_asked":
      return { kind, detail: cause.by };
    case "argv":
    case "definition":
    case "inputs_changed_while_running":
      return { kind };
  }
}
