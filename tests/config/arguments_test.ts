/** Mistakes that a configuration can contain in the arguments of a job, each with its place. */

import { assertEquals } from "@std/assert";
import { diagnosticLines, load } from "./support.ts";

/** The command of a job without its program, and its `args`; these stand on line 3. */
function check(rule: string, words: string, args: string, expected: readonly string[]): void {
  Deno.test(`args: ${rule}`, async () => {
    const text = `[jobs.a]\ncommand = ["x", ${words}]\n${args === "" ? "" : `args = ${args}\n`}`;
    assertEquals(diagnosticLines(await load(text)), expected);
  });
}

const BOTH = '"${args.a}", "${args.b}"';

check("all that is possible", BOTH, '[{ name = "a" }, { flag = "-b", description = "d" }]', []);
check(
  "an optional one, and a default among choices",
  BOTH,
  '[{ name = "a", required = false }, { name = "b", choices = ["1", "2"], default = "2" }]',
  [],
);
check("none at all", '"y"', "[]", []);
check("a use without args", '"${args.a}"', "", [
  '2:17 jobs.a.command[1]: the job has no args | declare it: args = [{ name = "a" }]; write "$${args.a}" for the literal text',
]);
check("a use that is text", '"$${args.a}", "${args.a,}"', "", []);
check("an unknown name", '"${args.targte}", "${args.target}"', '[{ name = "target" }]', [
  '2:17 jobs.a.command[1]: the job has no argument "targte" | did you mean "target"?',
]);
check("one that the command does not use", '"y"', '[{ name = "a" }, { flag = "--dry-run" }]', [
  '3:18 jobs.a.args[0].name: the command does not use it | write "${args.a}" as a word of command',
  '3:34 jobs.a.args[1].flag: the command does not use it | write "${args.dry-run}" as a word of command',
]);
check("two arguments with the same name", '"${args.a}"', '[{ name = "a" }, { flag = "--a" }]', [
  '3:34 jobs.a.args[1].flag: there is already an argument "a", on line 3',
]);
check("a default that is no choice", '"${args.a}"', '[{ name = "a", default = "al", choices = ["all"] }]', [
  '3:33 jobs.a.args[0].default: it is not among choices: "all" | did you mean "all"?',
]);
check("required after one that can be left out", BOTH, '[{ name = "a", default = "1" }, { name = "b" }]', [
  '3:49 jobs.a.args[1].name: it is required, but "a" before it can be left out | give it a default, or move it to the front',
]);
check("required, and with a default", '"${args.a}"', '[{ name = "a", default = "1", required = true }]', [
  "3:49 jobs.a.args[0].required: an argument with a default is never missing | remove default or required",
]);
check("a flag with keys that only values have", '"${args.a}"', '[{ flag = "--a", default = "x" }]', [
  '3:25 jobs.a.args[0].default: a flag is given or it is not, so it has no such key | { flag = "--release" }',
]);
check("a name and a flag", '"${args.a}"', '[{ name = "a", flag = "--a" }]', [
  '3:11 jobs.a.args[0].name: an argument has a name or is a flag, not both | { flag = "--release" }',
]);
check("neither a name nor a flag", '"y"', '[{ description = "d" }]', [
  '3:9 jobs.a.args[0]: an argument needs a name or a flag | { name = "target", default = "all" } or { flag = "--release" }',
]);
check("invalid names and flags", '"y"', '[{ name = "a b" }, { flag = "release" }]', [
  '3:18 jobs.a.args[0].name: expected a letter, then letters, digits, "_" or "-", found "a b"',
  '3:36 jobs.a.args[1].flag: expected a form such as "--release" or "-v", found "release"',
]);
check("words in the place of tables", '"y"', '["target", "--release"]', [
  '3:9 jobs.a.args[0]: expected a table, found a string | { name = "target" }',
  '3:19 jobs.a.args[1]: expected a table, found a string | { flag = "--release" }',
]);
check("one word instead of a list", '"y"', '"target"', [
  '3:8 jobs.a.args: expected a list of tables, found a string | args = [{ name = "target" }]',
]);
check("no choice at all", '"${args.a}"', '[{ name = "a", choices = [] }]', [
  "3:33 jobs.a.args[0].choices: expected at least one choice, found an empty list",
]);
check("a variable in a default", '"${args.a}"', '[{ name = "a", default = "${env:HOME}" }]', [
  "3:33 jobs.a.args[0].default: variables are not replaced in the value of an argument",
]);

/** A whole configuration. */
function checkAll(rule: string, text: string, expected: readonly string[]): void {
  Deno.test(`args: ${rule}`, async () => assertEquals(diagnosticLines(await load(text)), expected));
}

checkAll("the program cannot be one", '[jobs.a]\ncommand = ["${args.a}"]\nargs = [{ name = "a" }]', [
  "2:12 jobs.a.command[0]: the program cannot be an argument of the caller",
]);
const ONLY = "arguments of the caller are replaced only in the command of a job";
const LITERAL = 'write "$${args.a}" for the literal text';
checkAll(
  "not in other keys, and not in tasks",
  '[jobs.a]\ncommand = ["x", "${args.a}"]\nargs = [{ name = "a" }]\nworking_dir = "${args.a}"\nenv = { A = "${args.a}" }\n' +
    '[tasks.t]\ncommand = ["x", "${args.a}"]\nargs = [{ name = "a" }]',
  [
    `4:15 jobs.a.working_dir: ${ONLY} | ${LITERAL}`,
    `5:13 jobs.a.env.A: ${ONLY} | ${LITERAL}`,
    `7:17 tasks.t.command[1]: ${ONLY} | ${LITERAL}`,
    "8:1 tasks.t.args: unknown key | jobs have this key, tasks do not",
  ],
);
checkAll(
  "the command of another system uses it, or uses an unknown one",
  '[jobs.a]\ncommand = ["x"]\nargs = [{ name = "a" }]\nwindows.command = ["x", "${args.a}"]\nmacos.command = ["x", "${args.b}"]',
  [
    '5:23 jobs.a.macos.command[1]: the job has no argument "b" | ' +
    'declare it: args = [{ name = "b" }]; write "$${args.b}" for the literal text',
  ],
);
checkAll(
  "a job that others need cannot have required arguments, whichever of its names is used",
  '[jobs.a]\nalias = ["b"]\ncommand = ["x", "${args.a}"]\nargs = [{ name = "a" }]\n' +
    '[jobs.c]\ncommand = ["x"]\nneeds = ["b"]\n[jobs.d]\nneeds = ["a", "e"]\n' +
    '[jobs.e]\ncommand = ["x", "${args.a}"]\nargs = [{ name = "a", default = "1" }]',
  [
    '7:10 jobs.c.needs[0]: "a" requires the argument "a", and arguments never go to what a job needs | ' +
    "give a a default in jobs.a.args",
    '9:10 jobs.d.needs[0]: "a" requires the argument "a", and arguments never go to what a job needs | ' +
    "give a a default in jobs.a.args",
  ],
);
