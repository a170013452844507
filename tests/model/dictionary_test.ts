import { assertEquals } from "@std/assert";
import { dictionaryOf } from "../../src/model/dictionary.ts";

Deno.test("a dictionary has every key of its entries, in the order of a plain object", () => {
  const entries = [["b", 1], ["10", 2], ["__proto__", 3], ["constructor", 4], ["9", 5], ["b", 6]] as const;
  const dictionary = dictionaryOf<number>(entries);
  assertEquals(Object.entries(dictionary), Object.entries(Object.fromEntries(entries)));
  assertEquals(JSON.stringify(dictionary), '{"9":5,"10":2,"b":6,"__proto__":3,"constructor":4}');
});
