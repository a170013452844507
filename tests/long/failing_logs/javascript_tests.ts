/** Failing projects of test runners for JavaScript. */

import { type FailingProject, many } from "./project.ts";

const CASES = 60;
const ASSERT = 'const assert = require("node:assert");\n';

export const JAVASCRIPT_TESTS: readonly FailingProject[] = [
  {
    name: "node:test, as TAP",
    tool: "node",
    files: {
      "sum.test.js": `const test = require("node:test");\n${ASSERT}` +
        many(CASES, (n) => `test("sum ${n}", () => assert.equal(${n} + 1, ${n + 1}));`) +
        '\ntest("the price has two digits", () => assert.equal("3.5", "3.50"));\n',
    },
    args: ["--test", "--test-reporter=tap"],
    tells: ["not ok", "the price has two digits", "'3.5'", "'3.50'"],
  },
  {
    name: "node:test, as spec, in a suite, with output of its own",
    tool: "node",
    files: {
      "sum.test.js": `const { describe, it } = require("node:test");\n${ASSERT}describe("cart", () => {\n` +
        many(CASES, (n) => `it("line ${n}", () => { console.log("error handling of ${n} is on"); });`) +
        '\nit("adds tax", () => assert.deepStrictEqual({ total: 119, tax: 19 }, { total: 120, tax: 20 }));\n});\n',
    },
    args: ["--test", "--test-reporter=spec"],
    tells: ["adds tax", "total: 119", "total: 120"],
  },
  {
    name: "node:test, an error that is thrown",
    tool: "node",
    files: {
      "load.test.js": 'const test = require("node:test");\n' +
        many(CASES, (n) => `test("part ${n}", () => {});`) +
        '\ntest("loads the map", () => { throw new RangeError("tile 17 lies outside of the map"); });\n',
    },
    args: ["--test", "--test-reporter=spec"],
    tells: ["loads the map", "tile 17 lies outside of the map"],
  },
  {
    name: "vitest, toBe",
    tool: "vitest",
    files: {
      "sum.test.js": many(CASES, (n) => `test("sum ${n}", () => expect(${n}).toBe(${n}));`) +
        '\ntest("rounds half up", () => expect(Math.floor(2.5)).toBe(3));\n',
    },
    args: ["run", "--globals"],
    tells: ["rounds half up", "expected 2 to be 3"],
  },
  {
    name: "vitest, toEqual of objects, verbose",
    tool: "vitest",
    files: {
      "user.test.js": many(CASES, (n) => `test("user ${n}", () => expect(${n}).toBe(${n}));`) +
        '\ntest("keeps the name", () => expect({ id: 7, name: "ada" }).toEqual({ id: 7, name: "grace" }));\n',
    },
    args: ["run", "--globals", "--reporter=verbose"],
    tells: ["keeps the name", '"ada"', '"grace"'],
  },
  {
    name: "vitest, a module that is missing",
    tool: "vitest",
    files: { "a.test.js": 'import { x } from "./not_here.js";\ntest("x", () => expect(x).toBe(1));\n' },
    args: ["run", "--globals"],
    tells: ["not_here.js"],
  },
  {
    name: "jest, toBe",
    tool: "jest",
    files: {
      "package.json": "{}",
      "sum.test.js": many(CASES, (n) => `test("sum ${n}", () => expect(${n}).toBe(${n}));`) +
        '\ntest("counts the leap day", () => expect(365).toBe(366));\n',
    },
    args: ["--verbose"],
    tells: ["counts the leap day", "Expected: 366", "Received: 365"],
  },
  {
    name: "jest, toEqual",
    tool: "jest",
    files: {
      "package.json": "{}",
      "a.test.js": 'test("sorts", () => expect([3, 1, 2].reverse()).toEqual([1, 2, 3]));\n',
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [`ok${n}.test.js`, `test("ok", () => expect(1).toBe(1));\n`]),
      ),
    },
    args: ["--ci"],
    tells: ["sorts", "toEqual", "-   1,"],
  },
  {
    name: "jest, a syntax error",
    tool: "jest",
    files: { "package.json": "{}", "a.test.js": 'test("x", () => { expect(1).toBe(1);\n' },
    args: ["--ci"],
    tells: ["SyntaxError", "a.test.js"],
  },
  {
    name: "mocha, assert.equal",
    tool: "mocha",
    files: {
      "test.js": `${ASSERT}describe("queue", () => {\n` +
        many(CASES, (n) => `it("takes ${n}", () => assert.equal(${n}, ${n}));`) +
        '\nit("gives back the oldest", () => assert.equal("newest", "oldest"));\n});\n',
    },
    args: ["test.js"],
    tells: ["gives back the oldest", "AssertionError", "oldest"],
  },
  {
    name: "mocha, a test that takes too long",
    tool: "mocha",
    files: {
      "test.js": 'it("answers", (done) => { setTimeout(() => {}, 500); });\n' +
        many(CASES, (n) => `it("other ${n}", () => {});`),
    },
    args: ["--timeout", "100", "--exit", "test.js"],
    tells: ["answers", "Timeout of 100ms exceeded"],
  },
  {
    name: "mocha, dots, a hook that throws",
    tool: "mocha",
    files: {
      "test.js": many(CASES, (n) => `it("a ${n}", () => {});`) +
        '\ndescribe("with a database", () => { before(() => { throw new Error("port 5432 refused"); }); it("b", () => {}); });\n',
    },
    args: ["--reporter", "dot", "test.js"],
    tells: ["port 5432 refused", "before all"],
  },
  {
    name: "ava, t.is",
    tool: "ava",
    files: {
      "package.json": '{"type":"module"}',
      "test.js": 'import test from "ava";\n' + many(CASES, (n) => `test("a ${n}", (t) => t.pass());`) +
        '\ntest("greets", (t) => t.is("hello", "hullo"));\n',
    },
    args: [],
    tells: ["greets", "hello", "hullo"],
  },
  {
    name: "ava, a promise that is rejected, as TAP",
    tool: "ava",
    files: {
      "package.json": '{"type":"module"}',
      "test.js": 'import test from "ava";\n' + many(CASES, (n) => `test("a ${n}", (t) => t.pass());`) +
        '\ntest("fetches", async (t) => { await Promise.reject(new Error("no route to the depot")); t.pass(); });\n',
    },
    args: ["--tap"],
    tells: ["fetches", "no route to the depot"],
  },
  {
    name: "tape",
    tool: "tape",
    files: {
      "test.js": 'const test = require("tape");\n' +
        many(CASES, (n) => `test("a ${n}", (t) => { t.pass(); t.end(); });`) +
        '\ntest("mixes colours", (t) => { t.equal("green", "blue", "yellow and blue"); t.end(); });\n',
    },
    args: ["test.js"],
    tells: ["yellow and blue", "'blue'", "'green'"],
  },
  {
    name: "uvu",
    tool: "uvu",
    files: {
      "test.js": 'const { test } = require("uvu");\nconst assert = require("uvu/assert");\n' +
        many(CASES, (n) => `test("a ${n}", () => assert.is(${n}, ${n}));`) +
        '\ntest("halves", () => assert.is(7 / 2, 3));\ntest.run();\n',
    },
    args: [".", "test.js"],
    tells: ["halves", "3.5", "Expected values to be strictly equal"],
  },
  {
    name: "jasmine",
    tool: "jasmine",
    files: {
      "a_spec.js": 'describe("lock", () => {\n' +
        many(CASES, (n) => `it("a ${n}", () => expect(${n}).toBe(${n}));`) +
        '\nit("opens with its key", () => expect("shut").toBe("open"));\n});\n',
    },
    args: ["a_spec.js"],
    tells: ["opens with its key", "Expected 'shut' to be 'open'."],
  },
  {
    name: "qunit",
    tool: "qunit",
    files: {
      "test.js": many(CASES, (n) => `QUnit.test("a ${n}", (assert) => assert.ok(true));`) +
        '\nQUnit.test("weighs", (assert) => assert.equal(12, 13, "weight in grams"));\n',
    },
    args: ["test.js"],
    tells: ["weighs", "weight in grams", "actual  : 12", "expected: 13"],
  },
  {
    name: "deno test, assertEquals of our own",
    tool: "deno",
    files: {
      "a_test.ts": many(CASES, (n) => `Deno.test("a ${n}", () => {});`) +
        '\nDeno.test("finds the way", () => { throw new Error("expected left but found right"); });\n',
    },
    args: ["test", "-A", "--no-config", "--no-check"],
    tells: ["finds the way", "expected left but found right"],
  },
  {
    name: "deno test, a type error",
    tool: "deno",
    files: { "a_test.ts": 'Deno.test("a", () => { const n: number = "seven"; console.log(n); });\n' },
    args: ["test", "--no-config"],
    tells: ["TS2322", "Type 'string' is not assignable to type 'number'"],
  },
];
