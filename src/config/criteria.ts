/** The form of acceptance criteria. Does not know what a check is for. */

import { quote } from "../model/visible.ts";
import { nameProblem } from "../model/ids.ts";
import { assignment, commandExample, tomlOf } from "./hints.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { flag, isTable, listOf, shape, tableOf, text } from "./shape.ts";
import { command, NAME_RULE, NOT_EMPTY, timeout } from "./values.ts";

/** `last` refers to a run; criteria are not searched for among runs. */
const criterionId = (id: string) => id.toLowerCase() === "last" ? undefined : nameProblem(id);
const criterionText = (value: string) =>
  value.trim() === "" ? "the text of a criterion cannot be empty" : undefined;

const criterionKeys = tableOf({
  id: text(criterionId, NAME_RULE),
  text: text(criterionText, NOT_EMPTY),
  check: command,
  timeout_seconds: timeout,
  fresh: flag,
}, {
  required: [{ key: "id", hint: 'id = "ac1"' }, { key: "text", hint: 'text = "unit tests pass"' }],
  insteadHint: insteadOfCriterion,
});

export const criterion: typeof criterionKeys = shape((value, at, problems) => {
  if (isTable(value) && Object.hasOwn(value, "timeout_seconds") && !Object.hasOwn(value, "check")) {
    const message = "without a check there is nothing to time out";
    problems.push({
      at: [...at, "timeout_seconds"],
      point: "key",
      message,
      hint: commandExample(["check"]),
    });
  }
  return criterionKeys(value, at, problems);
}, criterionKeys.schema);

const criteria = listOf(criterion, "tables", {
  insteadHint: (at, value) => {
    const written = insteadOfCriterion([...at, 0], value);
    return written && assignment(at, `[${written}]`);
  },
});

export const acceptance: typeof criteria = shape((value, at, problems) => {
  if (Array.isArray(value)) noteRepeatedIds(value, at, problems);
  return criteria(value, at, problems);
}, criteria.schema);

/** Evidence is kept by id, also where the case of file names is ignored. */
function noteRepeatedIds(elements: readonly unknown[], at: KeyPath, problems: Problem[]): void {
  const claimed = new Map<string, { readonly id: string; readonly at: KeyPath }>();
  elements.forEach((element, index) => {
    if (!isTable(element) || !Object.hasOwn(element, "id") || typeof element.id !== "string") return;
    const { id } = element;
    const here = [...at, index, "id"];
    const first = claimed.get(id.toLowerCase());
    if (first === undefined) {
      claimed.set(id.toLowerCase(), { id, at: here });
      return;
    }
    const message = `there is already a criterion ${quote(first.id)}`;
    problems.push({ at: here, point: "value", message, hint: undefined, other: first.at });
  });
}

/** For `acceptance = ["unit tests pass"]`: the text is given, the id is missing. */
function insteadOfCriterion(at: KeyPath, value: unknown): string | undefined {
  const index = at.at(-1);
  const id = `ac${typeof index === "number" ? index + 1 : 1}`;
  const given = typeof value === "string" && value.trim() !== "" ? value : "unit tests pass";
  return assignment([0], `{ id = "${id}", text = ${tomlOf(given)} }`);
}
